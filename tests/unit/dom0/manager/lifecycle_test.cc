// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/lifecycle.h"

#include <array>

#include <gtest/gtest.h>

namespace insula::manager {
namespace {

constexpr size_t kStates = static_cast<size_t>(kLastState) + 1;
constexpr size_t kEvents = static_cast<size_t>(kLastEvent) + 1;

// One row for each event, one column for each state, in the order of the enumerations:
// O off, C creating, c creating doomed, U unpausing, R running, S shutting down,
// D destroying, d destroying failed, F failed, X stuck; '-' refused.
constexpr std::array<std::array<char, kStates + 1>, kEvents> kNext{{
    {"C-------C-"},  // StartAsked
    {"-ccDSSDd--"},  // StopAsked
    {"-ccDDDDd-D"},  // KillAsked
    {"RCcURSDdFX"},  // FoundRunning
    {"OUDURSDdFX"},  // CreateDone
    {"OFOURSDdFX"},  // CreateFailed
    {"OCcRRSDdFX"},  // UnpauseDone
    {"OCcdRSDdFX"},  // UnpauseFailed
    {"OCcDDDDdFX"},  // PoweredOff
    {"OCcdddDdFX"},  // Crashed
    {"OCcURDDdFX"},  // ShutdownFailed
    {"OCcURDDdFX"},  // StopTimedOut
    {"OCcURSOFFX"},  // DestroyDone
    {"OCcURSXXFX"},  // DestroyFailed
}};
constexpr std::string_view kLetters = "OCcURSDdFX";

template <typename Check>
void for_each_pair(const Check& check)
{
    for (size_t event = 0; event < kEvents; ++event)
        for (size_t state = 0; state < kStates; ++state)
            check(static_cast<State>(state), static_cast<Event>(event), kNext[event][state]);
}

TEST(Lifecycle, EveryPairLeadsWhereTheTableSays)
{
    for_each_pair([](State state, Event event, char expected) {
        SCOPED_TRACE(testing::Message() << "state " << static_cast<int>(state) << " event "
                                        << static_cast<int>(event));
        const Step step = decide(state, event);
        if (expected == '-') {
            EXPECT_EQ(step.answer, Answer::Refused);
            EXPECT_EQ(step.next, state);
        } else {
            EXPECT_EQ(step.answer, Answer::Accepted);
            EXPECT_EQ(kLetters[static_cast<size_t>(step.next)], expected);
        }
    });
}

TEST(Lifecycle, WhatDoesNotChangeTheStateDoesNothing)
{
    for_each_pair([](State state, Event event, char) {
        const Step step = decide(state, event);
        if (step.next == state) {
            EXPECT_EQ(step.actions, 0u);
        }
    });
}

TEST(Lifecycle, DestroysExactlyOnEnteringADestroyingState)
{
    for_each_pair([](State state, Event event, char) {
        const Step step = decide(state, event);
        const bool enters = step.next != state && (step.next == State::Destroying ||
                                                   step.next == State::DestroyingFailed);
        EXPECT_EQ((step.actions & kDestroy) != 0, enters);
    });
}

TEST(Lifecycle, NeverUnpausesWhatIsToBeDestroyed)
{
    EXPECT_EQ(decide(State::CreatingDoomed, Event::CreateDone),
              (Step{State::Destroying, kDestroy}));
}

TEST(Lifecycle, AttachesServicesBeforeItUnpauses)
{
    EXPECT_EQ(decide(State::Creating, Event::CreateDone).actions,
              uint32_t{kAttachServices | kUnpause});
    EXPECT_LT(uint32_t{kAttachServices}, uint32_t{kUnpause});
}

TEST(Lifecycle, EveryStartEndsRunningOrAtRestOrStuck)
{
    // From each state, events of the worker alone lead out of every state on the way.
    for (const State state : {State::Creating, State::CreatingDoomed, State::Unpausing,
                              State::ShuttingDown, State::Destroying, State::DestroyingFailed}) {
        bool leaves = false;
        for (size_t event = static_cast<size_t>(Event::CreateDone); event < kEvents; ++event)
            leaves |= decide(state, static_cast<Event>(event)).next != state;
        EXPECT_TRUE(leaves);
    }
}

}  // namespace
}  // namespace insula::manager
