// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/exec/messages.h"

#include "proto/exec/version.h"
#include "proto/wire/frame.h"

#include <gtest/gtest.h>

namespace insula::exec {
namespace {

std::vector<std::byte> raw(std::string_view text)
{
    const Bytes bytes = bytes_of(text);
    return {bytes.begin(), bytes.end()};
}

ExecCmdline exec_of(std::string_view command) { return {{5}, {513}, {raw(command)}}; }

TEST(ExecMessages, HaveTheSizesOfTheReference)
{
    EXPECT_EQ(wire::body_of(Hello{3}).size(), 4u);
    EXPECT_EQ(wire::body_of(exec_of(std::string_view("a\0", 2))).size(), 8u + 2);
    EXPECT_EQ(wire::body_of(ServiceConnect{}).size(), 8u + 32);
    EXPECT_EQ(wire::body_of(ServiceRefused{}).size(), 32u);
    EXPECT_EQ(wire::body_of(TriggerService{}).size(), 64u + 32 + 32);
    EXPECT_EQ(wire::body_of(TriggerService3{}).size(), 64u + 32);
    EXPECT_EQ(wire::body_of(ConnectionTerminated{}).size(), 8u);
    EXPECT_EQ(wire::body_of(DataExitCode{}).size(), 4u);
}

TEST(ExecMessages, AreWrittenLittleEndianAsTheReferenceDoes)
{
    const auto frame = wire::frame_of(ConnectionTerminated{{5}, {0x201}});
    EXPECT_EQ(text_of(frame), std::string_view("\x11\x02\0\0\x08\0\0\0\x05\0\0\0\x01\x02\0\0", 16));
}

TEST(ExecMessages, EveryOtherLengthIsRefused)
{
    const auto whole = wire::body_of(ConnectionTerminated{{5}, {513}});
    for (size_t length = 0; length <= whole.size() + 1; ++length) {
        auto body = whole;
        body.resize(length);
        EXPECT_EQ(wire::parse<ConnectionTerminated>(body).has_value(), length == whole.size());
    }
}

TEST(ExecMessages, ACommandEndsWithItsOnlyNul)
{
    const auto parses = [](std::string_view command) {
        return wire::parse<ExecCmdline>(wire::body_of(exec_of(command))).has_value();
    };
    EXPECT_TRUE(parses(std::string_view("user:x\0", 7)));
    EXPECT_FALSE(parses("user:x"));
    EXPECT_FALSE(parses(""));
    EXPECT_FALSE(parses(std::string_view("user\0x\0", 7)));
    EXPECT_FALSE(parses(std::string_view("user:x\0\0", 8)));
}

TEST(ExecMessages, TheLongestCommandIs65535BytesWithItsNul)
{
    std::string command(kMaxCommand, 'a');
    command.back() = '\0';
    EXPECT_TRUE(wire::parse<ExecCmdline>(wire::body_of(exec_of(command))));
    command.insert(0, "a");
    EXPECT_FALSE(wire::parse<ExecCmdline>(wire::body_of(exec_of(command))));
}

TEST(ExecMessages, RefusePortsBelow513AndReservedDomains)
{
    const auto parses = [](uint32_t domain, uint32_t port) {
        return wire::parse<ConnectionTerminated>(
                   wire::body_of(ConnectionTerminated{{domain}, {port}}))
            .has_value();
    };
    EXPECT_TRUE(parses(0, 513));
    EXPECT_FALSE(parses(0, 512));
    EXPECT_FALSE(parses(0, 0xffff'ffff));
    EXPECT_TRUE(parses(0x7fef, 513));
    EXPECT_FALSE(parses(0x7ff0, 513));
}

TEST(ExecVersion, TheLowerOneHoldsAndBelowTwoIsRefused)
{
    EXPECT_FALSE(choose_version(0));
    EXPECT_FALSE(choose_version(1));
    EXPECT_EQ(*choose_version(2), 2u);
    EXPECT_EQ(*choose_version(3), 3u);
    EXPECT_EQ(*choose_version(4), 4u);
    EXPECT_EQ(*choose_version(0x104), 4u);
    EXPECT_EQ(max_chunk(2), 4096u);
    EXPECT_EQ(max_chunk(3), 65'536u);
}

}  // namespace
}  // namespace insula::exec
