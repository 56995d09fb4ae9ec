// SPDX-License-Identifier: GPL-2.0-or-later
// Waits for the socket of the guest's X server to appear, by inotify.
//
// Believes the guest's /tmp, which is the guest's own affair. Waiting ends after kPatience: the
// command then runs without a session and says so itself.
#pragma once

#include "proto/base/result.h"
#include "proto/base/unique_fd.h"
#include "proto/event/loop.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace insula::exec_agent {

class SessionWaiter {
public:
    static constexpr std::chrono::seconds kPatience{60};

    // Calls `ready` once, from the loop, when `socket_path` exists or patience is at its end.
    // Destroying the waiter ends it, also from inside `ready`.
    static Result<std::unique_ptr<SessionWaiter>> start(Loop& loop, std::string socket_path,
                                                        std::function<void()> ready);

private:
    SessionWaiter(std::string path, std::function<void()> ready)
        : path_(std::move(path)),
          ready_(std::move(ready))
    {}

    Result<void> watch_directories();
    void on_change();
    void finish();

    std::string path_;
    std::function<void()> ready_;
    UniqueFd inotify_;
    EventSource changes_;
    EventSource patience_;
    EventSource now_;
};

}  // namespace insula::exec_agent
