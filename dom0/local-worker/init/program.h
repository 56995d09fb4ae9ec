// SPDX-License-Identifier: GPL-2.0-or-later
// One program that runs for as long as the domain does: started again when it ends.
//
// Its output is the domain's console.
#pragma once

#include "dom0/local-worker/init/console_log.h"
#include "dom0/local-worker/init/restart_pause.h"
#include "proto/base/unique_fd.h"
#include "proto/event/loop.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace insula::local_init {

class Program {
public:
    // Descriptor 3 of a program that says on it when it serves, by a line.
    static constexpr int kReadyFd = 3;

    struct Context {
        Loop& loop;
        ConsoleLog& console;
        const std::vector<std::string>& environment;
    };
    // `command` begins with an absolute path.
    Program(const Context& context, std::vector<std::string> command)
        : context_(context),
          command_(std::move(command))
    {}
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    // Gives it kReadyFd; `on_ready` is called once for each start that gets so far, `on_ended`
    // after each end.
    void announce(std::function<void()> on_ready, std::function<void()> on_ended);
    // From now on it is to run.
    void want();
    // It is not started again; what runs, runs on.
    void release();
    // True when `pid` was this program.
    bool on_child_ended(pid_t pid, int status);

private:
    void start();
    Result<void> spawn();
    Result<UniqueFd> open_ready_pipe();
    void on_ready_pipe();
    void start_later();

    const Context& context_;
    std::vector<std::string> command_;
    std::function<void()> on_ready_, on_ended_;
    bool wanted_ = false;
    pid_t pid_ = 0;  // 0: does not run
    std::chrono::steady_clock::time_point started_;
    RestartPause pause_;
    UniqueFd ready_pipe_;  // before the source that watches it
    EventSource ready_;
    EventSource restart_;
};

}  // namespace insula::local_init
