// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/launcher.h"

#include "proto/base/handle.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

namespace insula::manager {
namespace {

constexpr char kManaged[] = "--managed";

// glibc 2.36 declares its own pidfd_open without C linkage.
int pidfd_of(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

class SpawnSetup {
public:
    SpawnSetup()
    {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
    }
    ~SpawnSetup()
    {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&actions_);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;

    // 0 or an errno.
    int start(pid_t& pid, const std::string& path, Program program, int socket)
    {
        sigset_t none;
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
        if (const int error = ::posix_spawn_file_actions_adddup2(&actions_, socket, 0); error != 0)
            return error;
        // SAFETY: posix_spawn does not write to the arguments.
        std::array<char*, 3> arguments{const_cast<char*>(path.c_str()), nullptr, nullptr};
        if (program != Program::XlWorker)
            arguments[1] = const_cast<char*>(kManaged);
        return ::posix_spawn(&pid, path.c_str(), &actions_, &attributes_, arguments.data(),
                             environ);
    }

private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

}  // namespace

std::string_view program_name(Program program)
{
    switch (program) {
    case Program::XlWorker:
        return "xl-worker";
    case Program::GuiDaemon:
        return "gui-daemon";
    case Program::ExecDaemon:
        return "exec-daemon";
    }
    return "";
}

Result<UniqueFd> Launcher::launch(Program program)
{
    return spawn_ ? spawn(program) : connect(program);
}

Result<UniqueFd> Launcher::connect(Program program) const
{
    const std::string path = sockets_ + "/" + std::string(program_name(program)) + ".sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Error(Errc::Invalid, path + " is too long for a socket's address");
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);

    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd)
        return system_error(errno, "socket");
    // SAFETY: the sockets interface takes every address through sockaddr.
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return system_error(errno, "connect to " + path + "; is insula.target active?");
    return fd;
}

Result<UniqueFd> Launcher::spawn(Program program)
{
    if (children_.size() >= kMaxChildren)
        return Error(Errc::Exhausted, "too many child processes");
    std::array<int, 2> raw{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, raw.data()) != 0)
        return system_error(errno, "socketpair");
    UniqueFd ours(raw[0]);
    const UniqueFd theirs(raw[1]);
    // Only our end: O_NONBLOCK belongs to each end of a socket pair separately.
    if (::fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0)
        return system_error(errno, "fcntl");

    const std::string path = *spawn_ + "/insula-" + std::string(program_name(program));
    pid_t pid = 0;
    if (const int error = SpawnSetup().start(pid, path, program, theirs.get()); error != 0)
        return system_error(error, "start " + path);
    Child child{UniqueFd(pidfd_of(pid)), nullptr};
    if (!child.pidfd)
        return system_error(errno, "pidfd_open");
    INSULA_TRY(child.source, loop_.watch(child.pidfd.get(), EPOLLIN, [this, pid] { reap(pid); }));
    children_.insert_or_assign(pid, std::move(child));
    return ours;
}

void Launcher::reap(pid_t pid)
{
    // Its socket's end of file tells the owner; here only the process table is kept clean.
    ::waitpid(pid, nullptr, WNOHANG);
    children_.erase(pid);
}

}  // namespace insula::manager
