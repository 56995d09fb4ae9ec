// SPDX-License-Identifier: GPL-2.0-or-later
// Geometry: each side has at most one CONFIGURE unanswered, an answer repeats what it answers.
#include "gui-daemon/session/placement.h"
#include "gui-daemon/session/session.h"

namespace insula::gui_daemon {
namespace {

// The person may have made the window larger, or put it further out, than the format can say.
Rect representable(const Rect& seen)
{
    const auto coordinate = [](int32_t v) {
        return std::clamp(v, -gui::kMaxCoordinate, gui::kMaxCoordinate);
    };
    return {coordinate(seen.x), coordinate(seen.y), std::min(seen.width, gui::kMaxWindowWidth),
            std::min(seen.height, gui::kMaxWindowHeight)};
}

}  // namespace

Result<void> Session::change_chrome(gui::WindowId id, Window& window, bool override_redirect)
{
    const Chrome chrome = override_redirect ? Chrome::Bordered : Chrome::Framed;
    if (chrome == window.chrome)
        return {};
    if (window.mapped)
        return Error(Errc::Protocol, "override-redirect changed while mapped");
    window.chrome = chrome;
    desktop_.set_chrome(id, chrome);
    const Rect placed = place(window.content, chrome, desktop_.work_area());
    if (placed != window.content) {
        window.content = placed;
        desktop_.configure(id, placed);
        impose(id, window, placed, Will::Placement);
    }
    return {};
}

Result<void> Session::on(gui::WindowId id, Window& window, const gui::Configure& in)
{
    INSULA_CHECK(change_chrome(id, window, in.override_redirect));
    const Rect wish{in.x.value, in.y.value, in.width.value, in.height.value};
    if (window.outstanding == wish) {
        window.outstanding.reset();
        window.crossed = false;
        if (const auto next = std::exchange(window.next, std::nullopt); next && *next != wish)
            impose(id, window, *next, window.will);
        return {};
    }
    // One may have been on its way when ours left; the agent will answer ours all the same. A
    // second one means that it knows ours and wants something else.
    const bool crosses = window.outstanding && !std::exchange(window.crossed, true);
    // Against the person's will nothing that the guest wanted before counts.
    if (crosses && window.will == Will::Person)
        return {};
    if (!crosses) {
        window.outstanding.reset();
        window.next.reset();
        window.crossed = false;
    }
    const Rect placed = place(wish, window.chrome, desktop_.work_area());
    if (placed != window.content) {
        window.content = placed;
        desktop_.configure(id, placed);
    }
    if (crosses)
        window.next = placed;  // what we sent undoes the wish over there: said again once answered
    else if (placed == wish)
        send_configure(id, window, placed);
    else
        impose(id, window, placed, Will::Placement);
    return {};
}

void Session::on_geometry(gui::WindowId id, const Rect& seen)
{
    const Rect content = representable(seen);
    const auto found = windows_.find(id);
    if (found == windows_.end() || found->second.content == content)
        return;
    found->second.content = content;
    impose(id, found->second, content, Will::Person);
}

void Session::impose(gui::WindowId id, Window& window, const Rect& content, Will will)
{
    window.will = will;
    if (window.outstanding) {
        window.next = content;
        return;
    }
    window.outstanding = content;
    send_configure(id, window, content);
}

void Session::send_configure(gui::WindowId id, const Window& window, const Rect& content)
{
    gui::Configure out;
    out.x.value = content.x;
    out.y.value = content.y;
    out.width.value = content.width;
    out.height.value = content.height;
    out.override_redirect = window.chrome == Chrome::Bordered;
    send(id, out);
}

}  // namespace insula::gui_daemon
