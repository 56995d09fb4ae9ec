// SPDX-License-Identifier: GPL-2.0-or-later
// One request to a worker and its replies, on the event loop.
//
// The worker is trusted more than we are; its frames are checked all the same, and a broken one
// ends the call as a failure. Destroying the call closes the socket.
#pragma once

#include "dom0/manager/launcher.h"
#include "proto/wire/frame.h"
#include "proto/worker/messages.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace insula::manager {

struct WorkerResult {
    std::optional<uint32_t> created;
    std::optional<worker::Died> died;
    std::vector<worker::Domain> domains;
    std::string failure;  // empty: Done. Escaped, for a person.
    bool done() const { return failure.empty(); }
};

class WorkerCall {
public:
    static constexpr size_t kMaxListed = 1024;
    using OnEnd = std::function<void(WorkerResult)>;

    // `on_end` is called exactly once, from the loop, and may destroy the call.
    template <typename Request>
    static std::unique_ptr<WorkerCall> start(Loop& loop, Launcher& launcher, const Request& request,
                                             OnEnd on_end)
    {
        return start(loop, launcher, wire::frame_of(request), std::move(on_end));
    }
    WorkerCall(const WorkerCall&) = delete;
    WorkerCall& operator=(const WorkerCall&) = delete;

private:
    explicit WorkerCall(OnEnd on_end) : on_end_(std::move(on_end)) {}
    static std::unique_ptr<WorkerCall> start(Loop& loop, Launcher& launcher,
                                             const std::vector<std::byte>& request, OnEnd on_end);
    Result<void> open(Loop& loop, Launcher& launcher, const std::vector<std::byte>& request);
    void on_readable();
    // True once the last reply is in.
    Result<bool> on_frame(const wire::Frame& frame);
    void end();

    OnEnd on_end_;
    UniqueFd fd_;  // before the source that watches it
    EventSource source_;
    EventSource failed_early_;
    wire::FrameBuffer frames_{worker::kMaxFrame};
    WorkerResult result_;
};

}  // namespace insula::manager
