// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/x/window_control.h"

#include "guest-agent/window-agent/x/properties.h"
#include "proto/base/handle.h"
#include "proto/gui/messages.h"

#include <array>
#include <vector>

#include <X11/Xlib.h>
#include <X11/Xutil.h>

namespace insula::window_agent::x {
namespace {

::Window raw(XWindow window) { return static_cast<::Window>(window); }

void set_words(Connection& connection, XWindow window, Atom property, Atom type,
               const std::vector<unsigned long>& words)
{
    // SAFETY: format 32 properties are passed as an array of long.
    XChangeProperty(connection.display(), raw(window), property, type, 32, PropModeReplace,
                    reinterpret_cast<const unsigned char*>(words.data()),
                    static_cast<int>(words.size()));
}

// ICCCM 4.1.3.1: toolkits and scripts look here for what a window manager made of a window.
void set_wm_state(Connection& connection, XWindow window, unsigned long state)
{
    const Atom wm_state = connection.atoms().wm_state;
    set_words(connection, window, wm_state, wm_state, {state, 0});
}

void send_protocol(Connection& connection, XWindow window, Atom protocol)
{
    XEvent event{};
    event.xclient.type = ClientMessage;
    event.xclient.window = raw(window);
    event.xclient.message_type = connection.atoms().wm_protocols;
    event.xclient.format = 32;
    event.xclient.data.l[0] = static_cast<long>(protocol);
    event.xclient.data.l[1] = CurrentTime;
    XSendEvent(connection.display(), raw(window), False, NoEventMask, &event);
}

bool wants_input(Connection& connection, XWindow window)
{
    const Handle<XWMHints, XFree> hints(XGetWMHints(connection.display(), raw(window)));
    return !hints || (hints->flags & InputHint) == 0 || hints->input != 0;
}

}  // namespace

void map(Connection& connection, XWindow window)
{
    set_wm_state(connection, window, NormalState);
    XMapWindow(connection.display(), raw(window));
}

void unmap(Connection& connection, XWindow window)
{
    set_wm_state(connection, window, IconicState);
    XUnmapWindow(connection.display(), raw(window));
}

void raise(Connection& connection, XWindow window)
{
    XRaiseWindow(connection.display(), raw(window));
}

unsigned long configure(Connection& connection, XWindow window, const Rect& geometry)
{
    const unsigned long request = NextRequest(connection.display());
    XMoveResizeWindow(connection.display(), raw(window), geometry.x, geometry.y, geometry.width,
                      geometry.height);
    return request;
}

void change(Connection& connection, const ConfigureRequested& change)
{
    XWindowChanges values{};
    unsigned mask = 0;
    const auto set = [&mask](auto& value, const auto& wanted, unsigned bit) {
        if (wanted) {
            value = static_cast<int>(*wanted);
            mask |= bit;
        }
    };
    set(values.x, change.x, CWX);
    set(values.y, change.y, CWY);
    set(values.width, change.width, CWWidth);
    set(values.height, change.height, CWHeight);
    if (change.raise) {
        values.stack_mode = Above;
        mask |= CWStackMode;
    }
    XConfigureWindow(connection.display(), raw(change.window), mask, &values);
}

void confirm_geometry(Connection& connection, XWindow window, const Rect& geometry)
{
    XEvent event{};
    event.xconfigure.type = ConfigureNotify;
    event.xconfigure.event = raw(window);
    event.xconfigure.window = raw(window);
    event.xconfigure.x = geometry.x;
    event.xconfigure.y = geometry.y;
    event.xconfigure.width = static_cast<int>(geometry.width);
    event.xconfigure.height = static_cast<int>(geometry.height);
    XSendEvent(connection.display(), raw(window), False, StructureNotifyMask, &event);
}

void focus(Connection& connection, XWindow window)
{
    if (wants_input(connection, window))
        XSetInputFocus(connection.display(), raw(window), RevertToParent, CurrentTime);
    if (supports(connection, window, Protocol::TakeFocus))
        send_protocol(connection, window, connection.atoms().wm_take_focus);
}

void unfocus(Connection& connection)
{
    XSetInputFocus(connection.display(), connection.root(), RevertToNone, CurrentTime);
}

void close(Connection& connection, XWindow window)
{
    if (supports(connection, window, Protocol::DeleteWindow))
        send_protocol(connection, window, connection.atoms().wm_delete_window);
    else
        XKillClient(connection.display(), raw(window));
}

void show_flags(Connection& connection, XWindow window, uint32_t flags)
{
    const Atoms& atoms = connection.atoms();
    std::vector<unsigned long> states;
    if ((flags & gui::kFlagFullScreen) != 0)
        states.push_back(atoms.net_wm_state_fullscreen);
    if ((flags & gui::kFlagDemandsAttention) != 0)
        states.push_back(atoms.net_wm_state_attention);
    if ((flags & gui::kFlagMinimise) != 0)
        states.push_back(atoms.net_wm_state_hidden);
    constexpr Atom kAtomType = 4;  // XA_ATOM, without its C cast
    set_words(connection, window, atoms.net_wm_state, kAtomType, states);
    set_wm_state(connection, window, (flags & gui::kFlagMinimise) != 0 ? IconicState : NormalState);
}

}  // namespace insula::window_agent::x
