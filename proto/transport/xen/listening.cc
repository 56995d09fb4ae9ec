// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/xen/listening.h"

#include <cerrno>

#include <sys/epoll.h>

namespace insula::xen {

Result<std::unique_ptr<Transport::Pending>> Listening::start(Loop& loop, DomainId client,
                                                             const std::string& path,
                                                             size_t ring_bytes,
                                                             Transport::Connected connected)
{
    // What libxenvchan can describe on its first page.
    constexpr size_t kMaxRing = size_t{1024} * 1024;
    if (ring_bytes > kMaxRing)
        return Error(Errc::Invalid, "ring too large");
    Ring ring(libxenvchan_server_init(/*logger=*/nullptr, static_cast<int>(to_number(client)),
                                      path.c_str(), ring_bytes, ring_bytes));
    if (!ring)
        return system_error(errno, "offer of a vchan");
    ring->blocking = 0;
    std::unique_ptr<Listening> self(new Listening(loop, std::move(ring), std::move(connected)));
    const int fd = libxenvchan_fd_for_select(self->ring_.get());
    INSULA_TRY(self->event_, loop.watch(fd, EPOLLIN, [raw = self.get()] { raw->on_event(); }));
    return std::unique_ptr<Transport::Pending>(std::move(self));
}

void Listening::on_event()
{
    constexpr int kNobodyYet = 2;
    const bool failed = libxenvchan_wait(ring_.get()) < 0;
    if (!failed && libxenvchan_is_open(ring_.get()) == kNobodyYet)
        return;
    // A client that came and has gone again, and a ring that fails, are handed over as well: the
    // stream reports the close.
    event_.reset();
    const auto connected = std::move(connected_);
    connected(std::make_unique<VchanStream>(loop_, std::move(ring_)));  // may destroy *this
}

}  // namespace insula::xen
