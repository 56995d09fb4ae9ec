// SPDX-License-Identifier: GPL-2.0-or-later
// A stream over a connected Unix socket.
#pragma once

#include "proto/base/unique_fd.h"
#include "proto/event/loop.h"
#include "proto/transport/send_queue.h"

namespace insula::local {

class LocalStream final : public Stream {
public:
    // `socket` is connected and does not block.
    LocalStream(Loop& loop, UniqueFd socket) : loop_(loop), socket_(std::move(socket)) {}

    Result<void> start(Handler& handler) override;
    Result<void> send(Bytes bytes) override;
    size_t queued() const override { return queue_.size(); }
    void pause() override;
    void resume() override;

private:
    void on_ready();
    Result<void> receive();
    void flush();
    void expect_events();
    void tell_drained();
    void close(Error why);

    Loop& loop_;
    Handler* handler_ = nullptr;
    SendQueue queue_;
    // Nothing can be written any more; what the peer wrote before is still to be delivered.
    bool write_ended_ = false;
    bool open_ = false;  // between start() and the close
    bool paused_ = false;
    bool owes_drained_ = false;
    UniqueFd socket_;
    // After socket_: refers to it.
    EventSource ready_;
};

}  // namespace insula::local
