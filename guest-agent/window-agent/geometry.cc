// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/geometry.h"

#include <algorithm>

namespace insula::window_agent {
namespace {

// X11 coordinates and sizes fit 17 bits: no sum here comes near 64.
int64_t right(const Rect& r) { return int64_t{r.x} + r.width; }
int64_t bottom(const Rect& r) { return int64_t{r.y} + r.height; }

Rect between(int64_t left, int64_t top, int64_t right_edge, int64_t bottom_edge)
{
    if (right_edge <= left || bottom_edge <= top)
        return {};
    return {static_cast<int32_t>(left), static_cast<int32_t>(top),
            static_cast<uint32_t>(right_edge - left), static_cast<uint32_t>(bottom_edge - top)};
}

int32_t kept(int32_t wanted, int64_t low, int64_t high)
{
    return static_cast<int32_t>(std::clamp(int64_t{wanted}, low, std::max(low, high)));
}

}  // namespace

Rect bounding(const Rect& a, const Rect& b)
{
    if (a.empty())
        return b;
    if (b.empty())
        return a;
    return between(std::min(a.x, b.x), std::min(a.y, b.y), std::max(right(a), right(b)),
                   std::max(bottom(a), bottom(b)));
}

Rect intersection(const Rect& a, const Rect& b)
{
    return between(std::max(a.x, b.x), std::max(a.y, b.y), std::min(right(a), right(b)),
                   std::min(bottom(a), bottom(b)));
}

Rect within_protocol(const Rect& wanted)
{
    return {std::clamp(wanted.x, gui::kMinCoordinate, gui::kMaxCoordinate),
            std::clamp(wanted.y, gui::kMinCoordinate, gui::kMaxCoordinate),
            std::clamp(wanted.width, 1u, gui::kMaxWindowWidth),
            std::clamp(wanted.height, 1u, gui::kMaxWindowHeight)};
}

Rect keep_on_screen(const Rect& wanted, uint32_t screen_width, uint32_t screen_height)
{
    Rect result = within_protocol(wanted);
    result.x = kept(result.x, int64_t{kMinVisible} - int64_t{result.width},
                    int64_t{screen_width} - kMinVisible);
    result.y = kept(result.y, 0, int64_t{screen_height} - kMinVisible);
    return result;
}

}  // namespace insula::window_agent
