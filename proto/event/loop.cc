// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/event/loop.h"

#include "proto/base/unique_fd.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>

#include <unistd.h>

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace insula {
namespace {

using Callback = std::function<void()>;

int call(void* userdata)
{
    (*static_cast<Callback*>(userdata))();
    return 0;
}

// Hands the callback to sd-event, which frees it together with the source.
EventSource adopt(sd_event_source* raw, std::unique_ptr<Callback> callback)
{
    sd_event_source_set_destroy_callback(raw, [](void* p) { delete static_cast<Callback*>(p); });
    static_cast<void>(callback.release());
    return EventSource(raw);
}

}  // namespace

Result<Loop> Loop::create()
{
    sd_event* raw = nullptr;
    if (const int r = sd_event_new(&raw); r < 0)
        return system_error(-r, "sd_event_new");
    return Loop(raw);
}

Result<EventSource> Loop::watch(int fd, uint32_t epoll_events, std::function<void()> fn)
{
    auto callback = std::make_unique<Callback>(std::move(fn));
    const auto handler = [](sd_event_source*, int, uint32_t, void* p) { return call(p); };

    sd_event_source* raw = nullptr;
    if (const int r =
            sd_event_add_io(event_.get(), &raw, fd, epoll_events, handler, callback.get());
        r < 0)
        return system_error(-r, "sd_event_add_io");
    return adopt(raw, std::move(callback));
}

void Loop::set_events(const EventSource& source, uint32_t epoll_events)
{
    sd_event_source_set_io_events(source.get(), epoll_events);
}

Result<EventSource> Loop::deferred(std::function<void()> fn)
{
    auto callback = std::make_unique<Callback>(std::move(fn));
    const auto handler = [](sd_event_source*, void* p) { return call(p); };

    sd_event_source* raw = nullptr;
    if (const int r = sd_event_add_defer(event_.get(), &raw, handler, callback.get()); r < 0)
        return system_error(-r, "sd_event_add_defer");
    auto source = adopt(raw, std::move(callback));
    sd_event_source_set_enabled(source.get(), SD_EVENT_OFF);
    return source;
}

void Loop::arm(const EventSource& source)
{
    sd_event_source_set_enabled(source.get(), SD_EVENT_ONESHOT);
}

Result<EventSource> Loop::after(std::chrono::microseconds delay, std::function<void()> fn)
{
    // 0 would mean sd-event's 250 ms.
    constexpr uint64_t kAccuracy = 1000;
    auto callback = std::make_unique<Callback>(std::move(fn));
    const auto handler = [](sd_event_source*, uint64_t, void* p) { return call(p); };

    const auto usec = static_cast<uint64_t>(std::max<int64_t>(delay.count(), 0));
    sd_event_source* raw = nullptr;
    if (const int r = sd_event_add_time_relative(event_.get(), &raw, CLOCK_MONOTONIC, usec,
                                                 kAccuracy, handler, callback.get());
        r < 0)
        return system_error(-r, "sd_event_add_time_relative");
    return adopt(raw, std::move(callback));
}

// Not sd_event_add_child: it insists on a blocked SIGCHLD, which every later child would inherit.
Result<EventSource> Loop::child(pid_t pid, std::function<void(ChildExit)> fn)
{
    UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!pidfd)
        return system_error(errno, "pidfd_open");
    const int fd = pidfd.get();
    auto reap = [fd, done = false, fn = std::move(fn)]() mutable {
        siginfo_t info{};
        if (done || ::waitid(P_PIDFD, static_cast<id_t>(fd), &info, WEXITED | WNOHANG) < 0 ||
            info.si_pid == 0)
            return;
        done = true;
        fn(info.si_code == CLD_EXITED ? ChildExit{info.si_status, 0}
                                      : ChildExit{0, info.si_status});
    };
    INSULA_TRY(auto source, watch(fd, EPOLLIN, std::move(reap)));
    sd_event_source_set_io_fd_own(source.get(), 1);
    static_cast<void>(pidfd.release());
    sd_event_source_set_enabled(source.get(), SD_EVENT_ONESHOT);
    return source;
}

Result<EventSource> Loop::on_signal(int signal_number, std::function<void()> fn)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal_number);
    if (const int r = ::pthread_sigmask(SIG_BLOCK, &one, nullptr); r != 0)
        return system_error(r, "pthread_sigmask");
    auto callback = std::make_unique<Callback>(std::move(fn));
    const auto handler = [](sd_event_source*, const signalfd_siginfo*, void* p) { return call(p); };

    sd_event_source* raw = nullptr;
    if (const int r =
            sd_event_add_signal(event_.get(), &raw, signal_number, handler, callback.get());
        r < 0)
        return system_error(-r, "sd_event_add_signal");
    return adopt(raw, std::move(callback));
}

Result<int> Loop::run()
{
    const int r = sd_event_loop(event_.get());
    if (r < 0)
        return system_error(-r, "sd_event_loop");
    return r;
}

void Loop::exit(int code) { sd_event_exit(event_.get(), code); }

Result<bool> Loop::run_once(std::chrono::microseconds timeout)
{
    const int r = sd_event_run(event_.get(), static_cast<uint64_t>(timeout.count()));
    if (r < 0)
        return system_error(-r, "sd_event_run");
    return r > 0;
}

}  // namespace insula
