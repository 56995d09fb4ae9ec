// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/timer.h"

#include "proto/base/unique_fd.h"

#include <cerrno>
#include <memory>

#include <sys/epoll.h>
#include <sys/timerfd.h>

namespace insula::manager {

Result<EventSource> start_timer(Loop& loop, std::chrono::milliseconds delay,
                                std::function<void()> fn)
{
    // std::function wants a copyable capture: the descriptor gets a shared owner, which dies with
    // the source.
    auto fd =
        std::make_shared<UniqueFd>(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!*fd)
        return system_error(errno, "timerfd_create");
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(delay);
    itimerspec when{};
    when.it_value.tv_sec = seconds.count();
    when.it_value.tv_nsec = std::chrono::nanoseconds(delay - seconds).count();
    if (delay <= std::chrono::milliseconds::zero())
        when.it_value.tv_nsec = 1;
    if (::timerfd_settime(fd->get(), 0, &when, nullptr) != 0)
        return system_error(errno, "timerfd_settime");
    const int raw = fd->get();
    return loop.watch(raw, EPOLLIN, [fd, fn = std::move(fn)] {
        uint64_t expirations = 0;
        if (::read(fd->get(), &expirations, sizeof expirations) > 0)
            fn();
    });
}

}  // namespace insula::manager
