// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/session_waiter.h"

#include <array>
#include <cerrno>

#include <unistd.h>

#include <sys/epoll.h>
#include <sys/inotify.h>

namespace insula::exec_agent {
namespace {

std::string parent_of(const std::string& path)
{
    const size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

}  // namespace

Result<std::unique_ptr<SessionWaiter>> SessionWaiter::start(Loop& loop, std::string socket_path,
                                                            std::function<void()> ready)
{
    std::unique_ptr<SessionWaiter> waiter(
        new SessionWaiter(std::move(socket_path), std::move(ready)));
    auto* const self = waiter.get();
    waiter->inotify_ = UniqueFd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!waiter->inotify_)
        return system_error(errno, "inotify_init1");
    INSULA_TRY(waiter->changes_,
               loop.watch(waiter->inotify_.get(), EPOLLIN, [self] { self->on_change(); }));
    INSULA_TRY(waiter->patience_, loop.after(kPatience, [self] { self->finish(); }));
    INSULA_TRY(waiter->now_, loop.deferred([self] { self->finish(); }));
    INSULA_CHECK(waiter->watch_directories());
    // Looked at after the watch exists, so that no moment lies between them.
    if (::access(waiter->path_.c_str(), F_OK) == 0)
        Loop::arm(waiter->now_);
    return waiter;
}

// The socket's folder, and the one above it in case the folder is yet to be made.
Result<void> SessionWaiter::watch_directories()
{
    const std::string folder = parent_of(path_);
    constexpr uint32_t kNews = IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;
    const bool above = ::inotify_add_watch(inotify_.get(), parent_of(folder).c_str(), kNews) >= 0;
    const bool inside = ::inotify_add_watch(inotify_.get(), folder.c_str(), kNews) >= 0;
    if (!above && !inside)
        return system_error(errno, "inotify_add_watch");
    return {};
}

void SessionWaiter::on_change()
{
    alignas(inotify_event) std::array<char, 4096> events;
    while (::read(inotify_.get(), events.data(), events.size()) > 0) {
    }
    static_cast<void>(watch_directories());
    if (::access(path_.c_str(), F_OK) == 0)
        finish();
}

void SessionWaiter::finish()
{
    changes_.reset();
    patience_.reset();
    now_.reset();
    const auto ready = std::move(ready_);
    ready();  // may destroy *this: nothing after it
}

}  // namespace insula::exec_agent
