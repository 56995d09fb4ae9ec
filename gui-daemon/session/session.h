// SPDX-License-Identifier: GPL-2.0-or-later
// The windows of one connection of one domain's agent: which message is allowed when, and what
// follows from it. Decides only: no X, no stream, no clock.
//
// Believes nothing of the agent beyond the field ranges that the codec has checked. The table never
// holds more than kMaxWindows; the Desktop holds the same windows as the table at all times.
#pragma once

#include "gui-daemon/session/desktop.h"
#include "proto/gui/handshake.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace insula::gui_daemon {

inline constexpr size_t kMaxWindows = 1024;
// All buffers of one domain together; about 15 windows of 3840 x 2160.
inline constexpr uint64_t kMaxImageBytes = uint64_t{512} * 1024 * 1024;

class Session final : public DesktopEvents {
public:
    // All outlive the session.
    Session(gui::Version version, Desktop& desktop, PeerLink& agent, GrantMapper& grants)
        : version_(version),
          desktop_(desktop),
          agent_(agent),
          grants_(grants)
    {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    // Destroys every window of the domain.
    ~Session();

    // Serves one message. An error names the rule broken: the caller closes the connection.
    Result<void> handle(const gui::Addressed<gui::ToDaemon>& in);

    // Asks the domain for its clipboard; its one answer is then in take_clipboard().
    void ask_clipboard(gui::WindowId window);
    std::optional<std::vector<std::byte>> take_clipboard();

    void on_input(gui::WindowId window, const gui::ToAgent& message) override;
    void on_close_wanted(gui::WindowId window) override;
    void on_geometry(gui::WindowId window, const Rect& content) override;

    size_t window_count() const { return windows_.size(); }
    bool has(gui::WindowId window) const { return windows_.count(window) != 0; }

private:
    // Why we tell an agent a geometry: the person moved or resized the window, or the agent's own
    // wish was moved to where a window may be.
    enum class Will { Person, Placement };
    struct Window {
        Rect content;
        Chrome chrome = Chrome::Framed;
        bool mapped = false;
        bool crossed = false;             // a CONFIGURE of the agent crossed our outstanding one
        std::optional<Rect> outstanding;  // our CONFIGURE that the agent has not answered
        Will will = Will::Placement;      // whose the outstanding one is
        std::optional<Rect> next;         // what to send once it has
        std::optional<Size> buffer;
    };

    Result<void> on(gui::WindowId id, const gui::Create& in);
    // The messages that need the window to exist.
    Result<void> on(gui::WindowId id, Window& window, const gui::Destroy& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::Map& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::Unmap& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::Configure& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::ShmImage& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::WmName& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::Dock& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::WindowHints& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::WindowFlags& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::WmClass& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::WindowDump& in);
    Result<void> on(gui::WindowId id, Window& window, const gui::Cursor& in);
    Result<void> on_clipboard(const gui::ClipboardData& in);

    Result<void> change_chrome(gui::WindowId id, Window& window, bool override_redirect);
    // Tells the agent a geometry that it did not ask for, and expects its answer.
    void impose(gui::WindowId id, Window& window, const Rect& content, Will will);
    void send_configure(gui::WindowId id, const Window& window, const Rect& content);
    template <typename Message>
    void send(gui::WindowId id, const Message& message)
    {
        agent_.send(gui::encode(id, message));
    }

    gui::Version version_;
    Desktop& desktop_;
    PeerLink& agent_;
    GrantMapper& grants_;
    std::unordered_map<gui::WindowId, Window> windows_;
    uint64_t image_bytes_ = 0;
    bool clipboard_asked_ = false;
    std::optional<std::vector<std::byte>> clipboard_;
};

}  // namespace insula::gui_daemon
