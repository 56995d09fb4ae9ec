// SPDX-License-Identifier: GPL-2.0-or-later
// What is decided without a domain.
#include "dom0/local-worker/init/authority.h"
#include "dom0/local-worker/init/restart_pause.h"
#include "dom0/local-worker/sandbox.h"
#include "dom0/local-worker/sockets.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace insula {
namespace {

using namespace std::chrono_literals;
using namespace local_worker;

Sandbox sandbox_of(Runner runner)
{
    return {7,
            "work",
            "00112233445566778899aabbccddeeff",
            "/state/home/work",
            "/run/vchan",
            {"/opt/init", "/opt/window", "/opt/exec"},
            runner};
}

bool has_pair(const std::vector<std::string>& words, const std::string& first,
              const std::string& second)
{
    for (size_t i = 0; i + 1 < words.size(); ++i)
        if (words[i] == first && words[i + 1] == second)
            return true;
    return false;
}

TEST(Sandbox, EndsWithTheInitAndWhoTheDomainIs)
{
    const auto words = bubblewrap_arguments(sandbox_of(Runner::User));
    ASSERT_GT(words.size(), 5u);
    const std::vector<std::string> end(words.end() - 5, words.end());
    EXPECT_EQ(end, (std::vector<std::string>{"--", "/run/insula/programs/insula-local-init", "7",
                                             "work", "00112233445566778899aabbccddeeff"}));
}

TEST(Sandbox, BindsForWritingTheHomeAndTheSocketsAlone)
{
    const auto words = bubblewrap_arguments(sandbox_of(Runner::User));
    EXPECT_EQ(std::count(words.begin(), words.end(), "--bind"), 2);
    EXPECT_TRUE(has_pair(words, "--bind", "/state/home/work"));
    EXPECT_TRUE(has_pair(words, "--bind", "/run/vchan"));
    EXPECT_EQ(std::count(words.begin(), words.end(), "--dev-bind"), 0);
}

TEST(Sandbox, SealsProcOfRootsDomains)
{
    EXPECT_TRUE(has_pair(bubblewrap_arguments(sandbox_of(Runner::Root)), "--remount-ro", "/proc"));
    EXPECT_FALSE(has_pair(bubblewrap_arguments(sandbox_of(Runner::User)), "--remount-ro", "/proc"));
}

TEST(Sockets, BelongToBothEndsOfTheirChannel)
{
    for (const char* file : {"vchan.5.0.6000.sock", "vchan.0.5.513.sock", ".vchan.5.0.512.sock",
                             "vchan.5.0.6000.mem.sock", "vchan.5.9.512.sock"})
        EXPECT_TRUE(is_socket_of(file, 5)) << file;
    for (const char* file : {"vchan.50.0.6000.sock", "vchan.0.55.513.sock", "vchan.0.1.5.sock",
                             "vchan.5.0.6000", "other.5.0.1.sock", "vchan.5", "", "vchan."})
        EXPECT_FALSE(is_socket_of(file, 5)) << file;
}

TEST(RestartPause, DoublesUpToItsLimitAndForgetsAfterALongLife)
{
    local_init::RestartPause pause;
    EXPECT_EQ(pause.after(0s), 200ms);
    EXPECT_EQ(pause.after(1s), 400ms);
    for (int i = 0; i < 20; ++i)
        pause.after(59s);
    EXPECT_EQ(pause.after(59s), 30s);
    EXPECT_EQ(pause.after(60s), 200ms);
}

// The bytes of `xauth add :0 . 00...0f`, with the family for every address.
TEST(Authority, IsAnEntryOfXau)
{
    local_init::Cookie cookie;
    for (size_t i = 0; i < cookie.size(); ++i)
        cookie[i] = static_cast<char>(i);
    const std::string expected("\xff\xff\x00\x00\x00\x01"
                               "0\x00\x12MIT-MAGIC-COOKIE-1\x00\x10"
                               "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f",
                               45);
    EXPECT_EQ(local_init::authority_entry("0", cookie), expected);
}

}  // namespace
}  // namespace insula
