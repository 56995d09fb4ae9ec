// SPDX-License-Identifier: GPL-2.0-or-later
// One window of the guest on the person's screen: the outer window with the frame, which is ours,
// and inside it the window that shows the guest's pixels.
//
// The frame is there before the first pixel of the guest, and no call draws guest pixels outside
// the inner window.
#pragma once

#include "gui-daemon/frame/geometry.h"
#include "gui-daemon/session/desktop.h"
#include "gui-daemon/x11/display.h"
#include "gui-daemon/x11/image.h"
#include "gui-daemon/x11/xlib.h"

#include <memory>
#include <optional>
#include <string>

namespace insula::gui_daemon {

// Which domain a frame names.
struct Identity {
    std::string name;
    uint32_t colour = 0;  // 0xRRGGBB of the label
};

class GuestWindow {
public:
    GuestWindow(const XConnection& x, const Identity& domain, const Rect& content, Chrome chrome);
    ~GuestWindow();
    GuestWindow(const GuestWindow&) = delete;
    GuestWindow& operator=(const GuestWindow&) = delete;

    Window outer() const { return outer_; }
    Window inner() const { return inner_; }
    Chrome chrome() const { return chrome_; }
    const Rect& content() const { return content_; }
    // The number of our last request for a geometry: events older than it are out of date.
    unsigned long last_request() const { return last_request_; }

    void set_chrome(Chrome chrome);
    void map(std::optional<Window> transient_for);
    void unmap();
    void configure(const Rect& content);
    void set_title(const std::string& title);
    void set_class(const std::string& name);
    void set_hints(const gui::WindowHints& hints);
    void set_urgency(Urgency urgency);
    void minimise();
    void set_cursor(std::optional<uint32_t> glyph);
    void attach(const Size& size, std::unique_ptr<MappedPages> pages);
    void draw(const Rect& part);

    // The outer window has this geometry now, by somebody else's will.
    void follow(const Rect& outer);
    void draw_frame() const;
    void redraw(const Rect& part) const;

private:
    void write_hints() const;
    void select_decorations() const;

    const XConnection& x_;
    const Identity& domain_;
    Rect content_;
    Chrome chrome_;
    Window outer_ = kNoXid;
    Window inner_ = kNoXid;
    GC gc_ = nullptr;
    unsigned long last_request_ = 0;
    std::string title_;
    gui::WindowHints hints_;
    std::unique_ptr<Image> image_;
    std::unique_ptr<MappedPages> pages_;
};

}  // namespace insula::gui_daemon
