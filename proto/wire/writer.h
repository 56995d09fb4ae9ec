// SPDX-License-Identifier: GPL-2.0-or-later
// Writes a message's fields, little-endian, in the order of its field list.
//
// The same list drives the Reader; what was written here is read back to an equal value.
#pragma once

#include "proto/base/bytes.h"
#include "proto/wire/fields.h"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <vector>

namespace insula::wire {

class Writer {
public:
    explicit Writer(std::vector<std::byte>& out) : out_(out) {}

    template <std::integral T>
    void integer(T value)
    {
        auto rest = static_cast<uint64_t>(static_cast<std::make_unsigned_t<T>>(value));
        for (size_t i = 0; i < sizeof(T); ++i, rest >>= 8)
            out_.push_back(static_cast<std::byte>(rest & 0xff));
    }

    template <std::integral T>
    void from(T value)
    {
        integer(value);
    }
    void from(bool value) { integer(uint32_t{value ? 1u : 0u}); }
    template <typename T, T Min, T Max>
    void from(const Bounded<T, Min, Max>& field)
    {
        integer(field.value);
    }
    template <uint32_t Known>
    void from(const Flags<Known>& field)
    {
        integer(field.bits);
    }
    template <typename E, E... Allowed>
    void from(const OneOf<E, Allowed...>& field)
    {
        integer(static_cast<uint32_t>(field.value));
    }
    // A text too long for its field is cut: the NUL must fit.
    template <size_t N>
    void from(const Text<N>& field)
    {
        const size_t length = std::min(field.value.size(), N - 1);
        append(bytes_of(field.value).first(length));
        out_.insert(out_.end(), N - length, std::byte{0});
    }
    template <size_t N>
    void from(const Octets<N>& field)
    {
        append(field.value);
    }
    template <size_t Max>
    void from(const Rest<Max>& field)
    {
        append(field.value);
    }
    template <size_t Max>
    void from(const Array32<Max>& field)
    {
        for (const uint32_t element : field.value)
            integer(element);
    }
    template <size_t Min, size_t Max>
    void from(const String<Min, Max>& field)
    {
        integer(static_cast<uint32_t>(field.value.size()));
        append(bytes_of(field.value));
    }

private:
    void append(Bytes bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

    std::vector<std::byte>& out_;
};

// Appends the body of `message` to `out`.
template <typename Message>
void append_body(std::vector<std::byte>& out, const Message& message)
{
    Writer writer(out);
    std::apply([&](auto... member) { (writer.from(message.*member), ...); }, Message::kFields);
}

template <typename Message>
std::vector<std::byte> body_of(const Message& message)
{
    std::vector<std::byte> out;
    append_body(out, message);
    return out;
}

}  // namespace insula::wire
