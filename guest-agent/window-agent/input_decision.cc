// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/input_decision.h"

namespace insula::window_agent {

std::vector<KeyAction> PressedKeys::decide(Edge edge, uint8_t code)
{
    const bool was_down = down_.test(code);
    down_.set(code, edge == Edge::Press);
    if (edge == Edge::Release)
        return was_down ? std::vector{KeyAction{Edge::Release, code}} : std::vector<KeyAction>{};
    if (was_down)
        return {{Edge::Release, code}, {Edge::Press, code}};
    return {{Edge::Press, code}};
}

std::vector<KeyAction> PressedKeys::decide_keymap(const std::array<std::byte, 32>& down)
{
    std::vector<KeyAction> actions;
    for (size_t code = 0; code < down_.size(); ++code) {
        const bool down_there = (std::to_integer<unsigned>(down[code / 8]) >> (code % 8) & 1) != 0;
        if (down_.test(code) && !down_there) {
            down_.reset(code);
            actions.push_back({Edge::Release, static_cast<uint8_t>(code)});
        }
    }
    return actions;
}

std::vector<KeyAction> PressedKeys::release_all() { return decide_keymap({}); }

std::optional<LockChange> decide_locks(uint32_t state, uint32_t locked, uint32_t lockable)
{
    const uint32_t affect = (state ^ locked) & lockable;
    if (affect == 0)
        return std::nullopt;
    return LockChange{affect, state & affect};
}

}  // namespace insula::window_agent
