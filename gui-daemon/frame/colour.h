// SPDX-License-Identifier: GPL-2.0-or-later
// Colours of the frame, 0xRRGGBB.
#pragma once

#include <cstdint>

namespace insula::gui_daemon {

inline constexpr uint32_t kBlack = 0x000000;
inline constexpr uint32_t kWhite = 0xffffff;

// Black or white, whichever can be read on `label` (perceived brightness of ITU-R BT.601).
constexpr uint32_t text_colour_on(uint32_t label)
{
    const uint32_t red = label >> 16 & 0xff;
    const uint32_t green = label >> 8 & 0xff;
    const uint32_t blue = label & 0xff;
    return red * 299 + green * 587 + blue * 114 >= 128 * 1000 ? kBlack : kWhite;
}

}  // namespace insula::gui_daemon
