// SPDX-License-Identifier: GPL-2.0-or-later
// Rectangles on the guest's screen, and their way into the ranges of the GUI protocol. Pure.
#pragma once

#include "proto/gui/messages.h"

#include <cstdint>

namespace insula::window_agent {

struct Rect {
    int32_t x = 0;
    int32_t y = 0;
    uint32_t width = 0;
    uint32_t height = 0;

    bool empty() const { return width == 0 || height == 0; }
    bool same_size(const Rect& other) const
    {
        return width == other.width && height == other.height;
    }
    friend bool operator==(const Rect&, const Rect&) = default;
};

// The smallest rectangle around both; an empty one adds nothing.
Rect bounding(const Rect& a, const Rect& b);
// What both have in common; width and height are 0 when that is nothing.
Rect intersection(const Rect& a, const Rect& b);

// The nearest geometry that CREATE and CONFIGURE can carry.
Rect within_protocol(const Rect& wanted);

// Where a managed window goes: no larger than the protocol allows, and so that at least
// kMinVisible pixels in each direction, and the upper left corner's row, stay on the screen.
inline constexpr int32_t kMinVisible = 32;
Rect keep_on_screen(const Rect& wanted, uint32_t screen_width, uint32_t screen_height);

template <typename Message>
void set_geometry(Message& message, const Rect& rect)
{
    message.x.value = rect.x;
    message.y.value = rect.y;
    message.width.value = rect.width;
    message.height.value = rect.height;
}

template <typename Message>
Rect geometry_of(const Message& message)
{
    return {message.x.value, message.y.value, message.width.value, message.height.value};
}

}  // namespace insula::window_agent
