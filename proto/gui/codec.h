// SPDX-License-Identifier: GPL-2.0-or-later
// From bytes to GUI messages and back: the header, the size table, the closed lists of messages in
// each direction. Pure: no stream, no clock.
#pragma once

#include "proto/base/result.h"
#include "proto/gui/body_size.h"
#include "proto/gui/messages.h"
#include "proto/wire/reader.h"
#include "proto/wire/writer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace insula::gui {

inline constexpr size_t kHeaderBytes = 12;

struct Header {
    uint32_t type = 0;
    uint32_t window = 0;
    uint32_t length = 0;
    static constexpr auto kFields = std::tuple(&Header::type, &Header::window, &Header::length);
};

// The messages that each side accepts from the other: anything else breaks the protocol.
using ToDaemon = std::variant<Create, Destroy, Map, Unmap, Configure, ShmImage, ClipboardData,
                              WmName, Dock, WindowHints, WindowFlags, WmClass, WindowDump, Cursor>;
using ToAgent =
    std::variant<Keypress, Button, Motion, Crossing, Focus, Destroy, Map, Unmap, Configure, Close,
                 ClipboardReq, ClipboardData, KeymapNotify, WindowFlags, WindowDumpAck>;

template <typename Message>
struct Addressed {
    WindowId window{0};
    Message message;
};

// Body lengths that a message type may have, in bytes; nullopt for a type that `Set` lacks.
template <typename Set>
std::optional<BodyRange> body_range(uint32_t type);

// Parses one complete message. Errc::Protocol names the rule broken.
template <typename Set>
Result<Addressed<Set>> decode(const Header& header, Bytes body);

// Cuts a stream of bytes into messages of `Set`. Holds no more than one incomplete message and what
// was fed since next() last said nullopt; the work is linear in the bytes fed.
template <typename Set>
class Decoder {
public:
    // Takes the next bytes from the peer; the view is not kept.
    void feed(Bytes bytes);
    // The next complete message, nullopt when more bytes are needed. After an error, none follow.
    // A header whose length is outside the table is refused before its body is awaited.
    Result<std::optional<Addressed<Set>>> next();
    // Bytes of an incomplete message held back.
    size_t pending() const { return buffer_.size() - taken_; }

private:
    Result<std::optional<Addressed<Set>>> take();
    void compact();

    std::vector<std::byte> buffer_;
    size_t taken_ = 0;
    std::optional<std::string> broken_;  // the rule that the peer broke
};

extern template class Decoder<ToDaemon>;
extern template class Decoder<ToAgent>;

template <typename Message>
std::vector<std::byte> encode(WindowId window, const Message& message)
{
    std::vector<std::byte> out;
    const std::vector<std::byte> body = wire::body_of(message);
    wire::Writer writer(out);
    writer.integer(static_cast<uint32_t>(Message::kType));
    writer.integer(static_cast<uint32_t>(window));
    writer.integer(static_cast<uint32_t>(body.size()));
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

// The name of a message type for a log line; "unknown" for others.
const char* message_name(uint32_t type);

}  // namespace insula::gui
