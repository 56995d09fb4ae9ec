// SPDX-License-Identifier: GPL-2.0-or-later
// insulad end to end: the command line, a real bus, processes for workers and daemons, no Xen.
#include "tests/unit/dom0/manager/world.h"

#include <fstream>

#include <gtest/gtest.h>

namespace insula::test {
namespace {

namespace fs = std::filesystem;

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

class Manager : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(create("work").code, 0); }
    Ran create(const std::string& name) { return world.insula({"create", name, "--label", "red"}); }
    bool in_log(const std::string& text)
    {
        return world.eventually([&] { return has(world.log(), text); });
    }
    World world;
};

TEST_F(Manager, StartsListsStopsAndRemovesADomain)
{
    EXPECT_TRUE(has(world.row("work"), " off "));
    const Ran started = world.insula({"start", "work"});
    ASSERT_EQ(started.code, 0) << started.err;
    EXPECT_TRUE(fs::exists(world.model("domain-1")));
    EXPECT_FALSE(fs::exists(world.model("paused-1")));
    EXPECT_TRUE(has(world.row("work"), " running "));
    EXPECT_EQ(world.insula({"stop", "work"}).code, 0);
    EXPECT_FALSE(fs::exists(world.model("domain-1")));
    EXPECT_TRUE(has(world.row("work"), " off "));
    EXPECT_EQ(world.insula({"remove", "work"}).code, 0);
    EXPECT_EQ(world.row("work"), "");
    EXPECT_FALSE(fs::exists(world.folder / "state/domains/work.toml"));
}

TEST_F(Manager, RefusesWhatDoesNotFitTheStateAndChangesNothing)
{
    EXPECT_TRUE(has(create("work").err, "exists already"));
    EXPECT_TRUE(has(world.insula({"stop", "work"}).err, "is off"));
    EXPECT_TRUE(has(world.insula({"start", "mail"}).err, "there is no domain mail"));
    ASSERT_EQ(world.insula({"start", "work"}).code, 0);
    const Ran twice = world.insula({"start", "work"});
    EXPECT_EQ(twice.code, 1);
    EXPECT_TRUE(has(twice.err, "is running"));
    EXPECT_TRUE(has(world.insula({"remove", "work"}).err, "stop it first"));
    EXPECT_FALSE(fs::exists(world.model("domain-2")));
    EXPECT_TRUE(has(world.row("work"), " running "));
}

TEST_F(Manager, UsageErrorsEndWithTwoAndWrongNamesWithOne)
{
    const Ran unknown = world.insula({"fly"});
    EXPECT_EQ(unknown.code, 2);
    EXPECT_TRUE(has(unknown.err, "there is no verb fly"));
    EXPECT_EQ(world.insula({"start"}).code, 2);
    EXPECT_EQ(world.insula({"start", "-1"}).code, 1);
    EXPECT_EQ(world.insula({"start", "dom0"}).code, 1);
    EXPECT_EQ(world.insula({"create", "x"}).code, 2);
    EXPECT_EQ(world.insula({"create", "x", "--label", "rot"}).code, 1);
    EXPECT_EQ(world.insula({"--help"}).code, 0);
}

TEST_F(Manager, ACrashIsSeenAndShowsTheConsoleEscaped)
{
    ASSERT_EQ(world.insula({"start", "work"}).code, 0);
    world.put("death-1", "3\nKernel panic \x1b[2J\nend\n");
    ASSERT_TRUE(in_log("work: failed"));
    const std::string list = world.insula({"list"}).out;
    EXPECT_TRUE(has(list, "the guest crashed"));
    EXPECT_TRUE(has(list, "Kernel panic \\x1b[2J\nend"));
    EXPECT_FALSE(fs::exists(world.model("domain-1")));
    EXPECT_EQ(world.insula({"start", "work"}).code, 0);
    EXPECT_TRUE(has(world.row("work"), " running "));
}

TEST_F(Manager, AGuestThatPowersOffIsOff)
{
    ASSERT_EQ(world.insula({"start", "work"}).code, 0);
    world.put("death-1", "1\n");
    ASSERT_TRUE(in_log("work: off"));
    EXPECT_TRUE(has(world.row("work"), " off "));
}

TEST_F(Manager, KillDuringCreateLeavesNothing)
{
    world.put("hold-create", "");
    const pid_t start = world.begin({"start", "work"});
    ASSERT_TRUE(world.eventually([&] { return fs::exists(world.model("creating")); }));
    const pid_t kill = world.begin({"kill", "work"});
    ASSERT_TRUE(in_log("work: stopping"));
    world.remove("hold-create");
    EXPECT_EQ(World::finish(kill), 0);
    EXPECT_EQ(World::finish(start), 1);
    EXPECT_FALSE(fs::exists(world.model("domain-1")));
    EXPECT_TRUE(has(world.row("work"), " off "));
}

