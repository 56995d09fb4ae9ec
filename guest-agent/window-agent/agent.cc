// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/agent.h"

#include "guest-agent/window-agent/log.h"

#include <utility>

namespace insula::window_agent {
namespace {

constexpr Endpoint kDaemon{kDom0, Port::Gui};
// Room for a burst of input and titles; larger messages pass through it in pieces.
constexpr size_t kRingBytes = 65'536;

}  // namespace

Agent::Agent(Transport& transport, x::Connection& server, x::Segment& segment)
    : transport_(transport),
      server_(server),
      segment_(segment),
      input_(server)
{}

Result<void> Agent::start()
{
    INSULA_TRY(grants_, transport_.grant_source(kDaemon));
    for (const XWindow window : server_.top_levels())
        adopt(window);
    return listen();
}

Result<void> Agent::listen()
{
    INSULA_TRY(pending_,
               transport_.listen(kDaemon, kRingBytes, [this](std::unique_ptr<Stream> stream) {
                   channel_ = Channel::open(std::move(stream), *this);
                   pending_.reset();
               }));
    return {};
}

Result<bool> Agent::turn()
{
    int handled = 0;
    while (handled < kEventsPerTurn) {
        const auto event = server_.next_event();
        if (!event)
            break;
        std::visit([this](const auto& e) { handle(e); }, *event);
        ++handled;
    }
    show_pictures();
    server_.flush();
    INSULA_CHECK(replace_ended_channel());
    return handled == kEventsPerTurn || server_.has_events();
}

Result<void> Agent::replace_ended_channel()
{
    if (!channel_ || !channel_->ended())
        return {};
    const Error& why = *channel_->ended();
    const bool broken = why.code() == Errc::Protocol;
    log(broken ? Level::Warning : Level::Info,
        (broken ? "closing the GUI daemon's connection: " : "the GUI daemon is gone: ") +
            why.describe());
    channel_.reset();
    shown_.clear();
    release_everything();
    return listen();
}

void Agent::on_ready(const gui::ScreenConfig& screen)
{
    if (screen.width.value != server_.screen_width() ||
        screen.height.value != server_.screen_height())
        log(Level::Info, "the daemon's screen has " + std::to_string(screen.width.value) + "x" +
                             std::to_string(screen.height.value) + ", ours stays " +
                             std::to_string(server_.screen_width()) + "x" +
                             std::to_string(server_.screen_height()));
    // From bottom to top, so that the daemon's stack begins as ours is.
    for (const XWindow x : server_.top_levels())
        if (Window* window = windows_.find(x))
            show(*window);
}

void Agent::on_message(gui::Addressed<gui::ToAgent> message)
{
    Window screen;  // KEYMAP_NOTIFY and the clipboard are not about a window
    Window* window = message.window == gui::kScreenWindow ? &screen : windows_.find(message.window);
    // A message that crossed our DESTROY.
    if (!window)
        return;
    std::visit([&](const auto& order) { obey(*window, order); }, message.message);
}

Agent::Shown* Agent::shown(gui::WindowId id)
{
    const auto found = shown_.find(id);
    return found == shown_.end() ? nullptr : &found->second;
}

}  // namespace insula::window_agent
