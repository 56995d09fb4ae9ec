// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/grant_mapper.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>

#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace insula::local {
namespace {

class LocalMappedPages final : public MappedPages {
public:
    LocalMappedPages(void* start, size_t size) : bytes_(static_cast<std::byte*>(start), size) {}
    LocalMappedPages(const LocalMappedPages&) = delete;
    LocalMappedPages& operator=(const LocalMappedPages&) = delete;
    ~LocalMappedPages() override { ::munmap(bytes_.data(), bytes_.size()); }

    Bytes bytes() const override { return bytes_; }

private:
    MutableBytes bytes_;
};

// Takes over every descriptor of the message; the first one is returned, further ones are closed.
UniqueFd descriptor_of(msghdr& message)
{
    UniqueFd first;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        const size_t size = header->cmsg_len - CMSG_LEN(0);
        for (size_t at = 0; at + sizeof(int) <= size; at += sizeof(int)) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header) + at, sizeof fd);
            UniqueFd owner(fd);
            if (!first)
                first = std::move(owner);
        }
    }
    return first;
}

// Without the seal the lender could cut the file under our mapping: SIGBUS.
Result<void> check_memory(int fd, size_t size)
{
    const int seals = ::fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || (seals & F_SEAL_GROW) == 0)
        return Error(Errc::Protocol, "shared memory is not sealed");
    struct stat status {};
    if (::fstat(fd, &status) < 0)
        return system_error(errno, "fstat");
    if (status.st_size < 0 || static_cast<size_t>(status.st_size) < size)
        return Error(Errc::Protocol, "shared memory is shorter than announced");
    return {};
}

Result<void> check_consecutive(std::span<const uint32_t> references)
{
    if (references.empty() || references.size() > kMaxGrantedPages)
        return Error(Errc::Protocol, "number of references");
    for (size_t i = 0; i < references.size(); ++i)
        if (references[i] != uint64_t{references[0]} + i)
            return Error(Errc::Protocol, "references are not of one share");
    return {};
}

}  // namespace

Result<std::unique_ptr<GrantMapper>> LocalGrantMapper::connect(Loop& loop, const Name& name)
{
    INSULA_TRY(UniqueFd socket, reach(name, SOCK_SEQPACKET));
    std::unique_ptr<LocalGrantMapper> self(new LocalGrantMapper(std::move(socket)));
    // Also while nothing is mapped: withdrawn memory is not to be kept.
    INSULA_TRY(self->ready_, loop.watch(self->socket_.get(), EPOLLIN,
                                        [raw = self.get()] { raw->take(kRecordsPerTurn); }));
    return std::unique_ptr<GrantMapper>(std::move(self));
}

Result<std::unique_ptr<MappedPages>> LocalGrantMapper::map(std::span<const uint32_t> references)
{
    INSULA_CHECK(check_consecutive(references));
    take(kRecordsPerMapping);
    auto lent = lent_.upper_bound(references.front());
    if (lent == lent_.begin())
        return Error(Errc::Protocol, "reference is not lent");
    --lent;
    const size_t skipped = references.front() - lent->first;
    if (skipped + references.size() > lent->second.count)
        return Error(Errc::Protocol, "reference is not lent");

    const int fd = lent->second.memory.get();
    const size_t size = references.size() * kPageSize;
    INSULA_CHECK(check_memory(fd, size_t{lent->second.count} * kPageSize));
    void* const start =
        ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(skipped * kPageSize));
    if (start == MAP_FAILED)
        return system_error(errno, "mmap of lent pages");
    return std::unique_ptr<MappedPages>(std::make_unique<LocalMappedPages>(start, size));
}

// A peer that breaks a rule or goes lends nothing any more; what is mapped stays mapped.
void LocalGrantMapper::take(size_t most)
{
    if (!socket_)
        return;
    for (size_t i = 0; i < most; ++i) {
        const auto more = take_one();
        if (!more) {
            ready_.reset();
            socket_.reset();
            lent_.clear();
            return;
        }
        if (!*more)
            return;
    }
}

// False when there is nothing to take now.
Result<bool> LocalGrantMapper::take_one()
{
    MemoryRecord record;
    iovec part{&record, sizeof record};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t n = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0)
        return Error(Errc::PeerClosed, "source of shared memory has gone");
    UniqueFd memory = descriptor_of(message);
    if (n != sizeof record || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        return Error(Errc::Protocol, "record of shared memory has another size");
    INSULA_CHECK(apply(record, std::move(memory)));
    return true;
}

Result<void> LocalGrantMapper::apply(MemoryRecord record, UniqueFd memory)
{
    if (record.count == 0) {
        if (lent_.erase(record.first) == 0 || memory)
            return Error(Errc::Protocol, "withdrawal of what was not lent");
        return {};
    }
    if (!memory || record.count > kMaxGrantedPages || UINT32_MAX - record.first < record.count)
        return Error(Errc::Protocol, "share out of range");
    if (lent_.size() >= kMaxLiveShares)
        return Error(Errc::Protocol, "too many shares");
    const auto next = lent_.lower_bound(record.first);
    const bool meets_next = next != lent_.end() && next->first - record.first < record.count;
    const bool meets_previous = next != lent_.begin() && record.first - std::prev(next)->first <
                                                             std::prev(next)->second.count;
    if (meets_next || meets_previous)
        return Error(Errc::Protocol, "reference lent twice");
    lent_.emplace_hint(next, record.first, Lent{std::move(memory), record.count});
    return {};
}

}  // namespace insula::local