TEST_F(Manager, KillEndsAGuestThatDoesNotListen)
{
    ASSERT_EQ(world.insula({"start", "work"}).code, 0);
    world.put("deaf", "");
    const pid_t stop = world.begin({"stop", "work"});
    ASSERT_TRUE(in_log("work: stopping"));
    EXPECT_EQ(world.insula({"kill", "work"}).code, 0);
    EXPECT_EQ(World::finish(stop), 0);
    EXPECT_FALSE(fs::exists(world.model("domain-1")));
}

TEST_F(Manager, AFailedCreateSaysWhy)
{
    world.put("fail-create", "");
    const Ran started = world.insula({"start", "work"});
    EXPECT_EQ(started.code, 1);
    EXPECT_TRUE(has(started.err, "the model refuses to build (libxl error -3)")) << started.err;
    EXPECT_TRUE(has(world.row("work"), " failed "));
    EXPECT_EQ(world.insula({"remove", "work"}).code, 0);
}

TEST_F(Manager, AMissingTemplateIsNamedAndNothingStarts)
{
    fs::remove(world.folder / "state/templates/debian-12/vmlinux");
    const Ran started = world.insula({"start", "work"});
    EXPECT_EQ(started.code, 1);
    EXPECT_TRUE(has(started.err, "template \"debian-12\" is not installed")) << started.err;
    EXPECT_TRUE(has(world.row("work"), " off "));
}

TEST_F(Manager, RunStartsTheDomainAndCarriesOutputAndStatus)
{
    const Ran ran = world.insula({"run", "work", "echo", "it's", "--label", "a b"});
    EXPECT_EQ(ran.code, 7) << ran.err;
    EXPECT_EQ(ran.out, "DEFAULT:'echo' 'it'\\''s' '--label' 'a b'");
    EXPECT_EQ(world.insula({"run", "--user", "root", "work", "id"}).out, "root:'id'");
    EXPECT_EQ(world.insula({"run", "--detach", "work", "id"}).code, 0);
    EXPECT_TRUE(has(world.row("work"), " running "));
}

TEST_F(Manager, TakesOverWhatRunsWhenItIsStartedAnew)
{
    ASSERT_EQ(create("mail").code, 0);
    ASSERT_EQ(world.insula({"start", "work"}).code, 0);
    world.put("domain-9", "stranger");
    world.put("domain-8", "mail");  // built, never unpaused
    world.put("paused-8", "");
    world.kill_insulad();
    world.start_insulad();
    EXPECT_TRUE(has(world.row("work"), " running "));
    EXPECT_EQ(world.row("stranger"), "");
    EXPECT_TRUE(world.eventually([&] { return !fs::exists(world.model("domain-8")); }));
    EXPECT_EQ(world.insula({"run", "work", "id"}).code, 7);
    world.put("death-1", "3\nboom\n");
    EXPECT_TRUE(in_log("work: failed"));
    EXPECT_TRUE(fs::exists(world.model("domain-9")));
}

TEST_F(Manager, ADaemonThatKeepsDyingIsGivenUpAndTheDomainLives)
{
    world.put("no-daemons", "");
    ASSERT_EQ(world.insula({"start", "work"}).code, 0);
    ASSERT_TRUE(in_log("gui-daemon died too often"));
    ASSERT_TRUE(in_log("exec-daemon died too often"));
    const std::string row = world.row("work");
    EXPECT_TRUE(has(row, " running ") && has(row, " failed")) << row;
    const Ran ran = world.insula({"run", "work", "id"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(has(ran.err, "execution daemon is not running")) << ran.err;
}

TEST_F(Manager, ABrokenDefinitionIsPassedOverWithFileAndLine)
{
    std::ofstream(world.folder / "state/domains/bad.toml") << "label = \"red\"\nnonsense = 1\n";
    world.kill_insulad();
    world.start_insulad();
    EXPECT_TRUE(has(world.log(), "bad.toml:2: unknown key \\\"nonsense\\\"") ||
                has(world.log(), "bad.toml:2: unknown key \"nonsense\""));
    EXPECT_TRUE(has(world.row("work"), " off "));
}

TEST_F(Manager, ListsForProgramsAsJson)
{
    const std::string out = world.insula({"list", "--json"}).out;
    EXPECT_TRUE(has(out, "\"name\": \"work\""));
    EXPECT_TRUE(has(out, "\"state\": \"off\""));
}

}  // namespace
}  // namespace insula::test
