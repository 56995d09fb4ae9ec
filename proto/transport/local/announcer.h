// SPDX-License-Identifier: GPL-2.0-or-later
// Tells one mapper which shares there are. Never waits for it.
#pragma once

#include "proto/base/unique_fd.h"
#include "proto/event/loop.h"
#include "proto/transport/local/memory_record.h"

#include <deque>
#include <map>

namespace insula::local {

struct Share {
    UniqueFd memory;
    uint32_t count = 0;
};
// By first reference.
using Shares = std::map<uint32_t, Share>;

class Announcer {
public:
    // Records that a mapper has not taken; beyond it the mapper is dropped.
    static constexpr size_t kMaxQueuedRecords = 4 * kMaxLiveShares;

    // `shares` must outlive it.
    Announcer(UniqueFd mapper, const Shares& shares) : mapper_(std::move(mapper)), shares_(shares)
    {}

    // Calls `on_gone` from the loop when the mapper has gone or has said something.
    Result<void> start(Loop& loop, std::function<void()> on_gone);

    // Errc::PeerClosed or Errc::Exhausted when the mapper is to be dropped.
    Result<void> tell(MemoryRecord record);

private:
    Result<void> flush();
    Result<bool> write(MemoryRecord record);

    UniqueFd mapper_;
    const Shares& shares_;
    std::deque<MemoryRecord> queue_;
    EventSource ready_;
};

}  // namespace insula::local
