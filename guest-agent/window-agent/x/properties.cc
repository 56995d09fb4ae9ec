// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/x/properties.h"

#include "proto/base/handle.h"

#include <span>

#include <X11/Xlib.h>
#include <X11/Xutil.h>

namespace insula::window_agent::x {
namespace {

constexpr long kMaxNameWords = 32;  // 128 bytes, all that WMNAME carries

::Window raw(XWindow window) { return static_cast<::Window>(window); }

std::string text_property(Connection& connection, XWindow window, Atom property)
{
    Atom type = 0;
    int format = 0;
    unsigned long count = 0;
    unsigned long rest = 0;
    unsigned char* data = nullptr;
    if (XGetWindowProperty(connection.display(), raw(window), property, 0, kMaxNameWords, False,
                           AnyPropertyType, &type, &format, &count, &rest, &data) != Success)
        return {};
    const Handle<unsigned char, XFree> owner(data);
    if (!data || format != 8)
        return {};
    // SAFETY: format 8 is an array of `count` bytes.
    const std::string text(reinterpret_cast<const char*>(data), count);
    return text.substr(0, text.find('\0'));
}

void set_pair(gui::WindowHints& hints, gui::HintFlag flag, gui::WindowHints::Extent& width,
              gui::WindowHints::Extent& height, int given_width, int given_height)
{
    hints.flags.bits |= flag;
    // A negative number becomes a huge one, which hints_within_limits() drops.
    width.value = static_cast<uint32_t>(given_width);
    height.value = static_cast<uint32_t>(given_height);
}

}  // namespace

std::string name_of(Connection& connection, XWindow window)
{
    std::string name = text_property(connection, window, connection.atoms().net_wm_name);
    if (name.empty()) {
        constexpr Atom kWmName = 39;  // XA_WM_NAME, without its C cast
        name = text_property(connection, window, kWmName);
    }
    return name;
}

ClassNames class_of(Connection& connection, XWindow window)
{
    XClassHint hint{};
    if (XGetClassHint(connection.display(), raw(window), &hint) == 0)
        return {};
    const Handle<char, XFree> instance_name(hint.res_name);
    const Handle<char, XFree> class_name(hint.res_class);
    return {class_name ? class_name.get() : "", instance_name ? instance_name.get() : ""};
}

bool was_shown(Connection& connection, XWindow window)
{
    const Atom shown = connection.atoms().insula_shown;
    ::Atom type = 0;
    int format = 0;
    unsigned long count = 0;
    unsigned long rest = 0;
    unsigned char* data = nullptr;
    const int status = XGetWindowProperty(connection.display(), raw(window), shown, 0, 0, False,
                                          shown, &type, &format, &count, &rest, &data);
    const Handle<unsigned char, XFree> owner(data);
    return status == 0 && type == shown;
}

void remember_shown(Connection& connection, XWindow window)
{
    const Atom shown = connection.atoms().insula_shown;
    XChangeProperty(connection.display(), raw(window), shown, shown, 8, PropModeReplace, nullptr,
                    0);
}

XWindow transient_for(Connection& connection, XWindow window)
{
    ::Window leader = 0;
    if (XGetTransientForHint(connection.display(), raw(window), &leader) == 0)
        return kNoWindow;
    return XWindow{static_cast<uint32_t>(leader)};
}

gui::WindowHints hints_of(Connection& connection, XWindow window)
{
    XSizeHints x{};
    long supplied = 0;
    gui::WindowHints hints;
    if (XGetWMNormalHints(connection.display(), raw(window), &x, &supplied) == 0)
        return hints;
    if ((x.flags & PMinSize) != 0)
        set_pair(hints, gui::kHintMinSize, hints.min_width, hints.min_height, x.min_width,
                 x.min_height);
    if ((x.flags & PMaxSize) != 0)
        set_pair(hints, gui::kHintMaxSize, hints.max_width, hints.max_height, x.max_width,
                 x.max_height);
    if ((x.flags & PResizeInc) != 0)
        set_pair(hints, gui::kHintIncrement, hints.width_increment, hints.height_increment,
                 x.width_inc, x.height_inc);
    if ((x.flags & PBaseSize) != 0)
        set_pair(hints, gui::kHintBaseSize, hints.base_width, hints.base_height, x.base_width,
                 x.base_height);
    if ((x.flags & USPosition) != 0)
        hints.flags.bits |= gui::kHintUserPosition;
    if ((x.flags & PPosition) != 0)
        hints.flags.bits |= gui::kHintProgramPosition;
    return gui::hints_within_limits(hints);
}

bool supports(Connection& connection, XWindow window, Protocol protocol)
{
    Atom* list = nullptr;
    int count = 0;
    if (XGetWMProtocols(connection.display(), raw(window), &list, &count) == 0)
        return false;
    const Handle<Atom, XFree> owner(list);
    const Atom wanted = protocol == Protocol::DeleteWindow ? connection.atoms().wm_delete_window
                                                           : connection.atoms().wm_take_focus;
    for (const Atom atom : std::span(list, static_cast<size_t>(count)))
        if (atom == wanted)
            return true;
    return false;
}

}  // namespace insula::window_agent::x
