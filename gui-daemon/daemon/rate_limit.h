// SPDX-License-Identifier: GPL-2.0-or-later
// At most so many events within a time. Pure: the caller has the clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace insula::gui_daemon {

class RateLimit {
public:
    using Clock = std::chrono::steady_clock;

    RateLimit(size_t most, Clock::duration within) : most_(most), within_(within) {}

    // Counts one event now; returns how long to wait before the next one may happen, 0 for not.
    Clock::duration count(Clock::time_point now)
    {
        events_.push_back(now);
        if (events_.size() > most_)
            events_.pop_front();
        if (events_.size() < most_ || now - events_.front() >= within_)
            return Clock::duration::zero();
        return within_ - (now - events_.front());
    }

private:
    size_t most_;
    Clock::duration within_;
    std::deque<Clock::time_point> events_;  // at most most_
};

}  // namespace insula::gui_daemon
