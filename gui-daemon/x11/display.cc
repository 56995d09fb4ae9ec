// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/x11/display.h"

#include <clocale>
#include <cstdio>

#include <X11/XKBlib.h>
#include <X11/Xatom.h>
#include <unistd.h>

namespace insula::gui_daemon {
namespace {

// Xlib's handlers are process-wide and carry no user pointer.
int g_errors = 0;

int on_x_error(Display*, XErrorEvent*)
{
    ++g_errors;
    return 0;
}

// Xlib calls exit() when this returns; leave at once instead, nothing of ours needs saving.
int on_connection_lost(Display*)
{
    std::fputs("<3>the X server is gone\n", stderr);
    ::_exit(1);
}

// A CARDINAL or WINDOW property of the root window: up to four values, how many there were.
int root_property(Display* display, const char* name, long (&out)[4])
{
    Atom type = kNoXid;
    int format = 0;
    unsigned long count = 0;
    unsigned long rest = 0;
    unsigned char* data = nullptr;
    const int status =
        XGetWindowProperty(display, DefaultRootWindow(display), XInternAtom(display, name, False),
                           0, 4, False, AnyPropertyType, &type, &format, &count, &rest, &data);
    const Handle<unsigned char, XFree> owner(data);
    if (status != Success || !data || format != 32)
        return 0;
    // SAFETY: Xlib gives 32-bit properties as an array of long.
    const auto* values = reinterpret_cast<const long*>(data);
    const int found = static_cast<int>(std::min<unsigned long>(count, 4));
    std::copy_n(values, found, out);
    return found;
}

}  // namespace

Result<XConnection> XConnection::open()
{
    // Only LC_CTYPE: Xutf8DrawString chooses its fonts by it.
    if (!std::setlocale(LC_CTYPE, "C.UTF-8"))
        std::setlocale(LC_CTYPE, "");
    XSetErrorHandler(on_x_error);
    XSetIOErrorHandler(on_connection_lost);
    Display* raw = XOpenDisplay(nullptr);
    if (!raw)
        return Error(Errc::System, "cannot open the display");
    XConnection x(raw);
    const int screen = DefaultScreen(raw);
    if (DefaultDepth(raw, screen) != 24 || x.visual()->c_class != TrueColor)
        return Error(Errc::System, "the display is not TrueColor of depth 24");

    XkbSetDetectableAutoRepeat(raw, True, nullptr);
    x.has_shm_ = XShmQueryExtension(raw) == True;
    char** missing = nullptr;
    int missing_count = 0;
    char* fallback = nullptr;
    x.fonts_ = XCreateFontSet(raw, "-misc-fixed-medium-r-normal-*-13-*-*-*-*-*-*-*,fixed", &missing,
                              &missing_count, &fallback);
    if (missing)
        XFreeStringList(missing);
    if (!x.fonts_)
        x.font_ = XLoadQueryFont(raw, "fixed");
    return x;
}

XConnection::~XConnection()
{
    if (!display_)
        return;
    if (fonts_)
        XFreeFontSet(get(), fonts_);
    if (font_)
        XFreeFont(get(), font_);
}

Size XConnection::screen() const
{
    const int screen = DefaultScreen(get());
    return {static_cast<uint32_t>(DisplayWidth(get(), screen)),
            static_cast<uint32_t>(DisplayHeight(get(), screen))};
}

unsigned long XConnection::pixel(uint32_t rgb) const
{
    // TrueColor with 8 bits a channel: open() insisted on depth 24.
    const auto channel = [](uint32_t value, unsigned long mask) {
        return value * (mask / 0xff) & mask;
    };
    const Visual* v = visual();
    return channel(rgb >> 16 & 0xff, v->red_mask) | channel(rgb >> 8 & 0xff, v->green_mask) |
           channel(rgb & 0xff, v->blue_mask);
}

bool XConnection::has_window_manager() const
{
    long check[4] = {};
    return root_property(get(), "_NET_SUPPORTING_WM_CHECK", check) > 0 && check[0] != 0;
}

Rect XConnection::work_area() const
{
    const Size whole = screen();
    long area[4] = {};
    if (has_window_manager() && root_property(get(), "_NET_WORKAREA", area) == 4) {
        const bool sane = area[0] >= 0 && area[1] >= 0 && area[2] > 0 && area[3] > 0 &&
                          area[0] + area[2] <= static_cast<long>(whole.width) &&
                          area[1] + area[3] <= static_cast<long>(whole.height);
        if (sane)
            return {static_cast<int32_t>(area[0]), static_cast<int32_t>(area[1]),
                    static_cast<uint32_t>(area[2]), static_cast<uint32_t>(area[3])};
    }
    return {0, 0, whole.width, whole.height};
}

void XConnection::draw_text(Window window, GC gc, int x, int y, const std::string& text) const
{
    const int length = static_cast<int>(text.size());
    if (fonts_) {
        Xutf8DrawString(get(), window, fonts_, gc, x, y, text.data(), length);
        return;
    }
    std::string ascii = text;
    for (char& c : ascii)
        if (c < ' ' || c > '~')
            c = '?';
    XDrawString(get(), window, gc, x, y, ascii.data(), length);
}

int XConnection::errors_after_sync() const
{
    const int before = g_errors;
    XSync(get(), False);
    return g_errors - before;
}

}  // namespace insula::gui_daemon
