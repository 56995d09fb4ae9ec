// SPDX-License-Identifier: GPL-2.0-or-later
// insula-xl-worker: one request of insulad, done with libxl.
#include "dom0/worker/serve.h"
#include "dom0/xl-worker/operations.h"
#include "dom0/xl-worker/session.h"
#include "proto/base/escape.h"

#include <cstdio>

namespace insula::xl_worker {
namespace {

void log_line(const std::string& text)
{
    std::fprintf(stderr, "<4>insula-xl-worker: %s\n", escape(text).c_str());
}

struct Operations {
    Session& session;
    Channel& channel;

    Outcome operator()(const worker::Create& request) const
    {
        return create(session, channel, request);
    }
    Outcome operator()(const worker::Unpause& request) const { return unpause(session, request); }
    Outcome operator()(const worker::Destroy& request) const
    {
        return destroy(session, request.domain.value);
    }
    Outcome operator()(const worker::Shutdown& request) const { return shutdown(session, request); }
    Outcome operator()(const worker::List&) const { return list(session, channel); }
    Outcome operator()(const worker::WaitForDeath& request) const
    {
        return wait_for_death(session, channel, request);
    }
};

Outcome open_and_serve(ToolLog& log, Channel& channel, const wire::Frame& frame)
{
    auto session = Session::open(log);
    if (!session)
        return Failure{"context", 0, session.error().text()};
    return worker::dispatch(frame, Operations{**session, channel});
}

int run()
{
    Channel channel(0);
    const auto frame = channel.receive();
    if (!frame) {
        log_line("no request: " + frame.error().describe());
        return 1;
    }
    ToolLog log;
    const Outcome outcome = open_and_serve(log, channel, *frame);
    return worker::answer(channel, outcome, log.text());
}

}  // namespace
}  // namespace insula::xl_worker

int main() { return insula::xl_worker::run(); }
