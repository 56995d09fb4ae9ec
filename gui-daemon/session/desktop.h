// SPDX-License-Identifier: GPL-2.0-or-later
// What a session asks of the person's desktop, what the desktop tells it, and its way to the agent.
//
// Everything that arrives at a Desktop is valid and within policy. A window that a call names
// exists: the session creates it first and names it no more once it is destroyed.
#pragma once

#include "gui-daemon/frame/geometry.h"
#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/gui/codec.h"
#include "proto/transport/granted_memory.h"

#include <memory>
#include <optional>
#include <string>

namespace insula::gui_daemon {

enum class Urgency { None, DemandsAttention };

class Desktop {
public:
    virtual ~Desktop() = default;

    // Where windows may lie, in screen coordinates.
    virtual Rect work_area() const = 0;

    virtual void create(gui::WindowId window, const Rect& content, Chrome chrome) = 0;
    virtual void destroy(gui::WindowId window) = 0;
    // Only while the window is not mapped.
    virtual void set_chrome(gui::WindowId window, Chrome chrome) = 0;
    virtual void map(gui::WindowId window, std::optional<gui::WindowId> transient_for) = 0;
    virtual void unmap(gui::WindowId window) = 0;
    virtual void configure(gui::WindowId window, const Rect& content) = 0;
    // Texts are sanitised already.
    virtual void set_title(gui::WindowId window, const std::string& title) = 0;
    virtual void set_class(gui::WindowId window, const std::string& name) = 0;
    virtual void set_hints(gui::WindowId window, const gui::WindowHints& hints) = 0;
    virtual void set_urgency(gui::WindowId window, Urgency urgency) = 0;
    virtual void minimise(gui::WindowId window) = 0;
    // A glyph of the X11 cursor font, nullopt for the default.
    virtual void set_cursor(gui::WindowId window, std::optional<uint32_t> glyph) = 0;

    // From now on the window shows `pages`: rows of size.width pixels, 4 bytes each, at least
    // size.height of them. The pages before are given up.
    // TRUST: the guest may change the bytes at any time.
    virtual void attach(gui::WindowId window, const Size& size,
                        std::unique_ptr<MappedPages> pages) = 0;
    // `part` of the buffer has changed and lies within it.
    virtual void draw(gui::WindowId window, const Rect& part) = 0;
};

// What the person does. Called from the event loop, never from inside a Desktop call.
class DesktopEvents {
public:
    // A key, button, pointer, crossing, focus or keymap message for the agent.
    virtual void on_input(gui::WindowId window, const gui::ToAgent& message) = 0;
    virtual void on_close_wanted(gui::WindowId window) = 0;
    virtual void on_geometry(gui::WindowId window, const Rect& content) = 0;

protected:
    ~DesktopEvents() = default;
};

class PeerLink {
public:
    // Queues one encoded message. The link itself ends the connection when it cannot.
    virtual void send(Bytes message) = 0;

protected:
    ~PeerLink() = default;
};

}  // namespace insula::gui_daemon
