// SPDX-License-Identifier: GPL-2.0-or-later
// Version negotiation of the execution protocol, and what depends on the version. Pure.
#pragma once

#include "proto/base/result.h"
#include "proto/exec/messages.h"

#include <cstdint>

namespace insula::exec {

inline constexpr uint32_t kVersionMin = 2;
inline constexpr uint32_t kOurVersion = 4;

// The lower of both versions holds. Errc::Protocol below 2.
Result<uint32_t> choose_version(uint32_t announced);

// The longest chunk of a data channel.
inline constexpr uint32_t kMaxChunkV2 = 4096;
inline constexpr uint32_t kMaxChunkV3 = 65'536;
constexpr uint32_t max_chunk(uint32_t version) { return version < 3 ? kMaxChunkV2 : kMaxChunkV3; }

// The longest body on a control channel.
inline constexpr uint32_t kMaxControlBody = 8 + static_cast<uint32_t>(kMaxCommand);

}  // namespace insula::exec
