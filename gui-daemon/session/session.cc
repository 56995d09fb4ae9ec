// SPDX-License-Identifier: GPL-2.0-or-later
// The session's table and its order of messages. Geometry is in session_geometry.cc.
#include "gui-daemon/session/session.h"

#include "gui-daemon/frame/title.h"
#include "gui-daemon/session/placement.h"

#include <string>
#include <type_traits>

namespace insula::gui_daemon {
namespace {

Error broken(std::string rule) { return {Errc::Protocol, std::move(rule)}; }

uint64_t bytes_of_image(const Size& size) { return uint64_t{size.width} * size.height * 4; }

}  // namespace

Session::~Session()
{
    for (const auto& entry : windows_)
        desktop_.destroy(entry.first);
}

Result<void> Session::handle(const gui::Addressed<gui::ToDaemon>& in)
{
    return std::visit(
        [&](const auto& message) -> Result<void> {
            using Message = std::decay_t<decltype(message)>;
            if constexpr (std::is_same_v<Message, gui::Create>) {
                return on(in.window, message);
            } else if constexpr (std::is_same_v<Message, gui::ClipboardData>) {
                return on_clipboard(message);
            } else {
                const auto found = windows_.find(in.window);
                if (found == windows_.end())
                    return broken(
                        std::string(gui::message_name(static_cast<uint32_t>(Message::kType))) +
                        " for a window that does not exist");
                return on(in.window, found->second, message);
            }
        },
        in.message);
}

Result<void> Session::on(gui::WindowId id, const gui::Create& in)
{
    if (has(id))
        return broken("CREATE of a window that exists");
    if (windows_.size() >= kMaxWindows)
        return broken("too many windows");
    Window window;
    window.chrome = in.override_redirect ? Chrome::Bordered : Chrome::Framed;
    const Rect wish{in.x.value, in.y.value, in.width.value, in.height.value};
    window.content = place(wish, window.chrome, desktop_.work_area());
    desktop_.create(id, window.content, window.chrome);
    Window& stored = windows_.emplace(id, std::move(window)).first->second;
    if (stored.content != wish)
        impose(id, stored, stored.content, Will::Placement);
    return {};
}

Result<void> Session::on(gui::WindowId id, Window& window, const gui::Destroy&)
{
    if (window.buffer)
        image_bytes_ -= bytes_of_image(*window.buffer);
    desktop_.destroy(id);
    windows_.erase(id);
    if (version_.echoes_destroy())
        send(id, gui::Destroy{});
    return {};
}

Result<void> Session::on(gui::WindowId id, Window& window, const gui::Map& in)
{
    INSULA_CHECK(change_chrome(id, window, in.override_redirect));
    std::optional<gui::WindowId> transient_for;
    const auto other = static_cast<gui::WindowId>(in.transient_for);
    // Unknown to us means none: the guest's root window, or one that is gone already.
    if (in.transient_for != 0 && other != id && has(other))
        transient_for = other;
    desktop_.map(id, transient_for);
    window.mapped = true;
    return {};
}

Result<void> Session::on(gui::WindowId id, Window& window, const gui::Unmap&)
{
    if (window.mapped)
        desktop_.unmap(id);
    window.mapped = false;
    return {};
}

Result<void> Session::on(gui::WindowId id, Window& window, const gui::WindowDump& in)
{
    const Size size{in.width.value, in.height.value};
    const uint64_t before = window.buffer ? bytes_of_image(*window.buffer) : 0;
    const uint64_t total = image_bytes_ - before + bytes_of_image(size);
    if (total > kMaxImageBytes)
        return broken("too much image memory");
    auto pages = grants_.map(in.references.value);
    if (!pages)
        return std::move(pages.error()).within("WINDOWDUMP");
    // TRUST: the mapper says what it mapped; the drawing code relies on this size.
    if ((*pages)->bytes().size() < bytes_of_image(size))
        return broken("WINDOWDUMP: less memory than the window needs");
    const bool replaces = window.buffer.has_value();
    image_bytes_ = total;
    window.buffer = size;
    desktop_.attach(id, size, *std::move(pages));
    if (replaces && version_.acknowledges_dumps())
        send(id, gui::WindowDumpAck{});
    return {};
}

Result<void> Session::on(gui::WindowId id, Window& window, const gui::ShmImage& in)
{
    if (!window.buffer)  // damage may overtake the first dump
        return {};
    const Rect part =
        clip_to({in.x.value, in.y.value, in.width.value, in.height.value}, *window.buffer);
    if (part.width != 0 && part.height != 0)
        desktop_.draw(id, part);
    return {};
}

Result<void> Session::on(gui::WindowId id, Window&, const gui::WmName& in)
{
    desktop_.set_title(id, sanitise_title(in.name.value));
    return {};
}

Result<void> Session::on(gui::WindowId id, Window& window, const gui::WmClass& in)
{
    if (window.mapped)
        return broken("WMCLASS for a mapped window");
    desktop_.set_class(id, sanitise_class(in.class_name.value));
    return {};
}

// Tray icons are not shown apart: such a window gets the frame of every other.
Result<void> Session::on(gui::WindowId, Window& window, const gui::Dock&)
{
    if (window.mapped)
        return broken("DOCK for a mapped window");
    return {};
}

Result<void> Session::on(gui::WindowId id, Window&, const gui::WindowHints& in)
{
    desktop_.set_hints(id, gui::hints_within_limits(in));
    return {};
}

// Full screen is refused quietly: it would hide the frames of all the others.
Result<void> Session::on(gui::WindowId id, Window&, const gui::WindowFlags& in)
{
    if (in.set.has(gui::kFlagDemandsAttention))
        desktop_.set_urgency(id, Urgency::DemandsAttention);
    if (in.unset.has(gui::kFlagDemandsAttention))
        desktop_.set_urgency(id, Urgency::None);
    if (in.set.has(gui::kFlagMinimise))
        desktop_.minimise(id);
    return {};
}

Result<void> Session::on(gui::WindowId id, Window&, const gui::Cursor& in)
{
    if (in.cursor == 0)
        desktop_.set_cursor(id, std::nullopt);
    else
        desktop_.set_cursor(id, in.cursor - gui::kCursorFontBase);
    return {};
}

void Session::ask_clipboard(gui::WindowId window)
{
    if (!has(window))
        return;
    clipboard_asked_ = true;
    send(window, gui::ClipboardReq{});
}

std::optional<std::vector<std::byte>> Session::take_clipboard()
{
    return std::exchange(clipboard_, std::nullopt);
}

Result<void> Session::on_clipboard(const gui::ClipboardData& in)
{
    if (!clipboard_asked_)
        return broken("CLIPBOARD_DATA that nobody asked for");
    const size_t size = in.data.value.size();
    if (size > version_.max_clipboard() && size != gui::kClipboardTooLarge)
        return broken("CLIPBOARD_DATA longer than this version allows");
    clipboard_asked_ = false;
    if (size == gui::kClipboardTooLarge)  // how the agent says that it has more than fits
        return {};
    clipboard_ = in.data.value;
    return {};
}

void Session::on_input(gui::WindowId window, const gui::ToAgent& message)
{
    if (has(window))
        std::visit([&](const auto& one) { send(window, one); }, message);
}

void Session::on_close_wanted(gui::WindowId window)
{
    if (has(window))
        send(window, gui::Close{});
}

}  // namespace insula::gui_daemon
