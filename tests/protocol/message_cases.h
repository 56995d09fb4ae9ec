// SPDX-License-Identifier: GPL-2.0-or-later
// One test for every message: each edge of each field, each truncation, trailing bytes, and that
// the project's writer makes the very bytes that were written by hand here.
#pragma once

#include "proto/gui/messages.h"
#include "proto/wire/reader.h"
#include "proto/wire/writer.h"
#include "tests/protocol/field_cases.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <type_traits>

#include <gtest/gtest.h>

namespace insula::test {

template <typename Message, typename Field>
Field type_of_member(Field Message::*);

template <typename Message, typename Member>
using FieldOf = decltype(type_of_member(Member{}));

template <typename Message>
bool same(const Message& a, const Message& b)
{
    return std::apply([&](auto... member) { return ((a.*member == b.*member) && ...); },
                      Message::kFields);
}

template <size_t Min, size_t Max>
void put_least(wire::String<Min, Max>& field)
{
    field.value.assign(Min, 'a');
}
template <typename Field>
void put_least(Field& field)
{
    field = Field{};
}

// A valid message to vary: the least value of every field, unless a rule over several fields asks
// for more.
template <typename Message>
Message valid()
{
    Message message;
    std::apply([&](auto... member) { (put_least(message.*member), ...); }, Message::kFields);
    return message;
}
template <>
inline gui::WindowDump valid<gui::WindowDump>()
{
    gui::WindowDump message;
    message.references.value = {0x11223344};
    return message;
}
template <>
inline gui::ScreenConfig valid<gui::ScreenConfig>()
{
    gui::ScreenConfig message;
    message.memory_kib = 1;
    return message;
}

template <typename Message>
Raw encode_by_hand(const Message& message)
{
    Raw raw;
    std::apply(
        [&](auto... member) {
            (raw.bytes(FieldCases<FieldOf<Message, decltype(member)>>::encode(message.*member)),
             ...);
        },
        Message::kFields);
    return raw;
}

// The body of `message` with the field `replaced` written as `raw` instead.
template <typename Message>
Raw with_field(const Message& message, size_t replaced, const Raw& raw)
{
    Raw body;
    size_t index = 0;
    const auto append = [&](auto member) {
        using Field = FieldOf<Message, decltype(member)>;
        body.bytes(index++ == replaced ? raw : FieldCases<Field>::encode(message.*member));
    };
    std::apply([&](auto... member) { (append(member), ...); }, Message::kFields);
    return body;
}

template <typename Message>
bool rules_hold(const Message& message)
{
    if constexpr (wire::HasCheck<Message>)
        return message.check().has_value();
    return true;
}

// By how many bytes at a time a field may grow: 0 for one of fixed or announced length.
template <typename T>
constexpr size_t kGrowth = 0;
template <size_t Max>
constexpr size_t kGrowth<wire::Rest<Max>> = 1;
template <size_t Max>
constexpr size_t kGrowth<wire::Array32<Max>> = 4;

// `parse(bytes)` is Result<Message>. Returns how many bodies were tried.
template <typename Message, typename Parse>
size_t check_every_edge(const Parse& parse)
{
    size_t tried = 0;
    const Message base = valid<Message>();
    const auto expect = [&](const Raw& body, const std::optional<Message>& expected) {
        ++tried;
        const auto parsed = parse(Bytes(body));
        ASSERT_EQ(parsed.has_value(), expected.has_value())
            << (parsed ? "accepted" : parsed.error().text());
        if (parsed) {
            EXPECT_TRUE(same(*parsed, *expected));
            // A text is padded with NULs whatever stood behind the first one.
            EXPECT_EQ(wire::body_of(*expected), encode_by_hand(*expected).data());
        } else {
            EXPECT_EQ(parsed.error().code(), Errc::Protocol);
        }
    };
    expect(encode_by_hand(base), base);

    size_t index = 0;
    size_t growth = 0;
    const auto field = [&](auto member) {
        using Field = FieldOf<Message, decltype(member)>;
        growth = std::max(growth, kGrowth<Field>);
        size_t number = 0;
        for (const Case<Field>& one : FieldCases<Field>::all()) {
            SCOPED_TRACE("field " + std::to_string(index) + ", case " + std::to_string(number++));
            std::optional<Message> expected;
            if (one.value) {
                expected = base;
                (*expected).*member = *one.value;
                if (!rules_hold(*expected))
                    expected.reset();
            }
            expect(with_field(base, index, one.raw), expected);
        }
        ++index;
    };
    std::apply([&](auto... member) { (field(member), ...); }, Message::kFields);

    const Raw body = encode_by_hand(base);
    for (size_t length = 0; length < body.data().size(); ++length) {
        SCOPED_TRACE("cut to " + std::to_string(length));
        expect(Raw().bytes(Bytes(body).first(length)), std::nullopt);
    }
    for (const size_t more : {1u, 2u, 3u, 4u, 4096u}) {
        if (growth != 0 && more % growth == 0)  // no trailing bytes, but a longer field
            continue;
        SCOPED_TRACE("longer by " + std::to_string(more));
        expect(Raw(body).fill(more, 0), std::nullopt);
    }
    return tried;
}

}  // namespace insula::test
