// SPDX-License-Identifier: GPL-2.0-or-later
// One execution in this guest: its data channel, its process, and the bytes between them.
//
// The peer (dom0, or the domain that dom0 named) may close or stall at any time: the process then
// finds its pipes closed or full, which is all that happens to it.
#pragma once

#include "guest-agent/exec-agent/configuration.h"
#include "guest-agent/exec-agent/session_waiter.h"
#include "guest-agent/exec-agent/spawn.h"
#include "proto/base/result.h"
#include "proto/event/loop.h"
#include "proto/exec/command.h"
#include "proto/exec/messages.h"
#include "proto/exec/version.h"
#include "proto/relay/descriptor_sink.h"
#include "proto/relay/descriptor_source.h"
#include "proto/transport/transport.h"
#include "proto/wire/frame.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace insula::exec_agent {

class Call final : public Stream::Handler {
public:
    // How long the other side may take to offer the data channel that it named.
    static constexpr std::chrono::seconds kConnectPatience{60};
    // The process is not read while more than this waits for the peer.
    static constexpr size_t kMaxUnsent = size_t{256} * 1024;
    // The peer is not read while more than this waits for the process.
    static constexpr size_t kMaxUnread = size_t{128} * 1024;

    // `changed` is called from the loop when channel_over() or finished() may have become true.
    Call(Loop& loop, Transport& transport, const Configuration& configuration,
         Result<exec::Command> command, Streams streams, std::function<void()> changed);
    ~Call() = default;

    // Begins to connect to the data channel.
    Result<void> start(Endpoint data);
    // The data channel has served; close_channel() then makes its port free.
    bool channel_over() const { return stage_ == Stage::Over; }
    void close_channel();
    // Nothing is left, the process included.
    bool finished() const { return channel_over() && !running_; }

    Result<void> on_bytes(Bytes bytes) override;
    void on_closed(Error why) override;
    void on_drained() override;

private:
    enum class Stage { Connecting, Greeting, Waiting, Running, Flushing, Over };

    void on_connected(std::unique_ptr<Stream> stream);
    Result<void> take_frames();
    Result<void> on_hello(const wire::Frame& frame);
    Result<void> on_input(const wire::Frame& frame);
    void run();
    Result<void> adopt(Child child);
    Result<std::unique_ptr<DescriptorSource>> source(UniqueFd fd, exec::MessageType type);
    void send(const std::vector<std::byte>& frame);
    void send_chunk(exec::MessageType type, Bytes bytes);
    void settle();
    void end_with(int32_t code);
    void over();

    Loop& loop_;
    Transport& transport_;
    const Configuration& configuration_;
    Result<exec::Command> command_;
    Streams streams_;
    std::function<void()> changed_;
    Stage stage_ = Stage::Connecting;
    uint32_t version_ = exec::kVersionMin;
    wire::FrameBuffer frames_{exec::kMaxChunkV3};
    std::unique_ptr<Transport::Pending> connecting_;
    EventSource patience_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<SessionWaiter> session_;
    bool running_ = false;
    EventSource exit_;
    std::optional<int32_t> exit_code_;
    std::unique_ptr<DescriptorSink> input_;
    std::unique_ptr<DescriptorSource> output_;
    std::unique_ptr<DescriptorSource> errors_;
};

}  // namespace insula::exec_agent
