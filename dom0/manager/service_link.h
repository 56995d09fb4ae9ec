// SPDX-License-Identifier: GPL-2.0-or-later
// The socket to one per-domain daemon (GUI, execution): started, told what to serve, watched, and
// started again within a budget when it dies.
//
// The daemon holds what a guest may have corrupted: its frames are bounded and parsed; a broken
// one closes this link only.
#pragma once

#include "dom0/manager/launcher.h"
#include "dom0/manager/restart_budget.h"
#include "proto/service/messages.h"
#include "proto/wire/frame.h"

#include <array>
#include <functional>
#include <string>

namespace insula::manager {

class ServiceLink {
public:
    // `on_change` is called when state() changed.
    ServiceLink(Loop& loop, Launcher& launcher, Program program, std::function<void()> on_change)
        : loop_(loop),
          launcher_(launcher),
          program_(program),
          on_change_(std::move(on_change))
    {}
    ServiceLink(const ServiceLink&) = delete;
    ServiceLink& operator=(const ServiceLink&) = delete;

    void start(const service::Serve& serve);
    void stop();  // the daemon sees end of file and ends

    // Hands a command and its descriptors (stdin, stdout, stderr, status) to the daemon.
    Result<void> exec(const service::Exec& exec,
                      const std::array<int, service::kExecDescriptors>& fds);

    // "off", "waiting", "connected", "refused" or "failed".
    const std::string& state() const { return state_; }

private:
    void open();
    Result<void> try_open();
    void on_readable();
    Result<void> on_bytes(Bytes bytes);
    void lost(const std::string& why);
    Result<void> send(Bytes frame, const int* fds, size_t count);
    void set_state(const char* state);

    Loop& loop_;
    Launcher& launcher_;
    Program program_;
    std::function<void()> on_change_;
    service::Serve serve_;
    RestartBudget budget_;
    UniqueFd fd_;  // before the source that watches it
    EventSource source_;
    EventSource reopen_;
    wire::FrameBuffer frames_{service::kMaxFrame};
    std::string state_ = "off";
};

}  // namespace insula::manager
