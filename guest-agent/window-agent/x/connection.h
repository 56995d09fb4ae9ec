// SPDX-License-Identifier: GPL-2.0-or-later
// The connection to the guest's X server: extensions, atoms, recorded errors.
//
// Believes the X server; a window that vanishes between two calls is normal and only recorded.
// When the server goes away the process ends (Xlib offers nothing else) and systemd starts it anew.
#pragma once

#include "guest-agent/window-agent/x/events.h"
#include "proto/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

// Xlib's own name of it.
struct _XDisplay;  // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

namespace insula::window_agent::x {

using Atom = unsigned long;

struct Atoms {
    Atom net_wm_name, utf8_string, wm_protocols, wm_delete_window, wm_take_focus, wm_state,
        wm_change_state, net_wm_state, net_wm_state_fullscreen, net_wm_state_attention,
        net_wm_state_hidden, net_supported, net_supporting_wm_check, net_active_window,
        insula_shown;
};

class Connection {
public:
    // Opens $DISPLAY, takes over its window management and asks for its events. Errc::Conflict
    // when another window manager runs; Errc::NotFound when an extension is missing.
    static Result<std::unique_ptr<Connection>> open();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    int fd() const;
    _XDisplay* display() const { return display_; }
    unsigned long root() const { return root_; }
    const Atoms& atoms() const { return atoms_; }
    uint32_t screen_width() const;
    uint32_t screen_height() const;

    // The next event that the agent cares about, nullopt when none is there. Reads the socket.
    std::optional<Event> next_event();
    // Events that a call waiting for its answer has put aside (the socket will not show them), or
    // that have come just now.
    bool has_events() const;
    void flush();

    // The top-level windows from bottom to top.
    std::vector<XWindow> top_levels();
    // Starts to observe a new top-level window and strips its border. nullopt when it is gone, is
    // for input only, or is ours.
    std::optional<Description> adopt(XWindow window);
    // After all Damaged of one turn, before the picture is read: what changes from then on is
    // reported again.
    void begin_damage(XWindow window);

private:
    explicit Connection(_XDisplay* display);
    Result<void> set_up();
    std::optional<Event> translate(void* raw);

    _XDisplay* display_;
    unsigned long root_;
    unsigned long own_ = 0;  // what clients see of the window manager
    int damage_event_ = 0;
    Atoms atoms_{};
    // Of each adopted window, so that its damage object is found. Bounded by kMaxWindows.
    std::map<XWindow, unsigned long> damages_;
};

// Counts X errors; to be compared before and after calls whose failure matters. The handler is
// global because Xlib's is.
unsigned long error_count();
// Waits for the server to have carried out everything, and says whether an error came meanwhile.
bool failed_since(Connection& connection, unsigned long count_before);

}  // namespace insula::window_agent::x
