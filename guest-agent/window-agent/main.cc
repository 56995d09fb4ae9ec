// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/agent.h"
#include "guest-agent/window-agent/log.h"

#include <chrono>
#include <cstdlib>

#include <systemd/sd-daemon.h>

#include <sys/epoll.h>

namespace insula::window_agent {
namespace {

Result<void> run()
{
    INSULA_TRY(Loop loop, Loop::create());
    INSULA_TRY(const auto transport, open_transport(loop));
    INSULA_TRY(const auto server, x::Connection::open());
    INSULA_TRY(const auto segment, x::Segment::attach(*server));
    // Its only task is to wake the loop: turn() reads.
    INSULA_TRY(const auto wake, loop.watch(server->fd(), EPOLLIN, [] {}));
    Agent agent(*transport, *server, *segment);
    INSULA_CHECK(agent.start());
    sd_notify(0, "READY=1");

    constexpr std::chrono::microseconds kForever{-1};
    constexpr std::chrono::microseconds kNotAtAll{0};
    for (;;) {
        INSULA_TRY(const bool more, agent.turn());
        INSULA_CHECK(loop.run_once(more ? kNotAtAll : kForever));
    }
}

int run_program()
{
    if (const auto ended = run(); !ended)
        log(Level::Error, ended.error().describe());
    return EXIT_FAILURE;
}

}  // namespace
}  // namespace insula::window_agent

int main() { return insula::window_agent::run_program(); }
