// SPDX-License-Identifier: GPL-2.0-or-later
// One-shot timers on the event loop.
#pragma once

#include "proto/event/loop.h"

namespace insula::manager {

// Calls `fn` once, `delay` from now, unless the source is destroyed before.
Result<EventSource> start_timer(Loop& loop, std::chrono::milliseconds delay,
                                std::function<void()> fn);

}  // namespace insula::manager
