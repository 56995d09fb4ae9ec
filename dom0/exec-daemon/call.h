// SPDX-License-Identifier: GPL-2.0-or-later
// One command in the guest, seen from domain 0: its data channel, and the four descriptors of
// whoever asked for it.
//
// TRUST: everything on the data channel comes from the guest. Its bytes go to stdout and stderr as
// they are (whoever shows them escapes them); its exit code is any 32-bit number.
#pragma once

#include "dom0/exec-daemon/manager_channel.h"
#include "proto/base/result.h"
#include "proto/event/loop.h"
#include "proto/exec/messages.h"
#include "proto/exec/version.h"
#include "proto/relay/descriptor_sink.h"
#include "proto/relay/descriptor_source.h"
#include "proto/transport/transport.h"
#include "proto/wire/frame.h"

#include <functional>
#include <memory>
#include <optional>

namespace insula::exec_daemon {

class Call final : public Stream::Handler {
public:
    static constexpr size_t kDataRing = 65'536;
    // stdin is not read while more than this waits for the guest.
    static constexpr size_t kMaxUnsent = size_t{256} * 1024;
    // The guest is not read while more than this waits for the reader of stdout or stderr.
    static constexpr size_t kMaxUnread = size_t{128} * 1024;

    // `finished` is called from the loop once nothing is left to do but to destroy the call.
    Call(Loop& loop, Descriptors descriptors, std::function<void()> finished);
    // Restores the blocking mode of the descriptors, which their owner may share with others.
    ~Call();

    // Offers the data channel; from then on the agent may be told.
    Result<void> listen(Transport& transport, Endpoint at);
    uint32_t port() const { return port_; }
    // Ends the call if it has not ended: the exit code is what the guest said, or this.
    void fail(int32_t code);
    // The agent says that the port is free: nothing will come any more.
    void on_terminated();
    bool finished() const { return finished_; }

    Result<void> on_bytes(Bytes bytes) override;
    void on_closed(Error why) override;
    void on_drained() override;

private:
    void on_connected(std::unique_ptr<Stream> stream);
    Result<void> on_frame(const wire::Frame& frame);
    Result<void> on_hello(const wire::Frame& frame);
    Result<void> begin();
    Result<void> write(DescriptorSink& sink, Bytes bytes);
    void on_input(Bytes bytes);
    void on_progress();
    void settle();

    Loop& loop_;
    Descriptors descriptors_;
    std::array<int, 3> flags_{};  // of stdin, stdout, stderr, as they came
    std::function<void()> finished_fn_;
    uint32_t port_ = 0;
    uint32_t version_ = 0;  // 0 before the agent's HELLO
    std::optional<int32_t> exit_code_;
    bool finished_ = false;
    wire::FrameBuffer frames_{exec::kMaxChunkV3};
    std::unique_ptr<Transport::Pending> listening_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<DescriptorSource> input_;
    std::unique_ptr<DescriptorSink> output_;
    std::unique_ptr<DescriptorSink> errors_;
};

// Writes the exit code where a call's status is awaited. Never blocks: four bytes fit or are lost.
void write_status(const UniqueFd& status, int32_t code);

}  // namespace insula::exec_daemon
