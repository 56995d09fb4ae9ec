// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/life.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <sys/syscall.h>

namespace insula::local_worker {
namespace {

// The kernel needs that long to take down a whole namespace under load, and then some.
constexpr std::chrono::milliseconds kKillPatience{10'000};

struct flock whole_file()
{
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

// The pid of the holder as this process sees it; 0: nobody.
Result<pid_t> locker_of(int life)
{
    struct flock lock = whole_file();
    if (::fcntl(life, F_GETLK, &lock) != 0)
        return system_error(errno, "F_GETLK");
    if (lock.l_type == F_UNLCK)
        return pid_t{0};
    if (lock.l_pid <= 0)
        return Error(Errc::System, "the domain runs beside this pid namespace");
    return lock.l_pid;
}

}  // namespace

Result<void> set_mark(int life, Mark mark)
{
    const char byte = static_cast<char>(mark);
    if (::pwrite(life, &byte, 1, 0) != 1)
        return system_error(errno, "write the mark of a life");
    return {};
}

Result<Mark> mark_of(int life)
{
    char byte = 0;
    if (::pread(life, &byte, 1, 0) < 0)
        return system_error(errno, "read the mark of a life");
    for (const Mark mark : {Mark::Paused, Mark::Running, Mark::PoweredOff, Mark::Destroyed})
        if (byte == static_cast<char>(mark))
            return mark;
    return Error(Errc::Invalid, "the mark of a life is damaged");
}

Result<void> hold(int life)
{
    struct flock lock = whole_file();
    if (::fcntl(life, F_SETLK, &lock) != 0)
        return system_error(errno, "lock the life");
    return {};
}

Result<std::optional<UniqueFd>> holder_of(int life)
{
    INSULA_TRY(const pid_t pid, locker_of(life));
    if (pid == 0)
        return std::optional<UniqueFd>();
    // glibc 2.36 declares its own pidfd_open without C linkage.
    UniqueFd init(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    const int why = errno;
    // Only one that holds the lock now as well is whom the descriptor is for: a pid is used again.
    INSULA_TRY(const pid_t again, locker_of(life));
    if (again == 0)
        return std::optional<UniqueFd>();
    if (!init || again != pid)
        return system_error(why, "pidfd_open of an init");
    return std::optional(std::move(init));
}

Result<Ended> await_end(const UniqueFd& init, int peer, std::chrono::milliseconds patience)
{
    for (;;) {
        std::array<pollfd, 2> fds{pollfd{init.get(), POLLIN, 0}, pollfd{peer, POLLIN, 0}};
        const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(patience.count()));
        if (ready < 0 && errno != EINTR)
            return system_error(errno, "poll");
        if (ready == 0)
            return Ended::TimedOut;
        if (ready > 0)
            return fds[0].revents != 0 ? Ended::Yes : Ended::PeerClosed;
    }
}

Result<void> send_signal(const UniqueFd& init, int signal)
{
    if (::syscall(SYS_pidfd_send_signal, init.get(), signal, nullptr, 0) != 0 && errno != ESRCH)
        return system_error(errno, "signal the init");
    return {};
}

Result<void> end_life(int life)
{
    INSULA_TRY(const auto init, holder_of(life));
    if (!init)
        return {};
    INSULA_CHECK(send_signal(*init, SIGKILL));
    INSULA_TRY(const Ended ended, await_end(*init, -1, kKillPatience));
    if (ended != Ended::Yes)
        return Error(Errc::System, "the processes of the domain do not end");
    return {};
}

}  // namespace insula::local_worker
