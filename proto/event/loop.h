// SPDX-License-Identifier: GPL-2.0-or-later
// The event loop: sd-event, with callbacks that own their captures.
#pragma once

#include "proto/base/handle.h"
#include "proto/base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>

#include <systemd/sd-event.h>

#include <sys/types.h>

namespace insula {

// One registration with the loop. Destroying it inside its own callback is allowed:
// sd-event keeps the source, and with it the captures, until the callback returns.
using EventSource = Handle<sd_event_source, sd_event_source_disable_unref>;

// How a child process ended: by itself with `code`, or by `signal` (0 when by itself).
struct ChildExit {
    int code = 0;
    int signal = 0;

    bool succeeded() const { return code == 0 && signal == 0; }
};

// Single-threaded. Every object that takes a Loop& lives and dies on that thread.
class Loop {
public:
    static Result<Loop> create();

    // Calls `fn` whenever `fd` shows one of `epoll_events`. The fd must outlive the source.
    Result<EventSource> watch(int fd, uint32_t epoll_events, std::function<void()> fn);

    // Replaces the events of a source made by watch().
    static void set_events(const EventSource& source, uint32_t epoll_events);

    // Calls `fn` once per arm(). sd-event serves equal priorities oldest first, so sources that
    // are already pending run before it.
    Result<EventSource> deferred(std::function<void()> fn);
    static void arm(const EventSource& source);

    // Calls `fn` once, `delay` from now on the monotonic clock.
    Result<EventSource> after(std::chrono::microseconds delay, std::function<void()> fn);

    // Calls `fn` once, when our child `pid` has ended, and reaps it. Destroying the source before
    // that leaves the reaping to the caller. Errc::System when `pid` does not exist.
    Result<EventSource> child(pid_t pid, std::function<void(ChildExit)> fn);

    // Blocks `signal_number` for the process and calls `fn` each time it arrives. A child made
    // later inherits the block: who spawns programs resets the mask.
    Result<EventSource> on_signal(int signal_number, std::function<void()> fn);

    // Runs until exit(), whose code (0 and up) it returns. exit() counts also before run().
    Result<int> run();
    void exit(int code);

    // One iteration; returns false if the timeout passed with nothing to do.
    Result<bool> run_once(std::chrono::microseconds timeout);

private:
    explicit Loop(sd_event* raw) : event_(raw) {}

    Handle<sd_event, sd_event_unref> event_;
};

}  // namespace insula
