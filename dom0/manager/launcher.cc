// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/launcher.h"

#include "proto/base/handle.h"
#include "proto/base/spawn.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>

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
    std::vector<std::string> words{path};
    if (program != Program::XlWorker)
        words.emplace_back(kManaged);
    Spawn setup;
    setup.give(theirs.get(), 0);
    INSULA_TRY(const pid_t pid, setup.start_in_our_environment(words));
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
