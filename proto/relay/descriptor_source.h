// SPDX-License-Identifier: GPL-2.0-or-later
// Reads a descriptor (pipe, socket, terminal or file) as bytes come, and can be paused.
//
// Believes nothing of who writes: one bounded read each turn of the loop, never blocking.
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

class DescriptorSource {
public:
    // Gets the bytes read; an empty view, once and last, is end of file (a read error is one too).
    // Must not destroy the source; may pause it.
    using Take = std::function<void(Bytes)>;

    // Takes the descriptor, makes it non-blocking and begins. At most `chunk` bytes at once.
    static Result<std::unique_ptr<DescriptorSource>> create(Loop& loop, UniqueFd fd, size_t chunk,
                                                            Take take);
    DescriptorSource(const DescriptorSource&) = delete;
    DescriptorSource& operator=(const DescriptorSource&) = delete;

    void pause() { event_.reset(); }
    // Does nothing at the end of the file.
    Result<void> resume();
    bool at_end() const { return !fd_; }

private:
    DescriptorSource(Loop& loop, UniqueFd fd, size_t chunk, Take take)
        : loop_(loop),
          take_(std::move(take)),
          buffer_(chunk),
          fd_(std::move(fd))
    {}

    void on_readable();

    Loop& loop_;
    Take take_;
    std::vector<std::byte> buffer_;
    bool is_file_ = false;  // epoll refuses it; always readable
    UniqueFd fd_;
    EventSource event_;  // after fd_: must be gone before it is closed
};

}  // namespace insula
