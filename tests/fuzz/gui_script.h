// SPDX-License-Identifier: GPL-2.0-or-later
// A fuzzer's input as a script: small numbers, pieces of bytes, and messages whose fields are in
// range, so that a run comes past the codec and deep into a session.
#pragma once

#include "proto/base/bytes.h"
#include "proto/wire/fields.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>

namespace insula::fuzz {

// Past its end a script goes on with numbers that follow from all of it, so that short inputs make
// long scenes too.
class Script {
public:
    explicit Script(Bytes input) : rest_(input)
    {
        for (const std::byte b : input)
            state_ = (state_ ^ std::to_integer<uint64_t>(b)) * 0x100000001b3;
        rare_ = (next() << 8 | next()) % 1024 == 0;
    }

    bool ended() const { return rest_.empty(); }
    // Whether this scene may do what takes long. No input can inherit that from another one.
    bool rare() const { return rare_; }
    uint32_t u8()
    {
        const Bytes one = bytes(1);
        return one.empty() ? next() : std::to_integer<uint32_t>(one[0]);
    }
    uint32_t u16()
    {
        const uint32_t low = u8();
        return low | u8() << 8;
    }
    uint32_t u32()
    {
        const uint32_t low = u16();
        return low | u16() << 16;
    }
    // At most `most` bytes.
    Bytes bytes(size_t most)
    {
        const Bytes taken = rest_.first(std::min(most, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

private:
    uint32_t next()
    {
        state_ = state_ * 6364136223846793005 + 1442695040888963407;
        return static_cast<uint32_t>(state_ >> 56);
    }

    Bytes rest_;
    uint64_t state_ = 0xcbf29ce484222325;
    bool rare_ = false;
};

template <std::integral T>
void fill(Script& script, T& field)
{
    field = static_cast<T>(script.u8() % 16 == 15 ? script.u32() : script.u8());
}
inline void fill(Script& script, bool& field) { field = script.u8() % 2 == 1; }
// An edge now and then.
template <typename T, T Min, T Max>
void fill(Script& script, wire::Bounded<T, Min, Max>& field)
{
    const uint32_t choice = script.u8();
    const int64_t wanted = int64_t{Min} + script.u16() % (int64_t{Max} - Min + 1);
    field.value = choice % 16 == 0 ? Min : choice % 16 == 1 ? Max : static_cast<T>(wanted);
}
template <uint32_t Known>
void fill(Script& script, wire::Flags<Known>& field)
{
    field.bits = script.u16() & Known;
}
template <typename E, E... Allowed>
void fill(Script& script, wire::OneOf<E, Allowed...>& field)
{
    field.value = std::array{Allowed...}.at(script.u8() % sizeof...(Allowed));
}
template <size_t N>
void fill(Script& script, wire::Text<N>& field)
{
    const Bytes text = script.bytes(script.u8() % N);
    field.value = text_of(text.first(
        static_cast<size_t>(std::find(text.begin(), text.end(), std::byte{0}) - text.begin())));
}
template <size_t N>
void fill(Script& script, wire::Octets<N>& field)
{
    const Bytes octets = script.bytes(N);
    std::copy(octets.begin(), octets.end(), field.value.begin());
}
// Small, or one of the largest.
template <size_t Max>
void fill(Script& script, wire::Rest<Max>& field)
{
    const uint32_t size = script.u8();
    field.value.resize(size < 252 || !script.rare() ? size : Max - (255 - size));
}
template <size_t Max>
void fill(Script& script, wire::Array32<Max>& field)
{
    field.value.resize(script.u8());
    for (uint32_t& element : field.value)
        element = script.u8();
}

template <typename Message>
Message message_of(Script& script)
{
    Message message;
    std::apply([&](auto... member) { (fill(script, message.*member), ...); }, Message::kFields);
    return message;
}

}  // namespace insula::fuzz
