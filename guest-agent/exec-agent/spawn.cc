// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/spawn.h"

#include "proto/base/spawn.h"
#include "proto/exec/messages.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <grp.h>
#include <unistd.h>

namespace insula::exec_agent {
namespace {

struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;
};

Result<Pipe> open_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0)
        return system_error(errno, "pipe2");
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Only system calls from here on: the child shares nothing that could be half-way.
[[noreturn]] void become(const Plan& plan, const Account& account, std::array<int, 3> streams,
                         char* const* arguments, char* const* environment)
{
    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int target = 0; target < 3; ++target)
        if (::dup2(streams[static_cast<size_t>(target)], target) < 0)
            ::_exit(exec::kMechanismFailed);
    ::setsid();
    if (::geteuid() == 0 && (::setgroups(account.groups.size(), account.groups.data()) < 0 ||
                             ::setgid(account.gid) < 0 || ::setuid(account.uid) < 0))
        ::_exit(exec::kMechanismFailed);
    // A missing home directory is no reason not to run.
    if (::chdir(account.home.c_str()) < 0 && ::chdir("/") < 0)
        ::_exit(exec::kMechanismFailed);
    ::execve(plan.program.c_str(), arguments, environment);
    ::_exit(errno == ENOENT ? exec::kNotFound : exec::kDenied);
}

}  // namespace

Result<Child> spawn(const Plan& plan, const Account& account, Streams streams)
{
    Pipe input, output, errors;
    UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null)
        return system_error(errno, "open /dev/null");
    std::array<int, 3> theirs{null.get(), null.get(), null.get()};
    if (streams == Streams::Piped) {
        INSULA_TRY(input, open_pipe());
        INSULA_TRY(output, open_pipe());
        INSULA_TRY(errors, open_pipe());
        theirs = {input.read_end.get(), output.write_end.get(), errors.write_end.get()};
    }
    const auto arguments = pointers_to(plan.arguments);
    const auto environment = pointers_to(plan.environment);
    const pid_t pid = ::fork();
    if (pid < 0)
        return system_error(errno, "fork");
    if (pid == 0)
        become(plan, account, theirs, arguments.data(), environment.data());
    return Child{pid, std::move(input.write_end), std::move(output.read_end),
                 std::move(errors.read_end)};
}

}  // namespace insula::exec_agent
