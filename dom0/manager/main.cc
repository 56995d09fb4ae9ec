// SPDX-License-Identifier: GPL-2.0-or-later
// insulad: definitions and lives of the domains, on the bus.
#include "dom0/manager/bus.h"
#include "dom0/manager/log.h"

#include <csignal>
#include <cstring>

#include <getopt.h>

#include <sys/epoll.h>
#include <sys/signalfd.h>

namespace insula::manager {
namespace {

struct Options {
    BusKind bus = BusKind::System;
    std::string state_folder = "/var/lib/insula";
    std::string sockets = "/run/insula";
    std::optional<std::string> spawn;
};

constexpr char kUsage[] =
    "usage: insulad [--session-bus] [--state DIR] [--sockets DIR] [--spawn DIR]\n"
    "  --session-bus   serve on the session bus (for tests)\n"
    "  --state DIR     definitions and templates, /var/lib/insula by default\n"
    "  --sockets DIR   activation sockets, /run/insula by default\n"
    "  --spawn DIR     start workers and daemons from DIR instead (for tests)\n";

std::optional<Options> parse(int argc, char** argv)
{
    static constexpr option kOptions[] = {{"session-bus", no_argument, nullptr, 'b'},
                                          {"state", required_argument, nullptr, 's'},
                                          {"sockets", required_argument, nullptr, 'k'},
                                          {"spawn", required_argument, nullptr, 'w'},
                                          {nullptr, 0, nullptr, 0}};
    Options options;
    for (int c; (c = ::getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
        if (c == 'b')
            options.bus = BusKind::Session;
        else if (c == 's')
            options.state_folder = optarg;
        else if (c == 'k')
            options.sockets = optarg;
        else if (c == 'w')
            options.spawn = optarg;
        else
            return std::nullopt;
    }
    return optind == argc ? std::optional(options) : std::nullopt;
}

// SIGTERM and SIGINT as a descriptor, so that they end the loop and nothing in between.
Result<UniqueFd> end_signals()
{
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigaddset(&set, SIGINT);
    if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0)
        return system_error(errno, "sigprocmask");
    UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd)
        return system_error(errno, "signalfd");
    return fd;
}

Result<void> run(const Options& options)
{
    INSULA_TRY(Loop loop, Loop::create());
    INSULA_TRY(const UniqueFd signals, end_signals());
    bool ending = false;
    INSULA_TRY(const EventSource on_signal,
               loop.watch(signals.get(), EPOLLIN, [&] { ending = true; }));

    Launcher launcher(loop, options.sockets, options.spawn);
    Manager manager(loop, launcher, Store(options.state_folder));
    INSULA_TRY(const std::unique_ptr<Bus> bus, Bus::open(options.bus, loop, manager));
    Result<void> serving;
    INSULA_CHECK(manager.begin([&] {
        serving = bus->serve();
        if (serving)
            log_info("serving");
    }));
    // Domains live on without us; the next insulad takes them over.
    while (!ending && serving)
        INSULA_CHECK(loop.run_once(std::chrono::hours(1)));
    return serving;
}

int run_program(int argc, char** argv)
{
    const auto options = parse(argc, argv);
    if (!options) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    if (const auto ended = run(*options); !ended) {
        log_line(3, ended.error().describe());
        return 1;
    }
    return 0;
}

}  // namespace
}  // namespace insula::manager

int main(int argc, char** argv) { return insula::manager::run_program(argc, argv); }
