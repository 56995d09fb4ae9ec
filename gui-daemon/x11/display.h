// SPDX-License-Identifier: GPL-2.0-or-later
// The connection to the person's X server and what every window of ours needs from it.
//
// The X server is trusted. Errors that it reports are counted and passed over (a window may be gone
// before our request arrives); losing the server ends the process with status 1.
#pragma once

#include "gui-daemon/frame/geometry.h"
#include "gui-daemon/x11/xlib.h"
#include "proto/base/handle.h"
#include "proto/base/result.h"

#include <string>
#include <string_view>

namespace insula::gui_daemon {

class XConnection {
public:
    // The server that DISPLAY names. Its default visual must be TrueColor of depth 24.
    static Result<XConnection> open();
    XConnection(XConnection&&) = default;
    ~XConnection();

    Display* get() const { return display_.get(); }
    int fd() const { return ConnectionNumber(get()); }
    Window root() const { return DefaultRootWindow(get()); }
    Visual* visual() const { return DefaultVisual(get(), DefaultScreen(get())); }
    Size screen() const;
    bool has_shm() const { return has_shm_; }

    Atom atom(const char* name) const { return XInternAtom(get(), name, False); }
    // The pixel of a colour 0xRRGGBB.
    unsigned long pixel(uint32_t rgb) const;

    // _NET_SUPPORTING_WM_CHECK names a window: somebody else does focus and stacking.
    bool has_window_manager() const;
    // What the window manager leaves for windows; the whole screen without one.
    Rect work_area() const;

    // Draws UTF-8 text with its baseline at y. Falls back to "fixed" and ASCII.
    void draw_text(Window window, GC gc, int x, int y, const std::string& text) const;

    // Runs the requests so far and says how many errors the server reported meanwhile.
    int errors_after_sync() const;

private:
    struct Free {
        void operator()(Display* display) const { XCloseDisplay(display); }
    };
    explicit XConnection(Display* display) : display_(display) {}

    std::unique_ptr<Display, Free> display_;
    XFontSet fonts_ = nullptr;
    XFontStruct* font_ = nullptr;
    bool has_shm_ = false;
};

}  // namespace insula::gui_daemon
