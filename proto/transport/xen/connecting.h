// SPDX-License-Identifier: GPL-2.0-or-later
// An attempt to connect to a vchan: waits for the server's nodes in xenstore.
//
// One attempt for each change of the nodes, none without: the nodes of a dead server, and of one
// that answers nobody, cost nothing.
#pragma once

#include "proto/transport/xen/store.h"
#include "proto/transport/xen/vchan_stream.h"

namespace insula::xen {

class Connecting final : public Transport::Pending {
public:
    static Result<std::unique_ptr<Transport::Pending>>
    start(Loop& loop, DomainId server, std::string path, Transport::Connected connected);

private:
    Connecting(Loop& loop, DomainId server, std::string path, Transport::Connected connected)
        : loop_(loop),
          server_(server),
          path_(std::move(path)),
          connected_(std::move(connected))
    {}

    void attempt();

    Loop& loop_;
    DomainId server_;
    std::string path_;
    Transport::Connected connected_;
    std::unique_ptr<StoreWatch> watch_;
};

}  // namespace insula::xen
