// SPDX-License-Identifier: GPL-2.0-or-later
// The little of xenstore that finding each other takes.
#pragma once

#include "proto/event/loop.h"
#include "proto/transport/transport.h"

#include <string>

extern "C" {
#include <xenstore.h>
}

namespace insula::xen {

// Where `server` offers `port` to `client`. Absolute, and so the same for both of them.
std::string ring_path(DomainId server, DomainId client, Port port);

using Store = Handle<xs_handle, xs_close>;

// Errc::System when there is no xenstore.
Result<Store> open_store();

// Our own id, which the toolstack wrote.
Result<DomainId> read_own_domain(xs_handle* store);

// Calls `fn` for each change at or below `path`, and once at the beginning.
class StoreWatch {
public:
    static Result<std::unique_ptr<StoreWatch>> start(Loop& loop, const std::string& path,
                                                     std::function<void()> fn);

private:
    StoreWatch(Store store, std::function<void()> fn) : store_(std::move(store)), fn_(std::move(fn))
    {}

    void on_ready();

    // A connection of its own: the library delivers the events of a connection to one reader.
    Store store_;
    std::function<void()> fn_;
    EventSource ready_;
};

}  // namespace insula::xen
