// SPDX-License-Identifier: GPL-2.0-or-later
// A stream over a ring of libxenvchan.
//
// TRUST: the rings are memory the peer can write at any time, but libxenvchan copies out of them,
// so bytes that reach the handler are ours and cannot change under a parser.
#pragma once

#include "proto/event/loop.h"
#include "proto/transport/send_queue.h"

extern "C" {
#include <libxenvchan.h>
}

namespace insula::xen {

using Ring = Handle<libxenvchan, libxenvchan_close>;

class VchanStream final : public Stream {
public:
    // `ring` is open, from either side.
    VchanStream(Loop& loop, Ring ring);

    Result<void> start(Handler& handler) override;
    Result<void> send(Bytes bytes) override;
    size_t queued() const override { return queue_.size(); }
    void pause() override { paused_ = true; }
    void resume() override;

private:
    void on_ring_event();
    void take_turn();
    Result<bool> drain();
    void flush();
    void tell_drained();
    void close(Error why);

    Loop& loop_;
    Handler* handler_ = nullptr;
    SendQueue queue_;
    // Nothing can be written any more; what the peer wrote before is still to be delivered.
    bool write_ended_ = false;
    bool paused_ = false;
    bool owes_drained_ = false;
    Ring ring_;
    // After ring_: both sources refer to it and must be gone before it is closed.
    EventSource wakeup_;
    EventSource next_turn_;
};

}  // namespace insula::xen
