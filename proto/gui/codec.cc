// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/gui/codec.h"

#include <string>
#include <utility>

namespace insula::gui {

namespace {

// Memory of a large message is given back once the buffer is empty again.
constexpr size_t kKeptCapacity = size_t{16} * 1024;

// Calls `found.operator()<Message>()` for the message of `Set` that has this type.
// False when there is none.
template <typename Set, typename Found>
bool with_message(uint32_t type, const Found& found)
{
    return [&]<size_t... I>(std::index_sequence<I...>)
    {
        const auto try_one = [&]<typename Message>() {
            if (static_cast<uint32_t>(Message::kType) != type)
                return false;
            found.template operator()<Message>();
            return true;
        };
        return (try_one.template operator()<std::variant_alternative_t<I, Set>>() || ...);
    }
    (std::make_index_sequence<std::variant_size_v<Set>>());
}

bool is_known(uint32_t type) { return message_name(type) != message_name(0); }

Error foreign_message(uint32_t type)
{
    if (!is_known(type))
        return {Errc::Protocol, "unknown message type " + std::to_string(type)};
    return Error(Errc::Protocol, "message not allowed in this direction")
        .within(message_name(type));
}

// What can be said of a message before its body is there.
template <typename Set>
Result<void> check_header(const Header& header)
{
    const std::optional<BodyRange> range = body_range<Set>(header.type);
    if (!range)
        return foreign_message(header.type);
    if (header.length < range->min || header.length > range->max)
        return Error(Errc::Protocol, "length outside the table").within(message_name(header.type));
    return {};
}

}  // namespace

template <typename Set>
std::optional<BodyRange> body_range(uint32_t type)
{
    std::optional<BodyRange> range;
    with_message<Set>(type, [&]<typename Message>() { range = body_range_of<Message>(); });
    return range;
}

template <typename Set>
Result<Addressed<Set>> decode(const Header& header, Bytes body)
{
    INSULA_CHECK(check_header<Set>(header));
    if (header.length != body.size())
        return Error(Errc::Protocol, "length differs from the body")
            .within(message_name(header.type));
    std::optional<Result<Addressed<Set>>> result;
    with_message<Set>(header.type, [&]<typename Message>() {
        // TRUST: from here on the peer's bytes are a message whose fields are in range.
        auto message = wire::parse<Message>(body);
        if (message)
            result.emplace(Addressed<Set>{WindowId{header.window}, *std::move(message)});
        else
            result.emplace(std::move(message.error()).within(message_name(header.type)));
    });
    if (!result)
        return foreign_message(header.type);
    return *std::move(result);
}

template <typename Set>
void Decoder<Set>::feed(Bytes bytes)
{
    if (broken_)
        return;
    // Moves no more bytes than were taken since: the cost of a stream stays linear.
    if (taken_ > 0 && taken_ >= pending())
        compact();
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

template <typename Set>
Result<std::optional<Addressed<Set>>> Decoder<Set>::next()
{
    if (broken_)
        return Error(Errc::Protocol, *broken_);
    auto message = take();
    if (!message) {
        broken_ = message.error().text();
        buffer_ = {};
        taken_ = 0;
    } else if (!message->has_value()) {
        compact();
    }
    return message;
}

template <typename Set>
Result<std::optional<Addressed<Set>>> Decoder<Set>::take()
{
    const Bytes rest = Bytes(buffer_).subspan(taken_);
    if (rest.size() < kHeaderBytes)
        return std::optional<Addressed<Set>>();
    INSULA_TRY(const Header header, wire::parse<Header>(rest.first(kHeaderBytes)));
    INSULA_CHECK(check_header<Set>(header));
    if (rest.size() - kHeaderBytes < header.length)
        return std::optional<Addressed<Set>>();
    INSULA_TRY(auto message, decode<Set>(header, rest.subspan(kHeaderBytes, header.length)));
    taken_ += kHeaderBytes + header.length;
    return std::optional(std::move(message));
}

template <typename Set>
void Decoder<Set>::compact()
{
    if (taken_ == 0)
        return;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
    if (buffer_.size() <= kKeptCapacity && buffer_.capacity() > 2 * kKeptCapacity)
        buffer_.shrink_to_fit();
}

template std::optional<BodyRange> body_range<ToDaemon>(uint32_t);
template std::optional<BodyRange> body_range<ToAgent>(uint32_t);
template Result<Addressed<ToDaemon>> decode<ToDaemon>(const Header&, Bytes);
template Result<Addressed<ToAgent>> decode<ToAgent>(const Header&, Bytes);
template class Decoder<ToDaemon>;
template class Decoder<ToAgent>;

}  // namespace insula::gui
