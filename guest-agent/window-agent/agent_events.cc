// SPDX-License-Identifier: GPL-2.0-or-later
// What the X server reports: the model follows, requests of clients are carried out, the daemon is
// told.
#include "guest-agent/window-agent/agent.h"
#include "guest-agent/window-agent/log.h"
#include "guest-agent/window-agent/x/properties.h"
#include "guest-agent/window-agent/x/window_control.h"

#include <tuple>

namespace insula::window_agent {

void Agent::adopt(XWindow x)
{
    if (windows_.find(x))
        return;
    if (windows_.full()) {
        log(Level::Warning,
            "more than " + std::to_string(kMaxWindows) + " windows: the new one is not shown");
        return;
    }
    const auto description = server_.adopt(x);
    if (!description)
        return;
    Window* window = windows_.add(x, description->geometry, description->override_redirect);
    if (!window)
        return;
    window->viewable = description->viewable;
    pictures_.emplace(std::piecewise_construct, std::tuple(window->id), std::tie(server_, x));
    show(*window);
}

void Agent::handle(const x::Destroyed& event)
{
    const auto id = windows_.remove(event.window);
    if (!id)
        return;
    pictures_.erase(*id);
    flags_.erase(*id);
    if (focused_ == *id)
        focused_ = gui::WindowId{0};
    if (shown_.erase(*id) != 0 && channel_)
        channel_->send(*id, gui::Destroy{});
}

void Agent::handle(const x::Mapped& event)
{
    Window* window = windows_.find(event.window);
    if (!window)
        return;
    window->viewable = true;
    top_ = gui::WindowId{0};
    pictures_.at(window->id).forget();
    window->damage_everything();
    show_map(*window, Place::Free);
}

void Agent::handle(const x::Unmapped& event)
{
    Window* window = windows_.find(event.window);
    if (!window)
        return;
    window->viewable = false;
    pictures_.at(window->id).forget();
    if (channel_ && shown(window->id))
        channel_->send(window->id, gui::Unmap{});
}

void Agent::handle(const x::Configured& event)
{
    Window* window = windows_.find(event.window);
    if (!window)
        return;
    top_ = gui::WindowId{0};
    const bool resized = !window->geometry.same_size(event.geometry);
    window->geometry = event.geometry;
    if (resized) {
        pictures_.at(window->id).forget();
        window->damage_everything();
        if (Shown* s = shown(window->id))
            s->picture_refused = false;
    }
    // Requests are numbered in a ring.
    if (static_cast<long>(event.after - window->last_wish) >= 0)
        show_geometry(*window);
}

void Agent::handle(const x::MapRequested& event)
{
    if (const Window* window = windows_.find(event.window)) {
        const Rect kept =
            keep_on_screen(window->geometry, server_.screen_width(), server_.screen_height());
        if (!window->override_redirect && kept != window->geometry)
            x::configure(server_, event.window, kept);
    }
    x::map(server_, event.window);
}

void Agent::handle(const x::ConfigureRequested& event)
{
    const Window* window = windows_.find(event.window);
    if (!window)
        return;
    const Rect& now = window->geometry;
    const Rect wanted{event.x.value_or(now.x), event.y.value_or(now.y),
                      event.width.value_or(now.width), event.height.value_or(now.height)};
    const Rect kept = keep_on_screen(wanted, server_.screen_width(), server_.screen_height());
    // Only what is asked for or must be corrected: `now` may be older than the request before.
    x::ConfigureRequested change{event.window, {}, {}, {}, {}, event.raise};
    if (event.x || kept.x != wanted.x)
        change.x = kept.x;
    if (event.y || kept.y != wanted.y)
        change.y = kept.y;
    if (event.width || kept.width != wanted.width)
        change.width = kept.width;
    if (event.height || kept.height != wanted.height)
        change.height = kept.height;
    x::change(server_, change);
    if (kept == now)
        x::confirm_geometry(server_, event.window, now);
}

void Agent::handle(const x::Damaged& event)
{
    if (Window* window = windows_.find(event.window))
        window->add_damage(event.area);
}

void Agent::handle(const x::NameChanged& event)
{
    const Window* window = windows_.find(event.window);
    if (window && channel_ && shown(window->id))
        channel_->send(window->id, gui::WmName{{x::name_of(server_, event.window)}});
}

void Agent::handle(const x::HintsChanged& event)
{
    const Window* window = windows_.find(event.window);
    if (window && channel_ && shown(window->id))
        channel_->send(window->id, x::hints_of(server_, event.window));
}

void Agent::handle(const x::FlagsAsked& event)
{
    const Window* window = windows_.find(event.window);
    if (window && channel_ && shown(window->id))
        channel_->send(window->id, gui::WindowFlags{{event.set}, {event.unset}});
}

}  // namespace insula::window_agent
