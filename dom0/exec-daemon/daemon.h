// SPDX-License-Identifier: GPL-2.0-or-later
// Everything of one domain: the control channel to its agent, what waits for it, what runs.
//
// Obeys insulad, which decided already. Believes nothing of the guest: a broken rule ends the
// channel, after which every command is answered with 125.
#pragma once

#include "dom0/exec-daemon/call.h"
#include "dom0/exec-daemon/manager_channel.h"
#include "dom0/exec-daemon/ports.h"

#include <chrono>
#include <deque>
#include <list>
#include <memory>
#include <optional>

namespace insula::exec_daemon {

class Daemon final : public Stream::Handler {
public:
    // Commands that wait for the agent, and commands that run.
    static constexpr size_t kMaxWaiting = 64;
    static constexpr size_t kMaxCalls = 256;
    // An agent that connects and leaves over and over costs this much patience each time.
    static constexpr std::chrono::milliseconds kReconnectPause{250};

    Daemon(Loop& loop, Transport& transport, UniqueFd manager)
        : loop_(loop),
          transport_(transport),
          manager_(std::move(manager))
    {}

    Result<void> start();

    Result<void> on_bytes(Bytes bytes) override;
    void on_closed(Error why) override;

private:
    enum class Agent { Absent, Greeting, Here, Refused };

    void on_manager();
    Result<void> on_message(ManagerChannel::Message message);
    Result<void> connect();
    void on_connected(std::unique_ptr<Stream> stream);
    Result<void> on_frame(const wire::Frame& frame);
    Result<void> on_hello(const wire::Frame& frame);
    Result<void> refuse(const exec::RequestId& request);
    void take(Request request);
    // Answers a command that cannot be run.
    void fail(const Request& request, const Error& why);
    void run(Descriptors descriptors, std::vector<std::byte> command, uint32_t port);
    void report(service::ServiceState state, std::string reason);
    void reap();
    void lose_agent();

    Loop& loop_;
    Transport& transport_;
    ManagerChannel manager_;
    EventSource manager_events_;
    std::optional<DomainId> domain_;
    std::string name_;
    Agent agent_ = Agent::Absent;
    std::unique_ptr<Transport::Pending> connecting_;
    std::unique_ptr<Stream> control_;
    wire::FrameBuffer frames_{exec::kMaxControlBody};
    std::deque<Request> waiting_;
    Ports ports_;
    std::list<std::unique_ptr<Call>> calls_;
    EventSource reap_;
    EventSource lost_;
    EventSource reconnect_;
};

}  // namespace insula::exec_daemon
