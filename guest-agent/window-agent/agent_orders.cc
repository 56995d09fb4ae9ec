// SPDX-License-Identifier: GPL-2.0-or-later
// What the daemon wants: input, geometry, state.
#include "guest-agent/window-agent/agent.h"
#include "guest-agent/window-agent/log.h"
#include "guest-agent/window-agent/x/window_control.h"

namespace insula::window_agent {
namespace {

Edge edge_of(gui::KeyEvent event)
{
    return event == gui::KeyEvent::Press ? Edge::Press : Edge::Release;
}
Edge edge_of(gui::ButtonEvent event)
{
    return event == gui::ButtonEvent::Press ? Edge::Press : Edge::Release;
}

}  // namespace

void Agent::obey(Window&, const gui::Keypress& message)
{
    const Edge edge = edge_of(message.type.value);
    // Before a press only: while a lock key itself is down, both sides are half way.
    if (edge == Edge::Press)
        if (const auto change =
                decide_locks(message.state.bits, input_.locked(), input_.lockable()))
            input_.set_locks(*change);
    input_.play_keys(keys_.decide(edge, static_cast<uint8_t>(message.keycode.value)));
}

void Agent::obey(Window& window, const gui::Button& message)
{
    const Edge edge = edge_of(message.type.value);
    if (edge == Edge::Press)
        bring_to_top(window);
    point(window, message.x.value, message.y.value);
    input_.play_buttons(buttons_.decide(edge, static_cast<uint8_t>(message.button.value)));
}

void Agent::obey(Window& window, const gui::Motion& message)
{
    point(window, message.x.value, message.y.value);
}

void Agent::obey(Window& window, const gui::Crossing& message)
{
    if (message.type.value != gui::CrossingEvent::Enter)
        return;
    // Where windows overlap here, the pointer must meet the one that the person sees it over.
    bring_to_top(window);
    point(window, message.x.value, message.y.value);
}

void Agent::obey(Window& window, const gui::Focus& message)
{
    if (window.id == gui::kScreenWindow)
        return;
    if (message.type.value == gui::FocusEvent::In) {
        if (!window.viewable)
            return;
        focused_ = window.id;
        bring_to_top(window);
        x::focus(server_, window.x);
    } else if (focused_ == window.id) {
        focused_ = gui::WindowId{0};
        input_.play_keys(keys_.release_all());
        x::unfocus(server_);
    }
}

void Agent::obey(Window& window, const gui::Map&)
{
    if (window.id != gui::kScreenWindow)
        x::map(server_, window.x);
}

void Agent::obey(Window& window, const gui::Unmap&)
{
    if (window.id != gui::kScreenWindow)
        x::unmap(server_, window.x);
}

void Agent::obey(Window& window, const gui::Configure& message)
{
    Shown* s = shown(window.id);
    if (!s)
        return;
    const Rect wanted = geometry_of(message);
    const auto decision = s->exchange.decide_remote(wanted);
    // Also what it has already: an earlier wish may be on its way to the server still.
    if (decision.apply)
        window.last_wish = x::configure(server_, window.x, wanted);
    if (decision.reply)
        channel_->send(window.id, message);
    else
        show_geometry(window);  // it may have changed while the answer was awaited
}

void Agent::obey(Window& window, const gui::Close&)
{
    if (window.id != gui::kScreenWindow)
        x::close(server_, window.x);
}

void Agent::obey(Window& window, const gui::WindowFlags& message)
{
    if (window.id == gui::kScreenWindow)
        return;
    uint32_t& flags = flags_[window.id];
    flags = (flags | message.set.bits) & ~message.unset.bits;
    x::show_flags(server_, window.x, flags);
}

void Agent::obey(Window& window, const gui::WindowDumpAck&)
{
    if (Shown* s = shown(window.id))
        s->buffer.on_ack();
}

void Agent::obey(Window&, const gui::ClipboardReq&)
{
    log(Level::Debug, "clipboard asked for: not built yet");
}

void Agent::obey(Window&, const gui::ClipboardData&)
{
    log(Level::Debug, "clipboard given: not built yet");
}

void Agent::obey(Window&, const gui::KeymapNotify& message)
{
    input_.play_keys(keys_.decide_keymap(message.keys.value));
}

void Agent::point(const Window& window, int32_t x, int32_t y)
{
    input_.move_pointer(window.geometry.x + x, window.geometry.y + y);
}

void Agent::bring_to_top(const Window& window)
{
    if (window.id == gui::kScreenWindow || top_ == window.id)
        return;
    top_ = window.id;
    x::raise(server_, window.x);
}

void Agent::release_everything()
{
    input_.play_keys(keys_.release_all());
    input_.play_buttons(buttons_.release_all());
    focused_ = gui::WindowId{0};
    x::unfocus(server_);
    server_.flush();
}

}  // namespace insula::window_agent
