// SPDX-License-Identifier: GPL-2.0-or-later
// From X events to DesktopEvents. Keys and focus belong to the outer window, the pointer's events
// to the inner one; what happens on the frame never reaches the guest.
#include "gui-daemon/x11/x_desktop.h"

#include <algorithm>

namespace insula::gui_daemon {
namespace {

// X11 positions are 16 bit; the format's limit is one less on the negative side.
int32_t coordinate(int v) { return std::clamp(v, -gui::kMaxCoordinate, gui::kMaxCoordinate); }

uint32_t modifiers(unsigned state) { return state & gui::ModifierState::kKnown; }

// Of many pending movements only the last one matters.
void skip_to_last_motion(Display* display, XEvent& event)
{
    while (XEventsQueued(display, QueuedAlready) > 0) {
        XEvent next;
        XPeekEvent(display, &next);
        if (next.type != MotionNotify || next.xmotion.window != event.xmotion.window)
            return;
        XNextEvent(display, &event);
    }
}

}  // namespace

void XDesktop::serve()
{
    // Also flushes: nothing may stay in Xlib's buffers while the loop waits.
    while (XPending(x_.get()) > 0) {
        XEvent event;
        XNextEvent(x_.get(), &event);
        if (event.type == MotionNotify)
            skip_to_last_motion(x_.get(), event);
        dispatch(event);
    }
}

void XDesktop::dispatch(XEvent& event)
{
    if (event.type == MappingNotify) {
        XRefreshKeyboardMapping(&event.xmapping);
        return;
    }
    const auto known = ids_.find(event.xany.window);
    if (known == ids_.end())
        return;
    const gui::WindowId id = known->second;
    GuestWindow& window = *windows_.at(id);
    const bool inside = event.xany.window == window.inner();
    switch (event.type) {
    case Expose:
        if (inside)
            window.redraw({event.xexpose.x, event.xexpose.y,
                           static_cast<uint32_t>(event.xexpose.width),
                           static_cast<uint32_t>(event.xexpose.height)});
        else if (event.xexpose.count == 0)
            window.draw_frame();
        break;
    case KeyPress:
    case KeyRelease:
        on_key(id, window, event.xkey);
        break;
    case ButtonPress:
    case ButtonRelease:
        if (event.type == ButtonPress && window.chrome() == Chrome::Framed &&
            !x_.has_window_manager())
            raise_and_focus(window, event.xbutton.time);
        if (inside)
            on_button(id, event.xbutton);
        else
            on_frame_button(id, window, event.xbutton);
        break;
    case MotionNotify:
        if (inside)
            on_motion(id, event.xmotion);
        else if (drag_ && drag_->window == id)
            XMoveWindow(x_.get(), window.outer(), event.xmotion.x_root + drag_->dx,
                        event.xmotion.y_root + drag_->dy);
        break;
    case EnterNotify:
    case LeaveNotify:
        on_crossing(id, event.xcrossing);
        break;
    case FocusIn:
    case FocusOut:
        on_focus(id, event.xfocus);
        break;
    case ConfigureNotify:
        on_configure(id, window, event.xconfigure);
        break;
    case ClientMessage:
        if (event.xclient.message_type == x_.atom("WM_PROTOCOLS") &&
            static_cast<Atom>(event.xclient.data.l[0]) == x_.atom("WM_DELETE_WINDOW") && listener_)
            listener_->on_close_wanted(id);
        break;
    default:
        break;
    }
}

void XDesktop::tell(gui::WindowId id, const gui::ToAgent& message)
{
    if (listener_)
        listener_->on_input(id, message);
}

// A held key comes as presses without releases between them (detectable auto-repeat). They are
// passed on: the agent turns the repetition of the guest's own server off.
void XDesktop::on_key(gui::WindowId id, const GuestWindow& window, const XKeyEvent& event)
{
    const bool press = event.type == KeyPress;
    const uint32_t keycode = std::clamp(event.keycode, 8u, 255u);
    const Insets in = insets_of(window.chrome());
    gui::Keypress out;
    out.type.value = press ? gui::KeyEvent::Press : gui::KeyEvent::Release;
    out.x.value = coordinate(event.x - static_cast<int>(in.left));
    out.y.value = coordinate(event.y - static_cast<int>(in.top));
    out.state.bits = modifiers(event.state);
    out.keycode.value = keycode;
    tell(id, out);
}

void XDesktop::on_button(gui::WindowId id, const XButtonEvent& event)
{
    gui::Button out;
    out.type.value =
        event.type == ButtonPress ? gui::ButtonEvent::Press : gui::ButtonEvent::Release;
    out.x.value = coordinate(event.x);
    out.y.value = coordinate(event.y);
    out.state.bits = modifiers(event.state);
    out.button.value = std::clamp(event.button, 1u, 255u);
    tell(id, out);
}

void XDesktop::on_motion(gui::WindowId id, const XMotionEvent& event)
{
    gui::Motion out;
    out.x.value = coordinate(event.x);
    out.y.value = coordinate(event.y);
    out.state.bits = modifiers(event.state);
    out.is_hint = event.is_hint == NotifyHint;
    tell(id, out);
}

void XDesktop::on_crossing(gui::WindowId id, const XCrossingEvent& event)
{
    gui::Crossing out;
    out.type.value =
        event.type == EnterNotify ? gui::CrossingEvent::Enter : gui::CrossingEvent::Leave;
    out.x.value = coordinate(event.x);
    out.y.value = coordinate(event.y);
    out.state.bits = modifiers(event.state);
    out.mode.value = static_cast<gui::NotifyMode>(event.mode);
    out.detail.value = static_cast<gui::NotifyDetail>(event.detail);
    out.focus = event.focus == True;
    tell(id, out);
}

void XDesktop::on_focus(gui::WindowId id, const XFocusChangeEvent& event)
{
    // Grabs of the window manager are none of the guest's business, nor is focus by pointer alone.
    const bool ours = (event.mode == NotifyNormal || event.mode == NotifyWhileGrabbed) &&
                      event.detail <= NotifyNonlinearVirtual;
    if (!ours)
        return;
    gui::Focus out;
    out.type.value = event.type == FocusIn ? gui::FocusEvent::In : gui::FocusEvent::Out;
    out.mode.value = static_cast<gui::NotifyMode>(event.mode);
    out.detail.value = static_cast<gui::NotifyDetail>(event.detail);
    if (event.type == FocusIn) {
        gui::KeymapNotify keys;
        char held[32] = {};
        XQueryKeymap(x_.get(), held);
        for (size_t i = 0; i < keys.keys.value.size(); ++i)
            keys.keys.value[i] = static_cast<std::byte>(held[i]);
        tell(id, keys);
    }
    tell(id, out);
}

}  // namespace insula::gui_daemon
