// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/domain.h"

#include "dom0/manager/log.h"

namespace insula::manager {

Domain::Domain(const Context& context, Definition definition)
    : context_(context),
      definition_(std::move(definition)),
      gui_(context.loop, context.launcher, Program::GuiDaemon,
           [this] { context_.on_changed(*this); }),
      exec_(context.loop, context.launcher, Program::ExecDaemon, [] {})
{}

void Domain::start(Asker asker)
{
    if (at_rest(state_)) {
        auto boot = context_.store.boot_files(definition_.template_name);
        if (!boot)
            return asker(&boot.error());
        boot_ = *std::move(boot);
    }
    ask(Event::StartAsked, Wants::Running, std::move(asker));
}

void Domain::stop(Asker asker) { ask(Event::StopAsked, Wants::Rest, std::move(asker)); }
void Domain::kill(Asker asker) { ask(Event::KillAsked, Wants::Rest, std::move(asker)); }

void Domain::take_over(const worker::Domain& found)
{
    xen_id_ = found.domain.value;
    log_info(name() + ": found as domain " + std::to_string(xen_id_) + ", taken over");
    on_event(Event::FoundRunning);
    // Built but never unpaused: nobody waits for it any more.
    if (found.state.value == worker::RunState::Paused)
        on_event(Event::KillAsked);
}

Result<void> Domain::exec(const service::Exec& command,
                          const std::array<int, service::kExecDescriptors>& fds)
{
    if (state_ != State::Running)
        return Error(Errc::Conflict, "domain " + name() + " is not running");
    return exec_.exec(command, fds);
}

void Domain::ask(Event event, Wants wants, Asker asker)
{
    if (decide(state_, event).answer == Answer::Refused) {
        const Error refused(Errc::Conflict, "domain " + name() + " is " +
                                                std::string(visible(state_)) +
                                                "; nothing was changed");
        return asker(&refused);
    }
    if (waiting_.size() >= kMaxAskers) {
        const Error full(Errc::Exhausted, "too many requests wait for domain " + name());
        return asker(&full);
    }
    waiting_.push_back({wants, std::move(asker)});
    on_event(event);
}

void Domain::on_event(Event event)
{
    const State before = state_;
    const Step step = decide(state_, event);
    state_ = step.next;
    if (at_rest(state_))
        xen_id_ = 0;
    if (state_ == State::Creating && before != state_)
        failure_.clear();
    act(step.actions);
    if (visible(before) != visible(state_)) {
        log_info(name() + ": " + std::string(visible(state_)));
        context_.on_changed(*this);
    }
    settle();
}

void Domain::act(uint32_t actions)
{
    if (actions & kCreate)
        create();
    if (actions & kAttachServices)
        attach_services();
    if (actions & kUnpause)
        unpause();
    if (actions & kWatch)
        watch();
    if (actions & kShutdown)
        shut_down();
    if (actions & kArmStopTimer)
        arm_stop_timer();
    if (actions & kDestroy)
        destroy();
}

void Domain::settle()
{
    std::vector<Waiting> all = std::move(waiting_);
    waiting_.clear();
    for (Waiting& each : all) {
        const bool runs = state_ == State::Running;
        const bool rests = at_rest(state_);
        if (each.wants == Wants::Running ? runs : rests) {
            each.asker(nullptr);
        } else if (state_ == State::Stuck || (each.wants == Wants::Running && rests)) {
            const Error error(Errc::System,
                              "domain " + name() + ": " +
                                  (failure_.empty() ? "was stopped before it ran" : failure_));
            each.asker(&error);
        } else {
            waiting_.push_back(std::move(each));
        }
    }
}

void Domain::fail(const std::string& text)
{
    failure_ = text;
    log_warning(name() + ": " + text);
}

}  // namespace insula::manager
