// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/xen/store.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include <sys/epoll.h>

namespace insula::xen {
namespace {

template <typename T>
using Allocated = Handle<T, std::free>;

}  // namespace

std::string ring_path(DomainId server, DomainId client, Port port)
{
    return "/local/domain/" + std::to_string(to_number(server)) + "/data/vchan/" +
           std::to_string(to_number(client)) + "/" + std::to_string(static_cast<uint32_t>(port));
}

Result<Store> open_store()
{
    Store store(xs_open(0));
    if (!store)
        return system_error(errno, "xs_open");
    return store;
}

Result<DomainId> read_own_domain(xs_handle* store)
{
    unsigned length = 0;
    // SAFETY: xs_read returns malloc'ed memory with a NUL behind the value.
    const Allocated<char> value(static_cast<char*>(xs_read(store, XBT_NULL, "domid", &length)));
    if (!value)
        return system_error(errno, "read of our domain id");
    const std::string_view text(value.get(), length);
    uint32_t id = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (status != std::errc{} || end != text.data() + text.size() || id >= kFirstReservedDomainId)
        return Error(Errc::Protocol, "our domain id in xenstore is none");
    return DomainId{static_cast<uint16_t>(id)};
}

Result<std::unique_ptr<StoreWatch>> StoreWatch::start(Loop& loop, const std::string& path,
                                                      std::function<void()> fn)
{
    INSULA_TRY(Store store, open_store());
    if (!xs_watch(store.get(), path.c_str(), "vchan"))
        return system_error(errno, "xs_watch");
    std::unique_ptr<StoreWatch> self(new StoreWatch(std::move(store), std::move(fn)));
    // xs_fileno also starts the library's own queue: it must be called before events are read.
    INSULA_TRY(self->ready_, loop.watch(xs_fileno(self->store_.get()), EPOLLIN,
                                        [raw = self.get()] { raw->on_ready(); }));
    return self;
}

void StoreWatch::on_ready()
{
    bool changed = false;
    // Bounded: who writes without end must not hold the loop. What is left wakes us again.
    constexpr int kEventsPerTurn = 64;
    for (int i = 0; i < kEventsPerTurn; ++i) {
        const Allocated<char*> event(xs_check_watch(store_.get()));
        if (!event)
            break;
        changed = true;
    }
    if (!changed)
        return;
    const auto fn = fn_;
    fn();  // may destroy *this
}

}  // namespace insula::xen
