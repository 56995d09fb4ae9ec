// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/cradle.h"

#include "dom0/local-worker/guest.h"
#include "proto/base/spawn.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>

#include <sys/socket.h>

namespace insula::local_worker {
namespace {

// Above every descriptor that the init is given, so that none is overwritten while they are laid
// out.
Result<UniqueFd> high_copy(const UniqueFd& fd)
{
    constexpr int kAbove = 10;
    UniqueFd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, kAbove));
    if (!copy)
        return system_error(errno, "copy a descriptor");
    return copy;
}

Result<void> spawn(const std::vector<std::string>& arguments, const UniqueFd& life,
                   const UniqueFd& console, const UniqueFd& cradle)
{
    INSULA_TRY(const UniqueFd high_life, high_copy(life));
    INSULA_TRY(const UniqueFd high_console, high_copy(console));
    INSULA_TRY(const UniqueFd high_cradle, high_copy(cradle));
    Spawn setup;
    setup.give(high_console.get(), 1);
    setup.give(high_console.get(), 2);
    setup.give(high_life.get(), guest::kLifeFd);
    setup.give(high_cradle.get(), guest::kCradleFd);
    static_assert(guest::kLifeFd == 3 && guest::kCradleFd == 4);
    setup.read_nothing(0);
    setup.close_from(guest::kCradleFd + 1);
    setup.in_new_session();
    // Nothing of the host's environment is the domain's.
    INSULA_TRY([[maybe_unused]] const pid_t pid, setup.start(arguments, {}));
    return {};
}

}  // namespace

Result<Cradle> Cradle::start(const std::vector<std::string>& arguments, const UniqueFd& life,
                             const UniqueFd& console)
{
    std::array<int, 2> raw{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, raw.data()) != 0)
        return system_error(errno, "socketpair");
    Cradle cradle{UniqueFd(raw[0])};
    {
        const UniqueFd theirs(raw[1]);
        INSULA_CHECK(spawn(arguments, life, console, theirs));
    }
    pollfd waiting{cradle.socket_.get(), POLLIN, 0};
    int ready = 0;
    do
        ready = ::poll(&waiting, 1, static_cast<int>(kPatience.count()));
    while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return Error(Errc::System, "the domain's init did not come up within 30 s");
    char word = 0;
    const ssize_t got = ::recv(cradle.socket_.get(), &word, 1, 0);
    if (got == 0 || (got < 0 && errno == ECONNRESET))
        return Error(Errc::PeerClosed, "the domain ended before its init was ready");
    if (got < 0 || word != guest::kReady)
        return system_error(got < 0 ? errno : EPROTO, "hear from the domain's init");
    return cradle;
}

Result<void> Cradle::keep()
{
    if (::send(socket_.get(), &guest::kKeep, 1, MSG_NOSIGNAL) != 1)
        return system_error(errno, "let the domain's init live on");
    return {};
}

}  // namespace insula::local_worker
