// SPDX-License-Identifier: GPL-2.0-or-later
// An offer of a vchan: a ring that waits for its one client.
#pragma once

#include "proto/transport/transport.h"
#include "proto/transport/xen/vchan_stream.h"

#include <string>

namespace insula::xen {

class Listening final : public Transport::Pending {
public:
    static Result<std::unique_ptr<Transport::Pending>> start(Loop& loop, DomainId client,
                                                             const std::string& path,
                                                             size_t ring_bytes,
                                                             Transport::Connected connected);

private:
    Listening(Loop& loop, Ring ring, Transport::Connected connected)
        : loop_(loop),
          connected_(std::move(connected)),
          ring_(std::move(ring))
    {}

    void on_event();

    Loop& loop_;
    Transport::Connected connected_;
    Ring ring_;
    // After ring_: refers to it.
    EventSource event_;
};

}  // namespace insula::xen
