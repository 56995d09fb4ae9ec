// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/geometry.h"

#include <gtest/gtest.h>

namespace insula::window_agent {
namespace {

TEST(Geometry, BoundingHoldsBothAndIgnoresNothing)
{
    EXPECT_EQ(bounding({1, 2, 3, 4}, {10, 1, 5, 2}), (Rect{1, 1, 14, 5}));
    EXPECT_EQ(bounding({}, {10, 1, 5, 2}), (Rect{10, 1, 5, 2}));
    EXPECT_EQ(bounding({10, 1, 5, 2}, {7, 7, 0, 9}), (Rect{10, 1, 5, 2}));
}

TEST(Geometry, IntersectionOfNeighboursIsEmpty)
{
    EXPECT_EQ(intersection({-5, -5, 10, 10}, {0, 0, 100, 100}), (Rect{0, 0, 5, 5}));
    EXPECT_TRUE(intersection({0, 0, 5, 5}, {5, 0, 5, 5}).empty());
}

TEST(Geometry, WithinProtocolMeetsEachLimit)
{
    const Rect rect = within_protocol({-40'000, 40'000, 0, 40'000});
    EXPECT_EQ(rect, (Rect{gui::kMinCoordinate, gui::kMaxCoordinate, 1, gui::kMaxWindowHeight}));
    EXPECT_EQ(within_protocol({0, 0, 40'000, 1}).width, gui::kMaxWindowWidth);
    EXPECT_EQ(within_protocol({-3, 4, 50, 60}), (Rect{-3, 4, 50, 60}));
}

TEST(Geometry, WindowsStayReachableOnTheScreen)
{
    EXPECT_EQ(keep_on_screen({5000, 5000, 100, 50}, 1920, 1200), (Rect{1888, 1168, 100, 50}));
    EXPECT_EQ(keep_on_screen({-5000, -5000, 100, 50}, 1920, 1200), (Rect{-68, 0, 100, 50}));
    EXPECT_EQ(keep_on_screen({10, 20, 100, 50}, 1920, 1200), (Rect{10, 20, 100, 50}));
}

TEST(Geometry, AScreenSmallerThanTheMarginIsNoError)
{
    EXPECT_EQ(keep_on_screen({500, 500, 10, 10}, 8, 1), (Rect{22, 0, 10, 10}));
}

}  // namespace
}  // namespace insula::window_agent
