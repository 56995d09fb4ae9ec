// SPDX-License-Identifier: GPL-2.0-or-later
// Version negotiation of the GUI protocol: pure decisions on what a peer announces.
#pragma once

#include "proto/base/result.h"
#include "proto/gui/limits.h"

#include <cstdint>

namespace insula::gui {

struct Version {
    uint16_t major = kMajor;
    uint16_t minor = kMinorBase;

    static constexpr Version from_wire(uint32_t v)
    {
        return {static_cast<uint16_t>(v >> 16), static_cast<uint16_t>(v & 0xffff)};
    }
    constexpr uint32_t to_wire() const { return uint32_t{major} << 16 | minor; }
    friend bool operator==(const Version&, const Version&) = default;

    // From 1.5 the daemon echoes DESTROY, from 1.7 it acknowledges dumps.
    bool echoes_destroy() const { return minor >= 5; }
    bool acknowledges_dumps() const { return minor >= 7; }
    uint32_t max_clipboard() const { return minor >= 8 ? kMaxClipboard : kMaxClipboardBefore18; }
};

// What this build announces. Insula's additions (0x108) are announced once they exist.
inline constexpr Version kOurVersion{kMajor, kMinorBase};

// The daemon's side: the lower minor of both. Errc::Protocol below 1.4 or on another major.
Result<Version> choose_version(Version announced_by_agent);

// The agent's side: what the daemon chose must be one that we offered.
Result<Version> accept_version(Version chosen_by_daemon);

}  // namespace insula::gui
