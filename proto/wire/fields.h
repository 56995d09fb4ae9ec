// SPDX-License-Identifier: GPL-2.0-or-later
// Field types of wire messages. Each carries its range: a value that was built is valid.
#pragma once

#include "proto/base/bytes.h"

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace insula::wire {

// An integer within [Min, Max].
template <std::integral T, T Min, T Max>
struct Bounded {
    static_assert(Min <= Max);
    using Integer = T;
    static constexpr T kMin = Min;
    static constexpr T kMax = Max;

    T value = Min;

    static constexpr bool accepts(T v) { return v >= Min && v <= Max; }
    friend bool operator==(const Bounded&, const Bounded&) = default;
};

// A set of flag bits of which only Known may be set; 32 bits on the wire.
template <uint32_t Known>
struct Flags {
    static constexpr uint32_t kKnown = Known;

    uint32_t bits = 0;

    static constexpr bool accepts(uint32_t v) { return (v & ~Known) == 0; }
    bool has(uint32_t bit) const { return (bits & bit) != 0; }
    friend bool operator==(const Flags&, const Flags&) = default;
};

// One of a closed list of 32-bit values; E is an enum class with underlying uint32_t.
template <typename E, E... Allowed>
struct OneOf {
    static_assert(std::is_same_v<std::underlying_type_t<E>, uint32_t>);
    E value = std::array{Allowed...}.front();

    static constexpr bool accepts(uint32_t v)
    {
        return ((v == static_cast<uint32_t>(Allowed)) || ...);
    }
    friend bool operator==(const OneOf&, const OneOf&) = default;
};

// N bytes on the wire that hold a text ended by a NUL inside them. Bytes after the NUL are
// ignored, as the reference does. The bytes are untrusted still: not UTF-8, not printable.
template <size_t N>
struct Text {
    static constexpr size_t kSize = N;

    std::string value;  // at most N - 1 bytes, none of them NUL

    friend bool operator==(const Text&, const Text&) = default;
};

// Exactly N raw bytes.
template <size_t N>
struct Octets {
    std::array<std::byte, N> value{};
    friend bool operator==(const Octets&, const Octets&) = default;
};

// Everything to the end of the message, at most Max bytes. Only as the last field.
template <size_t Max>
struct Rest {
    static constexpr size_t kMax = Max;
    std::vector<std::byte> value;
    friend bool operator==(const Rest&, const Rest&) = default;
};

// 32-bit integers to the end of the message, at most Max of them. Only as the last field.
template <size_t Max>
struct Array32 {
    static constexpr size_t kMax = Max;
    std::vector<uint32_t> value;
    friend bool operator==(const Array32&, const Array32&) = default;
};

// `u32 length` and so many bytes, Min to Max of them. For protocols of Insula's own.
template <size_t Min, size_t Max>
struct String {
    static_assert(Min <= Max);
    static constexpr size_t kMin = Min;
    static constexpr size_t kMax = Max;
    std::string value;
    friend bool operator==(const String&, const String&) = default;
};

}  // namespace insula::wire
