// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes on the wire, written out by hand: independent of proto/wire/writer.h, so that a writer and
// a reader that are wrong in the same way do not pass.
#pragma once

#include "proto/base/bytes.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace insula::test {

class Raw {
public:
    Raw& u8(unsigned value) { return push(value, 1); }
    Raw& u32(uint64_t value) { return push(value, 4); }
    Raw& i32(int64_t value) { return push(static_cast<uint64_t>(value), 4); }
    Raw& u64(uint64_t value) { return push(value, 8); }
    Raw& bytes(std::string_view text)
    {
        for (const char c : text)
            u8(static_cast<unsigned char>(c));
        return *this;
    }
    Raw& bytes(Bytes more)
    {
        data_.insert(data_.end(), more.begin(), more.end());
        return *this;
    }
    Raw& fill(size_t count, unsigned value)
    {
        data_.insert(data_.end(), count, static_cast<std::byte>(value));
        return *this;
    }
    // A text and NULs up to `size` bytes.
    Raw& text(std::string_view text, size_t size)
    {
        return bytes(text).fill(size - text.size(), 0);
    }

    const std::vector<std::byte>& data() const { return data_; }
    operator Bytes() const { return data_; }

private:
    Raw& push(uint64_t value, int count)
    {
        for (int i = 0; i < count; ++i)
            data_.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
        return *this;
    }

    std::vector<std::byte> data_;
};

}  // namespace insula::test
