// SPDX-License-Identifier: GPL-2.0-or-later
// Plays keys, buttons and motion into the guest's X server with XTEST.
#pragma once

#include "guest-agent/window-agent/input_decision.h"
#include "guest-agent/window-agent/x/connection.h"

#include <cstdint>
#include <vector>

namespace insula::window_agent::x {

class Input {
public:
    explicit Input(Connection& connection);

    void play_keys(const std::vector<KeyAction>& actions);
    void play_buttons(const std::vector<KeyAction>& actions);
    void move_pointer(int32_t x, int32_t y);

    // The modifiers that lock (Caps Lock, Num Lock, Scroll Lock), and which of them are locked.
    uint32_t lockable() const { return lockable_; }
    uint32_t locked();
    void set_locks(const LockChange& change);

private:
    Connection& connection_;
    uint32_t lockable_;
};

}  // namespace insula::window_agent::x
