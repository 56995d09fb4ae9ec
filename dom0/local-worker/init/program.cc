// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/init/program.h"

#include "proto/base/spawn.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>

#include <sys/epoll.h>
#include <sys/wait.h>

namespace insula::local_init {
namespace {

std::string how(int status)
{
    if (WIFSIGNALED(status))
        return "ended by signal " + std::to_string(WTERMSIG(status));
    return "ended with " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

void Program::announce(std::function<void()> on_ready, std::function<void()> on_ended)
{
    on_ready_ = std::move(on_ready);
    on_ended_ = std::move(on_ended);
}

void Program::want()
{
    wanted_ = true;
    if (pid_ == 0 && !restart_)
        start();
}

void Program::release()
{
    wanted_ = false;
    restart_.reset();
}

void Program::start()
{
    restart_.reset();
    started_ = std::chrono::steady_clock::now();
    if (const auto spawned = spawn(); !spawned) {
        context_.console.say(spawned.error().describe());
        start_later();
    }
}

Result<void> Program::spawn()
{
    UniqueFd ready;
    if (on_ready_) {
        INSULA_TRY(ready, open_ready_pipe());
    }
    Spawn setup;
    setup.read_nothing(0);
    setup.give(context_.console.input(), 1);
    setup.give(context_.console.input(), 2);
    if (ready)
        setup.give(ready.get(), kReadyFd);
    setup.close_from(ready ? kReadyFd + 1 : 3);
    setup.in_new_session();
    setup.with_default_signals();
    INSULA_TRY(pid_, setup.start(command_, context_.environment));
    return {};
}

Result<UniqueFd> Program::open_ready_pipe()
{
    std::array<int, 2> raw{};
    if (::pipe2(raw.data(), O_CLOEXEC) != 0)
        return system_error(errno, "pipe2");
    UniqueFd theirs(raw[1]);
    ready_.reset();
    ready_pipe_ = UniqueFd(raw[0]);
    INSULA_TRY(ready_, context_.loop.watch(raw[0], EPOLLIN, [this] { on_ready_pipe(); }));
    return theirs;
}

void Program::on_ready_pipe()
{
    std::array<char, 64> line;
    const ssize_t got = ::read(ready_pipe_.get(), line.data(), line.size());
    if (got <= 0) {
        // The program closed it. If it ended without a line, on_child_ended() sees to that.
        ready_.reset();
        ready_pipe_.reset();
        return;
    }
    // Not closed by us: the X server writes number and newline apart, and ends if it cannot.
    if (std::find(line.begin(), line.begin() + got, '\n') != line.begin() + got)
        on_ready_();
}

bool Program::on_child_ended(pid_t pid, int status)
{
    if (pid_ == 0 || pid != pid_)
        return false;
    pid_ = 0;
    if (on_ended_)
        on_ended_();
    if (wanted_) {
        context_.console.say(command_.front() + " " + how(status));
        start_later();
    }
    return true;
}

void Program::start_later()
{
    const auto lived = std::chrono::duration_cast<RestartPause::Duration>(
        std::chrono::steady_clock::now() - started_);
    auto timer = context_.loop.after(pause_.after(lived), [this] { start(); });
    if (timer)
        restart_ = *std::move(timer);
    else
        context_.console.say("no timer: " + timer.error().describe());
}

}  // namespace insula::local_init
