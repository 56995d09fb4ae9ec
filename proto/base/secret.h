// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes that must not outlive their use: locked in memory, left out of core dumps, wiped at the
// end.
//
// Move-only, never a string, never printed. A moved-from Secret is empty.
#pragma once

#include "proto/base/bytes.h"
#include "proto/base/result.h"

#include <cstddef>
#include <utility>

namespace insula {

class Secret {
public:
    static constexpr size_t kMaxSize = 4096;

    // `size` zero bytes, 1 to kMaxSize. Errc::System when memory cannot be had or locked.
    static Result<Secret> create(size_t size);

    Secret(Secret&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)),
          size_(std::exchange(other.size_, 0))
    {}
    Secret& operator=(Secret&& other) noexcept
    {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    Bytes bytes() const { return {data_, size_}; }
    MutableBytes mutable_bytes() { return {data_, size_}; }

    // Takes a time that depends on the sizes alone.
    friend bool operator==(const Secret& a, const Secret& b);

private:
    Secret(std::byte* data, size_t size) : data_(data), size_(size) {}

    std::byte* data_;
    size_t size_;
};

}  // namespace insula
