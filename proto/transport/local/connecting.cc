// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/connecting.h"

#include "proto/transport/local/local_stream.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include <unistd.h>

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>

namespace insula::local {
namespace {

// Reads pending changes; true if one of them is about `file`, or if some were lost.
bool concerns(int inotify, const std::string& file)
{
    alignas(inotify_event) std::array<char, 16 * (sizeof(inotify_event) + NAME_MAX + 1)> buffer;
    const ssize_t n = ::read(inotify, buffer.data(), buffer.size());
    bool found = false;
    for (ssize_t at = 0; at < n;) {
        inotify_event event;
        std::memcpy(&event, buffer.data() + at, sizeof event);
        // SAFETY: the kernel ends the name with NULs within event.len.
        const char* const name = buffer.data() + at + sizeof event;
        if ((event.mask & IN_Q_OVERFLOW) != 0 || (event.len > 0 && file == name))
            found = true;
        at += static_cast<ssize_t>(sizeof event + event.len);
    }
    return found;
}

}  // namespace

Result<std::unique_ptr<Transport::Pending>> Connecting::start(Loop& loop, Name name,
                                                              Transport::Connected connected)
{
    std::unique_ptr<Connecting> self(new Connecting(loop, std::move(name), std::move(connected)));
    auto* const raw = self.get();
    self->inotify_ = UniqueFd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!self->inotify_)
        return system_error(errno, "inotify_init1");
    if (::inotify_add_watch(self->inotify_.get(), self->name_.directory.c_str(),
                            IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) < 0)
        return system_error(errno, "watch of the socket directory");
    INSULA_TRY(self->changed_,
               loop.watch(self->inotify_.get(), EPOLLIN, [raw] { raw->on_change(); }));
    // Watched first, tried second: a socket that appears in between is not missed.
    INSULA_TRY(self->first_, loop.deferred([raw] { raw->attempt(); }));
    Loop::arm(self->first_);
    return std::unique_ptr<Transport::Pending>(std::move(self));
}

void Connecting::on_change()
{
    if (!concerns(inotify_.get(), name_.file))
        return;
    // A foreign server binds under the final name and listens a moment later: once more for it.
    constexpr std::chrono::milliseconds kListensSoon{100};
    if (auto again = loop_.after(kListensSoon, [this] { attempt(); }))
        again_ = *std::move(again);
    attempt();
}

void Connecting::attempt()
{
    auto socket = reach(name_, SOCK_STREAM);
    if (!socket || !connected_)
        return;
    changed_.reset();
    first_.reset();
    again_.reset();
    const auto connected = std::move(connected_);
    connected(std::make_unique<LocalStream>(loop_, *std::move(socket)));  // may destroy *this
}

}  // namespace insula::local
