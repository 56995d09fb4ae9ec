// SPDX-License-Identifier: GPL-2.0-or-later
// For each field type: the encodings on and beyond its edges, and the value that each must become
// (none: it must be refused).
#pragma once

#include "proto/wire/fields.h"
#include "tests/protocol/raw.h"

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace insula::test {

template <typename Field>
struct Case {
    Raw raw;
    std::optional<Field> value;
};
template <typename Field>
using Cases = std::vector<Case<Field>>;

template <typename T>
Raw raw_integer(T value)
{
    return sizeof(T) == 8 ? Raw().u64(static_cast<uint64_t>(value))
                          : Raw().u32(static_cast<uint64_t>(value));
}

template <typename Field>
struct FieldCases;

template <std::integral T>
struct FieldCases<T> {
    static Raw encode(T value) { return raw_integer(value); }
    static Cases<T> all()
    {
        using Limits = std::numeric_limits<T>;
        Cases<T> cases;
        for (const T v : {T{0}, T{1}, Limits::min(), Limits::max(), static_cast<T>(0x01020304)})
            cases.push_back({encode(v), v});
        return cases;
    }
};

template <>
struct FieldCases<bool> {
    static Raw encode(bool value) { return Raw().u32(value ? 1 : 0); }
    static Cases<bool> all()
    {
        return {{Raw().u32(0), false},
                {Raw().u32(1), true},
                {Raw().u32(2), std::nullopt},
                {Raw().u32(0x100), std::nullopt},
                {Raw().u32(0x1000000), std::nullopt},
                {Raw().u32(0xffffffff), std::nullopt}};
    }
};

template <typename T, T Min, T Max>
struct FieldCases<wire::Bounded<T, Min, Max>> {
    using Field = wire::Bounded<T, Min, Max>;
    static Raw encode(Field field) { return raw_integer(field.value); }
    static Cases<Field> all()
    {
        using Limits = std::numeric_limits<T>;
        const int64_t low = Min;
        const int64_t high = Max;
        Cases<Field> cases;
        for (const int64_t v : {int64_t{0}, int64_t{1}, low - 1, low, low + 1, high - 1, high,
                                high + 1, int64_t{Limits::min()}, int64_t{Limits::max()}}) {
            if (v < int64_t{Limits::min()} || v > int64_t{Limits::max()})
                continue;
            std::optional<Field> value;
            if (v >= low && v <= high)
                value = Field{static_cast<T>(v)};
            cases.push_back({Raw().i32(v), value});
        }
        return cases;
    }
};

template <uint32_t Known>
struct FieldCases<wire::Flags<Known>> {
    using Field = wire::Flags<Known>;
    static Raw encode(Field field) { return Raw().u32(field.bits); }
    static Cases<Field> all()
    {
        Cases<Field> cases{{Raw().u32(0), Field{0}}, {Raw().u32(Known), Field{Known}}};
        for (int bit = 0; bit < 32; ++bit) {
            const uint32_t v = uint32_t{1} << bit;
            const bool known = (Known >> bit & 1) != 0;
            cases.push_back({Raw().u32(v), known ? std::optional(Field{v}) : std::nullopt});
            if (!known)
                cases.push_back({Raw().u32(Known | v), std::nullopt});
        }
        return cases;
    }
};

template <typename E, E... Allowed>
struct FieldCases<wire::OneOf<E, Allowed...>> {
    using Field = wire::OneOf<E, Allowed...>;
    static Raw encode(Field field) { return Raw().u32(static_cast<uint32_t>(field.value)); }
    static Cases<Field> all()
    {
        const std::vector<uint32_t> allowed{static_cast<uint32_t>(Allowed)...};
        Cases<Field> cases;
        for (const uint32_t v : allowed)
            cases.push_back({Raw().u32(v), Field{static_cast<E>(v)}});
        std::vector<uint32_t> others{0xffffffff, 0x100, 0x10000, 0x80000000};
        for (uint32_t v = 0; v < 64; ++v)
            others.push_back(v);
        for (const uint32_t v : others)
            if (std::find(allowed.begin(), allowed.end(), v) == allowed.end())
                cases.push_back({Raw().u32(v), std::nullopt});
        return cases;
    }
};

template <size_t N>
struct FieldCases<wire::Text<N>> {
    using Field = wire::Text<N>;
    static Raw encode(const Field& field) { return Raw().text(field.value, N); }
    static Cases<Field> all()
    {
        return {{Raw().fill(N, 0), Field{""}},
                {Raw().fill(N - 1, 'x').u8(0), Field{std::string(N - 1, 'x')}},
                {Raw().bytes("ab").u8(0).fill(N - 3, 'z'), Field{"ab"}},
                {Raw().bytes("\xff\x1b\n").fill(N - 3, 0), Field{"\xff\x1b\n"}},
                {Raw().fill(N, 'x'), std::nullopt}};
    }
};

template <size_t N>
struct FieldCases<wire::Octets<N>> {
    using Field = wire::Octets<N>;
    static Raw encode(const Field& field) { return Raw().bytes(Bytes(field.value)); }
    static Cases<Field> all()
    {
        Field ones;
        ones.value.fill(std::byte{0xff});
        Field last;
        last.value[N - 1] = std::byte{1};
        return {{encode(ones), ones}, {encode(last), last}};
    }
};

template <size_t Max>
struct FieldCases<wire::Rest<Max>> {
    using Field = wire::Rest<Max>;
    static Raw encode(const Field& field) { return Raw().bytes(Bytes(field.value)); }
    static Cases<Field> all()
    {
        const auto of = [](size_t n) { return Field{std::vector(n, std::byte{'c'})}; };
        return {{Raw(), of(0)},
                {Raw().fill(1, 'c'), of(1)},
                {Raw().fill(Max - 1, 'c'), of(Max - 1)},
                {Raw().fill(Max, 'c'), of(Max)},
                {Raw().fill(Max + 1, 'c'), std::nullopt}};
    }
};

template <size_t Max>
struct FieldCases<wire::Array32<Max>> {
    using Field = wire::Array32<Max>;
    static Raw encode(const Field& field)
    {
        Raw raw;
        for (const uint32_t v : field.value)
            raw.u32(v);
        return raw;
    }
    static Cases<Field> all()
    {
        const auto of = [](size_t n) { return Field{std::vector<uint32_t>(n, 0x07060504)}; };
        Cases<Field> cases;
        for (const size_t n : {size_t{0}, size_t{1}, size_t{2}, Max - 1, Max})
            cases.push_back({encode(of(n)), of(n)});
        cases.push_back({encode(of(Max + 1)), std::nullopt});
        for (const size_t odd : {1u, 2u, 3u})
            cases.push_back({encode(of(4)).fill(odd, 0), std::nullopt});
        return cases;
    }
};

template <size_t Min, size_t Max>
struct FieldCases<wire::String<Min, Max>> {
    using Field = wire::String<Min, Max>;
    static Raw encode(const Field& field)
    {
        return Raw().u32(field.value.size()).bytes(field.value);
    }
    static Cases<Field> all()
    {
        Cases<Field> cases;
        for (const size_t n : {size_t{0}, size_t{1}, Min, Min + 1, Max - 1, Max, Max + 1}) {
            const Field field{std::string(n, 's')};
            const bool fits = n >= Min && n <= Max;
            cases.push_back({encode(field), fits ? std::optional(field) : std::nullopt});
        }
        if (Min > 0)
            cases.push_back({Raw().u32(Min - 1).fill(Min - 1, 's'), std::nullopt});
        // Lengths that announce more than there can be.
        for (const uint64_t length : {0xffffffffu, 0x80000000u, 0x7fffffffu})
            cases.push_back({Raw().u32(length), std::nullopt});
        return cases;
    }
};

}  // namespace insula::test
