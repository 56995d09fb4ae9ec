// SPDX-License-Identifier: GPL-2.0-or-later
// Who has to answer whose CONFIGURE for one window. Pure.
//
// Each side has at most one unanswered CONFIGURE; the answer repeats the geometry. When both sides
// speak at once the daemon's wish wins: it knows the person's screen, and has heard ours.
#pragma once

#include "guest-agent/window-agent/geometry.h"

#include <optional>

namespace insula::window_agent {

class ConfigureExchange {
public:
    // `known`: the geometry that CREATE told the daemon.
    explicit ConfigureExchange(const Rect& known) : told_(known) {}

    // The window has the geometry `now`. What to tell the daemon, if anything.
    std::optional<Rect> decide_local(const Rect& now);

    struct Decision {
        bool apply = false;  // it is a wish: give the window that geometry
        bool reply = false;  // and repeat it to the daemon
    };
    // The daemon sent CONFIGURE.
    Decision decide_remote(const Rect& from_daemon);

private:
    Rect told_;                       // what the daemon believes
    std::optional<Rect> unanswered_;  // ours, not answered yet
};

}  // namespace insula::window_agent
