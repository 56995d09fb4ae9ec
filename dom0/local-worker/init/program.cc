// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/init/program.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include <sys/epoll.h>
#include <sys/wait.h>

namespace insula::local_init {
namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        // SAFETY: posix_spawn() takes char* for historical reasons and writes nothing.
        pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

class SpawnSetup {
public:
    SpawnSetup()
    {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
    }
    ~SpawnSetup()
    {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&actions_);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;

    // 0 or an errno. Without `ready` (-1) the program has its three streams alone.
    int start(pid_t& pid, const std::vector<std::string>& command,
              const std::vector<std::string>& environment, int output, int ready)
    {
        sigset_t none, all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        note(::posix_spawnattr_setsigmask(&attributes_, &none));
        note(::posix_spawnattr_setsigdefault(&attributes_, &all));
        note(::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID));
        note(::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0));
        note(::posix_spawn_file_actions_adddup2(&actions_, output, 1));
        note(::posix_spawn_file_actions_adddup2(&actions_, output, 2));
        if (ready >= 0)
            note(::posix_spawn_file_actions_adddup2(&actions_, ready, Program::kReadyFd));
        const int first_closed = ready >= 0 ? Program::kReadyFd + 1 : 3;
        note(::posix_spawn_file_actions_addclosefrom_np(&actions_, first_closed));
        if (error_ != 0)
            return error_;
        const auto words = pointers_to(command);
        const auto variables = pointers_to(environment);
        return ::posix_spawn(&pid, words[0], &actions_, &attributes_, words.data(),
                             variables.data());
    }

private:
    void note(int error) { error_ = error_ != 0 ? error_ : error; }

    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
    int error_ = 0;
};

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
    const int error = SpawnSetup().start(pid_, command_, context_.environment,
                                         context_.console.input(), ready.get());
    if (error == 0)
        return {};
    pid_ = 0;
    return system_error(error, "start " + command_.front());
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
