// SPDX-License-Identifier: GPL-2.0-or-later
// What a window manager does to windows. A window that is gone makes an X error, which is recorded
// and changes nothing.
#pragma once

#include "guest-agent/window-agent/x/connection.h"

#include <cstdint>

namespace insula::window_agent::x {

void map(Connection& connection, XWindow window);
void unmap(Connection& connection, XWindow window);
void raise(Connection& connection, XWindow window);
// The number of the request, to tell which Configured came before it and which after.
unsigned long configure(Connection& connection, XWindow window, const Rect& geometry);
// Only the parts that are set: requests may follow each other faster than their effects are seen.
void change(Connection& connection, const ConfigureRequested& change);
// Tells the client its unchanged geometry, as ICCCM 4.1.5 wants after a request without effect.
void confirm_geometry(Connection& connection, XWindow window, const Rect& geometry);
// The keyboard goes to the window, or to none (the root window takes and drops it).
void focus(Connection& connection, XWindow window);
void unfocus(Connection& connection);
// Asks the client to close the window, or ends the client if it does not understand that.
void close(Connection& connection, XWindow window);
// Brings _NET_WM_STATE to hold the states of these gui::WindowFlag bits and no other.
void show_flags(Connection& connection, XWindow window, uint32_t flags);

}  // namespace insula::window_agent::x
