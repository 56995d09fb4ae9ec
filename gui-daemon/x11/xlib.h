// SPDX-License-Identifier: GPL-2.0-or-later
// Xlib without the macros that are names of ours. Every file of x11/ includes it instead of Xlib.
#pragma once

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>

#undef None
#undef KeymapNotify

namespace insula::gui_daemon {

inline constexpr XID kNoXid = 0;

}  // namespace insula::gui_daemon
