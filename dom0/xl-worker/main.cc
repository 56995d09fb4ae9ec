// SPDX-License-Identifier: GPL-2.0-or-later
// insula-xl-worker: one request of insulad, done with libxl.
#include "dom0/xl-worker/channel.h"
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

template <typename Request>
Outcome with(const wire::Frame& frame, const auto& operation)
{
    const auto request = wire::parse<Request>(frame.body);
    if (!request)
        return Failure{"request", 0, request.error().text()};
    return operation(*request);
}

Outcome serve(Session& session, Channel& channel, const wire::Frame& frame)
{
    using worker::MessageType;
    switch (static_cast<MessageType>(frame.type)) {
    case MessageType::Create:
        return with<worker::Create>(
            frame, [&](const auto& request) { return create(session, channel, request); });
    case MessageType::Unpause:
        return with<worker::Unpause>(
            frame, [&](const auto& request) { return unpause(session, request); });
    case MessageType::Destroy:
        return with<worker::Destroy>(
            frame, [&](const auto& request) { return destroy(session, request.domain.value); });
    case MessageType::Shutdown:
        return with<worker::Shutdown>(
            frame, [&](const auto& request) { return shutdown(session, request); });
    case MessageType::List:
        return with<worker::List>(frame, [&](const auto&) { return list(session, channel); });
    case MessageType::WaitForDeath:
        return with<worker::WaitForDeath>(
            frame, [&](const auto& request) { return wait_for_death(session, channel, request); });
    default:
        return Failure{"request", 0, "unknown request type " + std::to_string(frame.type)};
    }
}

Outcome open_and_serve(ToolLog& log, Channel& channel, const wire::Frame& frame)
{
    auto session = Session::open(log);
    if (!session)
        return Failure{"context", 0, session.error().text()};
    return serve(**session, channel, frame);
}

int answer(Channel& channel, const Outcome& outcome, const ToolLog& log)
{
    if (!outcome) {
        worker::Done done;
        done.log.value = log.text();
        return channel.reply(done) ? 0 : 1;
    }
    worker::Failed failed;
    failed.stage.value = outcome->stage;
    failed.code = outcome->code;
    failed.cause.value = outcome->cause.substr(0, decltype(failed.cause)::kMax);
    failed.log.value = log.text();
    // Nobody listening is how a wait ends when insulad has no more use for it.
    static_cast<void>(channel.reply(failed));
    return 1;
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
    return answer(channel, outcome, log);
}

}  // namespace
}  // namespace insula::xl_worker

int main() { return insula::xl_worker::run(); }
