// SPDX-License-Identifier: GPL-2.0-or-later
// The life of local domains, as insulad sees it.
#include "tests/unit/dom0/local-worker/rig.h"

#include <csignal>
#include <fstream>

#include <gtest/gtest.h>

namespace insula::test {
namespace {

namespace fs = std::filesystem;
using worker::DeathCause;
using worker::RunState;

class LocalDomain : public testing::Test {
protected:
    DeathCause death_of(uint32_t domain, const std::string& name)
    {
        const Answer answer = rig.wait_for_death(domain, name).answer();
        EXPECT_TRUE(answer.done && answer.died);
        console = answer.died ? answer.died->console_tail.value : "";
        return answer.died ? answer.died->cause.value : DeathCause::Other;
    }

    Rig rig;
    std::string console;
};

TEST_F(LocalDomain, IsListedAsItWasAskedFor)
{
    const worker::Create request = Rig::request_for("work");
    const Answer made = rig.call(request);
    ASSERT_TRUE(made.created && made.done);
    const auto listed = rig.list();
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].domain.value, *made.created);
    EXPECT_EQ(listed[0].name.value, "work");
    EXPECT_EQ(listed[0].uuid, request.uuid);
    EXPECT_EQ(listed[0].memory_kib, 300u * 1024);
    EXPECT_EQ(listed[0].state.value, RunState::Paused);
}

TEST_F(LocalDomain, RunsNothingUntilItIsUnpaused)
{
    const uint32_t domain = rig.create("work");
    const auto init = Rig::init_of(rig.list().at(0).uuid);
    ASSERT_TRUE(init);
    EXPECT_EQ(processes_in(pid_namespace(*init)), 1u);
    EXPECT_TRUE(fs::is_empty(rig.folder / "vchan"));

    EXPECT_TRUE(rig.call_for<worker::Unpause>(domain).done);
    EXPECT_EQ(rig.state_of(domain), RunState::Running);
    // Both agents offer their rings.
    EXPECT_TRUE(eventually([&] {
        return fs::exists(rig.path("vchan/vchan." + std::to_string(domain) + ".0.512.sock")) &&
               fs::exists(rig.path("vchan/vchan." + std::to_string(domain) + ".0.6000.sock"));
    }));
}

TEST_F(LocalDomain, PowersOffWhenAsked)
{
    const uint32_t domain = rig.start("work");
    Call watch = rig.wait_for_death(domain, "work");
    EXPECT_TRUE(rig.call_for<worker::Shutdown>(domain).done);
    const Answer answer = watch.answer();
    ASSERT_TRUE(answer.died);
    EXPECT_EQ(answer.died->cause.value, DeathCause::PowerOff);
    EXPECT_NE(answer.died->console_tail.value.find("powering off"), std::string::npos);
    // As on Xen the dead domain stays until it is destroyed, and says the same again.
    EXPECT_EQ(rig.state_of(domain), RunState::Shutdown);
    EXPECT_EQ(death_of(domain, "work"), DeathCause::PowerOff);
    EXPECT_TRUE(rig.call_for<worker::Shutdown>(domain).failed);
    EXPECT_TRUE(rig.call_for<worker::Unpause>(domain).failed);
    EXPECT_TRUE(rig.call_for<worker::Destroy>(domain).done);
    EXPECT_TRUE(rig.list().empty());
}

TEST_F(LocalDomain, PowersOffWhilePaused)
{
    const uint32_t domain = rig.create("work");
    EXPECT_TRUE(rig.call_for<worker::Shutdown>(domain).done);
    EXPECT_EQ(death_of(domain, "work"), DeathCause::PowerOff);
}

