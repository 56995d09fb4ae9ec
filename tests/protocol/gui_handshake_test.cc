// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/gui/handshake.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace insula::test {
namespace {

using namespace gui;

TEST(GuiHandshake, TheDaemonTakesTheLowerMinor)
{
    for (uint32_t minor = 0; minor <= 0x1ff; ++minor) {
        const auto chosen = choose_version(Version::from_wire(0x10000 | minor));
        if (minor < 4) {
            ASSERT_FALSE(chosen) << minor;
            EXPECT_EQ(chosen.error().code(), Errc::Protocol);
            continue;
        }
        ASSERT_TRUE(chosen) << minor;
        EXPECT_EQ(chosen->to_wire(), 0x10000 | std::min(minor, 8u)) << minor;
    }
    EXPECT_TRUE(choose_version(Version::from_wire(0x1ffff)));
}

TEST(GuiHandshake, TheAgentTakesOnlyWhatItOffered)
{
    for (uint32_t minor = 0; minor <= 0x1ff; ++minor) {
        const auto accepted = accept_version(Version::from_wire(0x10000 | minor));
        ASSERT_EQ(accepted.has_value(), minor >= 4 && minor <= 8) << minor;
        if (accepted) {
            EXPECT_EQ(accepted->to_wire(), 0x10000 | minor);
        }
    }
    EXPECT_FALSE(accept_version(Version::from_wire(0x1ffff)));
}

TEST(GuiHandshake, BothRefuseEveryOtherMajor)
{
    for (uint32_t major = 0; major <= 0xffff; ++major) {
        if (major == 1)
            continue;
        const Version version = Version::from_wire(major << 16 | 8);
        ASSERT_FALSE(choose_version(version)) << major;
        ASSERT_FALSE(accept_version(version)) << major;
    }
}

TEST(GuiHandshake, WhatTheDaemonChoosesTheAgentAccepts)
{
    for (uint32_t minor = 4; minor <= 8; ++minor) {
        const auto chosen = choose_version(Version::from_wire(0x10000 | minor));
        ASSERT_TRUE(chosen);
        const auto accepted = accept_version(*chosen);
        ASSERT_TRUE(accepted);
        EXPECT_EQ(*accepted, *chosen);
        EXPECT_EQ(accepted->echoes_destroy(), minor >= 5);
        EXPECT_EQ(accepted->acknowledges_dumps(), minor >= 7);
        EXPECT_EQ(accepted->max_clipboard(), minor >= 8 ? 256'000u : 65'000u);
    }
}

}  // namespace
}  // namespace insula::test
