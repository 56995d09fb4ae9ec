// SPDX-License-Identifier: GPL-2.0-or-later
// The socket from insulad: cuts its bytes into frames and hands each Exec its four descriptors.
//
// Believes insulad, and checks all the same: a bug must not give one call another's descriptors.
#pragma once

#include "proto/base/result.h"
#include "proto/base/unique_fd.h"
#include "proto/service/messages.h"
#include "proto/wire/frame.h"

#include <array>
#include <deque>
#include <optional>
#include <variant>

namespace insula::exec_daemon {

using Descriptors = std::array<UniqueFd, service::kExecDescriptors>;

// One command that insulad wants to be run.
struct Request {
    service::Exec exec;
    Descriptors descriptors;  // stdin, stdout, stderr, status
};

class ManagerChannel {
public:
    // Descriptors that have come before their frame was complete.
    static constexpr size_t kMaxWaitingSets = 64;

    explicit ManagerChannel(UniqueFd socket) : socket_(std::move(socket)) {}

    int fd() const { return socket_.get(); }
    // Reads what is there, never blocking. Errc::PeerClosed at the end of the file.
    Result<void> receive();
    // The next complete message, nullopt when more bytes are needed.
    using Message = std::variant<service::Serve, Request>;
    Result<std::optional<Message>> next();
    // Errc::Exhausted when insulad does not read.
    Result<void> send(const service::State& state);

private:
    UniqueFd socket_;
    wire::FrameBuffer frames_{service::kMaxFrame};
    std::deque<Descriptors> waiting_;
};

}  // namespace insula::exec_daemon
