// SPDX-License-Identifier: GPL-2.0-or-later
// What the owner of local granted memory tells its mapper: one SOCK_SEQPACKET message for each
// share and for each withdrawal.
#pragma once

#include <cstddef>
#include <cstdint>

namespace insula::local {

// A share carries its memfd, sealed against shrinking and growing; its pages have the references
// first to first + count - 1. With count 0 it withdraws the share that begins at `first`, and
// carries no descriptor. Both ends are on one machine: its byte order.
struct MemoryRecord {
    uint32_t first = 0;
    uint32_t count = 0;
};

// Each live share costs a descriptor on both sides, of the 1,024 that a process usually may have.
inline constexpr size_t kMaxLiveShares = 384;

}  // namespace insula::local
