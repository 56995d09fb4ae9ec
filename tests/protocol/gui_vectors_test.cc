// SPDX-License-Identifier: GPL-2.0-or-later
// Whole messages as bytes, header included, written from the specification and not by our writer.
#include "proto/gui/codec.h"
#include "tests/protocol/raw.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include <gtest/gtest.h>

namespace insula::test {
namespace {

using namespace gui;

std::vector<std::byte> wire_bytes(std::initializer_list<unsigned> list)
{
    Raw raw;
    for (const unsigned byte : list)
        raw.u8(byte);
    return raw.data();
}

// Decodes the bytes as `Message`, and checks that encoding gives the same bytes back.
template <typename Set, typename Message>
Message read(const std::vector<std::byte>& bytes, uint32_t window)
{
    Decoder<Set> decoder;
    decoder.feed(bytes);
    auto next = decoder.next();
    if (!next || !next->has_value()) {
        ADD_FAILURE() << (next ? "incomplete" : next.error().text());
        return {};
    }
    EXPECT_EQ(decoder.pending(), 0u);
    const Addressed<Set>& addressed = **next;
    EXPECT_EQ(static_cast<uint32_t>(addressed.window), window);
    const auto* message = std::get_if<Message>(&addressed.message);
    if (!message) {
        ADD_FAILURE() << "another message";
        return {};
    }
    EXPECT_EQ(encode(addressed.window, *message), bytes);
    return *message;
}

TEST(GuiVectors, Create)
{
    const auto bytes = wire_bytes({0x82, 0,    0,    0,    0x0a, 0,    0x40, 0x01, 24, 0, 0, 0,  //
                                   0xff, 0xff, 0xff, 0xff, 0x10, 0,    0,    0,  // x -1, y 16
                                   0x80, 0x02, 0,    0,    0xe0, 0x01, 0,    0,  // 640 x 480
                                   0x57, 0x01, 0,    0,    1,    0,    0,    0});
    const auto create = read<ToDaemon, Create>(bytes, 0x0140000a);
    EXPECT_EQ(create.x.value, -1);
    EXPECT_EQ(create.y.value, 16);
    EXPECT_EQ(create.width.value, 640u);
    EXPECT_EQ(create.height.value, 480u);
    EXPECT_EQ(create.parent, 0x157u);
    EXPECT_TRUE(create.override_redirect);
}

TEST(GuiVectors, Keypress)
{
    const auto bytes = wire_bytes({0x7c, 0,    0, 0, 5,    0, 0, 0, 20, 0,    0,    0,  //
                                   3,    0,    0, 0, 0x2c, 1, 0, 0, 0,  0x80, 0xff, 0xff,
                                   0x05, 0x20, 0, 0, 0x26, 0, 0, 0});
    const auto key = read<ToAgent, Keypress>(bytes, 5);
    EXPECT_EQ(key.type.value, KeyEvent::Release);
    EXPECT_EQ(key.x.value, 300);
    EXPECT_EQ(key.y.value, -32'768);
    EXPECT_EQ(key.state.bits, 0x2005u);  // Shift, Control, second keyboard group
    EXPECT_EQ(key.keycode.value, 38u);
}

TEST(GuiVectors, ConfigureBothWays)
{
    const auto bytes = wire_bytes({0x86, 0, 0, 0, 5, 0, 0, 0, 20, 0, 0, 0,  //
                                   1,    0, 0, 0, 2, 0, 0, 0, 3,  0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0});
    const auto there = read<ToDaemon, Configure>(bytes, 5);
    EXPECT_EQ(there.height.value, 4u);
    const auto back = read<ToAgent, Configure>(bytes, 5);
    EXPECT_EQ(back.x.value, 1);
    EXPECT_EQ(back.y.value, 2);
    EXPECT_EQ(back.width.value, 3u);
    EXPECT_FALSE(back.override_redirect);
}

TEST(GuiVectors, WindowDump)
{
    const auto bytes =
        wire_bytes({0x93, 0, 0, 0, 5,    0,    0,    0,   24, 0, 0, 0,               //
                    0,    0, 0, 0, 0,    4,    0,    0,   2,  0, 0, 0, 24, 0, 0, 0,  // 1024 x 2
                    8,    0, 0, 0, 0x78, 0x56, 0x34, 0x12});
    const auto dump = read<ToDaemon, WindowDump>(bytes, 5);
    EXPECT_EQ(dump.width.value, 1024u);
    EXPECT_EQ(dump.height.value, 2u);
    EXPECT_EQ(dump.references.value, (std::vector<uint32_t>{8, 0x12345678}));
}

TEST(GuiVectors, SizeHintsOfAnyProgram)
{
    // An upper limit of 2^31 - 1 and leftovers in pairs that are not flagged.
    const auto bytes = Raw()
                           .u32(0x90)
                           .u32(5)
                           .u32(36)
                           .u32(0x35)  // both positions, min, max
                           .u32(100)
                           .u32(50)
                           .u32(0x7fffffff)
                           .u32(0x7fffffff)
                           .u32(0xdeadbeef)
                           .u32(0xffffffff)
                           .u32(1)
                           .u32(2)
                           .data();
    const auto hints = read<ToDaemon, WindowHints>(bytes, 5);
    const WindowHints kept = hints_within_limits(hints);
    EXPECT_EQ(kept.flags.bits, 0x15u);
    EXPECT_EQ(kept.min_width.value, 100u);
    EXPECT_EQ(kept.min_height.value, 50u);
    for (const auto extent : {kept.max_width, kept.max_height, kept.width_increment,
                              kept.height_increment, kept.base_width, kept.base_height})
        EXPECT_EQ(extent.value, 0u);
}

TEST(GuiVectors, SizeHintsKeepPairsUpToTheLargestWindow)
{
    const auto kept = [](uint32_t flag, uint32_t w, uint32_t h) {
        Raw body = Raw().u32(flag);
        for (int pair = 0; pair < 4; ++pair)
            body.u32(w).u32(h);
        return hints_within_limits(*wire::parse<WindowHints>(body)).flags.bits == flag;
    };
    for (const uint32_t flag : {16u, 32u, 64u, 256u}) {
        EXPECT_TRUE(kept(flag, 1, 1));
        EXPECT_TRUE(kept(flag, 16'384, 6'144));
        EXPECT_FALSE(kept(flag, 16'385, 6'144));
        EXPECT_FALSE(kept(flag, 16'384, 6'145));
        EXPECT_EQ(kept(flag, 0, 1), flag != 32);
        EXPECT_EQ(kept(flag, 1, 0), flag != 32);
    }
}

TEST(GuiVectors, TextsEndAtTheirNul)
{
    const auto name =
        read<ToDaemon, WmName>(Raw().u32(141).u32(5).u32(128).text("caf\xc3\xa9", 128).data(), 5);
    EXPECT_EQ(name.name.value, "caf\xc3\xa9");
    const auto cls = read<ToDaemon, WmClass>(
        Raw().u32(146).u32(5).u32(128).text("XTerm", 64).text("xterm", 64).data(), 5);
    EXPECT_EQ(cls.class_name.value, "XTerm");
    EXPECT_EQ(cls.instance_name.value, "xterm");
}

TEST(GuiVectors, MessagesWithoutABody)
{
    read<ToDaemon, Destroy>(wire_bytes({0x83, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0}), 5);
    read<ToDaemon, Unmap>(wire_bytes({0x85, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0}), 5);
    read<ToDaemon, Dock>(wire_bytes({0x8f, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0}), 5);
    read<ToAgent, Close>(wire_bytes({0x89, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0}), 5);
    read<ToAgent, ClipboardReq>(wire_bytes({0x8b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), 0);
    read<ToAgent, WindowDumpAck>(wire_bytes({0x95, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0}), 5);
}

TEST(GuiVectors, ScreenConfigurationOfAScreen)
{
    const auto bytes = wire_bytes({0x50, 5, 0, 0, 0, 3, 0, 0, 24, 0, 0, 0, 0xf1, 0x0f, 0, 0});
    // 1366 x 768 becomes 1360 x 768: 4080 KiB and one.
    EXPECT_EQ(wire::body_of(ScreenConfig::for_screen(1366, 768)), bytes);
    EXPECT_TRUE(wire::parse<ScreenConfig>(bytes));
    // A byte less of memory, a width that is no multiple of 8.
    EXPECT_FALSE(wire::parse<ScreenConfig>(Raw().u32(1360).u32(768).u32(24).u32(4080)));
    EXPECT_FALSE(wire::parse<ScreenConfig>(Raw().u32(1361).u32(768).u32(24).u32(9999)));
    // What is derived is always valid.
    for (const uint32_t width : {0u, 1u, 7u, 8u, 9u, 1920u, 16'384u, 16'385u, 0xffffffffu})
        for (const uint32_t height : {0u, 1u, 1080u, 6'144u, 6'145u, 0xffffffffu}) {
            const auto config = ScreenConfig::for_screen(width, height);
            EXPECT_TRUE(wire::parse<ScreenConfig>(wire::body_of(config)));
        }
}

}  // namespace
}  // namespace insula::test