TEST_F(LocalDomain, WhoseInitIsKilledHasCrashed)
{
    const uint32_t domain = rig.start("work");
    const auto init = Rig::init_of(rig.list().at(0).uuid);
    ASSERT_TRUE(init);
    const std::string space = pid_namespace(*init);
    ASSERT_TRUE(eventually([&] { return processes_in(space) == 4; }));
    Call watch = rig.wait_for_death(domain, "work");
    ASSERT_EQ(::kill(*init, SIGKILL), 0);
    const Answer answer = watch.answer();
    ASSERT_TRUE(answer.died);
    EXPECT_EQ(answer.died->cause.value, DeathCause::Crash);
    // The worker may have looked only after the kill, when the kernel was at it.
    EXPECT_TRUE(eventually([&] { return processes_in(space) == 0; }));
    EXPECT_EQ(rig.state_of(domain), RunState::Shutdown);
    EXPECT_TRUE(rig.call_for<worker::Destroy>(domain).done);
}

TEST_F(LocalDomain, IsReportedAsDestroyedToWhoeverWaits)
{
    const uint32_t domain = rig.start("work");
    const std::string space = pid_namespace(*Rig::init_of(rig.list().at(0).uuid));
    Call watch = rig.wait_for_death(domain, "work");
    Call deaf = rig.wait_for_death(domain, "work");
    EXPECT_TRUE(rig.call_for<worker::Destroy>(domain).done);
    EXPECT_EQ(processes_in(space), 0u);
    const Answer answer = watch.answer();
    ASSERT_TRUE(answer.died);
    EXPECT_EQ(answer.died->cause.value, DeathCause::Destroyed);
    // Also to whoever asks afterwards, and a second time is no error.
    EXPECT_EQ(death_of(domain, "work"), DeathCause::Destroyed);
    EXPECT_TRUE(rig.call_for<worker::Destroy>(domain).done);
    deaf.hang_up();
}

TEST_F(LocalDomain, IsNoLongerWaitedForWhenThePeerLeaves)
{
    const uint32_t domain = rig.create("work");
    Call watch = rig.wait_for_death(domain, "work");
    EXPECT_TRUE(watch.silent());
    watch.hang_up();
    watch.wait();
    EXPECT_EQ(rig.state_of(domain), RunState::Paused);
}

TEST_F(LocalDomain, HasAnIdThatNoOtherHas)
{
    const uint32_t work = rig.start("work");
    const uint32_t mail = rig.start("mail");
    EXPECT_NE(work, mail);
    EXPECT_EQ(rig.list().size(), 2u);
    EXPECT_TRUE(rig.call_for<worker::Destroy>(work).done);
    EXPECT_EQ(rig.state_of(mail), RunState::Running);
    // Not even the number of one that has just gone.
    const uint32_t again = rig.create("work");
    EXPECT_NE(again, work);
    EXPECT_NE(again, mail);
}

TEST_F(LocalDomain, SixAtOnceDoNotMeet)
{
    std::vector<std::unique_ptr<Call>> calls;
    for (int i = 0; i < 6; ++i)
        calls.push_back(std::make_unique<Call>(
            rig.environment, wire::frame_of(Rig::request_for("d" + std::to_string(i)))));
    for (const auto& call : calls)
        EXPECT_TRUE(call->answer().done);
    EXPECT_EQ(rig.list().size(), 6u);
}

TEST_F(LocalDomain, OfTheSameNameIsRefused)
{
    const uint32_t domain = rig.create("work");
    const Answer second = rig.call(Rig::request_for("work"));
    ASSERT_TRUE(second.failed);
    EXPECT_NE(second.failed->cause.value.find("has this name"), std::string::npos);
    EXPECT_EQ(rig.list().size(), 1u);
    EXPECT_TRUE(rig.call_for<worker::Destroy>(domain).done);
    EXPECT_NE(rig.create("work"), 0u);
}

TEST_F(LocalDomain, OfAnotherNameIsNotWaitedFor)
{
    const uint32_t domain = rig.create("work");
    EXPECT_TRUE(rig.wait_for_death(domain, "mail").answer().failed);
}

}  // namespace
}  // namespace insula::test
