// SPDX-License-Identifier: GPL-2.0-or-later
// Every message in every state of its window: accepted, or refused by which rule.
#include "tests/unit/gui-daemon/session_fixture.h"

#include <array>

namespace insula::gui_daemon {
namespace {

enum State { Absent, Created, Mapped, Unmapped, Destroyed, kStates };
constexpr std::array<const char*, kStates> kNames{"absent", "created", "mapped", "unmapped",
                                                  "destroyed"};

struct Case {
    gui::ToDaemon message;
    std::array<std::string, kStates> rules;  // "" where it is accepted
};

class SessionOrder : public SessionFixture {
protected:
    void bring_to(State state)
    {
        session.reset();
        session.emplace(gui::Version{1, 8}, desktop, agent, grants);
        if (state >= Created) {
            ASSERT_EQ(rule(kOne, create_at(kPlace)), "");
        }
        if (state >= Mapped) {
            ASSERT_EQ(rule(kOne, gui::Map{}), "");
        }
        if (state >= Unmapped) {
            ASSERT_EQ(rule(kOne, gui::Unmap{}), "");
        }
        if (state >= Destroyed) {
            ASSERT_EQ(rule(kOne, gui::Destroy{}), "");
        }
    }
    // A message that needs nothing but its window.
    template <typename Message>
    static Case anytime(const Message& message)
    {
        const std::string none = nameless<Message>();
        return {message, {none, "", "", "", none}};
    }
    // One that must not come while the window is mapped.
    template <typename Message>
    static Case unless_mapped(const Message& message, const std::string& broken)
    {
        const std::string none = nameless<Message>();
        return {message, {none, "", broken, "", none}};
    }
    template <typename Message>
    static std::string nameless()
    {
        return gui::message_name(static_cast<uint32_t>(Message::kType)) +
               std::string(" for a window that does not exist");
    }
    static std::vector<Case> cases()
    {
        const std::string twice = "CREATE of a window that exists";
        const std::string unasked = "CLIPBOARD_DATA that nobody asked for";
        const std::string changed = "override-redirect changed while mapped";
        return {
            {create_at(kPlace), {"", twice, twice, twice, ""}},
            anytime(gui::Destroy{}),
            anytime(gui::Map{}),
            unless_mapped(gui::Map{0, true}, changed),
            anytime(gui::Unmap{}),
            anytime(configure_to(kPlace)),
            unless_mapped(configure_to(kPlace, true), changed),
            anytime(gui::ShmImage{}),
            {gui::ClipboardData{}, {unasked, unasked, unasked, unasked, unasked}},
            anytime(gui::WmName{}),
            unless_mapped(gui::Dock{}, "DOCK for a mapped window"),
            anytime(gui::WindowHints{}),
            anytime(gui::WindowFlags{}),
            unless_mapped(gui::WmClass{}, "WMCLASS for a mapped window"),
            anytime(dump_of(8, 8)),
            anytime(gui::Cursor{}),
        };
    }
};

TEST_F(SessionOrder, EveryMessageInEveryState)
{
    std::array<bool, std::variant_size_v<gui::ToDaemon>> tried{};
    for (const Case& one : cases()) {
        tried.at(one.message.index()) = true;
        for (int state = Absent; state < kStates; ++state) {
            SCOPED_TRACE("message " + std::to_string(one.message.index()) + ", window " +
                         kNames.at(static_cast<size_t>(state)));
            bring_to(static_cast<State>(state));
            const size_t windows = desktop.windows.size();
            auto result = session->handle({kOne, one.message});
            EXPECT_EQ(result ? "" : result.error().text(),
                      one.rules.at(static_cast<size_t>(state)));
            if (!result) {
                EXPECT_EQ(result.error().code(), Errc::Protocol);
                EXPECT_EQ(desktop.windows.size(), windows);
                EXPECT_EQ(grants.mapped, 0u);
            }
        }
    }
    for (size_t i = 0; i < tried.size(); ++i)
        EXPECT_TRUE(tried.at(i)) << "no case for message " << i;
}

// A rule about one window says nothing about the others.
TEST_F(SessionOrder, AnotherWindowsStateDoesNotCount)
{
    for (const Case& one : cases()) {
        bring_to(Mapped);
        auto result = session->handle({kTwo, one.message});
        EXPECT_EQ(result ? "" : result.error().text(), one.rules.at(Absent));
    }
}

TEST_F(SessionOrder, AnIdIsFreeAgainOnceDestroyed)
{
    bring_to(Destroyed);
    EXPECT_EQ(agent.count<gui::Destroy>(), 1u);
    EXPECT_EQ(rule(kOne, create_at(kPlace, true)), "");
    EXPECT_EQ(rule(kOne, gui::Map{0, true}), "");
    EXPECT_EQ(window().chrome, Chrome::Bordered);
    EXPECT_EQ(rule(kOne, gui::Unmap{}), "");
    EXPECT_EQ(rule(kOne, gui::Unmap{}), "") << "twice has no effect";
}

}  // namespace
}  // namespace insula::gui_daemon
