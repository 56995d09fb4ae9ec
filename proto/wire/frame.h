// SPDX-License-Identifier: GPL-2.0-or-later
// The framing { u32 type, u32 length } + body of Insula's own protocols and of the execution
// protocol, cut out of a byte stream with a named limit.
#pragma once

#include "proto/wire/reader.h"
#include "proto/wire/writer.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace insula::wire {

struct Frame {
    uint32_t type = 0;
    std::vector<std::byte> body;
};

class FrameBuffer {
public:
    // Bodies longer than `max_body` bytes break the protocol.
    explicit FrameBuffer(uint32_t max_body) : max_body_(max_body) {}

    void feed(Bytes bytes) { buffer_.insert(buffer_.end(), bytes.begin(), bytes.end()); }

    // The next complete frame, nullopt when more bytes are needed.
    Result<std::optional<Frame>> next()
    {
        constexpr size_t kHeader = 8;
        const Bytes rest = Bytes(buffer_).subspan(taken_);
        if (rest.size() < kHeader)
            return compact();
        Reader reader(rest.first(kHeader));
        INSULA_TRY(const uint32_t type, reader.integer<uint32_t>());
        INSULA_TRY(const uint32_t length, reader.integer<uint32_t>());
        if (length > max_body_)
            return Error(Errc::Protocol, "frame longer than allowed");
        if (rest.size() - kHeader < length)
            return compact();
        const Bytes body = rest.subspan(kHeader, length);
        Frame frame{type, {body.begin(), body.end()}};
        taken_ += kHeader + length;
        return std::optional(std::move(frame));
    }

private:
    std::optional<Frame> compact()
    {
        buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
        taken_ = 0;
        return std::nullopt;
    }

    uint32_t max_body_;
    std::vector<std::byte> buffer_;
    size_t taken_ = 0;
};

// The frame of a message whose type is `Message::kType`.
template <typename Message>
std::vector<std::byte> frame_of(const Message& message)
{
    const std::vector<std::byte> body = body_of(message);
    std::vector<std::byte> out;
    Writer writer(out);
    writer.integer(static_cast<uint32_t>(Message::kType));
    writer.integer(static_cast<uint32_t>(body.size()));
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

}  // namespace insula::wire
