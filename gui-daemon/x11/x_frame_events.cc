// SPDX-License-Identifier: GPL-2.0-or-later
// What the person does to a frame: move, raise, close; and what the window manager does to it.
#include "gui-daemon/x11/x_desktop.h"

namespace insula::gui_daemon {
// Moves by ourselves also where there is a window manager: a move that is handed to it by
// _NET_WM_MOVERESIZE never ends when the person lets go before the manager has the pointer.
void XDesktop::on_frame_button(gui::WindowId id, const GuestWindow& window,
                               const XButtonEvent& event)
{
    if (window.chrome() != Chrome::Framed || event.button != Button1)
        return;
    const Size outer = outer_of(window.content(), window.chrome()).size();
    const bool on_close = contains(close_button_of(outer), event.x, event.y);
    if (event.type == ButtonPress) {
        if (!on_close && event.y < static_cast<int>(kTitleBar))
            drag_ = Drag{id, -event.x, -event.y};
        return;
    }
    const bool dragged = drag_.has_value();
    drag_.reset();
    if (on_close && !dragged && listener_)
        listener_->on_close_wanted(id);
}

void XDesktop::raise_and_focus(const GuestWindow& window, Time when)
{
    XRaiseWindow(x_.get(), window.outer());
    XSetInputFocus(x_.get(), window.outer(), RevertToPointerRoot, when);
}

void XDesktop::on_configure(gui::WindowId id, GuestWindow& window, const XConfigureEvent& event)
{
    // An event from before our own last request: that request's event is on its way.
    if (static_cast<long>(event.serial - window.last_request()) < 0)
        return;
    Rect outer{event.x, event.y, static_cast<uint32_t>(event.width),
               static_cast<uint32_t>(event.height)};
    // A manager may have put the window into one of its own: ask where it is on the screen.
    if (!event.send_event) {
        Window child = kNoXid;
        if (XTranslateCoordinates(x_.get(), window.outer(), x_.root(), 0, 0, &outer.x, &outer.y,
                                  &child) == 0)
            return;
    }
    window.follow(outer);
    if (listener_)
        listener_->on_geometry(id, window.content());
}

}  // namespace insula::gui_daemon
