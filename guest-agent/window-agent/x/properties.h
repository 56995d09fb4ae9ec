// SPDX-License-Identifier: GPL-2.0-or-later
// What clients wrote on their windows, brought into the ranges of the GUI protocol.
//
// A client may write anything, or be gone: what is missing or odd reads as "not given".
#pragma once

#include "guest-agent/window-agent/x/connection.h"
#include "proto/gui/messages.h"

#include <string>

namespace insula::window_agent::x {

// _NET_WM_NAME, else WM_NAME; empty when neither is there.
std::string name_of(Connection& connection, XWindow window);
ClassNames class_of(Connection& connection, XWindow window);
XWindow transient_for(Connection& connection, XWindow window);
gui::WindowHints hints_of(Connection& connection, XWindow window);
// Whether a person has had the window on the screen: kept at the window itself, so that it outlives
// this process.
bool was_shown(Connection& connection, XWindow window);
void remember_shown(Connection& connection, XWindow window);
enum class Protocol { DeleteWindow, TakeFocus };
bool supports(Connection& connection, XWindow window, Protocol protocol);

}  // namespace insula::window_agent::x
