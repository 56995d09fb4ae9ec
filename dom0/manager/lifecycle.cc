// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/lifecycle.h"

namespace insula::manager {
namespace {

constexpr uint32_t kGoesLive = kAttachServices | kWatch;

Step refuse(State state) { return {state, 0, Answer::Refused}; }
Step stay(State state) { return {state}; }

Step decide_start(State state)
{
    return at_rest(state) ? Step{State::Creating, kCreate} : refuse(state);
}

Step decide_stop(State state)
{
    switch (state) {
    case State::Running:
        return {State::ShuttingDown, kShutdown | kArmStopTimer};
    case State::Creating:
        return {State::CreatingDoomed};
    case State::Unpausing:
        return {State::Destroying, kDestroy};
    case State::CreatingDoomed:
    case State::ShuttingDown:
    case State::Destroying:
    case State::DestroyingFailed:
        return stay(state);  // under way: the asker waits with the others
    case State::Off:
    case State::Failed:
    case State::Stuck:
        return refuse(state);
    }
    return refuse(state);
}

Step decide_kill(State state)
{
    switch (state) {
    case State::Running:
    case State::ShuttingDown:
    case State::Stuck:
        return {State::Destroying, kDestroy};
    default:
        return decide_stop(state);
    }
}

Step decide_died(State state, State destroying)
{
    switch (state) {
    case State::Unpausing:
    case State::Running:
    case State::ShuttingDown:
        return {destroying, kDestroy};
    default:
        return stay(state);
    }
}

Step decide_destroyed(State state)
{
    switch (state) {
    case State::Destroying:
        return {State::Off};
    case State::DestroyingFailed:
        return {State::Failed};
    default:
        return stay(state);
    }
}

Step only_in(State state, State wanted, Step step) { return state == wanted ? step : stay(state); }

}  // namespace

Step decide(State state, Event event)
{
    switch (event) {
    case Event::StartAsked:
        return decide_start(state);
    case Event::StopAsked:
        return decide_stop(state);
    case Event::KillAsked:
        return decide_kill(state);
    case Event::FoundRunning:
        return only_in(state, State::Off, {State::Running, kGoesLive});
    case Event::CreateDone:
        if (state == State::CreatingDoomed)
            return {State::Destroying, kDestroy};
        return only_in(state, State::Creating, {State::Unpausing, kAttachServices | kUnpause});
    case Event::CreateFailed:
        if (state == State::CreatingDoomed)
            return {State::Off};
        return only_in(state, State::Creating, {State::Failed});
    case Event::UnpauseDone:
        return only_in(state, State::Unpausing, {State::Running, kWatch});
    case Event::UnpauseFailed:
        return only_in(state, State::Unpausing, {State::DestroyingFailed, kDestroy});
    case Event::PoweredOff:
        return decide_died(state, State::Destroying);
    case Event::Crashed:
        return decide_died(state, State::DestroyingFailed);
    case Event::ShutdownFailed:
    case Event::StopTimedOut:
        return only_in(state, State::ShuttingDown, {State::Destroying, kDestroy});
    case Event::DestroyDone:
        return decide_destroyed(state);
    case Event::DestroyFailed:
        if (state == State::Destroying || state == State::DestroyingFailed)
            return {State::Stuck};
        return stay(state);
    }
    return stay(state);
}

std::string_view visible(State state)
{
    switch (state) {
    case State::Off:
        return "off";
    case State::Creating:
    case State::Unpausing:
        return "starting";
    case State::Running:
        return "running";
    case State::CreatingDoomed:
    case State::ShuttingDown:
    case State::Destroying:
    case State::DestroyingFailed:
        return "stopping";
    case State::Failed:
    case State::Stuck:
        return "failed";
    }
    return "failed";
}

}  // namespace insula::manager
