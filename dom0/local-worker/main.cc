// SPDX-License-Identifier: GPL-2.0-or-later
// insula-local-worker: one request of insulad, done with Linux namespaces instead of Xen.
#include "dom0/local-worker/operations.h"
#include "dom0/local-worker/places.h"
#include "dom0/worker/serve.h"
#include "proto/base/escape.h"

#include <cstdio>
#include <string_view>

namespace insula::local_worker {
namespace {

constexpr char kUsage[] =
    "usage: insula-local-worker\n"
    "Serves one request of insulad on descriptor 0 (docs/protocol/worker.md). Its domains are "
    "trees\n"
    "of processes on this host, for trying and testing: NOT a security boundary.\n\n"
    "  INSULA_LOCAL_STATE     where the domains and their homes are; /run/insula-local for root,\n"
    "                         $XDG_RUNTIME_DIR/insula-local for others by default\n"
    "  INSULA_LOCAL_PROGRAMS  the folder of insula-local-init, insula-window-agent and\n"
    "                         insula-exec-agent; that of this program by default\n"
    "  VCHAN_SOCKET_DIR       the folder of the local transport's sockets; no default\n";

void log_line(const std::string& text)
{
    std::fprintf(stderr, "<4>insula-local-worker: %s\n", escape(text).c_str());
}

struct Operations {
    DomainTable& table;
    Channel& channel;
    std::string& log;

    Outcome operator()(const worker::Create& request) const
    {
        log_line("domain " + request.name.value +
                 " is processes of this host: not a security boundary");
        return create(table, channel, request, log);
    }
    Outcome operator()(const worker::Unpause& request) const { return unpause(table, request); }
    Outcome operator()(const worker::Destroy& request) const { return destroy(table, request); }
    Outcome operator()(const worker::Shutdown& request) const { return shutdown(table, request); }
    Outcome operator()(const worker::List&) const { return list(table, channel); }
    Outcome operator()(const worker::WaitForDeath& request) const
    {
        return wait_for_death(table, channel, request);
    }
};

Result<DomainTable> open_table()
{
    INSULA_TRY(const std::string state, state_folder());
    return DomainTable::open(state);
}

Outcome open_and_serve(Channel& channel, const wire::Frame& frame, std::string& log)
{
    auto table = open_table();
    if (!table)
        return Failure{"state", 0, table.error().describe()};
    return worker::dispatch(frame, Operations{*table, channel, log});
}

int run()
{
    Channel channel(0);
    const auto frame = channel.receive();
    if (!frame) {
        log_line("no request: " + frame.error().describe());
        return 1;
    }
    std::string log;
    const Outcome outcome = open_and_serve(channel, *frame, log);
    return worker::answer(channel, outcome, log);
}

int run_program(int argc, char** argv)
{
    if (argc == 1)
        return run();
    const bool help = argc == 2 && std::string_view(argv[1]) == "--help";
    std::fputs(kUsage, help ? stdout : stderr);
    return help ? 0 : 2;
}

}  // namespace
}  // namespace insula::local_worker

int main(int argc, char** argv) { return insula::local_worker::run_program(argc, argv); }
