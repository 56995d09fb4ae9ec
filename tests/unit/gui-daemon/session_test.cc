// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/gui-daemon/session_fixture.h"

namespace insula::gui_daemon {
namespace {

TEST_F(SessionFixture, RefusesOneWindowBeyondTheLimit)
{
    for (uint32_t i = 0; i < kMaxWindows; ++i)
        ASSERT_EQ(rule(gui::WindowId{i}, create_at(kPlace)), "");
    EXPECT_EQ(rule(gui::WindowId{kMaxWindows}, create_at(kPlace)), "too many windows");
    EXPECT_EQ(desktop.windows.size(), kMaxWindows);
    EXPECT_EQ(rule(gui::WindowId{7}, gui::Destroy{}), "");
    EXPECT_EQ(rule(gui::WindowId{kMaxWindows}, create_at(kPlace)), "");
}

TEST_F(SessionFixture, EchoesDestroyFromVersion15On)
{
    open();
    EXPECT_EQ(rule(kOne, gui::Destroy{}), "");
    EXPECT_EQ(agent.count<gui::Destroy>(), 1u);
    session.emplace(gui::Version{1, 4}, desktop, agent, grants);
    open();
    EXPECT_EQ(rule(kOne, gui::Destroy{}), "");
    EXPECT_EQ(agent.count<gui::Destroy>(), 1u);
}

TEST_F(SessionFixture, ItsEndDestroysItsWindowsAndGivesTheirPagesBack)
{
    open();
    open(kTwo);
    EXPECT_EQ(rule(kOne, dump_of(32, 32)), "");
    EXPECT_EQ(grants.mapped, 1u);
    session.reset();
    EXPECT_TRUE(desktop.windows.empty());
    EXPECT_EQ(grants.mapped, 0u);
}

TEST_F(SessionFixture, RefusesDockAndClassWhileMapped)
{
    open();
    EXPECT_EQ(rule(kOne, gui::Dock{}), "");
    EXPECT_EQ(rule(kOne, gui::WmClass{{"a b"}, {"c"}}), "");
    EXPECT_EQ(window().class_name, "a_b");
    EXPECT_EQ(rule(kOne, gui::Map{}), "");
    EXPECT_EQ(rule(kOne, gui::Dock{}), "DOCK for a mapped window");
    EXPECT_EQ(rule(kOne, gui::WmClass{}), "WMCLASS for a mapped window");
}

TEST_F(SessionFixture, TakesAnUnknownTransientForAsNone)
{
    open();
    EXPECT_EQ(rule(kOne, gui::Map{77, false}), "");
    EXPECT_FALSE(window().transient_for);
    EXPECT_EQ(rule(kOne, gui::Map{1, false}), "");  // itself
    EXPECT_FALSE(window().transient_for);
    open(kTwo);
    EXPECT_EQ(rule(kTwo, gui::Map{1, false}), "");
    EXPECT_EQ(window(kTwo).transient_for, kOne);
}

TEST_F(SessionFixture, RefusesClipboardDataThatNobodyAskedFor)
{
    open();
    EXPECT_EQ(rule(kOne, gui::ClipboardData{}), "CLIPBOARD_DATA that nobody asked for");
    session->ask_clipboard(kOne);
    EXPECT_EQ(rule(kOne, gui::ClipboardData{{{std::byte{'x'}}}}), "");
    EXPECT_EQ(session->take_clipboard()->size(), 1u);
    EXPECT_FALSE(session->take_clipboard());
    EXPECT_EQ(rule(kOne, gui::ClipboardData{}), "CLIPBOARD_DATA that nobody asked for");
}

TEST_F(SessionFixture, RefusesAClipboardLongerThanTheVersionAllows)
{
    session.emplace(gui::Version{1, 7}, desktop, agent, grants);
    open();
    session->ask_clipboard(kOne);
    gui::ClipboardData data;
    data.data.value.resize(gui::kMaxClipboardBefore18 + 1);
    EXPECT_EQ(rule(kOne, data), "CLIPBOARD_DATA longer than this version allows");
    data.data.value.resize(gui::kMaxClipboardBefore18);
    EXPECT_EQ(rule(kOne, data), "");
}

// The largest clipboard, and the agent's way of saying that it has more than fits.
TEST_F(SessionFixture, DiscardsAClipboardThatIsTooLarge)
{
    open();
    gui::ClipboardData data;
    data.data.value.resize(gui::kMaxClipboard);
    session->ask_clipboard(kOne);
    EXPECT_EQ(rule(kOne, data), "");
    EXPECT_EQ(session->take_clipboard()->size(), gui::kMaxClipboard);
    data.data.value.resize(gui::kClipboardTooLarge);
    session->ask_clipboard(kOne);
    EXPECT_EQ(rule(kOne, data), "");
    EXPECT_FALSE(session->take_clipboard());
    EXPECT_EQ(rule(kOne, data), "CLIPBOARD_DATA that nobody asked for");
}

TEST_F(SessionFixture, DoesNotAskAWindowThatDoesNotExistForTheClipboard)
{
    session->ask_clipboard(kOne);
    EXPECT_EQ(agent.count<gui::ClipboardReq>(), 0u);
    EXPECT_EQ(rule(kOne, gui::ClipboardData{}), "CLIPBOARD_DATA that nobody asked for");
}

TEST_F(SessionFixture, RefusesReferencesThatDoNotExist)
{
    open();
    EXPECT_EQ(rule(kOne, dump_of(32, 32, 1000)), "WINDOWDUMP: no such reference");
    EXPECT_EQ(grants.mapped, 0u);
}

// The codec refuses too few references already; here it is the mapper that brings less.
TEST_F(SessionFixture, RefusesADumpOfLessMemoryThanTheWindowNeeds)
{
    open();
    EXPECT_EQ(rule(kOne, dump_of(100, 100)), "");
    gui::WindowDump dump = dump_of(200, 100);
    dump.references.value.pop_back();
    EXPECT_EQ(rule(kOne, dump), "WINDOWDUMP: less memory than the window needs");
    EXPECT_EQ(window().buffer, (Size{100, 100}));
    EXPECT_EQ(grants.mapped, 10u) << "the dump before";
    dump.references.value.clear();
    EXPECT_EQ(rule(kOne, dump), "WINDOWDUMP: number of references out of range");
}

TEST_F(SessionFixture, AcknowledgesDumpsFromVersion17On)
{
    session.emplace(gui::Version{1, 6}, desktop, agent, grants);
    open();
    EXPECT_EQ(rule(kOne, dump_of(32, 32)), "");
    EXPECT_EQ(rule(kOne, dump_of(32, 32)), "");
    EXPECT_EQ(agent.count<gui::WindowDumpAck>(), 0u);
}

TEST_F(SessionFixture, AcknowledgesTheDumpBeforeOnceItIsGivenBack)
{
    open();
    EXPECT_EQ(rule(kOne, dump_of(32, 32)), "");
    EXPECT_EQ(agent.count<gui::WindowDumpAck>(), 0u);
    EXPECT_EQ(rule(kOne, dump_of(64, 32)), "");
    EXPECT_EQ(agent.count<gui::WindowDumpAck>(), 1u);
    EXPECT_EQ(grants.mapped, 2u);
}

TEST_F(SessionFixture, RefusesMoreImageMemoryThanTheLimit)
{
    grants.known = UINT32_MAX;
    // 16,384 x 6,144 x 4 bytes are 384 MiB: one fits, the second does not.
    open();
    open(kTwo);
    EXPECT_EQ(rule(kOne, dump_of(16384, 6144)), "");
    EXPECT_EQ(rule(kTwo, dump_of(16384, 6144)), "too much image memory");
    EXPECT_EQ(rule(kOne, dump_of(16384, 6144)), "") << "a new dump replaces the one before";
    EXPECT_EQ(rule(kOne, gui::Destroy{}), "");
    EXPECT_EQ(rule(kTwo, dump_of(16384, 6144)), "");
}

TEST_F(SessionFixture, DrawsOnlyWhatTheBufferHas)
{
    open();
    gui::ShmImage image;
    image.width.value = 100;
    image.height.value = 100;
    EXPECT_EQ(rule(kOne, image), "") << "before the first dump it is passed over";
    EXPECT_EQ(rule(kOne, dump_of(32, 16)), "");
    image.x.value = 30;
    image.y.value = 10;
    EXPECT_EQ(rule(kOne, image), "");
    EXPECT_EQ(window().drawn.at(0), (Rect{30, 10, 2, 6}));
    window().drawn.clear();
    image.x.value = 32;
    EXPECT_EQ(rule(kOne, image), "");
    EXPECT_TRUE(window().drawn.empty());
}

TEST_F(SessionFixture, RefusesFullScreenQuietly)
{
    open();
    gui::WindowFlags flags;
    flags.set.bits = gui::kFlagFullScreen | gui::kFlagDemandsAttention | gui::kFlagMinimise;
    const Rect before = window().content;
    EXPECT_EQ(rule(kOne, flags), "");
    EXPECT_EQ(window().content, before);
    EXPECT_EQ(window().urgency, Urgency::DemandsAttention);
    EXPECT_TRUE(window().minimised);
}

TEST_F(SessionFixture, GivesTheDesktopOnlySanitisedTitles)
{
    open();
    EXPECT_EQ(rule(kOne, gui::WmName{{"a\nb\xe2\x80\xae\xff"}}), "");
    EXPECT_EQ(window().title, "a?b??");
}

TEST_F(SessionFixture, PassesInputOnForExistingWindowsOnly)
{
    open();
    session->on_input(kOne, gui::Motion{});
    session->on_input(kTwo, gui::Motion{});
    session->on_close_wanted(kOne);
    session->on_close_wanted(kTwo);
    EXPECT_EQ(agent.count<gui::Motion>(), 1u);
    EXPECT_EQ(agent.count<gui::Close>(), 1u);
}

}  // namespace
}  // namespace insula::gui_daemon
