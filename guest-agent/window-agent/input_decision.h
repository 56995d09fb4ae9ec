// SPDX-License-Identifier: GPL-2.0-or-later
// Which keys and lock modifiers of the guest must change for what the daemon told. Pure.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace insula::window_agent {

enum class Edge { Press, Release };

struct KeyAction {
    Edge edge;
    uint8_t code;
    friend bool operator==(const KeyAction&, const KeyAction&) = default;
};

// The keys (or buttons) that are down in the guest because the daemon pressed them.
class PressedKeys {
public:
    // A press of a key that is down is a repeat: it is released first, because the guest's X server
    // drops a second press. A release of a key that is up does nothing.
    std::vector<KeyAction> decide(Edge edge, uint8_t code);
    // KEYMAP_NOTIFY: releases what is down here and not there.
    std::vector<KeyAction> decide_keymap(const std::array<std::byte, 32>& down_at_the_daemon);
    std::vector<KeyAction> release_all();

private:
    std::bitset<256> down_;
};

struct LockChange {
    uint32_t affect;
    uint32_t values;
    friend bool operator==(const LockChange&, const LockChange&) = default;
};

// Caps Lock, Num Lock and their like, `lockable`, are brought from `locked` to what `state` says.
// The others (Shift, Control) follow from the keys that the daemon presses.
std::optional<LockChange> decide_locks(uint32_t state, uint32_t locked, uint32_t lockable);

}  // namespace insula::window_agent
