// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/restart_budget.h"

namespace insula::manager {

bool RestartBudget::take(Time now)
{
    if (used_ == kMost && now - starts_[next_] < kWindow)
        return false;
    if (used_ < kMost)
        ++used_;
    starts_[next_] = now;
    next_ = (next_ + 1) % kMost;
    return true;
}

}  // namespace insula::manager
