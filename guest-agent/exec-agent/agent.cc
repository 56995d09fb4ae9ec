// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/agent.h"

#include "guest-agent/exec-agent/log.h"

#include <utility>

namespace insula::exec_agent {
namespace {

std::string hexadecimal(uint32_t number)
{
    constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (; number != 0; number >>= 4)
        text.insert(text.begin(), kDigits[number & 0xf]);
    return "0x" + (text.empty() ? "0" : text);
}

}  // namespace

Result<void> Agent::start()
{
    INSULA_TRY(reap_, loop_.deferred([this] { reap(); }));
    INSULA_TRY(reconnect_, loop_.deferred([this] { reconnect(); }));
    return listen();
}

Result<void> Agent::listen()
{
    INSULA_TRY(listening_, transport_.listen(
                               {kDom0, Port::ExecControl}, kControlRing,
                               [this](std::unique_ptr<Stream> s) { on_connected(std::move(s)); }));
    return {};
}

void Agent::on_connected(std::unique_ptr<Stream> stream)
{
    control_ = std::move(stream);
    ++connection_;
    greeted_ = false;
    frames_ = wire::FrameBuffer(exec::kMaxControlBody);
    auto started = control_->start(*this);
    if (started)
        started = control_->send(wire::frame_of(exec::Hello{exec::kOurVersion}));
    if (!started) {
        log(Level::Error, "control channel: " + started.error().describe());
        Loop::arm(reconnect_);
    }
}

Result<void> Agent::on_bytes(Bytes bytes)
{
    frames_.feed(bytes);
    while (true) {
        INSULA_TRY(const auto frame, frames_.next());
        if (!frame)
            return {};
        INSULA_CHECK(on_frame(*frame));
    }
}

Result<void> Agent::on_frame(const wire::Frame& frame)
{
    using exec::MessageType;
    const auto type = static_cast<MessageType>(frame.type);
    if (greeted_ == (type == MessageType::Hello))
        return Error(Errc::Protocol, greeted_ ? "second HELLO" : "message before HELLO");
    switch (type) {
    case MessageType::Hello: {
        INSULA_TRY(const auto hello, wire::parse<exec::Hello>(frame.body));
        INSULA_CHECK([&]() -> Result<void> {
            INSULA_TRY(const uint32_t version, exec::choose_version(hello.version));
            log(Level::Info, "domain 0 is here, protocol version " + std::to_string(version));
            return {};
        }());
        greeted_ = true;
        return {};
    }
    case MessageType::ExecCmdline:
        return execute<exec::ExecCmdline>(frame, Streams::Piped);
    case MessageType::JustExec:
        return execute<exec::JustExec>(frame, Streams::Discarded);
    case MessageType::ServiceConnect: {
        // This agent passes on no calls yet, so nobody waits for this one.
        INSULA_TRY(const auto message, wire::parse<exec::ServiceConnect>(frame.body));
        terminated({message.domain, message.port});
        return {};
    }
    case MessageType::ServiceRefused: {
        INSULA_TRY(const auto message, wire::parse<exec::ServiceRefused>(frame.body));
        static_cast<void>(message);
        return {};
    }
    default:
        return Error(Errc::Protocol, "unknown message " + hexadecimal(frame.type));
    }
}

template <typename Message>
Result<void> Agent::execute(const wire::Frame& frame, Streams streams)
{
    INSULA_TRY(const auto message, wire::parse<Message>(frame.body));
    const exec::ConnectionTerminated place{message.domain, message.port};
    if (calls_.size() >= kMaxCalls) {
        log(Level::Warning, "more than " + std::to_string(kMaxCalls) + " processes asked for");
        terminated(place);
        return {};
    }
    auto call = std::make_unique<Call>(loop_, transport_, configuration_,
                                       exec::parse_command(message.text()), streams,
                                       [this] { Loop::arm(reap_); });
    const Endpoint data{static_cast<DomainId>(message.domain.value),
                        static_cast<Port>(message.port.value)};
    if (auto started = call->start(data); !started) {
        log(Level::Warning, "data channel: " + started.error().describe());
        terminated(place);
        return {};
    }
    calls_.push_back({place, connection_, std::move(call)});
    return {};
}

void Agent::terminated(const exec::ConnectionTerminated& place)
{
    if (auto sent = control_->send(wire::frame_of(place)); !sent)
        Loop::arm(reconnect_);
}

// Outside every callback of a call and of its stream, so that both may go.
void Agent::reap()
{
    for (auto entry = calls_.begin(); entry != calls_.end();) {
        if (entry->call->channel_over() && !entry->released) {
            entry->released = true;
            entry->call->close_channel();
            // A port of an earlier connection means nothing to the daemon of this one.
            if (control_ && entry->connection == connection_)
                terminated(entry->place);
        }
        entry = entry->call->finished() ? calls_.erase(entry) : std::next(entry);
    }
}

void Agent::on_closed(Error why)
{
    log(why.code() == Errc::Protocol ? Level::Warning : Level::Info,
        "control channel closed: " + why.describe());
    Loop::arm(reconnect_);
}

void Agent::reconnect()
{
    control_.reset();
    if (auto listening = listen(); !listening) {
        log(Level::Error,
            "cannot offer the control channel again: " + listening.error().describe());
        loop_.exit(1);  // the service manager starts us anew
    }
}

}  // namespace insula::exec_agent
