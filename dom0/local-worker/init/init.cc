// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/init/init.h"

#include "dom0/local-worker/guest.h"
#include "dom0/local-worker/init/guest_files.h"

#include <cerrno>
#include <csignal>

#include <unistd.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace insula::local_init {
namespace {

namespace guest = local_worker::guest;

constexpr const char* kDisplay = ":0";
constexpr const char* kScreen = "1920x1200x24";

std::vector<std::string> environment_of(const Identity& identity)
{
    return {"PATH=/usr/local/bin:/usr/bin:/bin",
            "HOME=" + std::string(guest::kHome),
            "USER=" + std::string(guest::kUserName),
            "LANG=C.UTF-8",
            "XDG_RUNTIME_DIR=" + runtime_folder(),
            "DISPLAY=" + std::string(kDisplay),
            "XAUTHORITY=" + std::string(kXauthority),
            "VCHAN_DOMAIN=" + std::to_string(identity.domain),
            "VCHAN_SOCKET_DIR=" + std::string(guest::kSockets)};
}

std::vector<std::string> x_server_command()
{
    return {guest::kXServer, kDisplay,    "-screen",    "0",
            kScreen,         "-nolisten", "tcp",        "-noreset",
            "-auth",         kXauthority, "-displayfd", std::to_string(Program::kReadyFd)};
}

std::string program(const char* name) { return std::string(guest::kPrograms) + "/" + name; }

}  // namespace

Init::Init(Loop& loop, ConsoleLog& console, const Identity& identity)
    : loop_(loop),
      console_(console),
      environment_(environment_of(identity)),
      context_{loop, console, environment_},
      x_server_(context_, x_server_command()),
      window_agent_(context_, {program(guest::kWindowAgent)}),
      exec_agent_(context_, {program(guest::kExecAgent)})
{
    // The window agent has nothing to do without an X server, and ends with it.
    x_server_.announce([this] { window_agent_.want(); }, [this] { window_agent_.release(); });
}

Result<void> Init::begin(int cradle)
{
    const auto on = [this](int signal, void (Init::*act)()) -> Result<void> {
        INSULA_TRY(EventSource source, loop_.on_signal(signal, [this, act] { (this->*act)(); }));
        signals_.push_back(std::move(source));
        return {};
    };
    INSULA_CHECK(on(SIGCHLD, &Init::reap));
    INSULA_CHECK(on(SIGUSR1, &Init::start_programs));
    INSULA_CHECK(on(SIGTERM, &Init::power_off));
    INSULA_TRY(cradle_, loop_.watch(cradle, EPOLLIN, [this, cradle] { on_cradle(cradle); }));
    if (::send(cradle, &guest::kReady, 1, MSG_NOSIGNAL) != 1)
        return system_error(errno, "tell the worker");
    return {};
}

void Init::on_cradle(int cradle)
{
    char word = 0;
    const ssize_t got = ::recv(cradle, &word, 1, 0);
    cradle_.reset();
    ::close(cradle);
    if (got == 1 && word == guest::kKeep)
        return;
    console_.say("the worker left before the domain was made");
    loop_.exit(1);
}

void Init::start_programs()
{
    if (ending_)
        return;
    exec_agent_.want();
    x_server_.want();
}

void Init::reap()
{
    int status = 0;
    pid_t pid = 0;
    while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
        if (x_server_.on_child_ended(pid, status) || window_agent_.on_child_ended(pid, status))
            continue;
        exec_agent_.on_child_ended(pid, status);  // or an orphan
    }
    if (ending_ && pid < 0 && errno == ECHILD)
        finish();
}

void Init::power_off()
{
    if (std::exchange(ending_, true))
        return;
    console_.say("powering off");
    for (Program* each : {&x_server_, &window_agent_, &exec_agent_})
        each->release();
    ::kill(-1, SIGTERM);  // everybody but us
    auto timer = loop_.after(kPatience, [] { ::kill(-1, SIGKILL); });
    if (timer)
        patience_ = *std::move(timer);
    else
        ::kill(-1, SIGKILL);
    reap();
}

void Init::finish()
{
    console_.drain();
    loop_.exit(0);
}

}  // namespace insula::local_init
