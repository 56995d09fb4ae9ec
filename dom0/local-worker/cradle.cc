// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/cradle.h"

#include "dom0/local-worker/guest.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>

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

std::vector<char*> pointers_to(const std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        // SAFETY: posix_spawn() takes char* for historical reasons and writes nothing.
        pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

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

    void give(int source, int target)
    {
        note(::posix_spawn_file_actions_adddup2(&actions_, source, target));
    }
    // 0 or an errno. A session of its own: the terminal of whoever started insulad is not its.
    int start(const std::vector<std::string>& arguments, int first_closed)
    {
        sigset_t none;
        ::sigemptyset(&none);
        note(::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0));
        note(::posix_spawn_file_actions_addclosefrom_np(&actions_, first_closed));
        note(::posix_spawnattr_setsigmask(&attributes_, &none));
        note(::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID));
        if (error_ != 0)
            return error_;
        const auto words = pointers_to(arguments);
        // Nothing of the host's environment is the domain's.
        const std::array<char*, 1> environment{nullptr};
        pid_t pid = 0;
        return ::posix_spawn(&pid, words[0], &actions_, &attributes_, words.data(),
                             environment.data());
    }

private:
    void note(int error) { error_ = error_ != 0 ? error_ : error; }

    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
    int error_ = 0;
};

Result<void> spawn(const std::vector<std::string>& arguments, const UniqueFd& life,
                   const UniqueFd& console, const UniqueFd& cradle)
{
    INSULA_TRY(const UniqueFd high_life, high_copy(life));
    INSULA_TRY(const UniqueFd high_console, high_copy(console));
    INSULA_TRY(const UniqueFd high_cradle, high_copy(cradle));
    SpawnSetup setup;
    setup.give(high_console.get(), 1);
    setup.give(high_console.get(), 2);
    setup.give(high_life.get(), guest::kLifeFd);
    setup.give(high_cradle.get(), guest::kCradleFd);
    static_assert(guest::kLifeFd == 3 && guest::kCradleFd == 4);
    if (const int error = setup.start(arguments, guest::kCradleFd + 1); error != 0)
        return system_error(error, "start " + arguments.front());
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
