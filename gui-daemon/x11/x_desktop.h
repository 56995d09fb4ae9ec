// SPDX-License-Identifier: GPL-2.0-or-later
// The Desktop as windows of an X server, and the person's actions as DesktopEvents.
#pragma once

#include "gui-daemon/session/desktop.h"
#include "gui-daemon/x11/guest_window.h"

#include <memory>
#include <unordered_map>

namespace insula::gui_daemon {

class XDesktop final : public Desktop {
public:
    // `x` outlives the desktop.
    XDesktop(const XConnection& x, Identity domain) : x_(x), domain_(std::move(domain)) {}

    // Who hears of the person's actions; nullptr when nobody does.
    void set_listener(DesktopEvents* listener) { listener_ = listener; }

    // Serves every event that has arrived and sends what is queued for the server.
    void serve();

    Rect work_area() const override { return x_.work_area(); }
    void create(gui::WindowId window, const Rect& content, Chrome chrome) override;
    void destroy(gui::WindowId window) override;
    void set_chrome(gui::WindowId window, Chrome chrome) override;
    void map(gui::WindowId window, std::optional<gui::WindowId> transient_for) override;
    void unmap(gui::WindowId window) override;
    void configure(gui::WindowId window, const Rect& content) override;
    void set_title(gui::WindowId window, const std::string& title) override;
    void set_class(gui::WindowId window, const std::string& name) override;
    void set_hints(gui::WindowId window, const gui::WindowHints& hints) override;
    void set_urgency(gui::WindowId window, Urgency urgency) override;
    void minimise(gui::WindowId window) override;
    void set_cursor(gui::WindowId window, std::optional<uint32_t> glyph) override;
    void attach(gui::WindowId window, const Size& size,
                std::unique_ptr<MappedPages> pages) override;
    void draw(gui::WindowId window, const Rect& part) override;

private:
    struct Drag {
        gui::WindowId window;
        int32_t dx;  // from the pointer to the outer window's origin
        int32_t dy;
    };

    GuestWindow* find(gui::WindowId window);
    void dispatch(XEvent& event);
    void on_key(gui::WindowId id, const GuestWindow& window, const XKeyEvent& event);
    void on_button(gui::WindowId id, const XButtonEvent& event);
    void on_frame_button(gui::WindowId id, const GuestWindow& window, const XButtonEvent& event);
    void on_motion(gui::WindowId id, const XMotionEvent& event);
    void on_crossing(gui::WindowId id, const XCrossingEvent& event);
    void on_focus(gui::WindowId id, const XFocusChangeEvent& event);
    void on_configure(gui::WindowId id, GuestWindow& window, const XConfigureEvent& event);
    void raise_and_focus(const GuestWindow& window, Time when);
    void tell(gui::WindowId id, const gui::ToAgent& message);

    const XConnection& x_;
    const Identity domain_;
    DesktopEvents* listener_ = nullptr;
    std::unordered_map<gui::WindowId, std::unique_ptr<GuestWindow>> windows_;
    std::unordered_map<Window, gui::WindowId> ids_;  // outer and inner windows
    std::optional<Drag> drag_;
};

}  // namespace insula::gui_daemon
