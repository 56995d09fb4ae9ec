// SPDX-License-Identifier: GPL-2.0-or-later
// How often something that keeps dying is started again: kMost times in kWindow. Pure.
#pragma once

#include <array>
#include <chrono>

namespace insula::manager {

class RestartBudget {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr size_t kMost = 5;
    static constexpr std::chrono::seconds kWindow{60};

    // True, and counted, when another start is allowed at `now`.
    bool take(Time now);

private:
    std::array<Time, kMost> starts_{};  // a ring; the oldest at next_
    size_t used_ = 0;
    size_t next_ = 0;
};

}  // namespace insula::manager
