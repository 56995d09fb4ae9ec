// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/window_table.h"

#include <utility>

namespace insula::window_agent {

void Window::add_damage(const Rect& changed)
{
    damage = bounding(damage, intersection(changed, {0, 0, geometry.width, geometry.height}));
}

Rect Window::take_damage(uint32_t width, uint32_t height)
{
    return intersection(std::exchange(damage, {}), {0, 0, width, height});
}

Window* WindowTable::add(XWindow x, const Rect& geometry, bool override_redirect)
{
    // The last id is never given: after 4 thousand million windows there are no new ones.
    if (full() || by_x_.contains(x) || last_id_ == UINT32_MAX)
        return nullptr;
    const gui::WindowId id{++last_id_};
    by_x_.emplace(x, id);
    Window& window = by_id_[id];
    window.id = id;
    window.x = x;
    window.geometry = geometry;
    window.override_redirect = override_redirect;
    return &window;
}

std::optional<gui::WindowId> WindowTable::remove(XWindow x)
{
    const auto found = by_x_.find(x);
    if (found == by_x_.end())
        return std::nullopt;
    const gui::WindowId id = found->second;
    by_x_.erase(found);
    by_id_.erase(id);
    return id;
}

Window* WindowTable::find(XWindow x)
{
    const auto found = by_x_.find(x);
    return found == by_x_.end() ? nullptr : find(found->second);
}

Window* WindowTable::find(gui::WindowId id)
{
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
}

gui::WindowId WindowTable::id_of(XWindow x) const
{
    const auto found = by_x_.find(x);
    return found == by_x_.end() ? gui::WindowId{0} : found->second;
}

}  // namespace insula::window_agent
