// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/grant_source.h"

#include <cerrno>
#include <list>
#include <numeric>

#include <fcntl.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace insula::local {
namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

Result<UniqueFd> make_memory(size_t size)
{
    UniqueFd fd(::memfd_create("insula-shared-pages", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(size)) < 0)
        return Error(Errc::Exhausted, "memfd", errno);
    if (::fcntl(fd.get(), F_ADD_SEALS, kSeals) < 0)
        return system_error(errno, "F_ADD_SEALS");
    return fd;
}

}  // namespace

struct LocalGrantSource::State {
    State(Loop& owner_loop, Name socket_name) : loop(owner_loop), name(std::move(socket_name)) {}
    ~State()
    {
        if (socket)
            ::unlink(name.path().c_str());
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void accept_mappers();
    void tell_all(MemoryRecord record);

    Loop& loop;
    Name name;
    UniqueFd socket;
    // 0 is never lent: it is what an unset reference looks like.
    uint32_t next = 1;
    Shares shares;
    // After shares: refer to it.
    std::list<Announcer> mappers;
    EventSource ready;
};

namespace {

class LocalSharedPages final : public SharedPages {
public:
    LocalSharedPages(std::weak_ptr<LocalGrantSource::State> state, void* start, uint32_t first,
                     size_t pages)
        : state_(std::move(state)),
          bytes_(static_cast<std::byte*>(start), pages * kPageSize),
          references_(pages)
    {
        std::iota(references_.begin(), references_.end(), first);
    }
    LocalSharedPages(const LocalSharedPages&) = delete;
    LocalSharedPages& operator=(const LocalSharedPages&) = delete;
    ~LocalSharedPages() override
    {
        ::munmap(bytes_.data(), bytes_.size());
        if (const auto state = state_.lock()) {
            state->shares.erase(references_.front());
            state->tell_all({references_.front(), 0});
        }
    }

    MutableBytes bytes() override { return bytes_; }
    std::span<const uint32_t> references() const override { return references_; }

private:
    std::weak_ptr<LocalGrantSource::State> state_;
    MutableBytes bytes_;
    std::vector<uint32_t> references_;
};

}  // namespace

void LocalGrantSource::State::accept_mappers()
{
    for (size_t i = 0; i <= kMaxMappers; ++i) {
        UniqueFd fd(::accept4(socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd)
            return;
        if (mappers.size() >= kMaxMappers)
            continue;
        const auto mapper = mappers.emplace(mappers.end(), std::move(fd), shares);
        bool alive = mapper->start(loop, [this, mapper] { mappers.erase(mapper); }).has_value();
        for (const auto& [first, share] : shares)
            alive = alive && mapper->tell({first, share.count});
        if (!alive)
            mappers.erase(mapper);
    }
}

void LocalGrantSource::State::tell_all(MemoryRecord record)
{
    for (auto mapper = mappers.begin(); mapper != mappers.end();) {
        const bool alive = mapper->tell(record).has_value();
        mapper = alive ? std::next(mapper) : mappers.erase(mapper);
    }
}

Result<std::unique_ptr<GrantSource>> LocalGrantSource::open(Loop& loop, Name name)
{
    auto state = std::make_shared<State>(loop, std::move(name));
    INSULA_TRY(state->socket, offer(state->name, SOCK_SEQPACKET, kMaxMappers));
    INSULA_TRY(state->ready, loop.watch(state->socket.get(), EPOLLIN,
                                        [raw = state.get()] { raw->accept_mappers(); }));
    return std::unique_ptr<GrantSource>(new LocalGrantSource(std::move(state)));
}

LocalGrantSource::~LocalGrantSource() = default;

Result<std::unique_ptr<SharedPages>> LocalGrantSource::share(size_t pages)
{
    if (pages < 1 || pages > kMaxGrantedPages)
        return Error(Errc::Invalid, "number of pages to share");
    const auto count = static_cast<uint32_t>(pages);
    if (state_->shares.size() >= kMaxLiveShares || UINT32_MAX - state_->next < count)
        return Error(Errc::Exhausted, "too many shares");
    const size_t size = pages * kPageSize;
    INSULA_TRY(UniqueFd memory, make_memory(size));
    void* const start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0);
    if (start == MAP_FAILED)
        return Error(Errc::Exhausted, "mmap of shared pages", errno);

    // Mappers that have come are told with the others; one that comes later is told everything.
    state_->accept_mappers();
    const uint32_t first = std::exchange(state_->next, state_->next + count);
    state_->shares.emplace(first, Share{std::move(memory), count});
    state_->tell_all({first, count});
    return std::unique_ptr<SharedPages>(new LocalSharedPages(state_, start, first, pages));
}

}  // namespace insula::local
