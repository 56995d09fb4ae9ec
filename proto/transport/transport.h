// SPDX-License-Identifier: GPL-2.0-or-later
// How two domains find each other: one of them offers a port, the other connects to it.
//
// Two implementations: libxenvchan (xen/), and Unix sockets with the same meaning (local/), the
// embedded default for trying and testing, which is no security boundary.
#pragma once

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/event/loop.h"
#include "proto/transport/granted_memory.h"
#include "proto/transport/stream.h"

#include <cstdint>
#include <functional>
#include <memory>

namespace insula {

// Well-known ports (wire protocols, section 1).
enum class Port : uint32_t { Gui = 6000, ExecControl = 512, ExecDataFirst = 513 };

struct Endpoint {
    DomainId peer;
    Port port;
};

class Transport {
public:
    using Connected = std::function<void(std::unique_ptr<Stream>)>;

    // An offer or an attempt under way. Destroying it ends it; it may be destroyed inside its own
    // callback. It ends by itself after the one callback.
    class Pending {
    public:
        virtual ~Pending() = default;
    };

    virtual ~Transport() = default;

    // Which domain this process runs in, as far as the transport knows it.
    virtual DomainId own_domain() const = 0;

    // Offers `at.port` to `at.peer` with rings of at least `ring_bytes` each way; calls `connected`
    // once, when the peer has come. To serve the next connection, listen again, once the stream of
    // the former one has closed or was destroyed: two offers of one port undo each other.
    virtual Result<std::unique_ptr<Pending>> listen(Endpoint at, size_t ring_bytes,
                                                    Connected connected) = 0;

    // Waits for `to.peer` to offer `to.port` (event-driven, without a limit in time), connects, and
    // calls `connected` once.
    virtual Result<std::unique_ptr<Pending>> connect(Endpoint to, Connected connected) = 0;

    // Lending and mapping of pages between this domain and `with.peer`. The source belongs to the
    // side that listens, and must exist before the peer's mapper is made. `with.port` only
    // separates several uses locally.
    virtual Result<std::unique_ptr<GrantSource>> grant_source(Endpoint with) = 0;
    virtual Result<std::unique_ptr<GrantMapper>> grant_mapper(Endpoint with) = 0;
};

// The transport that the environment asks for: local when VCHAN_SOCKET_DIR is set (then
// VCHAN_DOMAIN must give our own domain id), Xen otherwise. `loop` must outlive it.
Result<std::unique_ptr<Transport>> open_transport(Loop& loop);

}  // namespace insula
