// SPDX-License-Identifier: GPL-2.0-or-later
// The life of one domain as a pure state machine: state and event in, state and actions out.
//
// Every (state, event) pair has an answer. An event that cannot matter any more changes nothing.
#pragma once

#include <cstdint>
#include <string_view>

namespace insula::manager {

enum class State {
    Off,
    Creating,
    CreatingDoomed,  // to be destroyed as soon as the create ends
    Unpausing,
    Running,
    ShuttingDown,
    Destroying,        // will be Off
    DestroyingFailed,  // will be Failed
    Failed,            // nothing of it is left in Xen
    Stuck,             // failed, and the domain could not be destroyed
};
inline constexpr State kLastState = State::Stuck;

enum class Event {
    StartAsked,
    StopAsked,
    KillAsked,
    FoundRunning,  // insulad itself started and found the domain
    CreateDone,
    CreateFailed,
    UnpauseDone,
    UnpauseFailed,
    PoweredOff,  // also: rebooted, or destroyed by somebody else
    Crashed,
    ShutdownFailed,
    StopTimedOut,
    DestroyDone,
    DestroyFailed,
};
inline constexpr Event kLastEvent = Event::DestroyFailed;

// What to do on a transition, in this order. A set of bits.
enum Action : uint32_t {
    kCreate = 1u << 0,
    kAttachServices = 1u << 1,
    kUnpause = 1u << 2,
    kWatch = 1u << 3,  // WaitForDeath
    kShutdown = 1u << 4,
    kArmStopTimer = 1u << 5,
    kDestroy = 1u << 6,  // also drops services, timer and watch
};

enum class Answer {
    Accepted,  // the asker hears when it is done; events of the machine are always accepted
    Refused,   // not in this state; nothing changes
};

struct Step {
    State next;
    uint32_t actions = 0;
    Answer answer = Answer::Accepted;
    friend bool operator==(const Step&, const Step&) = default;
};

Step decide(State state, Event event);

// For people and for the bus: off, starting, running, stopping, failed.
std::string_view visible(State state);

// Nothing of the domain is left or on its way: it may be removed or started.
constexpr bool at_rest(State state) { return state == State::Off || state == State::Failed; }

}  // namespace insula::manager
