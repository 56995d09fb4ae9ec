// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/local/listening.h"

#include "proto/transport/local/local_stream.h"

#include <unistd.h>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace insula::local {

Result<std::unique_ptr<Transport::Pending>> Listening::start(Loop& loop, Name name,
                                                             Transport::Connected connected)
{
    std::unique_ptr<Listening> self(new Listening(loop, std::move(name), std::move(connected)));
    INSULA_TRY(self->socket_, offer(self->name_, SOCK_STREAM, 1));
    INSULA_TRY(self->ready_,
               loop.watch(self->socket_.get(), EPOLLIN, [raw = self.get()] { raw->on_ready(); }));
    return std::unique_ptr<Transport::Pending>(std::move(self));
}

Listening::~Listening()
{
    if (socket_)
        ::unlink(name_.path().c_str());
}

void Listening::on_ready()
{
    UniqueFd peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!peer)
        return;  // it has gone again; the next one wakes us
    ::unlink(name_.path().c_str());
    ready_.reset();
    socket_.reset();
    const auto connected = std::move(connected_);
    connected(std::make_unique<LocalStream>(loop_, std::move(peer)));  // may destroy *this
}

}  // namespace insula::local
