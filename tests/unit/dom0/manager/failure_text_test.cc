// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/failure_text.h"

#include "dom0/manager/restart_budget.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace insula::manager {
namespace {

using std::chrono::seconds;

TEST(FailureText, ShowsTheLastTwentyLinesOfTheConsole)
{
    std::string raw;
    for (int i = 1; i <= 25; ++i)
        raw += "line " + std::to_string(i) + "\r\n";
    const std::string shown = last_console_lines(raw);
    EXPECT_EQ(shown.find("line 5\n"), std::string::npos);
    EXPECT_EQ(shown.rfind("line 6\n", 0), 0u);
    EXPECT_NE(shown.find("line 25"), std::string::npos);
    EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 19);
}

TEST(FailureText, AFewLinesAreShownWhole)
{
    EXPECT_EQ(last_console_lines("one\ntwo\n"), "one\ntwo");
    EXPECT_EQ(last_console_lines("\n"), "");
    EXPECT_EQ(last_console_lines(""), "");
    EXPECT_EQ(last_console_lines("\nx"), "\nx");
}

TEST(FailureText, NoControlByteOfAGuestOrOfLibxlReachesTheReader)
{
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    worker::Died died;
    died.cause.value = worker::DeathCause::Crash;
    died.console_tail.value = all;
    worker::Failed failed;
    failed.stage.value = all.substr(0, 64);
    failed.cause.value = all;
    failed.log.value = all;
    for (const std::string& text : {describe_death(died), describe_failure(failed)})
        for (const char c : text)
            EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
}

TEST(RestartBudget, AllowsFiveStartsInSixtySeconds)
{
    RestartBudget budget;
    const RestartBudget::Time start{};
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(budget.take(start + seconds(i)));
    EXPECT_FALSE(budget.take(start + seconds(59)));
    EXPECT_TRUE(budget.take(start + seconds(60)));
    EXPECT_FALSE(budget.take(start + seconds(60)));
    EXPECT_TRUE(budget.take(start + seconds(61)));
}

}  // namespace
}  // namespace insula::manager
