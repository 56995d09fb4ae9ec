// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/exec-daemon/daemon.h"

#include "dom0/exec-daemon/log.h"

#include <algorithm>
#include <utility>

#include <sys/epoll.h>

namespace insula::exec_daemon {
namespace {

// With its NUL, as the protocol has it.
Result<std::vector<std::byte>> terminated(std::string_view command)
{
    const Bytes text = bytes_of(command);
    std::vector<std::byte> bytes(text.begin(), text.end());
    bytes.push_back(std::byte{0});
    if (bytes.size() > exec::kMaxCommand || !exec::check_terminated(bytes))
        return Error(Errc::Invalid, "command too long or with a NUL");
    return bytes;
}

}  // namespace

Result<void> Daemon::start()
{
    INSULA_TRY(reap_, loop_.deferred([this] { reap(); }));
    INSULA_TRY(lost_, loop_.deferred([this] { lose_agent(); }));
    INSULA_TRY(manager_events_, loop_.watch(manager_.fd(), EPOLLIN, [this] { on_manager(); }));
    return {};
}

void Daemon::on_manager()
{
    auto done = manager_.receive();
    while (done) {
        auto message = manager_.next();
        if (!message) {
            done = std::move(message.error());
            break;
        }
        if (!*message)
            return;
        done = on_message(*std::move(*message));
    }
    if (done.error().code() == Errc::PeerClosed)
        return loop_.exit(0);  // the socket is our lifeline
    log(Level::Error, name_ + ": " + done.error().describe());
    loop_.exit(1);
}

Result<void> Daemon::on_message(ManagerChannel::Message message)
{
    if (auto* request = std::get_if<Request>(&message)) {
        if (!domain_)
            return Error(Errc::Protocol, "Exec from insulad before Serve");
        take(std::move(*request));
        return {};
    }
    const auto& serve = std::get<service::Serve>(message);
    if (domain_)
        return Error(Errc::Protocol, "second Serve from insulad");
    INSULA_TRY(const DomainName name, DomainName::parse(serve.name.value));
    name_ = name.str();
    domain_ = static_cast<DomainId>(serve.domain.value);
    return connect();
}

Result<void> Daemon::connect()
{
    agent_ = Agent::Absent;
    report(service::ServiceState::WaitingForAgent, "");
    INSULA_TRY(connecting_,
               transport_.connect({*domain_, Port::ExecControl}, [this](std::unique_ptr<Stream> s) {
                   on_connected(std::move(s));
               }));
    return {};
}

void Daemon::on_connected(std::unique_ptr<Stream> stream)
{
    control_ = std::move(stream);
    agent_ = Agent::Greeting;
    frames_ = wire::FrameBuffer(exec::kMaxControlBody);
    if (auto started = control_->start(*this); !started)
        on_closed(std::move(started.error()));
}

Result<void> Daemon::on_bytes(Bytes bytes)
{
    frames_.feed(bytes);
    while (true) {
        INSULA_TRY(const auto frame, frames_.next());
        if (!frame)
            return {};
        INSULA_CHECK(agent_ == Agent::Greeting ? on_hello(*frame) : on_frame(*frame));
    }
}

Result<void> Daemon::on_hello(const wire::Frame& frame)
{
    if (frame.type != static_cast<uint32_t>(exec::MessageType::Hello))
        return Error(Errc::Protocol, "the agent does not begin with HELLO");
    INSULA_TRY(const auto hello, wire::parse<exec::Hello>(frame.body));
    INSULA_TRY(const uint32_t version, exec::choose_version(hello.version));
    INSULA_CHECK(control_->send(wire::frame_of(exec::Hello{exec::kOurVersion})));
    agent_ = Agent::Here;
    log(Level::Info, name_ + ": agent connected, version " + std::to_string(version));
    report(service::ServiceState::Connected, "");
    for (auto waiting = std::exchange(waiting_, {}); auto& request : waiting)
        take(std::move(request));
    return {};
}

Result<void> Daemon::on_frame(const wire::Frame& frame)
{
    switch (static_cast<exec::MessageType>(frame.type)) {
    case exec::MessageType::ConnectionTerminated: {
        INSULA_TRY(const auto message, wire::parse<exec::ConnectionTerminated>(frame.body));
        ports_.release(message.port.value);
        for (auto& call : calls_)
            if (call->port() == message.port.value)
                call->on_terminated();
        return {};
    }
    case exec::MessageType::TriggerService: {
        INSULA_TRY(const auto message, wire::parse<exec::TriggerService>(frame.body));
        return refuse(message.request);
    }
    case exec::MessageType::TriggerService3: {
        INSULA_TRY(const auto message, wire::parse<exec::TriggerService3>(frame.body));
        return refuse(message.request);
    }
    default:
        return Error(Errc::Protocol, "message that an agent does not send");
    }
}

// Calls between domains need a decision of insulad's, which nobody asks for yet.
Result<void> Daemon::refuse(const exec::RequestId& request)
{
    return control_->send(wire::frame_of(exec::ServiceRefused{request}));
}

void Daemon::take(Request request)
{
    const bool may_wait = agent_ == Agent::Absent || agent_ == Agent::Greeting;
    if (may_wait && waiting_.size() < kMaxWaiting)
        return waiting_.push_back(std::move(request));
    if (agent_ != Agent::Here)
        return fail(request, {Errc::Conflict, may_wait ? "too many commands wait for the agent"
                                                       : "the agent was refused"});
    if (calls_.size() >= kMaxCalls)
        return fail(request, {Errc::Exhausted, "too many commands run"});
    auto command = terminated(request.exec.command.value);
    if (!command)
        return fail(request, command.error());
    const auto port = ports_.allot();
    if (!port)
        return fail(request, port.error());
    run(std::move(request.descriptors), *std::move(command), *port);
}

void Daemon::fail(const Request& request, const Error& why)
{
    log(Level::Warning, name_ + ": command not run: " + why.describe());
    if (request.descriptors[3])
        write_status(request.descriptors[3], exec::kMechanismFailed);
}

void Daemon::run(Descriptors descriptors, std::vector<std::byte> command, uint32_t port)
{
    auto call = std::make_unique<Call>(loop_, std::move(descriptors), [this] { Loop::arm(reap_); });
    const auto listening = call->listen(transport_, {*domain_, static_cast<Port>(port)});
    // Offered before the agent hears of it.
    const auto sent =
        listening ? control_->send(wire::frame_of(exec::ExecCmdline{
                        {to_number(transport_.own_domain())}, {port}, {std::move(command)}}))
                  : Result<void>();
    calls_.push_back(std::move(call));
    if (listening && sent)
        return;
    ports_.release(port);
    log(Level::Warning, name_ + ": " + (listening ? sent : listening).error().describe());
    calls_.back()->fail(exec::kMechanismFailed);
}

void Daemon::report(service::ServiceState state, std::string reason)
{
    const auto sent = manager_.send({{state}, {std::move(reason)}});
    // Its end is found by reading, together with what it sent before.
    if (sent || sent.error().code() == Errc::PeerClosed)
        return;
    log(Level::Error, name_ + ": " + sent.error().describe());
    loop_.exit(1);
}

void Daemon::on_closed(Error why)
{
    if (why.code() == Errc::Protocol) {
        agent_ = Agent::Refused;
        log(Level::Warning, name_ + ": agent refused: " + why.describe());
        report(service::ServiceState::AgentRefused, why.describe());
    } else {
        agent_ = Agent::Absent;
        log(Level::Info, name_ + ": agent lost: " + why.describe());
    }
    Loop::arm(lost_);
}

// Outside the stream's callbacks, so that it may go.
void Daemon::lose_agent()
{
    control_.reset();
    for (auto& call : calls_)
        call->fail(exec::kMechanismFailed);
    ports_.release_all();
    if (agent_ == Agent::Refused) {
        for (auto& request : std::exchange(waiting_, {}))
            take(std::move(request));
        return;
    }
    auto later = loop_.after(kReconnectPause, [this] {
        if (auto connected = connect(); !connected) {
            log(Level::Error, name_ + ": " + connected.error().describe());
            loop_.exit(1);
        }
    });
    if (!later)
        return loop_.exit(1);
    reconnect_ = *std::move(later);
}

// Outside every callback of a call and of its stream.
void Daemon::reap()
{
    calls_.remove_if([](const auto& call) { return call->finished(); });
}

}  // namespace insula::exec_daemon
