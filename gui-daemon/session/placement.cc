// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/session/placement.h"

namespace insula::gui_daemon {
namespace {

// Keeps `at` within [low, high]; low wins where the two cross.
int32_t within(int64_t at, int64_t low, int64_t high)
{
    return static_cast<int32_t>(std::max(std::min(at, high), low));
}

}  // namespace

Rect place(const Rect& wish, Chrome chrome, const Rect& area)
{
    const int64_t right = int64_t{area.x} + area.width;
    const int64_t bottom = int64_t{area.y} + area.height;
    Rect outer = outer_of(wish, chrome);
    if (chrome == Chrome::Bordered) {
        outer.width = std::min(outer.width, area.width);
        outer.height = std::min(outer.height, area.height);
        outer.x = within(outer.x, area.x, right - outer.width);
        outer.y = within(outer.y, area.y, bottom - outer.height);
    } else {
        outer.x = within(outer.x, int64_t{area.x} - outer.width + kReachable, right - kReachable);
        outer.y = within(outer.y, area.y, bottom - kTitleBar);
    }
    return content_of(outer, chrome);
}

}  // namespace insula::gui_daemon
