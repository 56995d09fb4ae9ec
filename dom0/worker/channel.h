// SPDX-License-Identifier: GPL-2.0-or-later
// The worker's socket: one request in, replies out.
//
// Believes nothing about the peer's bytes: frames are bounded and parsed field by field. Blocking,
// since this process has nothing else to do.
#pragma once

#include "proto/base/result.h"
#include "proto/wire/frame.h"

#include <vector>

namespace insula::worker {

class Channel {
public:
    explicit Channel(int fd) : fd_(fd) {}

    // The one request, its body not yet parsed.
    Result<wire::Frame> receive();

    template <typename Message>
    Result<void> reply(const Message& message)
    {
        return write_all(wire::frame_of(message));
    }

    int fd() const { return fd_; }

private:
    Result<void> write_all(const std::vector<std::byte>& frame);

    int fd_;  // not owned: descriptor 0 of the process
};

}  // namespace insula::worker
