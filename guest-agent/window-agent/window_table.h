// SPDX-License-Identifier: GPL-2.0-or-later
// The guest's top-level windows as the agent knows them. Pure: no X call, no message.
//
// Ids towards the daemon are our own and are given once per life of the agent. X servers hand out
// a dead window's number again at once; ours never names another window, so a late message for a
// dead window finds nothing, whatever the daemon's version says about DESTROY.
#pragma once

#include "guest-agent/window-agent/geometry.h"
#include "proto/gui/limits.h"

#include <cstdint>
#include <map>
#include <optional>

namespace insula::window_agent {

// A window's number in the X server.
enum class XWindow : uint32_t {};
inline constexpr XWindow kNoWindow{0};

// More than a person opens; what it bounds is the daemon's and our own memory.
inline constexpr size_t kMaxWindows = 1024;

struct Window {
    gui::WindowId id{0};
    XWindow x{0};
    Rect geometry;
    // The request of the daemon's last wish: a geometry from before it is none of the guest's.
    unsigned long last_wish = 0;
    bool override_redirect = false;
    bool viewable = false;
    // Changed since it was last sent, relative to the window. Empty: nothing.
    Rect damage;

    // Adds one damage report, cut to the window.
    void add_damage(const Rect& changed);
    void damage_everything() { damage = {0, 0, geometry.width, geometry.height}; }
    // What is to be sent now, cut to `width` x `height` of the buffer; nothing remains.
    Rect take_damage(uint32_t width, uint32_t height);
};

class WindowTable {
public:
    // nullptr when the window is there already or kMaxWindows are.
    Window* add(XWindow x, const Rect& geometry, bool override_redirect);
    // The id it had, nullopt if it was unknown.
    std::optional<gui::WindowId> remove(XWindow x);

    Window* find(XWindow x);
    Window* find(gui::WindowId id);
    // 0, which stands for "none" in MAP and CREATE, when unknown.
    gui::WindowId id_of(XWindow x) const;
    bool full() const { return by_id_.size() >= kMaxWindows; }

    // In the order of creation.
    std::map<gui::WindowId, Window>& all() { return by_id_; }

private:
    std::map<gui::WindowId, Window> by_id_;
    std::map<XWindow, gui::WindowId> by_x_;
    uint32_t last_id_ = 0;
};

}  // namespace insula::window_agent
