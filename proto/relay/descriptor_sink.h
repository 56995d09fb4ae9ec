// SPDX-License-Identifier: GPL-2.0-or-later
// Writes bytes to a descriptor (pipe, socket, terminal or file) as fast as its reader takes them.
//
// Never blocks: what does not fit now is queued, and whoever feeds the sink keeps the queue short
// by asking queued(). A reader that went away closes the sink, which then swallows everything.
#pragma once

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/base/unique_fd.h"
#include "proto/event/loop.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace insula {

class DescriptorSink {
public:
    // Takes the descriptor and makes it non-blocking. `progress` is called from the loop, never
    // from inside write() or finish(), when the queue has become empty or the sink has closed; it
    // must not destroy the sink.
    static Result<std::unique_ptr<DescriptorSink>> create(Loop& loop, UniqueFd fd,
                                                          std::function<void()> progress);
    DescriptorSink(const DescriptorSink&) = delete;
    DescriptorSink& operator=(const DescriptorSink&) = delete;

    void write(Bytes bytes);
    // Closes the descriptor once the queue is written.
    void finish();

    size_t queued() const { return queue_.size() - taken_; }
    bool closed() const { return !fd_; }

private:
    DescriptorSink(Loop& loop, UniqueFd fd, std::function<void()> progress)
        : loop_(loop),
          progress_(std::move(progress)),
          fd_(std::move(fd))
    {}

    void flush();
    void on_writable();
    void close();

    Loop& loop_;
    std::function<void()> progress_;
    std::vector<std::byte> queue_;
    size_t taken_ = 0;  // bytes of queue_ already written
    bool finishing_ = false;
    UniqueFd fd_;
    EventSource event_;  // after fd_: must be gone before it is closed
};

}  // namespace insula
