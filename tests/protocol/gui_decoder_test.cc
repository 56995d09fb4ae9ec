// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/gui/codec.h"
#include "tests/protocol/message_cases.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace insula::test {
namespace {

using namespace gui;

enum class Size { Usual, Largest };

std::vector<std::byte> conversation(Size size)
{
    const bool largest = size == Size::Largest;
    WindowDump dump;
    dump.width.value = largest ? 16'384 : 640;
    dump.height.value = largest ? 6'144 : 480;
    dump.references.value.assign(largest ? 98'304 : 300, 7);
    ClipboardData clipboard;
    clipboard.data.value.assign(largest ? 256'000 : 5'000, std::byte{'c'});
    WmName name;
    name.name.value = "title";

    std::vector<std::byte> stream;
    const auto add = [&](const auto& message) {
        const auto bytes = encode(WindowId{9}, message);
        stream.insert(stream.end(), bytes.begin(), bytes.end());
    };
    add(Create{});
    add(name);
    add(dump);
    add(Map{});
    add(clipboard);
    add(ShmImage{});
    add(Destroy{});
    return stream;
}

// Feeds `stream` in chunks; encodes again what comes out.
std::vector<std::byte> replay(Bytes stream, size_t chunk, size_t* most_pending = nullptr)
{
    Decoder<ToDaemon> decoder;
    std::vector<std::byte> out;
    for (size_t at = 0; at < stream.size(); at += chunk) {
        decoder.feed(stream.subspan(at, std::min(chunk, stream.size() - at)));
        if (most_pending)
            *most_pending = std::max(*most_pending, decoder.pending());
        while (true) {
            auto next = decoder.next();
            if (!next) {
                ADD_FAILURE() << next.error().text();
                return out;
            }
            if (!next->has_value())
                break;
            std::visit(
                [&](const auto& message) {
                    const auto bytes = encode((*next)->window, message);
                    out.insert(out.end(), bytes.begin(), bytes.end());
                },
                (*next)->message);
        }
    }
    EXPECT_EQ(decoder.pending(), 0u);
    return out;
}

TEST(GuiDecoder, AnyCutOfTheStreamGivesTheSameMessages)
{
    const auto usual = conversation(Size::Usual);
    for (const size_t chunk : {1u, 2u, 3u, 11u, 12u, 13u, 24u, 1'000u})
        EXPECT_TRUE(replay(usual, chunk) == usual) << "chunks of " << chunk;
    const auto largest = conversation(Size::Largest);
    for (const size_t chunk : {size_t{4'096}, size_t{65'536}, largest.size()})
        EXPECT_TRUE(replay(largest, chunk) == largest) << "chunks of " << chunk;
}

TEST(GuiDecoder, HoldsNoMoreThanTheLargestMessageAndAChunk)
{
    constexpr size_t kLargest = kHeaderBytes + 16 + 4 * kMaxGrantRefs;
    constexpr size_t kChunk = 4096;
    const auto once = conversation(Size::Largest);
    std::vector<std::byte> stream;
    for (int i = 0; i < 3; ++i)
        stream.insert(stream.end(), once.begin(), once.end());
    size_t most = 0;
    EXPECT_TRUE(replay(stream, kChunk, &most) == stream);
    EXPECT_GT(most, kLargest - kChunk);
    EXPECT_LE(most, kLargest + kChunk);
}

TEST(GuiDecoder, RefusesAHeaderWithoutAwaitingTheBody)
{
    const auto rule_of = [](const Raw& header) {
        Decoder<ToDaemon> decoder;
        decoder.feed(header);
        const auto next = decoder.next();
        return next ? std::string("accepted") : next.error().text();
    };
    EXPECT_EQ(rule_of(Raw().u32(999).u32(1).u32(0)), "unknown message type 999");
    EXPECT_EQ(rule_of(Raw().u32(124).u32(1).u32(20)),
              "KEYPRESS: message not allowed in this direction");
    EXPECT_EQ(rule_of(Raw().u32(135).u32(1).u32(28)),
              "MFNDUMP: message not allowed in this direction");
    EXPECT_EQ(rule_of(Raw().u32(130).u32(1).u32(25)), "CREATE: length outside the table");
    EXPECT_EQ(rule_of(Raw().u32(147).u32(1).u32(0xffffffff)),
              "WINDOW_DUMP: length outside the table");
    EXPECT_EQ(rule_of(Raw().u32(130).u32(1).u32(24)), "accepted");
}

TEST(GuiDecoder, NothingFollowsABrokenRule)
{
    Decoder<ToDaemon> decoder;
    decoder.feed(encode(WindowId{1}, Unmap{}));
    decoder.feed(Raw().u32(148).u32(1).u32(4).u32(5));
    decoder.feed(encode(WindowId{1}, Destroy{}));
    auto first = decoder.next();
    ASSERT_TRUE(first && first->has_value());
    for (int i = 0; i < 3; ++i) {
        auto next = decoder.next();
        ASSERT_FALSE(next);
        EXPECT_EQ(next.error().code(), Errc::Protocol);
        EXPECT_EQ(next.error().text(), "CURSOR: unknown cursor");
        decoder.feed(encode(WindowId{1}, Destroy{}));
        EXPECT_EQ(decoder.pending(), 0u);
    }
}

// Every part of a message is awaited, never taken for a whole one; the rest completes it.
template <typename Set, typename Message>
void cut_everywhere()
{
    SCOPED_TRACE(message_name(static_cast<uint32_t>(Message::kType)));
    const auto bytes = encode(WindowId{3}, valid<Message>());
    for (size_t length = 0; length < bytes.size(); ++length) {
        Decoder<Set> decoder;
        decoder.feed(Bytes(bytes).first(length));
        auto next = decoder.next();
        ASSERT_TRUE(next);
        EXPECT_FALSE(next->has_value());
        EXPECT_EQ(decoder.pending(), length);
        decoder.feed(Bytes(bytes).subspan(length));
        next = decoder.next();
        ASSERT_TRUE(next);
        EXPECT_TRUE(next->has_value());
        EXPECT_EQ(decoder.pending(), 0u);
    }
}

template <typename Set>
void cut_all()
{
    [&]<size_t... I>(std::index_sequence<I...>)
    {
        (cut_everywhere<Set, std::variant_alternative_t<I, Set>>(), ...);
    }
    (std::make_index_sequence<std::variant_size_v<Set>>());
}

TEST(GuiDecoder, NoMessageFromEveryPartOfOne)
{
    cut_all<ToDaemon>();
    cut_all<ToAgent>();
}

// A reader that takes few messages per turn still gets every one.
TEST(GuiDecoder, MayBeFedBeforeItIsDrained)
{
    Decoder<ToDaemon> decoder;
    size_t fed = 0;
    size_t got = 0;
    for (int turn = 0; turn < 300; ++turn) {
        for (int i = 0; i < 3 && turn < 100; ++i, ++fed)
            decoder.feed(encode(WindowId{static_cast<uint32_t>(fed)}, Unmap{}));
        auto next = decoder.next();
        ASSERT_TRUE(next && next->has_value());
        EXPECT_EQ(static_cast<size_t>((*next)->window), got++);
        EXPECT_EQ(decoder.pending(), (fed - got) * kHeaderBytes);
    }
    EXPECT_EQ(got, fed);
}

}  // namespace
}  // namespace insula::test
