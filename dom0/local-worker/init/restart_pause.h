// SPDX-License-Identifier: GPL-2.0-or-later
// How long to wait before a program that ended is started again. Pure.
//
// It never gives up, and never spins: each short life doubles the pause, a long one resets it.
#pragma once

#include <algorithm>
#include <chrono>

namespace insula::local_init {

class RestartPause {
public:
    using Duration = std::chrono::milliseconds;
    static constexpr Duration kShortest{200};
    static constexpr Duration kLongest{30'000};
    static constexpr Duration kLongLife{60'000};

    Duration after(Duration lived)
    {
        if (lived >= kLongLife)
            next_ = kShortest;
        const Duration now = next_;
        next_ = std::min(2 * next_, kLongest);
        return now;
    }

private:
    Duration next_ = kShortest;
};

}  // namespace insula::local_init
