// SPDX-License-Identifier: GPL-2.0-or-later
// The table of docs/protocol/gui.md, written down a second time by hand: body lengths and the range
// of each number. The code computes the first from its field lists and the second from its types.
#include "proto/gui/codec.h"
#include "tests/protocol/raw.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace insula::test {
namespace {

using namespace gui;

struct Lengths {
    uint32_t type;
    size_t min;
    size_t max;
};

constexpr size_t kClip = 256'001;
constexpr size_t kDump = 16 + 4 * 98'304;
const std::vector<Lengths> kToDaemon{
    {130, 24, 24}, {131, 0, 0},     {132, 8, 8},      {133, 0, 0}, {134, 20, 20},
    {136, 16, 16}, {140, 0, kClip}, {141, 128, 128},  {143, 0, 0}, {144, 36, 36},
    {145, 8, 8},   {146, 128, 128}, {147, 16, kDump}, {148, 4, 4},
};
const std::vector<Lengths> kToAgent{
    {124, 20, 20}, {125, 20, 20},   {126, 16, 16}, {127, 28, 28}, {128, 12, 12},
    {131, 0, 0},   {132, 8, 8},     {133, 0, 0},   {134, 20, 20}, {137, 0, 0},
    {139, 0, 0},   {140, 0, kClip}, {142, 32, 32}, {145, 8, 8},   {149, 0, 0},
};

// A header alone: refused at once, or its body awaited.
template <typename Set>
bool awaits_body(uint32_t type, uint64_t length)
{
    Decoder<Set> decoder;
    decoder.feed(Raw().u32(type).u32(1).u32(length));
    const auto next = decoder.next();
    if (next)
        return true;
    EXPECT_EQ(next.error().code(), Errc::Protocol);
    return false;
}

template <typename Set>
void check_lengths(const std::vector<Lengths>& table)
{
    ASSERT_EQ(table.size(), std::variant_size_v<Set>);
    for (const auto& [type, min, max] : table) {
        SCOPED_TRACE(message_name(type));
        const std::optional<BodyRange> range = body_range<Set>(type);
        ASSERT_TRUE(range);
        EXPECT_EQ(range->min, min);
        EXPECT_EQ(range->max, max);
        if (max > min) {
            EXPECT_TRUE(awaits_body<Set>(type, max));
            EXPECT_TRUE(awaits_body<Set>(type, min + 4));
        }
        EXPECT_FALSE(awaits_body<Set>(type, max + 1));
        EXPECT_FALSE(awaits_body<Set>(type, 0x7fffffff));
        EXPECT_FALSE(awaits_body<Set>(type, 0x80000000));
        EXPECT_FALSE(awaits_body<Set>(type, 0xffffffff));
        for (size_t shorter = 0; shorter < min; ++shorter)
            EXPECT_FALSE(awaits_body<Set>(type, shorter)) << shorter;
    }
}

TEST(GuiTable, RefusesHeadersWithLengthsOutsideTheTableBeforeTheBody)
{
    check_lengths<ToDaemon>(kToDaemon);
    check_lengths<ToAgent>(kToAgent);
}

struct Number {
    uint32_t type;
    size_t offset;
    int64_t low;
    int64_t high;
};

// The number at `offset` of an otherwise valid body may be low to high and nothing around it.
template <typename Set>
void check_numbers(const std::vector<Number>& numbers, uint32_t type, const Raw& valid)
{
    for (const Number& number : numbers) {
        if (number.type != type)
            continue;
        const auto accepts = [&](int64_t value) {
            std::vector<std::byte> body = valid.data();
            const Raw raw = Raw().i32(value);
            std::copy(raw.data().begin(), raw.data().end(),
                      body.begin() + static_cast<std::ptrdiff_t>(number.offset));
            const Header header{type, 7, static_cast<uint32_t>(body.size())};
            return decode<Set>(header, body).has_value();
        };
        SCOPED_TRACE(std::string(message_name(type)) + " at " + std::to_string(number.offset));
        EXPECT_TRUE(accepts(number.low));
        EXPECT_TRUE(accepts(number.high));
        EXPECT_FALSE(accepts(number.low - 1));
        EXPECT_FALSE(accepts(number.high + 1));
    }
}

constexpr int64_t kLow = -32'768;
constexpr int64_t kHigh = 32'767;
constexpr int64_t kWide = 16'384;
constexpr int64_t kTall = 6'144;

const std::vector<Number> kNumbersToDaemon{
    {130, 0, kLow, kHigh}, {130, 4, kLow, kHigh}, {130, 8, 1, kWide},    {130, 12, 1, kTall},
    {130, 20, 0, 1},       {132, 4, 0, 1},        {134, 0, kLow, kHigh}, {134, 4, kLow, kHigh},
    {134, 8, 1, kWide},    {134, 12, 1, kTall},   {134, 16, 0, 1},       {136, 0, kLow, kHigh},
    {136, 4, kLow, kHigh}, {136, 8, 1, kWide},    {136, 12, 1, kTall},   {145, 0, 0, 7},
    {145, 4, 0, 7},        {147, 0, 0, 0},        {147, 4, 1, kWide},    {147, 8, 1, kTall},
    {147, 12, 24, 24},
};
const std::vector<Number> kNumbersToAgent{
    {124, 0, 2, 3},        {124, 4, kLow, kHigh}, {124, 8, kLow, kHigh}, {124, 12, 0, 0x7fff},
    {124, 16, 8, 255},     {125, 0, 4, 5},        {125, 4, kLow, kHigh}, {125, 8, kLow, kHigh},
    {125, 12, 0, 0x7fff},  {125, 16, 1, 255},     {126, 0, kLow, kHigh}, {126, 4, kLow, kHigh},
    {126, 8, 0, 0x7fff},   {126, 12, 0, 1},       {127, 0, 7, 8},        {127, 4, kLow, kHigh},
    {127, 8, kLow, kHigh}, {127, 12, 0, 0x7fff},  {127, 16, 0, 3},       {127, 20, 0, 7},
    {127, 24, 0, 1},       {128, 0, 9, 10},       {128, 8, 0, 7},        {132, 4, 0, 1},
    {134, 0, kLow, kHigh}, {134, 4, kLow, kHigh}, {134, 8, 1, kWide},    {134, 12, 1, kTall},
    {134, 16, 0, 1},       {145, 0, 0, 7},        {145, 4, 0, 7},
};

// Valid bodies of the messages that consist of numbers. 16 pages are enough for a dump of one row
// or one column.
const std::vector<std::pair<uint32_t, Raw>> kBodiesToDaemon{
    {130, Raw().i32(0).i32(0).u32(1).u32(1).u32(0).u32(0)},
    {132, Raw().u32(0).u32(0)},
    {134, Raw().i32(0).i32(0).u32(1).u32(1).u32(0)},
    {136, Raw().i32(0).i32(0).u32(1).u32(1)},
    {144, Raw().fill(36, 0)},
    {145, Raw().u32(0).u32(0)},
    {147, Raw().u32(0).u32(1).u32(1).u32(24).fill(size_t{4} * 16, 1)},
    {148, Raw().u32(0)},
};
const std::vector<std::pair<uint32_t, Raw>> kBodiesToAgent{
    {124, Raw().u32(2).i32(0).i32(0).u32(0).u32(8)},
    {125, Raw().u32(4).i32(0).i32(0).u32(0).u32(1)},
    {126, Raw().i32(0).i32(0).u32(0).u32(0)},
    {127, Raw().u32(7).fill(24, 0)},
    {128, Raw().u32(9).u32(0).u32(0)},
    {132, Raw().u32(0).u32(0)},
    {134, Raw().i32(0).i32(0).u32(1).u32(1).u32(0)},
    {145, Raw().u32(0).u32(0)},
};

TEST(GuiTable, RefusesOneBeyondEachLimit)
{
    for (const auto& [type, body] : kBodiesToDaemon)
        check_numbers<ToDaemon>(kNumbersToDaemon, type, body);
    for (const auto& [type, body] : kBodiesToAgent)
        check_numbers<ToAgent>(kNumbersToAgent, type, body);
}

// The application's own numbers and window ids: anything, as their users know.
const std::vector<std::pair<uint32_t, size_t>> kAnyNumberToDaemon{
    {130, 16}, {132, 0},  {144, 4},  {144, 8},  {144, 12},
    {144, 16}, {144, 20}, {144, 24}, {144, 28}, {144, 32},
};
const std::vector<std::pair<uint32_t, size_t>> kAnyNumberToAgent{{132, 0}};
// Neither a range nor anything: each has a test of its own below.
const std::vector<std::pair<uint32_t, size_t>> kOwnTestToDaemon{{144, 0}, {148, 0}};
const std::vector<std::pair<uint32_t, size_t>> kOwnTestToAgent{{128, 4}};

TEST(GuiTable, LeavesOpenWhatHasNoRange)
{
    const auto accepts = [](uint32_t type, size_t offset, uint32_t value) {
        const auto found = std::find_if(kBodiesToDaemon.begin(), kBodiesToDaemon.end(),
                                        [&](const auto& one) { return one.first == type; });
        std::vector<std::byte> body = found->second.data();
        const Raw raw = Raw().u32(value);
        std::copy(raw.data().begin(), raw.data().end(),
                  body.begin() + static_cast<std::ptrdiff_t>(offset));
        return decode<ToDaemon>({type, 7, static_cast<uint32_t>(body.size())}, body).has_value();
    };
    for (const auto& [type, offset] : kAnyNumberToDaemon)
        for (const uint32_t value : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu})
            EXPECT_TRUE(accepts(type, offset, value)) << message_name(type) << " at " << offset;
}

