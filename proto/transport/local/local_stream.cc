// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/local_stream.h"

#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace insula::local {

Result<void> LocalStream::start(Handler& handler)
{
    handler_ = &handler;
    INSULA_TRY(ready_, loop_.watch(socket_.get(), EPOLLIN, [this] { on_ready(); }));
    open_ = true;
    expect_events();
    return {};
}

Result<void> LocalStream::send(Bytes bytes)
{
    if (write_ended_)
        return Error(Errc::PeerClosed, "peer has gone");
    INSULA_CHECK(queue_.append(bytes));
    flush();
    if (write_ended_)
        return Error(Errc::PeerClosed, "peer has gone");
    owes_drained_ |= queue_.size() > 0;
    return {};
}

void LocalStream::pause()
{
    paused_ = true;
    expect_events();
}

void LocalStream::resume()
{
    paused_ = false;
    expect_events();
}

void LocalStream::on_ready()
{
    if (auto received = receive(); !received)
        return close(std::move(received.error()));
    flush();
    tell_drained();
}

// Takes this turn's share. What is left raises the event again: the socket is level-triggered.
Result<void> LocalStream::receive()
{
    std::array<std::byte, kChunk> chunk;
    for (int i = 0; i < kChunksPerTurn && !paused_; ++i) {
        const ssize_t n = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return {};
        if (n < 0)
            return Error(Errc::PeerClosed, "recv", errno);
        if (n == 0)
            return Error(Errc::PeerClosed, "peer has closed");
        INSULA_CHECK(handler_->on_bytes(Bytes(chunk).first(static_cast<size_t>(n))));
    }
    return {};
}

void LocalStream::flush()
{
    while (queue_.size() > 0) {
        const Bytes next = queue_.front();
        const ssize_t n = ::send(socket_.get(), next.data(), next.size(), MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (n < 0) {
            // The close comes from receive(), after the tail; the hang-up wakes us.
            write_ended_ = true;
            queue_.clear();
            break;
        }
        queue_.pop(static_cast<size_t>(n));
    }
    expect_events();
}

void LocalStream::tell_drained()
{
    if (!owes_drained_ || queue_.size() > 0)
        return;
    owes_drained_ = false;
    expect_events();
    if (!write_ended_)
        handler_->on_drained();
}

void LocalStream::expect_events()
{
    if (!open_)
        return;
    // Room is awaited also when send() emptied the queue itself: on_drained() comes from the loop.
    const uint32_t wanted = (paused_ ? 0u : uint32_t{EPOLLIN}) |
                            (queue_.size() > 0 || owes_drained_ ? uint32_t{EPOLLOUT} : 0u);
    if (wanted == 0) {
        // A hang-up is reported unasked, again and again: nothing is watched until resume().
        ready_.reset();
        return;
    }
    if (ready_)
        return Loop::set_events(ready_, wanted);
    if (auto watched = loop_.watch(socket_.get(), wanted, [this] { on_ready(); }))
        ready_ = *std::move(watched);
}

void LocalStream::close(Error why)
{
    open_ = false;
    ready_.reset();
    write_ended_ = true;
    queue_.clear();
    handler_->on_closed(std::move(why));  // may destroy *this: nothing after it
}

}  // namespace insula::local
