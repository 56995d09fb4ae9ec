// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/xen/vchan_stream.h"

#include <array>
#include <cerrno>

#include <sys/epoll.h>

namespace insula::xen {

VchanStream::VchanStream(Loop& loop, Ring ring) : loop_(loop), ring_(std::move(ring))
{
    ring_->blocking = 0;
}

Result<void> VchanStream::start(Handler& handler)
{
    handler_ = &handler;
    const int fd = libxenvchan_fd_for_select(ring_.get());
    INSULA_TRY(wakeup_, loop_.watch(fd, EPOLLIN, [this] { on_ring_event(); }));
    INSULA_TRY(next_turn_, loop_.deferred([this] { take_turn(); }));
    // The peer may have written before we listened; its event is not repeated.
    Loop::arm(next_turn_);
    return {};
}

Result<void> VchanStream::send(Bytes bytes)
{
    if (write_ended_)
        return Error(Errc::PeerClosed, "peer has gone");
    INSULA_CHECK(queue_.append(bytes));
    flush();
    // on_drained() comes from the loop, also when this very call emptied the queue.
    if (owes_drained_ && queue_.size() == 0 && next_turn_)
        Loop::arm(next_turn_);
    owes_drained_ |= queue_.size() > 0;
    if (!write_ended_)
        return {};
    // The close comes from the loop, after the tail.
    if (next_turn_)
        Loop::arm(next_turn_);
    return Error(Errc::PeerClosed, "peer has gone");
}

void VchanStream::on_ring_event()
{
    // Clears the event. It would block if none were pending, so only the watch calls it.
    if (libxenvchan_wait(ring_.get()) < 0)
        return close(system_error(errno, "vchan event channel"));
    take_turn();
}

void VchanStream::resume()
{
    paused_ = false;
    if (next_turn_)
        Loop::arm(next_turn_);
}

void VchanStream::take_turn()
{
    const auto drained = paused_ ? Result<bool>(false) : drain();
    if (!drained)
        return close(drained.error());
    flush();
    if (*drained && write_ended_)
        return close(Error(Errc::PeerClosed, "vchan write"));
    // Bytes left in the ring raise no new event: come back by ourselves.
    if (!*drained && !paused_)
        Loop::arm(next_turn_);
    tell_drained();
}

void VchanStream::tell_drained()
{
    if (!owes_drained_ || queue_.size() > 0)
        return;
    owes_drained_ = false;
    if (!write_ended_)
        handler_->on_drained();
}

// Returns true once the ring is empty, false if this turn's share is used up first.
Result<bool> VchanStream::drain()
{
    std::array<std::byte, kChunk> chunk;
    for (int i = 0; i < kChunksPerTurn && !paused_; ++i) {
        // 0 also asks the peer for an event on its next write; see libxenvchan's io.c. A closed
        // ring is read to its end before it fails.
        const int n = libxenvchan_read(ring_.get(), chunk.data(), chunk.size());
        if (n < 0)
            return Error(Errc::PeerClosed, "vchan read");
        if (n == 0)
            return true;
        INSULA_CHECK(handler_->on_bytes(Bytes(chunk).first(static_cast<size_t>(n))));
    }
    return false;
}

void VchanStream::flush()
{
    while (!write_ended_ && queue_.size() > 0) {
        const Bytes next = queue_.front();
        const int n = libxenvchan_write(ring_.get(), next.data(), next.size());
        if (n == 0)
            return;
        if (n < 0) {
            write_ended_ = true;
            queue_.clear();
            return;
        }
        queue_.pop(static_cast<size_t>(n));
    }
}

void VchanStream::close(Error why)
{
    wakeup_.reset();
    next_turn_.reset();
    write_ended_ = true;
    queue_.clear();
    // Before the owner hears of it: a server's ring takes its nodes in xenstore along, and the
    // owner may offer the next ring, under the same nodes, at once.
    ring_.reset();
    handler_->on_closed(std::move(why));  // may destroy *this: nothing after it
}

}  // namespace insula::xen
