// SPDX-License-Identifier: GPL-2.0-or-later
// A session between a fake desktop, a fake agent and fake grants.
#pragma once

#include "gui-daemon/session/session.h"
#include "tests/fakes/fake_desktop.h"

#include <gtest/gtest.h>

namespace insula::gui_daemon {

class SessionFixture : public ::testing::Test {
protected:
    static constexpr gui::WindowId kOne{1};
    static constexpr gui::WindowId kTwo{2};

    template <typename Message>
    Result<void> say(gui::WindowId id, const Message& message)
    {
        return session->handle({id, message});
    }
    // The rule that a message breaks, "" when it is accepted.
    template <typename Message>
    std::string rule(gui::WindowId id, const Message& message)
    {
        auto result = say(id, message);
        return result ? "" : result.error().text();
    }
    static gui::Create create_at(Rect at, bool override_redirect = false)
    {
        gui::Create out;
        out.x.value = at.x;
        out.y.value = at.y;
        out.width.value = at.width;
        out.height.value = at.height;
        out.override_redirect = override_redirect;
        return out;
    }
    static gui::Configure configure_to(Rect at, bool override_redirect = false)
    {
        gui::Configure out;
        out.x.value = at.x;
        out.y.value = at.y;
        out.width.value = at.width;
        out.height.value = at.height;
        out.override_redirect = override_redirect;
        return out;
    }
    static gui::WindowDump dump_of(uint32_t width, uint32_t height, uint32_t first = 0)
    {
        gui::WindowDump out;
        out.width.value = width;
        out.height.value = height;
        out.bits_per_pixel.value = 24;
        for (uint32_t i = 0; i * 4096 < width * height * 4; ++i)
            out.references.value.push_back(first + i);
        return out;
    }
    void open(gui::WindowId id = kOne) { ASSERT_EQ(rule(id, create_at(kPlace)), ""); }
    fake::FakeWindow& window(gui::WindowId id = kOne) { return desktop.windows.at(id); }
    Rect last_configure() const
    {
        for (auto i = agent.received.rbegin(); i != agent.received.rend(); ++i)
            if (const auto* c = std::get_if<gui::Configure>(&i->message))
                return {c->x.value, c->y.value, c->width.value, c->height.value};
        return {};
    }

    static constexpr Rect kPlace{100, 100, 200, 150};

    fake::FakeDesktop desktop;
    fake::FakeAgent agent;
    fake::FakeGrants grants;
    std::optional<Session> session{std::in_place, gui::Version{1, 8}, desktop, agent, grants};
};

}  // namespace insula::gui_daemon
