// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/window_table.h"

#include <gtest/gtest.h>

namespace insula::window_agent {
namespace {

TEST(WindowTable, GivesAReusedXWindowANewId)
{
    WindowTable table;
    const gui::WindowId first = table.add(XWindow{7}, {0, 0, 1, 1}, false)->id;
    EXPECT_EQ(table.add(XWindow{7}, {0, 0, 1, 1}, false), nullptr);
    EXPECT_EQ(table.remove(XWindow{7}), first);
    EXPECT_EQ(table.remove(XWindow{7}), std::nullopt);
    const gui::WindowId second = table.add(XWindow{7}, {0, 0, 1, 1}, false)->id;
    EXPECT_NE(first, second);
    EXPECT_EQ(table.find(first), nullptr);
    EXPECT_EQ(table.find(second), table.find(XWindow{7}));
}

TEST(WindowTable, NeverGivesTheIdOfTheScreen)
{
    WindowTable table;
    EXPECT_NE(table.add(XWindow{1}, {}, false)->id, gui::kScreenWindow);
    EXPECT_EQ(table.id_of(XWindow{2}), gui::kScreenWindow);
}

TEST(WindowTable, RefusesOneBeyondTheLimit)
{
    WindowTable table;
    for (uint32_t i = 1; i <= kMaxWindows; ++i)
        ASSERT_NE(table.add(XWindow{i}, {}, false), nullptr);
    EXPECT_TRUE(table.full());
    EXPECT_EQ(table.add(XWindow{kMaxWindows + 1}, {}, false), nullptr);
    table.remove(XWindow{1});
    EXPECT_NE(table.add(XWindow{kMaxWindows + 1}, {}, false), nullptr);
}

TEST(Damage, IsUnitedAndCutToTheWindow)
{
    Window window;
    window.geometry = {100, 100, 50, 40};
    window.add_damage({1, 1, 2, 2});
    window.add_damage({30, 30, 100, 100});
    EXPECT_EQ(window.take_damage(50, 40), (Rect{1, 1, 49, 39}));
    EXPECT_TRUE(window.damage.empty());
}

TEST(Damage, IsCutToTheBuffer)
{
    Window window;
    window.geometry = {0, 0, 50, 40};
    window.damage_everything();
    EXPECT_EQ(window.take_damage(20, 10), (Rect{0, 0, 20, 10}));
    window.add_damage({60, 0, 5, 5});
    EXPECT_TRUE(window.take_damage(50, 40).empty());
}

}  // namespace
}  // namespace insula::window_agent
