// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/daemon/viewer.h"

#include <cstdio>

namespace insula::gui_daemon {
namespace {

constexpr char kWarning = '4';
constexpr char kInfo = '6';

void log(char level, const Served& served, const std::string& text)
{
    std::fprintf(stderr, "<%c>%s (domain %u): %s\n", level, served.name.c_str(),
                 to_number(served.domain), text.c_str());
}

}  // namespace

Result<void> Viewer::start()
{
    report(service::ServiceState::WaitingForAgent, "");
    wait_for_agent();
    if (failure_)
        return *failure_;
    return {};
}

void Viewer::wait_for_agent()
{
    auto pending =
        transport_.connect({served_.domain, Port::Gui}, [this](std::unique_ptr<Stream> stream) {
            on_connected(std::move(stream));
        });
    if (!pending)
        failure_ = std::move(pending.error()).within("waiting for the agent");
    else
        pending_ = *std::move(pending);
}

void Viewer::on_connected(std::unique_ptr<Stream> stream)
{
    pending_.reset();
    auto made = Connection::start(loop_, transport_, {served_.domain, Port::Gui}, std::move(stream),
                                  desktop_, x_.screen(), *this);
    if (!made)
        on_ended(std::move(made.error()));
    else
        connection_ = *std::move(made);
}

void Viewer::on_ready(gui::Version version, Session& session)
{
    desktop_.set_listener(&session);
    log(kInfo, served_,
        "agent connected, version " + std::to_string(version.major) + "." +
            std::to_string(version.minor));
    report(service::ServiceState::Connected, "");
}

void Viewer::on_ended(Error why)
{
    desktop_.set_listener(nullptr);
    connection_.reset();
    const auto now = RateLimit::Clock::now();
    RateLimit::Clock::duration delay{};
    if (why.code() == Errc::PeerClosed) {
        log(kInfo, served_, "the agent is gone");
        report(service::ServiceState::WaitingForAgent, "");
        delay = departures_.count(now);
    } else {
        log(kWarning, served_, "connection closed: " + why.describe());
        report(service::ServiceState::AgentRefused, why.describe());
        delay = refusals_.count(now);
    }
    if (delay == RateLimit::Clock::duration::zero()) {
        wait_for_agent();
        return;
    }
    auto alarm = loop_.after(std::chrono::ceil<std::chrono::microseconds>(delay),
                             [this] { wait_for_agent(); });
    if (!alarm)
        failure_ = std::move(alarm.error());
    else
        back_off_ = *std::move(alarm);
}

void Viewer::report(service::ServiceState state, const std::string& reason)
{
    if (manager_)
        manager_->report(state, reason);
}

}  // namespace insula::gui_daemon
