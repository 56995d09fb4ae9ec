// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/exec-daemon/manager_channel.h"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>

namespace insula::exec_daemon {
namespace {

constexpr size_t kRoomForDescriptors = CMSG_SPACE(sizeof(int) * 2 * service::kExecDescriptors);

// Owns every descriptor that arrived, whatever becomes of the message.
std::vector<UniqueFd> descriptors_of(msghdr& message)
{
    std::vector<UniqueFd> found;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
            found.emplace_back(fd);
        }
    }
    return found;
}

}  // namespace

Result<void> ManagerChannel::receive()
{
    std::array<std::byte, size_t{16} * 1024> bytes;
    alignas(cmsghdr) std::array<std::byte, kRoomForDescriptors> control;
    iovec part{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t n = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return {};
    // A reset is how a socket ends whose other side left something unread.
    if (n < 0 && errno == ECONNRESET)
        return Error(Errc::PeerClosed, "insulad closed the socket");
    if (n < 0)
        return system_error(errno, "recvmsg from insulad");
    auto descriptors = descriptors_of(message);
    if (n == 0)
        return Error(Errc::PeerClosed, "insulad closed the socket");
    if ((message.msg_flags & MSG_CTRUNC) != 0 ||
        (!descriptors.empty() && descriptors.size() != service::kExecDescriptors))
        return Error(Errc::Protocol, "not exactly four descriptors from insulad");
    if (!descriptors.empty()) {
        if (waiting_.size() >= kMaxWaitingSets)
            return Error(Errc::Protocol, "descriptors from insulad without their messages");
        Descriptors set;
        std::move(descriptors.begin(), descriptors.end(), set.begin());
        waiting_.push_back(std::move(set));
    }
    frames_.feed(Bytes(bytes).first(static_cast<size_t>(n)));
    return {};
}

Result<std::optional<ManagerChannel::Message>> ManagerChannel::next()
{
    INSULA_TRY(const auto frame, frames_.next());
    if (!frame)
        return std::optional<Message>();
    switch (static_cast<service::MessageType>(frame->type)) {
    case service::MessageType::Serve: {
        INSULA_TRY(auto serve, wire::parse<service::Serve>(frame->body));
        return std::optional<Message>(std::move(serve));
    }
    case service::MessageType::Exec: {
        INSULA_TRY(auto exec, wire::parse<service::Exec>(frame->body));
        if (waiting_.empty())
            return Error(Errc::Protocol, "Exec from insulad without its descriptors");
        Request request{std::move(exec), std::move(waiting_.front())};
        waiting_.pop_front();
        return std::optional<Message>(std::move(request));
    }
    default:
        return Error(Errc::Protocol, "unknown message from insulad");
    }
}

Result<void> ManagerChannel::send(const service::State& state)
{
    const auto frame = wire::frame_of(state);
    const ssize_t n =
        ::send(socket_.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EPIPE)
        return Error(Errc::PeerClosed, "insulad closed the socket");
    if (n < 0)
        return system_error(errno, "send to insulad");
    // A frame is far smaller than any socket buffer: a part of one means that nobody reads.
    if (static_cast<size_t>(n) != frame.size())
        return Error(Errc::Exhausted, "insulad does not read");
    return {};
}

}  // namespace insula::exec_daemon
