// SPDX-License-Identifier: GPL-2.0-or-later
// The owner of a stream, for tests: keeps what came and why it ended, and destroys the stream then.
#pragma once

#include "proto/transport/stream.h"

#include <memory>
#include <optional>
#include <string>

namespace insula::fake {

class StreamRecorder final : public Stream::Handler {
public:
    void adopt(std::unique_ptr<Stream> connected)
    {
        stream = std::move(connected);
        started = stream->start(*this).has_value();
    }

    Result<void> on_bytes(Bytes bytes) override
    {
        received += text_of(bytes);
        if (reject)
            return Error(Errc::Protocol, "rejected by the test");
        return {};
    }
    void on_closed(Error why) override
    {
        closed = why.code();
        stream.reset();
    }

    std::unique_ptr<Stream> stream;
    bool started = false;
    std::string received;
    bool reject = false;
    std::optional<Errc> closed;
};

}  // namespace insula::fake
