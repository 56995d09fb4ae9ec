// SPDX-License-Identifier: GPL-2.0-or-later
// A cursor over one complete, private copy of a message body. Every read is bounded.
#pragma once

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/wire/fields.h"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>

namespace insula::wire {

class Reader {
public:
    explicit Reader(Bytes body) : rest_(body) {}

    // Little-endian, as the specification fixes it; the host byte order plays no part.
    template <std::integral T>
    Result<T> integer()
    {
        if (rest_.size() < sizeof(T))
            return Error(Errc::Protocol, "message too short");
        std::make_unsigned_t<T> value = 0;
        for (size_t i = sizeof(T); i-- > 0;)
            value = static_cast<decltype(value)>((uint64_t{value} << 8) |
                                                 std::to_integer<uint64_t>(rest_[i]));
        rest_ = rest_.subspan(sizeof(T));
        return static_cast<T>(value);
    }

    template <typename T, T Min, T Max>
    Result<void> into(Bounded<T, Min, Max>& out)
    {
        INSULA_TRY(const T value, integer<T>());
        if (!out.accepts(value))
            return Error(Errc::Protocol, "value out of range");
        out.value = value;
        return {};
    }

    template <std::integral T>
    Result<void> into(T& out)
    {
        INSULA_TRY(out, integer<T>());
        return {};
    }

    Result<void> into(bool& out)
    {
        INSULA_TRY(const uint32_t value, integer<uint32_t>());
        if (value > 1)
            return Error(Errc::Protocol, "flag is neither 0 nor 1");
        out = value == 1;
        return {};
    }

    template <uint32_t Known>
    Result<void> into(Flags<Known>& out)
    {
        INSULA_TRY(const uint32_t value, integer<uint32_t>());
        if (!out.accepts(value))
            return Error(Errc::Protocol, "unknown flag bits");
        out.bits = value;
        return {};
    }

    template <typename E, E... Allowed>
    Result<void> into(OneOf<E, Allowed...>& out)
    {
        INSULA_TRY(const uint32_t value, integer<uint32_t>());
        if (!out.accepts(value))
            return Error(Errc::Protocol, "value is not one of those allowed");
        out.value = static_cast<E>(value);
        return {};
    }

    template <size_t N>
    Result<void> into(Text<N>& out)
    {
        INSULA_TRY(const Bytes raw, octets(N));
        const auto end = std::find(raw.begin(), raw.end(), std::byte{0});
        if (end == raw.end())
            return Error(Errc::Protocol, "text without its NUL");
        out.value = text_of(raw.first(static_cast<size_t>(end - raw.begin())));
        return {};
    }

    template <size_t N>
    Result<void> into(Octets<N>& out)
    {
        INSULA_TRY(const Bytes raw, octets(N));
        std::copy(raw.begin(), raw.end(), out.value.begin());
        return {};
    }

    template <size_t Max>
    Result<void> into(Rest<Max>& out)
    {
        if (rest_.size() > Max)
            return Error(Errc::Protocol, "more bytes than allowed");
        out.value.assign(rest_.begin(), rest_.end());
        rest_ = {};
        return {};
    }

    template <size_t Max>
    Result<void> into(Array32<Max>& out)
    {
        if (rest_.size() % sizeof(uint32_t) != 0)
            return Error(Errc::Protocol, "array ends inside an element");
        const size_t count = rest_.size() / sizeof(uint32_t);
        if (count > Max)
            return Error(Errc::Protocol, "more elements than allowed");
        out.value.resize(count);
        for (uint32_t& element : out.value)
            INSULA_CHECK(into(element));
        return {};
    }

    template <size_t Min, size_t Max>
    Result<void> into(String<Min, Max>& out)
    {
        INSULA_TRY(const uint32_t length, integer<uint32_t>());
        if (length < Min || length > Max)
            return Error(Errc::Protocol, "string length out of range");
        INSULA_TRY(const Bytes raw, octets(length));
        out.value = text_of(raw);
        return {};
    }

    // A trailing byte is an error: two readers must never disagree about a message's end.
    Result<void> done() const
    {
        if (!rest_.empty())
            return Error(Errc::Protocol, "message too long");
        return {};
    }

private:
    Result<Bytes> octets(size_t count)
    {
        if (rest_.size() < count)
            return Error(Errc::Protocol, "message too short");
        const Bytes taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    Bytes rest_;
};

// A message may state a rule over several fields: `Result<void> check() const`.
template <typename Message>
concept HasCheck = requires(const Message& m)
{
    {
        m.check()
        } -> std::same_as<Result<void>>;
};

// Reads the fields in the order listed, insists on the end of the message, and checks the rules
// that span fields. Errc::Protocol on any breach.
template <typename Message>
Result<Message> parse(Bytes body)
{
    Reader reader(body);
    Message message;
    Result<void> status;
    const auto field = [&](auto& out) {
        status = reader.into(out);
        return status.has_value();
    };
    if (!std::apply([&](auto... member) { return (field(message.*member) && ...); },
                    Message::kFields))
        return std::move(status.error());
    INSULA_CHECK(reader.done());
    if constexpr (HasCheck<Message>)
        INSULA_CHECK(message.check());
    return message;
}

}  // namespace insula::wire
