// SPDX-License-Identifier: GPL-2.0-or-later
// Where a guest may have a window. Pure: adjusts a valid wish to policy.
#pragma once

#include "gui-daemon/frame/geometry.h"

namespace insula::gui_daemon {

// How much of a framed window's title bar stays reachable, in pixels.
inline constexpr int32_t kReachable = 48;

// The content geometry that policy makes of `wish`. Framed windows keep their title bar within
// `area`; unframed ones lie in it entirely, border and all, and are made smaller to fit.
Rect place(const Rect& wish, Chrome chrome, const Rect& area);

}  // namespace insula::gui_daemon
