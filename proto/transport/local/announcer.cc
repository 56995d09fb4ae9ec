// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/announcer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace insula::local {

Result<void> Announcer::start(Loop& loop, std::function<void()> on_gone)
{
    INSULA_TRY(ready_, loop.watch(mapper_.get(), EPOLLIN, [this, on_gone = std::move(on_gone)] {
        // A mapper never speaks: what can be read is its end.
        char byte;
        const ssize_t n = ::recv(mapper_.get(), &byte, sizeof byte, MSG_DONTWAIT);
        const bool silent = n < 0 && (errno == EAGAIN || errno == EINTR);
        if (!silent || !flush())
            on_gone();  // destroys *this
    }));
    return {};
}

Result<void> Announcer::tell(MemoryRecord record)
{
    if (record.count == 0) {
        // A mapper must not hear of the end of what it has not heard of.
        const auto untold = std::find_if(queue_.begin(), queue_.end(), [&](const MemoryRecord& r) {
            return r.first == record.first && r.count > 0;
        });
        if (untold != queue_.end()) {
            queue_.erase(untold);
            return {};
        }
    }
    if (queue_.size() >= kMaxQueuedRecords)
        return Error(Errc::Exhausted, "mapper does not read");
    queue_.push_back(record);
    return flush();
}

Result<void> Announcer::flush()
{
    while (!queue_.empty()) {
        INSULA_TRY(const bool written, write(queue_.front()));
        if (!written)
            break;
        queue_.pop_front();
    }
    if (ready_)
        Loop::set_events(ready_, queue_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
    return {};
}

// False when the socket is full.
Result<bool> Announcer::write(MemoryRecord record)
{
    iovec part{&record, sizeof record};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    if (record.count > 0) {
        const auto share = shares_.find(record.first);
        if (share == shares_.end())
            return true;  // withdrawn by now
        const int fd = share->second.memory.get();
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fd);
        std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    if (::sendmsg(mapper_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
        return true;
    if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)
        return false;
    return Error(Errc::PeerClosed, "sendmsg to a mapper", errno);
}

}  // namespace insula::local
