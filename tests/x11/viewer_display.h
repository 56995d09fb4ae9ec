// SPDX-License-Identifier: GPL-2.0-or-later
// Looks at an X server as a person does: windows by their title, pixels of the whole screen.
#pragma once

// clang-format off
// gtest first: Xlib's macros are names in it.
#include <gtest/gtest.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
// clang-format on

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace insula::x11_test {

class ViewerDisplay {
public:
    explicit ViewerDisplay(const std::string& name) : display_(XOpenDisplay(name.c_str()))
    {
        XSetErrorHandler([](Display*, XErrorEvent*) { return 0; });
    }
    ~ViewerDisplay()
    {
        if (display_)
            XCloseDisplay(display_);
    }
    ViewerDisplay(const ViewerDisplay&) = delete;
    ViewerDisplay& operator=(const ViewerDisplay&) = delete;

    Display* get() const { return display_; }
    Window root() const { return DefaultRootWindow(display_); }

    // The visible top-level windows whose title begins with `start`.
    std::vector<Window> titled(const std::string& start) const
    {
        std::vector<Window> found;
        Window ignored = 0;
        Window* children = nullptr;
        unsigned count = 0;
        if (XQueryTree(display_, root(), &ignored, &ignored, &children, &count) == 0)
            return found;
        for (unsigned i = 0; i < count; ++i) {
            XWindowAttributes attributes{};
            if (XGetWindowAttributes(display_, children[i], &attributes) == 0 ||
                attributes.map_state != IsViewable)
                continue;
            if (title(children[i]).rfind(start, 0) == 0)
                found.push_back(children[i]);
        }
        if (children)
            XFree(children);
        return found;
    }
    std::string title(Window window) const
    {
        XTextProperty text{};
        if (XGetTextProperty(display_, window, &text, XInternAtom(display_, "_NET_WM_NAME", 0)) ==
            0)
            return "";
        // SAFETY: a property of 8-bit format is bytes.
        std::string out(reinterpret_cast<const char*>(text.value), text.nitems);
        XFree(text.value);
        return out;
    }
    XWindowAttributes attributes(Window window) const
    {
        XWindowAttributes out{};
        XGetWindowAttributes(display_, window, &out);
        return out;
    }
    // 0xRRGGBB at a point of the screen.
    std::optional<uint32_t> pixel(int x, int y) const
    {
        XImage* image = XGetImage(display_, root(), x, y, 1, 1, AllPlanes, ZPixmap);
        if (!image)
            return std::nullopt;
        const auto value = static_cast<uint32_t>(XGetPixel(image, 0, 0)) & 0xffffff;
        XDestroyImage(image);
        return value;
    }

private:
    Display* display_;
};

}  // namespace insula::x11_test
