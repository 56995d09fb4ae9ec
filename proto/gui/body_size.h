// SPDX-License-Identifier: GPL-2.0-or-later
// How many bytes a message body may have, computed from its field list and from nothing else.
//
// A field type that is not named here does not compile as part of a message.
#pragma once

#include "proto/wire/fields.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

namespace insula::gui {

struct BodyRange {
    size_t min;
    size_t max;
    friend constexpr bool operator==(const BodyRange&, const BodyRange&) = default;
};

constexpr BodyRange operator+(BodyRange a, BodyRange b) { return {a.min + b.min, a.max + b.max}; }

template <typename Field>
struct FieldSize;

template <std::integral T>
struct FieldSize<T> {
    static constexpr BodyRange kRange{sizeof(T), sizeof(T)};
};
// A truth value is a whole 32-bit integer on the wire.
template <>
struct FieldSize<bool> {
    static constexpr BodyRange kRange{4, 4};
};
template <typename T, T Min, T Max>
struct FieldSize<wire::Bounded<T, Min, Max>> {
    static constexpr BodyRange kRange{sizeof(T), sizeof(T)};
};
template <uint32_t Known>
struct FieldSize<wire::Flags<Known>> {
    static constexpr BodyRange kRange{4, 4};
};
template <typename E, E... Allowed>
struct FieldSize<wire::OneOf<E, Allowed...>> {
    static constexpr BodyRange kRange{4, 4};
};
template <size_t N>
struct FieldSize<wire::Text<N>> {
    static constexpr BodyRange kRange{N, N};
};
template <size_t N>
struct FieldSize<wire::Octets<N>> {
    static constexpr BodyRange kRange{N, N};
};
template <size_t Max>
struct FieldSize<wire::Rest<Max>> {
    static constexpr BodyRange kRange{0, Max};
};
template <size_t Max>
struct FieldSize<wire::Array32<Max>> {
    static constexpr BodyRange kRange{0, Max * sizeof(uint32_t)};
};
template <size_t Min, size_t Max>
struct FieldSize<wire::String<Min, Max>> {
    static constexpr BodyRange kRange{4 + Min, 4 + Max};
};

template <typename Message, typename Field>
constexpr BodyRange range_of_member(Field Message::*)
{
    return FieldSize<Field>::kRange;
}

// The body lengths that fit `Message`'s field list.
template <typename Message>
constexpr BodyRange body_range_of()
{
    return std::apply(
        [](auto... member) {
            return (BodyRange{0, 0} + ... + range_of_member(member));
        },
        Message::kFields);
}

}  // namespace insula::gui
