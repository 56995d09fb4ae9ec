// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/configure_exchange.h"

#include <gtest/gtest.h>

namespace insula::window_agent {
namespace {

constexpr Rect kStart{0, 0, 10, 10};
constexpr Rect kOurs{5, 5, 20, 20};
constexpr Rect kLater{6, 6, 20, 20};
constexpr Rect kTheirs{9, 9, 30, 30};

TEST(ConfigureExchange, TellsOnlyChanges)
{
    ConfigureExchange exchange(kStart);
    EXPECT_EQ(exchange.decide_local(kStart), std::nullopt);
    EXPECT_EQ(exchange.decide_local(kOurs), kOurs);
}

TEST(ConfigureExchange, HasOneOutstandingAndTellsTheNewestAfterTheAnswer)
{
    ConfigureExchange exchange(kStart);
    exchange.decide_local(kOurs);
    EXPECT_EQ(exchange.decide_local(kLater), std::nullopt);
    const auto answer = exchange.decide_remote(kOurs);
    EXPECT_FALSE(answer.apply);
    EXPECT_FALSE(answer.reply);
    EXPECT_EQ(exchange.decide_local(kLater), kLater);
}

TEST(ConfigureExchange, CarriesOutAndRepeatsAWish)
{
    ConfigureExchange exchange(kStart);
    const auto wish = exchange.decide_remote(kTheirs);
    EXPECT_TRUE(wish.apply);
    EXPECT_TRUE(wish.reply);
    // The X server confirms: nothing more to say.
    EXPECT_EQ(exchange.decide_local(kTheirs), std::nullopt);
}

TEST(ConfigureExchange, LetsTheDaemonWinWhenBothSpeakAtOnce)
{
    ConfigureExchange exchange(kStart);
    exchange.decide_local(kOurs);
    EXPECT_TRUE(exchange.decide_remote(kTheirs).apply);
    EXPECT_EQ(exchange.decide_local(kTheirs), std::nullopt);
    EXPECT_EQ(exchange.decide_local(kLater), kLater);
}

TEST(ConfigureExchange, ObeysADaemonThatComesBackToWhatItOverruled)
{
    ConfigureExchange exchange(kStart);
    exchange.decide_local(kOurs);
    EXPECT_TRUE(exchange.decide_remote(kTheirs).apply);
    const auto after_all = exchange.decide_remote(kOurs);
    EXPECT_TRUE(after_all.apply);
    EXPECT_TRUE(after_all.reply);
    EXPECT_EQ(exchange.decide_local(kOurs), std::nullopt);
}

}  // namespace
}  // namespace insula::window_agent
