// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/worker/channel.h"

#include "proto/worker/messages.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>

namespace insula::worker {

Result<wire::Frame> Channel::receive()
{
    wire::FrameBuffer frames(kMaxFrame);
    std::array<std::byte, 4096> chunk;
    for (;;) {
        const ssize_t got = ::recv(fd_, chunk.data(), chunk.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return system_error(errno, "read the request");
        if (got == 0)
            return Error(Errc::PeerClosed, "closed before a request came");
        // TRUST: insulad's bytes; only a whole frame that parses becomes a request.
        frames.feed(Bytes(chunk).first(static_cast<size_t>(got)));
        INSULA_TRY(auto frame, frames.next());
        if (!frame)
            continue;
        return std::move(*frame);
    }
}

Result<void> Channel::write_all(const std::vector<std::byte>& frame)
{
    Bytes rest(frame);
    while (!rest.empty()) {
        const ssize_t sent = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return system_error(errno, "send a reply");
        rest = rest.subspan(static_cast<size_t>(sent));
    }
    return {};
}

}  // namespace insula::worker
