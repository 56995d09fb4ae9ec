// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/exec-daemon/daemon.h"
#include "dom0/exec-daemon/log.h"

#include <csignal>
#include <cstdio>
#include <string_view>

namespace insula::exec_daemon {
namespace {

constexpr const char* kUsage =
    "Usage: insula-exec-daemon --managed\n"
    "Runs commands in one domain, for insulad.\n\n"
    "  --managed  descriptor 0 is a socket from insulad (docs/protocol/service.md)\n"
    "  --help     show this text\n";

Result<int> serve()
{
    INSULA_TRY(Loop loop, Loop::create());
    INSULA_TRY(const auto transport, open_transport(loop));
    Daemon daemon(loop, *transport, UniqueFd(0));
    INSULA_CHECK(daemon.start());
    return loop.run();
}

int run_program(int argc, char** argv)
{
    const std::string_view argument = argc == 2 ? argv[1] : "";
    if (argument != "--managed") {
        std::fputs(kUsage, argument == "--help" ? stdout : stderr);
        return argument == "--help" ? 0 : 2;
    }
    // A reader that goes away shows as an error of write().
    static_cast<void>(::signal(SIGPIPE, SIG_IGN));
    auto code = serve();
    if (!code) {
        log(Level::Error, code.error().describe());
        return 1;
    }
    return *code;
}

}  // namespace
}  // namespace insula::exec_daemon

int main(int argc, char** argv) { return insula::exec_daemon::run_program(argc, argv); }
