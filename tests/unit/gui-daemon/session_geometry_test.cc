// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/session/placement.h"
#include "tests/unit/gui-daemon/session_fixture.h"

namespace insula::gui_daemon {
namespace {

constexpr Rect kElsewhere{300, 200, 210, 160};
constexpr Rect kThird{310, 220, 220, 170};
constexpr Rect kArea{0, 0, 1000, 800};

TEST_F(SessionFixture, AnswersAConfigureByTheSameGeometry)
{
    open();
    EXPECT_EQ(agent.count<gui::Configure>(), 0u);
    EXPECT_EQ(rule(kOne, configure_to(kElsewhere)), "");
    EXPECT_EQ(window().content, kElsewhere);
    EXPECT_EQ(agent.count<gui::Configure>(), 1u);
    EXPECT_EQ(last_configure(), kElsewhere);
}

TEST_F(SessionFixture, HasOneConfigureOutstanding)
{
    open();
    session->on_geometry(kOne, kElsewhere);
    session->on_geometry(kOne, kPlace);
    session->on_geometry(kOne, kThird);
    EXPECT_EQ(agent.count<gui::Configure>(), 1u);
    EXPECT_EQ(last_configure(), kElsewhere);
    EXPECT_EQ(rule(kOne, configure_to(kElsewhere)), "");  // the answer
    EXPECT_EQ(agent.count<gui::Configure>(), 2u);
    EXPECT_EQ(last_configure(), kThird);
    EXPECT_EQ(rule(kOne, configure_to(kThird)), "");
    EXPECT_EQ(agent.count<gui::Configure>(), 2u) << "an answer is not answered";
}

TEST_F(SessionFixture, ThePersonWinsWhenConfiguresCross)
{
    open();
    session->on_geometry(kOne, kElsewhere);
    EXPECT_EQ(rule(kOne, configure_to(kThird)), "");
    EXPECT_EQ(window().content, kPlace) << "the guest's wish is overruled";
    EXPECT_EQ(rule(kOne, configure_to(kElsewhere)), "");
    EXPECT_EQ(rule(kOne, configure_to(kThird)), "");
    EXPECT_EQ(window().content, kThird);
}

// A program makes its window tiny and resizes it at once, while we move it below its title bar.
TEST_F(SessionFixture, PlacementKeepsTheSizeThatCrossesIt)
{
    EXPECT_EQ(rule(kOne, create_at({0, 0, 1, 1})), "");
    const Rect tiny = last_configure();
    EXPECT_EQ(tiny.size(), (Size{1, 1}));
    EXPECT_EQ(rule(kOne, configure_to({0, 0, 484, 316})), "") << "sent before ours arrived";
    const Rect wanted{0, tiny.y, 484, 316};
    EXPECT_EQ(window().content, wanted);
    EXPECT_EQ(agent.count<gui::Configure>(), 1u) << "one outstanding";
    EXPECT_EQ(rule(kOne, configure_to(tiny)), "") << "the answer";
    EXPECT_EQ(last_configure(), wanted);
    EXPECT_EQ(rule(kOne, configure_to(wanted)), "");
    EXPECT_EQ(window().content, wanted);
    EXPECT_EQ(agent.count<gui::Configure>(), 2u);
}

TEST_F(SessionFixture, AnAgentThatDisagreesIsHeardTheSecondTime)
{
    open();
    session->on_geometry(kOne, kElsewhere);
    EXPECT_EQ(rule(kOne, configure_to(kThird)), "");
    EXPECT_EQ(rule(kOne, configure_to(kThird)), "");
    EXPECT_EQ(window().content, kThird);
    EXPECT_EQ(last_configure(), kThird);
}

TEST_F(SessionFixture, RefusesAnotherOverrideRedirectWhileMapped)
{
    open();
    EXPECT_EQ(rule(kOne, configure_to(kElsewhere, true)), "") << "not mapped yet";
    EXPECT_EQ(window().chrome, Chrome::Bordered);
    EXPECT_EQ(rule(kOne, gui::Map{0, true}), "");
    EXPECT_EQ(rule(kOne, configure_to(kElsewhere, false)),
              "override-redirect changed while mapped");
    EXPECT_EQ(rule(kOne, gui::Map{0, false}), "override-redirect changed while mapped");
    EXPECT_EQ(rule(kOne, gui::Unmap{}), "");
    EXPECT_EQ(rule(kOne, gui::Map{0, false}), "");
    EXPECT_EQ(window().chrome, Chrome::Framed);
}

TEST_F(SessionFixture, TellsTheAgentWhatPolicyMadeOfItsWish)
{
    EXPECT_EQ(rule(kOne, create_at({-500, 790, 5000, 5000}, true)), "");
    const Rect whole{2, 2, 996, 796};
    EXPECT_EQ(window().content, whole);
    EXPECT_EQ(last_configure(), whole);
    EXPECT_EQ(rule(kOne, configure_to(whole, true)), "");
    EXPECT_EQ(agent.count<gui::Configure>(), 1u);
}

TEST(Placement, KeepsUnframedWindowsInsideTheAreaBorderAndAll)
{
    EXPECT_EQ(place({0, 0, 10, 10}, Chrome::Bordered, kArea), (Rect{2, 2, 10, 10}));
    EXPECT_EQ(place({2, 2, 10, 10}, Chrome::Bordered, kArea), (Rect{2, 2, 10, 10}));
    EXPECT_EQ(place({32767, 32767, 10, 10}, Chrome::Bordered, kArea), (Rect{988, 788, 10, 10}));
    EXPECT_EQ(place({988, 788, 10, 10}, Chrome::Bordered, kArea), (Rect{988, 788, 10, 10}));
}

TEST(Placement, KeepsTheTitleBarOfFramedWindowsReachable)
{
    const auto outer = [](Rect wish) {
        return outer_of(place(wish, Chrome::Framed, kArea), Chrome::Framed);
    };
    EXPECT_EQ(outer({0, 0, 100, 100}).y, 0);
    EXPECT_EQ(outer({0, 32767, 100, 100}).y, 800 - 22);
    EXPECT_EQ(outer({32767, 50, 100, 100}).x, 1000 - kReachable);
    EXPECT_EQ(outer({-32767, 50, 100, 100}).x, kReachable - 108);
    EXPECT_EQ(place({50, 60, 100, 100}, Chrome::Framed, kArea), (Rect{50, 60, 100, 100}));
}

}  // namespace
}  // namespace insula::gui_daemon
