// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/exec/command.h"

#include <gtest/gtest.h>

namespace insula::exec {
namespace {

TEST(ExecCommand, ACommandLineIsKeptByteForByte)
{
    const auto command = parse_command("DEFAULT:echo 'a b' > /tmp/$x; nogui:");
    ASSERT_TRUE(command);
    EXPECT_EQ(command->user, "DEFAULT");
    EXPECT_EQ(command->session, Session::WaitForGui);
    EXPECT_EQ(std::get<ShellCommand>(command->what).line, "echo 'a b' > /tmp/$x; nogui:");
}

TEST(ExecCommand, NoguiIsAPrefixOfTheLine)
{
    const auto command = parse_command("user:nogui:nogui:x");
    ASSERT_TRUE(command);
    EXPECT_EQ(command->session, Session::NoGui);
    EXPECT_EQ(std::get<ShellCommand>(command->what).line, "nogui:x");
}

TEST(ExecCommand, NeedsAUserAndALine)
{
    for (const char* text : {"", "true", ":true", "user:", "user:nogui:", "-x:true", "a b:true",
                             "a/b:true", "0123456789012345678901234567890123:true"})
        EXPECT_FALSE(parse_command(text)) << text;
}

TEST(ExecCommand, AServiceCallHasNameArgumentSourceAndTarget)
{
    const auto command = parse_command("root:QUBESRPC a.B+c+d work name dom0");
    ASSERT_TRUE(command);
    const auto& call = std::get<ServiceCall>(command->what);
    EXPECT_EQ(call.service, "a.B");
    EXPECT_EQ(call.argument, "c+d");
    EXPECT_EQ(call.full_name(), "a.B+c+d");
    EXPECT_EQ(call.source, "work");
    EXPECT_EQ(call.target_type, "name");
    EXPECT_EQ(call.target, "dom0");
}

TEST(ExecCommand, AServiceCallThatBreaksARuleIsRefused)
{
    for (const char* rest : {"", " work", "a", "a ", "+x work", "../a work", ".. work", ". work",
                             "a/b work", "a+b/c work", "a+.. work extra", "a wo/rk", "a work name",
                             "a work kind x", "a work name x y", "a  work", "a work name a/b"})
        EXPECT_FALSE(parse_command(std::string("u:QUBESRPC ") + rest)) << rest;
    EXPECT_FALSE(parse_command("u:QUBESRPC " + std::string(256, 'a') + " work"));
    EXPECT_TRUE(parse_command("u:QUBESRPC " + std::string(255, 'a') + " work"));
}

TEST(ExecCommand, AllowsTheseByteValuesInNamesAndNoOther)
{
    const std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789_.-";
    for (int value = 0; value < 256; ++value) {
        const std::string name = {'x', static_cast<char>(value)};
        const bool plain = letters.find(name[1]) != letters.npos;
        EXPECT_EQ(is_service_name(name), plain) << value;
        EXPECT_EQ(is_domain_name(name), plain) << value;
        EXPECT_EQ(is_service_argument(name), plain || name[1] == '+') << value;
        EXPECT_EQ(is_target_name(name), plain || name[1] == '@' || name[1] == ':') << value;
    }
    EXPECT_FALSE(is_service_name(""));
    EXPECT_FALSE(is_domain_name(""));
    EXPECT_FALSE(is_target_name(""));
    EXPECT_TRUE(is_service_argument(""));
}

}  // namespace
}  // namespace insula::exec
