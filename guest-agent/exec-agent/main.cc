// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/agent.h"
#include "guest-agent/exec-agent/log.h"

#include <csignal>
#include <cstdio>

#include <getopt.h>

namespace insula::exec_agent {
namespace {

constexpr const char* kUsage =
    "Usage: insula-exec-agent [OPTION...]\n"
    "Runs in this domain what domain 0 asks for.\n\n"
    "  --default-user=NAME  who runs commands for DEFAULT (user)\n"
    "  --x-socket=PATH      appears when the session is ready (/tmp/.X11-unix/X0)\n"
    "  --services=DIR       look for services here alone; may be given several times\n"
    "  --help               show this text\n";

Result<int> serve(Configuration configuration)
{
    INSULA_TRY(Loop loop, Loop::create());
    INSULA_TRY(const auto transport, open_transport(loop));
    Agent agent(loop, *transport, std::move(configuration));
    INSULA_CHECK(agent.start());
    return loop.run();
}

int run_program(int argc, char** argv)
{
    Configuration configuration;
    bool own_places = false;
    const option options[] = {{"default-user", required_argument, nullptr, 'u'},
                              {"x-socket", required_argument, nullptr, 'x'},
                              {"services", required_argument, nullptr, 's'},
                              {"help", no_argument, nullptr, 'h'},
                              {nullptr, 0, nullptr, 0}};
    for (int c; (c = ::getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        if (c == 'u') {
            configuration.default_user = optarg;
        } else if (c == 'x') {
            configuration.x_socket = optarg;
        } else if (c == 's') {
            if (!std::exchange(own_places, true))
                configuration.service_places.clear();
            configuration.service_places.emplace_back(optarg);
        } else {
            std::fputs(kUsage, c == 'h' ? stdout : stderr);
            return c == 'h' ? 0 : 2;
        }
    }
    // A process that closes its input shows as an error of write().
    static_cast<void>(::signal(SIGPIPE, SIG_IGN));
    auto code = serve(std::move(configuration));
    if (!code) {
        log(Level::Error, code.error().describe());
        return 1;
    }
    return *code;
}

}  // namespace
}  // namespace insula::exec_agent

int main(int argc, char** argv) { return insula::exec_agent::run_program(argc, argv); }
