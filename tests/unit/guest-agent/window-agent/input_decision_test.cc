// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/input_decision.h"

#include <gtest/gtest.h>

namespace insula::window_agent {
namespace {

using Actions = std::vector<KeyAction>;
constexpr uint32_t kShift = 1;
constexpr uint32_t kCaps = 2;
constexpr uint32_t kNum = 16;

TEST(PressedKeys, PassesPressAndRelease)
{
    PressedKeys keys;
    EXPECT_EQ(keys.decide(Edge::Press, 38), (Actions{{Edge::Press, 38}}));
    EXPECT_EQ(keys.decide(Edge::Release, 38), (Actions{{Edge::Release, 38}}));
}

TEST(PressedKeys, MakesARepeatOfASecondPress)
{
    PressedKeys keys;
    keys.decide(Edge::Press, 38);
    EXPECT_EQ(keys.decide(Edge::Press, 38), (Actions{{Edge::Release, 38}, {Edge::Press, 38}}));
}

TEST(PressedKeys, IgnoresAReleaseOfAKeyThatIsUp)
{
    PressedKeys keys;
    EXPECT_EQ(keys.decide(Edge::Release, 255), Actions{});
}

TEST(PressedKeys, ReleasesWhatIsNotInTheKeymap)
{
    PressedKeys keys;
    keys.decide(Edge::Press, 8);
    keys.decide(Edge::Press, 38);
    keys.decide(Edge::Press, 255);
    std::array<std::byte, 32> keymap{};
    keymap[38 / 8] = std::byte{1 << (38 % 8)};
    keymap[5] = std::byte{0xff};  // keys that are up here stay up
    EXPECT_EQ(keys.decide_keymap(keymap), (Actions{{Edge::Release, 8}, {Edge::Release, 255}}));
    EXPECT_EQ(keys.release_all(), (Actions{{Edge::Release, 38}}));
    EXPECT_EQ(keys.release_all(), Actions{});
}

TEST(Locks, ChangesLockModifiersOnly)
{
    const uint32_t lockable = kCaps | kNum;
    EXPECT_EQ(decide_locks(kShift | kCaps, 0, lockable), (LockChange{kCaps, kCaps}));
    EXPECT_EQ(decide_locks(kShift, kNum, lockable), (LockChange{kNum, 0}));
    EXPECT_EQ(decide_locks(kCaps, kNum, lockable), (LockChange{kCaps | kNum, kCaps}));
    EXPECT_EQ(decide_locks(kShift | kNum, kNum, lockable), std::nullopt);
}

}  // namespace
}  // namespace insula::window_agent
