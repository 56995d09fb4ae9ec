// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/xen/connecting.h"

namespace insula::xen {

Result<std::unique_ptr<Transport::Pending>>
Connecting::start(Loop& loop, DomainId server, std::string path, Transport::Connected connected)
{
    std::unique_ptr<Connecting> self(
        new Connecting(loop, server, std::move(path), std::move(connected)));
    // The watch also fires once at the beginning, which is the first attempt.
    INSULA_TRY(self->watch_,
               StoreWatch::start(loop, self->path_, [raw = self.get()] { raw->attempt(); }));
    return std::unique_ptr<Transport::Pending>(std::move(self));
}

void Connecting::attempt()
{
    // Fails while the nodes are missing or half written, and on those of a dead server: its pages
    // are no longer granted. The next change is the next attempt.
    Ring ring(libxenvchan_client_init(/*logger=*/nullptr, static_cast<int>(to_number(server_)),
                                      path_.c_str()));
    // A restarted server may have written the same numbers again, so they are not compared; a ring
    // whose server has gone says so itself.
    if (!ring || libxenvchan_is_open(ring.get()) != 1)
        return;
    const auto connected = std::move(connected_);
    // Inside its own callback: the loop keeps the captures until we return.
    watch_.reset();
    connected(std::make_unique<VchanStream>(loop_, std::move(ring)));  // may destroy *this
}

}  // namespace insula::xen
