// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/wire/frame.h"
#include "proto/wire/reader.h"
#include "proto/wire/writer.h"

#include <tuple>

#include <gtest/gtest.h>

namespace insula::wire {
namespace {

enum class Colour : uint32_t { Red = 1, Blue = 4 };

// One field type to a message: its limits are then the message's.
template <typename Field>
struct Only {
    Field field;
    static constexpr auto kFields = std::tuple(&Only::field);
};

std::vector<std::byte> words(std::initializer_list<uint32_t> values)
{
    std::vector<std::byte> out;
    Writer writer(out);
    for (const uint32_t value : values)
        writer.integer(value);
    return out;
}

template <typename Field>
Result<Field> read(Bytes body)
{
    INSULA_TRY(auto message, parse<Only<Field>>(body));
    return std::move(message.field);
}

template <typename Field>
bool refused(Bytes body)
{
    const auto result = read<Field>(body);
    return !result && result.error().code() == Errc::Protocol;
}

TEST(WireTest, IntegersAreLittleEndian)
{
    EXPECT_EQ(body_of(Only<uint32_t>{0x01020304}),
              (std::vector{std::byte{4}, std::byte{3}, std::byte{2}, std::byte{1}}));
    EXPECT_EQ(*read<uint32_t>(words({0x80000001})), 0x80000001u);
    EXPECT_EQ(*read<int32_t>(words({0xffffffff})), -1);
    EXPECT_EQ(*read<uint64_t>(words({1, 2})), 0x2'0000'0001u);
    EXPECT_EQ(*read<uint8_t>(bytes_of("\xff")), 255);
    EXPECT_EQ(*read<int16_t>(bytes_of("\xfe\xff")), -2);
}

TEST(WireTest, EachByteTooFewAndOneTooManyIsRefused)
{
    const auto body = words({7, 0});
    for (size_t size = 0; size < 5; ++size)
        EXPECT_EQ(refused<uint32_t>(Bytes(body).first(size)), size != 4) << size;
}

TEST(WireTest, BoundedTakesItsEndsAndNotBeyond)
{
    using Field = Bounded<int32_t, -2, 3>;
    for (const int32_t v : {-2, 0, 3})
        EXPECT_EQ(read<Field>(words({static_cast<uint32_t>(v)}))->value, v);
    for (const int32_t v : {-3, 4, INT32_MIN, INT32_MAX})
        EXPECT_TRUE(refused<Field>(words({static_cast<uint32_t>(v)}))) << v;
}

TEST(WireTest, FlagsTakeKnownBitsOnly)
{
    using Field = Flags<0b101>;
    EXPECT_EQ(read<Field>(words({0b101}))->bits, 0b101u);
    EXPECT_TRUE(read<Field>(words({0}))->bits == 0);
    for (const uint32_t v : {0b010u, 0b111u, 0x80000000u})
        EXPECT_TRUE(refused<Field>(words({v}))) << v;
}

TEST(WireTest, OneOfTakesItsListOnly)
{
    using Field = OneOf<Colour, Colour::Red, Colour::Blue>;
    EXPECT_EQ(read<Field>(words({4}))->value, Colour::Blue);
    for (const uint32_t v : {0u, 2u, 5u, UINT32_MAX})
        EXPECT_TRUE(refused<Field>(words({v}))) << v;
}

TEST(WireTest, ABoolIsZeroOrOne)
{
    EXPECT_FALSE(*read<bool>(words({0})));
    EXPECT_TRUE(*read<bool>(words({1})));
    EXPECT_TRUE(refused<bool>(words({2})));
}

TEST(WireTest, ATextNeedsItsNulInside)
{
    using Field = Text<4>;
    EXPECT_EQ(read<Field>(Bytes(bytes_of({"abc\0", 4})))->value, "abc");
    EXPECT_EQ(read<Field>(Bytes(bytes_of({"a\0xy", 4})))->value, "a");
    EXPECT_TRUE(refused<Field>(bytes_of("abcd")));
    EXPECT_TRUE(refused<Field>(bytes_of({"ab\0", 3})));
}

TEST(WireTest, ATextTooLongIsCutWithItsNul)
{
    const auto body = body_of(Only<Text<4>>{{"abcdef"}});
    EXPECT_EQ(text_of(body), std::string_view("abc\0", 4));
}

TEST(WireTest, RestTakesItsMostAndNotBeyond)
{
    EXPECT_EQ(read<Rest<3>>(bytes_of(""))->value.size(), 0u);
    EXPECT_EQ(read<Rest<3>>(bytes_of("abc"))->value.size(), 3u);
    EXPECT_TRUE(refused<Rest<3>>(bytes_of("abcd")));
}

TEST(WireTest, AnArrayTakesWholeElementsAndItsMost)
{
    using Field = Array32<2>;
    EXPECT_TRUE(read<Field>(words({}))->value.empty());
    EXPECT_EQ(read<Field>(words({5, 6}))->value, (std::vector<uint32_t>{5, 6}));
    EXPECT_TRUE(refused<Field>(words({5, 6, 7})));
    EXPECT_TRUE(refused<Field>(Bytes(words({5, 6})).first(7)));
}

TEST(WireTest, AStringKeepsToItsLengths)
{
    using Field = String<1, 3>;
    const auto with_length = [](uint32_t length, std::string_view text) {
        auto body = words({length});
        const Bytes raw = bytes_of(text);
        body.insert(body.end(), raw.begin(), raw.end());
        return body;
    };
    EXPECT_EQ(read<Field>(with_length(1, "a"))->value, "a");
    EXPECT_EQ(read<Field>(with_length(3, "abc"))->value, "abc");
    EXPECT_TRUE(refused<Field>(with_length(0, "")));
    EXPECT_TRUE(refused<Field>(with_length(4, "abcd")));
    EXPECT_TRUE(refused<Field>(with_length(3, "ab")));
    EXPECT_TRUE(refused<Field>(with_length(2, "abc")));
    EXPECT_TRUE(refused<Field>(with_length(UINT32_MAX, "a")));
}

struct Everything {
    static constexpr uint32_t kType = 9;
    Bounded<uint16_t, 1, 10> bounded;
    Flags<7> flags;
    OneOf<Colour, Colour::Red, Colour::Blue> colour;
    bool yes = false;
    Text<8> text;
    Octets<3> octets;
    String<0, 9> string;
    Array32<4> array;
    static constexpr auto kFields =
        std::tuple(&Everything::bounded, &Everything::flags, &Everything::colour, &Everything::yes,
                   &Everything::text, &Everything::octets, &Everything::string, &Everything::array);
    friend bool operator==(const Everything&, const Everything&) = default;
};

const Everything kExample{{3},        {5},      {Colour::Blue},
                          true,       {"text"}, {{std::byte{1}, std::byte{2}, std::byte{3}}},
                          {"string"}, {{7, 8}}};

TEST(WireTest, WhatWasWrittenIsReadBackEqual)
{
    const auto back = parse<Everything>(body_of(kExample));
    ASSERT_TRUE(back);
    EXPECT_TRUE(*back == kExample);
}

TEST(WireTest, EveryShorterBodyEitherEndsBetweenElementsOrIsRefused)
{
    const auto body = body_of(kExample);
    const size_t fixed = body.size() - 8;
    for (size_t size = 0; size < body.size(); ++size)
        EXPECT_EQ(parse<Everything>(Bytes(body).first(size)).has_value(),
                  size >= fixed && (size - fixed) % 4 == 0)
            << size;
}

TEST(FrameBufferTest, CutsFramesOutOfAnyPieces)
{
    std::vector<std::byte> stream;
    for (int i = 0; i < 3; ++i) {
        const auto frame = frame_of(kExample);
        stream.insert(stream.end(), frame.begin(), frame.end());
    }
    for (size_t piece = 1; piece <= stream.size(); ++piece) {
        FrameBuffer buffer(1000);
        int frames = 0;
        for (size_t at = 0; at < stream.size(); at += piece) {
            buffer.feed(Bytes(stream).subspan(at, std::min(piece, stream.size() - at)));
            for (;;) {
                auto next = buffer.next();
                ASSERT_TRUE(next);
                if (!*next)
                    break;
                ++frames;
                EXPECT_EQ((*next)->type, Everything::kType);
                EXPECT_EQ((*next)->body, body_of(kExample));
            }
        }
        EXPECT_EQ(frames, 3) << piece;
    }
}

TEST(FrameBufferTest, TakesTheLongestBodyAndRefusesOneByteMoreAtTheHeader)
{
    FrameBuffer longest(4);
    longest.feed(words({1, 4, 99}));
    auto taken = longest.next();
    ASSERT_TRUE(taken && *taken);
    EXPECT_EQ((*taken)->body.size(), 4u);

    FrameBuffer beyond(4);
    beyond.feed(words({1, 5}));
    const auto refused_frame = beyond.next();
    ASSERT_FALSE(refused_frame);
    EXPECT_EQ(refused_frame.error().code(), Errc::Protocol);
}

TEST(FrameBufferTest, AnEmptyBodyIsAFrame)
{
    FrameBuffer buffer(0);
    buffer.feed(words({6, 0}));
    const auto next = buffer.next();
    ASSERT_TRUE(next && *next);
    EXPECT_EQ((*next)->type, 6u);
    EXPECT_TRUE((*next)->body.empty());
}

}  // namespace
}  // namespace insula::wire
