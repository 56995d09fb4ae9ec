// SPDX-License-Identifier: GPL-2.0-or-later
// The socket from insulad: says which domain to serve, hears how that fares, ends the process.
//
// The manager is trusted; its frames are checked all the same. Nothing here blocks.
#pragma once

#include "gui-daemon/daemon/options.h"
#include "proto/base/unique_fd.h"
#include "proto/event/loop.h"
#include "proto/wire/frame.h"

#include <optional>
#include <string_view>

namespace insula::gui_daemon {

class ManagerLink {
public:
    // Takes the descriptor over. `loop` outlives the link.
    static Result<std::unique_ptr<ManagerLink>> open(Loop& loop, UniqueFd socket);
    ManagerLink(const ManagerLink&) = delete;
    ManagerLink& operator=(const ManagerLink&) = delete;

    // Set once the manager has said it.
    const std::optional<Served>& served() const { return served_; }
    // Set once the link has ended: a value for an orderly end, an error for a broken rule.
    const std::optional<Result<void>>& ended() const { return ended_; }

    // `reason` is ours and escaped.
    void report(service::ServiceState state, std::string_view reason);

private:
    explicit ManagerLink(UniqueFd socket) : socket_(std::move(socket)) {}
    void on_readable();
    Result<void> on_frame(const wire::Frame& frame);

    UniqueFd socket_;
    wire::FrameBuffer frames_{service::kMaxFrame};
    std::optional<Served> served_;
    std::optional<Result<void>> ended_;
    EventSource source_;
};

}  // namespace insula::gui_daemon
