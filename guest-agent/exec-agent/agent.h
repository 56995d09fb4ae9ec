// SPDX-License-Identifier: GPL-2.0-or-later
// The control channel of this guest and the table of what runs for it.
//
// Believes domain 0, which is who the transport says is at the other end. When domain 0 goes away
// (its daemon restarts) the channel is offered anew and running processes stay.
#pragma once

#include "guest-agent/exec-agent/call.h"
#include "guest-agent/exec-agent/configuration.h"

#include <list>
#include <memory>

namespace insula::exec_agent {

class Agent final : public Stream::Handler {
public:
    // Processes at once; one more gets no answer but the release of its port.
    static constexpr size_t kMaxCalls = 256;
    static constexpr size_t kControlRing = 65'536;

    Agent(Loop& loop, Transport& transport, Configuration configuration)
        : loop_(loop),
          transport_(transport),
          configuration_(std::move(configuration))
    {}

    // Offers the control channel. Errors: the transport's.
    Result<void> start();

    Result<void> on_bytes(Bytes bytes) override;
    void on_closed(Error why) override;

private:
    struct Entry {
        exec::ConnectionTerminated place;
        unsigned connection;  // which control connection asked for it
        std::unique_ptr<Call> call;
        bool released = false;
    };

    Result<void> listen();
    void on_connected(std::unique_ptr<Stream> stream);
    Result<void> on_frame(const wire::Frame& frame);
    template <typename Message>
    Result<void> execute(const wire::Frame& frame, Streams streams);
    void terminated(const exec::ConnectionTerminated& place);
    void reap();
    void reconnect();

    Loop& loop_;
    Transport& transport_;
    Configuration configuration_;
    std::unique_ptr<Transport::Pending> listening_;
    std::unique_ptr<Stream> control_;
    unsigned connection_ = 0;
    bool greeted_ = false;
    wire::FrameBuffer frames_{exec::kMaxControlBody};
    std::list<Entry> calls_;
    EventSource reap_;
    EventSource reconnect_;
};

}  // namespace insula::exec_agent