// Each number of each message is in one of the lists: a new field cannot be forgotten here.
template <typename Places>
void expect_every_number(const std::vector<Lengths>& lengths, const std::vector<Number>& numbers,
                         const Places& any, const Places& own, std::vector<uint32_t> no_numbers)
{
    for (const auto& [type, min, max] : lengths) {
        if (std::find(no_numbers.begin(), no_numbers.end(), type) != no_numbers.end())
            continue;
        for (size_t offset = 0; offset < min; offset += 4) {
            const std::pair<uint32_t, size_t> place{type, offset};
            const auto named = std::count(any.begin(), any.end(), place) +
                               std::count(own.begin(), own.end(), place) +
                               std::count_if(numbers.begin(), numbers.end(), [&](const Number& n) {
                                   return n.type == place.first && n.offset == place.second;
                               });
            EXPECT_EQ(named, 1) << message_name(type) << " at " << offset;
        }
    }
}

TEST(GuiTable, NamesEveryNumberOfEveryMessage)
{
    expect_every_number(kToDaemon, kNumbersToDaemon, kAnyNumberToDaemon, kOwnTestToDaemon,
                        {141, 146});  // texts
    expect_every_number(kToAgent, kNumbersToAgent, kAnyNumberToAgent, kOwnTestToAgent,
                        {142});  // bits
}

