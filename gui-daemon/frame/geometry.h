// SPDX-License-Identifier: GPL-2.0-or-later
// Where the frame lies around a guest window's content. Pure arithmetic on screen coordinates.
//
// "Content" is what the guest draws, "outer" is content and frame together.
#pragma once

#include <algorithm>
#include <cstdint>

namespace insula::gui_daemon {

struct Size {
    uint32_t width = 1;
    uint32_t height = 1;
    friend constexpr bool operator==(const Size&, const Size&) = default;
};

struct Rect {
    int32_t x = 0;
    int32_t y = 0;
    uint32_t width = 1;
    uint32_t height = 1;
    constexpr Size size() const { return {width, height}; }
    friend constexpr bool operator==(const Rect&, const Rect&) = default;
};

// Framed: title bar and borders. Bordered: menus and tooltips (override-redirect windows).
enum class Chrome { Framed, Bordered };

inline constexpr uint32_t kFrameBorder = 4;  // left, right and bottom, in pixels
inline constexpr uint32_t kTitleBar = 22;    // top
inline constexpr uint32_t kPopupBorder = 2;  // all four sides of an unframed window

struct Insets {
    uint32_t left;
    uint32_t top;
    uint32_t right;
    uint32_t bottom;
};

constexpr Insets insets_of(Chrome chrome)
{
    if (chrome == Chrome::Framed)
        return {kFrameBorder, kTitleBar, kFrameBorder, kFrameBorder};
    return {kPopupBorder, kPopupBorder, kPopupBorder, kPopupBorder};
}

constexpr Rect outer_of(const Rect& content, Chrome chrome)
{
    const Insets in = insets_of(chrome);
    return {content.x - static_cast<int32_t>(in.left), content.y - static_cast<int32_t>(in.top),
            content.width + in.left + in.right, content.height + in.top + in.bottom};
}

// At least 1 x 1, however small the outer window was made.
constexpr Rect content_of(const Rect& outer, Chrome chrome)
{
    const Insets in = insets_of(chrome);
    const uint32_t across = in.left + in.right;
    const uint32_t down = in.top + in.bottom;
    return {outer.x + static_cast<int32_t>(in.left), outer.y + static_cast<int32_t>(in.top),
            outer.width > across ? outer.width - across : 1,
            outer.height > down ? outer.height - down : 1};
}

// The square at the right end of the title bar, relative to the outer window.
constexpr Rect close_button_of(const Size& outer)
{
    const uint32_t side = std::min(kTitleBar, outer.width);
    return {static_cast<int32_t>(outer.width - side), 0, side, side};
}

constexpr bool contains(const Rect& area, int32_t x, int32_t y)
{
    return x >= area.x && y >= area.y && int64_t{x} - area.x < int64_t{area.width} &&
           int64_t{y} - area.y < int64_t{area.height};
}

// The part of `wanted` within [0, limit); width or height 0 when there is none.
constexpr Rect clip_to(const Rect& wanted, const Size& limit)
{
    const auto span = [](int32_t from, uint32_t length, uint32_t end) {
        const int64_t first = std::clamp<int64_t>(from, 0, end);
        const int64_t last = std::clamp<int64_t>(int64_t{from} + length, 0, end);
        return std::pair(static_cast<int32_t>(first), static_cast<uint32_t>(last - first));
    };
    const auto [x, width] = span(wanted.x, wanted.width, limit.width);
    const auto [y, height] = span(wanted.y, wanted.height, limit.height);
    return {x, y, width, height};
}

}  // namespace insula::gui_daemon
