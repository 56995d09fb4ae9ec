// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/daemon/rate_limit.h"

#include <gtest/gtest.h>

namespace insula::gui_daemon {
namespace {

using namespace std::chrono_literals;

TEST(RateLimit, LetsSoManyPassAndThenWaitsForTheFirstToAge)
{
    RateLimit limit(3, 60s);
    const RateLimit::Clock::time_point start{};
    EXPECT_EQ(limit.count(start), 0s);
    EXPECT_EQ(limit.count(start + 1s), 0s);
    EXPECT_EQ(limit.count(start + 2s), 58s);
    EXPECT_EQ(limit.count(start + 60s), 1s);
    EXPECT_EQ(limit.count(start + 200s), 0s);
}

}  // namespace
}  // namespace insula::gui_daemon
