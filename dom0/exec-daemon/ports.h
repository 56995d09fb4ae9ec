// SPDX-License-Identifier: GPL-2.0-or-later
// Which data ports of one domain are in use. Pure.
#pragma once

#include "proto/base/result.h"
#include "proto/exec/messages.h"

#include <cstdint>
#include <set>

namespace insula::exec_daemon {

class Ports {
public:
    // Ports at once, those included whose release the agent has yet to say.
    static constexpr uint32_t kMax = 512;

    // The lowest free one. Errc::Exhausted when there is none.
    Result<uint32_t> allot()
    {
        for (uint32_t port = exec::kFirstDataPort; port < exec::kFirstDataPort + kMax; ++port)
            if (used_.insert(port).second)
                return port;
        return Error(Errc::Exhausted, "no free data port");
    }
    // Does nothing for a port not in use: an agent may speak of one of an earlier daemon's.
    void release(uint32_t port) { used_.erase(port); }
    void release_all() { used_.clear(); }
    size_t in_use() const { return used_.size(); }

private:
    std::set<uint32_t> used_;
};

}  // namespace insula::exec_daemon
