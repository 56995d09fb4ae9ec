// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/event/loop.h"

#include <csignal>
#include <optional>

#include <gtest/gtest.h>
#include <unistd.h>

#include <sys/wait.h>

namespace insula {
namespace {

using namespace std::chrono_literals;

pid_t child_that(void (*act)())
{
    const pid_t pid = ::fork();
    if (pid == 0) {
        act();
        ::_exit(99);
    }
    return pid;
}

class LoopTest : public ::testing::Test {
protected:
    LoopTest() : loop_(*Loop::create()) {}

    std::optional<ChildExit> end_of(pid_t pid)
    {
        std::optional<ChildExit> end;
        const auto source = loop_.child(pid, [&](ChildExit how) {
            end = how;
            loop_.exit(0);
        });
        const auto guard = loop_.after(10s, [&] { loop_.exit(1); });
        EXPECT_TRUE(source && guard);
        EXPECT_EQ(*loop_.run(), 0);
        return end;
    }

    Loop loop_;
};

TEST_F(LoopTest, RunEndsWithTheCodeOfExit)
{
    const auto timer = loop_.after(0us, [&] { loop_.exit(3); });
    ASSERT_TRUE(timer);
    EXPECT_EQ(*loop_.run(), 3);
}

TEST_F(LoopTest, TimersFireInTheirOrderOnceAndNotEarly)
{
    std::string order;
    const auto start = std::chrono::steady_clock::now();
    const auto late = loop_.after(30ms, [&] {
        order += 'b';
        loop_.exit(0);
    });
    const auto early = loop_.after(1ms, [&] { order += 'a'; });
    ASSERT_TRUE(late && early);
    ASSERT_TRUE(loop_.run());
    EXPECT_EQ(order, "ab");
    EXPECT_GE(std::chrono::steady_clock::now() - start, 30ms);
}

TEST_F(LoopTest, ADroppedTimerDoesNotFire)
{
    bool fired = false;
    auto dropped = loop_.after(1ms, [&] { fired = true; });
    const auto end = loop_.after(20ms, [&] { loop_.exit(0); });
    ASSERT_TRUE(dropped && end);
    (*dropped).reset();
    ASSERT_TRUE(loop_.run());
    EXPECT_FALSE(fired);
}

TEST_F(LoopTest, ACallbackMayDestroyItsOwnSource)
{
    EventSource self;
    const std::string captured(100, 'x');
    std::string seen;
    auto timer = loop_.after(0us, [&, captured] {
        self.reset();
        seen = captured;
        loop_.exit(0);
    });
    ASSERT_TRUE(timer);
    self = *std::move(timer);
    ASSERT_TRUE(loop_.run());
    EXPECT_EQ(seen, captured);
}

TEST_F(LoopTest, TellsHowAChildEnded)
{
    const auto left = end_of(child_that([] { ::_exit(7); }));
    ASSERT_TRUE(left);
    EXPECT_EQ(left->code, 7);
    EXPECT_EQ(left->signal, 0);
    EXPECT_FALSE(left->succeeded());
}

TEST_F(LoopTest, TellsThatAChildWasKilled)
{
    const auto killed = end_of(child_that([] { ::raise(SIGKILL); }));
    ASSERT_TRUE(killed);
    EXPECT_EQ(killed->signal, SIGKILL);
    EXPECT_FALSE(killed->succeeded());
}

TEST_F(LoopTest, ReapsTheChild)
{
    const pid_t pid = child_that([] { ::_exit(0); });
    const auto end = end_of(pid);
    ASSERT_TRUE(end);
    EXPECT_TRUE(end->succeeded());
    EXPECT_EQ(::waitpid(pid, nullptr, WNOHANG), -1);
}

TEST_F(LoopTest, AChildThatDoesNotExistIsAnError)
{
    const pid_t pid = child_that([] { ::_exit(0); });
    ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
    EXPECT_FALSE(loop_.child(pid, [](ChildExit) {}));
}

TEST_F(LoopTest, ASignalReachesItsCallbackEachTime)
{
    int count = 0;
    const auto source = loop_.on_signal(SIGUSR1, [&] { ++count; });
    ASSERT_TRUE(source);
    for (int expected = 1; expected <= 2; ++expected) {
        ::raise(SIGUSR1);
        while (*loop_.run_once(0us)) {
        }
        EXPECT_EQ(count, expected);
    }
}

TEST_F(LoopTest, ADeferredSourceRunsOncePerArm)
{
    int count = 0;
    const auto source = loop_.deferred([&] { ++count; });
    ASSERT_TRUE(source);
    EXPECT_FALSE(*loop_.run_once(0us));
    Loop::arm(*source);
    while (*loop_.run_once(0us)) {
    }
    EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace insula