TEST(GuiTable, HintsHaveKnownFlagsOnly)
{
    for (uint32_t bit = 0; bit < 32; ++bit) {
        const uint32_t flag = uint32_t{1} << bit;
        const bool known = (flag & (1 | 4 | 16 | 32 | 64 | 256)) != 0;
        const Raw body = Raw().u32(flag).fill(32, 0);
        EXPECT_EQ(decode<ToDaemon>({144, 7, 36}, body).has_value(), known) << bit;
    }
}

TEST(GuiTable, FocusIsNormalOrWhileGrabbed)
{
    const auto accepts = [](uint32_t mode) {
        return decode<ToAgent>({128, 7, 12}, Raw().u32(9).u32(mode).u32(0)).has_value();
    };
    EXPECT_TRUE(accepts(0));
    EXPECT_FALSE(accepts(1));
    EXPECT_FALSE(accepts(2));
    EXPECT_TRUE(accepts(3));
    EXPECT_FALSE(accepts(4));
}

TEST(GuiTable, CursorsAreTheDefaultOrOneOfTheFont)
{
    for (uint32_t cursor = 0; cursor < 0x400; ++cursor) {
        const bool known = cursor == 0 || (cursor >= 0x100 && cursor < 0x19a);
        EXPECT_EQ(decode<ToDaemon>({148, 7, 4}, Raw().u32(cursor)).has_value(), known) << cursor;
    }
    for (const uint32_t cursor : {0x10000u, 0x10100u, 0x80000100u, 0xffffffffu})
        EXPECT_FALSE(decode<ToDaemon>({148, 7, 4}, Raw().u32(cursor)));
}

TEST(GuiTable, WindowFlagsAreNeverBothSetAndUnset)
{
    for (uint32_t set = 0; set < 8; ++set)
        for (uint32_t unset = 0; unset < 8; ++unset)
            for (const bool accepted :
                 {decode<ToDaemon>({145, 7, 8}, Raw().u32(set).u32(unset)).has_value(),
                  decode<ToAgent>({145, 7, 8}, Raw().u32(set).u32(unset)).has_value()})
                EXPECT_EQ(accepted, (set & unset) == 0);
}

TEST(GuiTable, ADumpHasAPageForEveryPixel)
{
    const auto accepts = [](uint32_t width, uint32_t height, size_t references) {
        Raw body = Raw().u32(0).u32(width).u32(height).u32(24).fill(4 * references, 9);
        const Header header{147, 7, static_cast<uint32_t>(body.data().size())};
        return decode<ToDaemon>(header, body).has_value();
    };
    EXPECT_FALSE(accepts(1, 1, 0));
    EXPECT_TRUE(accepts(1, 1, 1));
    EXPECT_TRUE(accepts(1024, 1, 1));
    EXPECT_FALSE(accepts(1025, 1, 1));
    EXPECT_TRUE(accepts(1025, 1, 2));
    EXPECT_FALSE(accepts(1920, 1080, 2024));
    EXPECT_TRUE(accepts(1920, 1080, 2025));
    EXPECT_FALSE(accepts(16'384, 6'144, 98'303));
    EXPECT_TRUE(accepts(16'384, 6'144, 98'304));
    EXPECT_FALSE(accepts(16'384, 6'144, 98'305));
}

}  // namespace
}  // namespace insula::test
