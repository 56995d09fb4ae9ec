// SPDX-License-Identifier: GPL-2.0-or-later
// The bytes a stream has accepted and its peer has not taken yet, with the limit of Stream.
#pragma once

#include "proto/transport/stream.h"

#include <vector>

namespace insula {

class SendQueue {
public:
    size_t size() const { return bytes_.size() - taken_; }
    // What to write next; valid until the next call that is not const.
    Bytes front() const { return Bytes(bytes_).subspan(taken_); }

    // All of `bytes`, or Errc::Exhausted and none of them.
    Result<void> append(Bytes bytes)
    {
        if (bytes.size() > Stream::kMaxQueued - size())
            return Error(Errc::Exhausted, "peer does not read; send queue full");
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return {};
    }

    // The first `count` bytes, at most size(), were written.
    void pop(size_t count)
    {
        taken_ += count;
        // Moving the rest only when it is the smaller half keeps the cost per byte constant.
        if (taken_ * 2 >= bytes_.size()) {
            bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
            taken_ = 0;
        }
    }
    void clear() { pop(size()); }

private:
    std::vector<std::byte> bytes_;
    size_t taken_ = 0;
};

}  // namespace insula
