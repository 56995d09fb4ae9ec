// SPDX-License-Identifier: GPL-2.0-or-later
// Process 1 of a domain: waits until it is let go, keeps X server and agents running, reaps
// orphans, and ends everything when it is asked to.
//
// SIGUSR1 starts the programs, SIGTERM powers the domain off (`kill 1` inside of it, too). It
// believes the worker that made it, and the guest's user, whose processes may signal it.
#pragma once

#include "dom0/local-worker/init/program.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace insula::local_init {

struct Identity {
    uint32_t domain;
    std::string name;
    std::string uuid;
};

class Init {
public:
    static constexpr std::chrono::milliseconds kPatience{5'000};  // between TERM and KILL

    // The loop, the console and the identity must outlive it.
    Init(Loop& loop, ConsoleLog& console, const Identity& identity);
    Init(const Init&) = delete;
    Init& operator=(const Init&) = delete;

    // Says on the cradle that it is ready. Then the loop runs; its code 0 means powered off.
    Result<void> begin(int cradle);

private:
    void on_cradle(int cradle);
    void start_programs();
    void reap();
    void power_off();
    void finish();

    Loop& loop_;
    ConsoleLog& console_;
    std::vector<std::string> environment_;
    Program::Context context_;  // before the programs, which refer to it
    Program x_server_, window_agent_, exec_agent_;
    bool ending_ = false;
    std::vector<EventSource> signals_;
    EventSource cradle_;
    EventSource patience_;
};

}  // namespace insula::local_init
