// SPDX-License-Identifier: GPL-2.0-or-later
// A byte stream to one peer domain, driven by the event loop.
//
// The peer decides when, how much and whether at all it writes and reads: hence the limits, and no
// call here ever blocks. Bytes that reach the handler are a private copy.
#pragma once

#include "proto/base/bytes.h"
#include "proto/base/result.h"

#include <cstddef>

namespace insula {

class Stream {
public:
    // What the owner of a stream implements. Both calls come from the event loop, never from
    // inside start() or send().
    class Handler {
    public:
        // Takes the next bytes, at least one. An error closes the stream. Must not destroy it.
        virtual Result<void> on_bytes(Bytes bytes) = 0;
        // Called at most once, last. May destroy the stream.
        virtual void on_closed(Error why) = 0;
        // The peer's ring has taken the last of what send() had to queue: queued() is 0 again. How
        // a relay with back pressure learns that it may read its source once more.
        virtual void on_drained() {}

    protected:
        ~Handler() = default;
    };

    // Refuses to queue more than this for a peer that does not read.
    static constexpr size_t kMaxQueued = size_t{4} * 1024 * 1024;
    // Bytes taken from one peer before the other sources get their turn.
    static constexpr size_t kChunk = 4096;
    static constexpr int kChunksPerTurn = 16;

    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    // Begins delivery. Called once; `handler` must outlive the stream.
    virtual Result<void> start(Handler& handler) = 0;

    // Queues all of `bytes` and writes what fits now. Errc::Exhausted, with nothing queued, when
    // the queue would pass kMaxQueued; Errc::PeerClosed when the peer is known to be gone.
    virtual Result<void> send(Bytes bytes) = 0;

    // Bytes accepted by send() that the peer's ring has not taken yet.
    virtual size_t queued() const = 0;

    // Stops delivery of bytes to the handler, so that the ring fills and the peer has to wait,
    // until resume(). Both may be called at any time after start() and from inside a handler; a
    // chunk already under way is the last. A stream of a test may ignore them: they are a request.
    virtual void pause() {}
    virtual void resume() {}

protected:
    Stream() = default;
};

}  // namespace insula
