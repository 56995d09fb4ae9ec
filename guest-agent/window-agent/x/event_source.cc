// SPDX-License-Identifier: GPL-2.0-or-later
// Connection::next_event: from Xlib's events to ours.
#include "guest-agent/window-agent/x/connection.h"
#include "proto/gui/messages.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>

namespace insula::window_agent::x {
namespace {

XWindow window_of(::Window window) { return XWindow{static_cast<uint32_t>(window)}; }

Event requested(const XConfigureRequestEvent& event)
{
    ConfigureRequested out{window_of(event.window), {}, {}, {}, {}};
    if ((event.value_mask & CWX) != 0)
        out.x = event.x;
    if ((event.value_mask & CWY) != 0)
        out.y = event.y;
    if ((event.value_mask & CWWidth) != 0)
        out.width = static_cast<uint32_t>(event.width);
    if ((event.value_mask & CWHeight) != 0)
        out.height = static_cast<uint32_t>(event.height);
    out.raise = (event.value_mask & CWStackMode) != 0 && event.detail == Above;
    return out;
}

std::optional<Event> property(const XPropertyEvent& event, const Atoms& atoms)
{
    constexpr ::Atom kWmName = 39;         // XA_WM_NAME, without its C cast
    constexpr ::Atom kWmNormalHints = 40;  // XA_WM_NORMAL_HINTS
    if (event.atom == kWmName || event.atom == atoms.net_wm_name)
        return NameChanged{window_of(event.window)};
    if (event.atom == kWmNormalHints)
        return HintsChanged{window_of(event.window)};
    return std::nullopt;
}

// EWMH _NET_WM_STATE: data.l[0] is 0 remove, 1 add, 2 toggle; then up to two states. A toggle
// counts as add: the daemon decides and tells us.
std::optional<Event> client_message(const XClientMessageEvent& event, const Atoms& atoms)
{
    if (event.format != 32)
        return std::nullopt;
    if (event.message_type == atoms.wm_change_state && event.data.l[0] == IconicState)
        return FlagsAsked{window_of(event.window), gui::kFlagMinimise, 0};
    if (event.message_type != atoms.net_wm_state)
        return std::nullopt;
    uint32_t bits = 0;
    for (const long state : {event.data.l[1], event.data.l[2]}) {
        if (static_cast<Atom>(state) == atoms.net_wm_state_fullscreen)
            bits |= gui::kFlagFullScreen;
        if (static_cast<Atom>(state) == atoms.net_wm_state_attention)
            bits |= gui::kFlagDemandsAttention;
    }
    if (bits == 0)
        return std::nullopt;
    const bool remove = event.data.l[0] == 0;
    return FlagsAsked{window_of(event.window), remove ? 0 : bits, remove ? bits : 0};
}

}  // namespace

std::optional<Event> Connection::next_event()
{
    while (XPending(display_) > 0) {
        XEvent event;
        XNextEvent(display_, &event);
        if (auto ours = translate(&event))
            return ours;
    }
    return std::nullopt;
}

std::optional<Event> Connection::translate(void* raw)
{
    XEvent& event = *static_cast<XEvent*>(raw);
    if (event.type == damage_event_ + XDamageNotify) {
        // SAFETY: the extension's event type says which struct this is.
        const auto& d = *reinterpret_cast<const XDamageNotifyEvent*>(&event);
        return Damaged{window_of(d.drawable), {d.area.x, d.area.y, d.area.width, d.area.height}};
    }
    switch (event.type) {
    case CreateNotify:
        return Created{window_of(event.xcreatewindow.window)};
    case DestroyNotify:
        damages_.erase(window_of(event.xdestroywindow.window));
        return Destroyed{window_of(event.xdestroywindow.window)};
    case ReparentNotify:
        if (event.xreparent.parent == root_)
            return Created{window_of(event.xreparent.window)};
        if (const auto found = damages_.find(window_of(event.xreparent.window));
            found != damages_.end()) {
            XDamageDestroy(display_, found->second);
            damages_.erase(found);
        }
        return Destroyed{window_of(event.xreparent.window)};
    case MapNotify:
        return Mapped{window_of(event.xmap.window)};
    case UnmapNotify:
        return Unmapped{window_of(event.xunmap.window)};
    case ConfigureNotify:
        return Configured{window_of(event.xconfigure.window),
                          {event.xconfigure.x, event.xconfigure.y,
                           static_cast<uint32_t>(event.xconfigure.width),
                           static_cast<uint32_t>(event.xconfigure.height)},
                          event.xconfigure.serial};
    case MapRequest:
        return MapRequested{window_of(event.xmaprequest.window)};
    case ConfigureRequest:
        return requested(event.xconfigurerequest);
    case PropertyNotify:
        return property(event.xproperty, atoms_);
    case ClientMessage:
        return client_message(event.xclient, atoms_);
    default:
        return std::nullopt;
    }
}

}  // namespace insula::window_agent::x
