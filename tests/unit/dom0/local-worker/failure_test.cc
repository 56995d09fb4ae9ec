// SPDX-License-Identifier: GPL-2.0-or-later
// What goes wrong, and what it leaves: nothing.
#include "dom0/local-worker/cradle.h"
#include "dom0/local-worker/domain_table.h"
#include "dom0/local-worker/sandbox.h"
#include "tests/unit/dom0/local-worker/rig.h"

#include <chrono>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

namespace insula::test {
namespace {

namespace fs = std::filesystem;

class LocalFailure : public testing::Test {
protected:
    // The cause that a create gives, with the environment as it is now.
    std::string refusal(const std::string& name = "work")
    {
        const Answer answer = rig.call(Rig::request_for(name));
        EXPECT_FALSE(answer.created);
        return answer.failed ? answer.failed->cause.value : "";
    }

    Rig rig;
};

void write(const char* path, const std::string& text) { std::ofstream(path) << text; }

// From here on this process and its children make no user namespace.
void forbid_namespaces()
{
    const std::string uid = std::to_string(::geteuid()), gid = std::to_string(::getegid());
    if (::unshare(CLONE_NEWUSER) != 0)
        ::_exit(126);
    write("/proc/self/setgroups", "deny");
    write("/proc/self/uid_map", uid + " " + uid + " 1");
    write("/proc/self/gid_map", gid + " " + gid + " 1");
    write("/proc/sys/user/max_user_namespaces", "0");
}

TEST_F(LocalFailure, ForbiddenNamespacesAreNamedWithWhatToDo)
{
    Call call(rig.environment, wire::frame_of(Rig::request_for("work")), forbid_namespaces);
    const Answer answer = call.answer();
    ASSERT_TRUE(answer.failed);
    EXPECT_EQ(answer.failed->stage.value, "create");
    EXPECT_NE(answer.failed->cause.value.find("allow user namespaces"), std::string::npos)
        << answer.failed->cause.value;
    EXPECT_NE(answer.failed->log.value.find("bwrap: "), std::string::npos);
    EXPECT_TRUE(fs::is_empty(rig.path("state/domains")));
}

TEST_F(LocalFailure, AMissingProgramIsNamed)
{
    fs::remove(rig.path("programs/insula-exec-agent"));
    EXPECT_NE(refusal().find("insula-exec-agent is no program; set INSULA_LOCAL_PROGRAMS"),
              std::string::npos);
}

TEST_F(LocalFailure, TheFolderOfSocketsMustBeThere)
{
    rig.environment.erase("VCHAN_SOCKET_DIR");
    EXPECT_NE(refusal().find("VCHAN_SOCKET_DIR is not set"), std::string::npos);
    rig.environment["VCHAN_SOCKET_DIR"] = "vchan";
    EXPECT_NE(refusal().find("must be an absolute path"), std::string::npos);
    rig.environment["VCHAN_SOCKET_DIR"] = rig.path("nowhere");
    EXPECT_NE(refusal().find("is no folder; create it"), std::string::npos);
}

TEST_F(LocalFailure, AStateFolderThatOthersMayWriteToIsRefused)
{
    fs::create_directory(rig.path("state"));
    fs::permissions(rig.path("state"), fs::perms::all);
    EXPECT_NE(refusal().find("its user alone"), std::string::npos);
    fs::permissions(rig.path("state"), fs::perms::owner_all);
}

TEST_F(LocalFailure, ANameThatCouldLeaveItsFolderIsRefused)
{
    EXPECT_NE(refusal("../work").find("is not a domain name"), std::string::npos);
}

TEST_F(LocalFailure, AnInitThatCannotStartIsShownWithItsConsole)
{
    fs::remove(rig.path("programs/insula-local-init"));
    fs::create_symlink("/usr/bin/id", rig.path("programs/insula-local-init"));
    const Answer answer = rig.call(Rig::request_for("work"));
    ASSERT_TRUE(answer.failed);
    EXPECT_NE(answer.failed->cause.value.find("console says why"), std::string::npos);
    EXPECT_NE(answer.failed->log.value.find("no such user"), std::string::npos);
    EXPECT_TRUE(fs::is_empty(rig.path("state/domains")));
}

TEST_F(LocalFailure, AnAnswerThatNobodyTakesLeavesNothing)
{
    Call call(rig.environment, wire::frame_of(Rig::request_for("work")));
    call.hang_up();
    call.wait();
    EXPECT_TRUE(!fs::exists(rig.path("state/domains")) || fs::is_empty(rig.path("state/domains")));
}

TEST_F(LocalFailure, WhatAKilledWorkerBeganIsRemovedByTheNextLook)
{
    rig.call(worker::List{});
    fs::create_directory(rig.path("state/domains/7"));
    write(rig.path("state/domains/7/life").c_str(), "p");
    write(rig.path("state/domains/7/console.log").c_str(), "");
    EXPECT_TRUE(rig.list().empty());
    EXPECT_FALSE(fs::exists(rig.path("state/domains/7")));
}

TEST_F(LocalFailure, AWorkerKilledAtAnyMomentLeavesAWholeDomainOrNone)
{
    for (int milliseconds = 0; milliseconds < 160; milliseconds += 8) {
        const worker::Create request = Rig::request_for("work");
        {
            Call call(rig.environment, wire::frame_of(request));
            std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
            call.kill();
        }
        const auto listed = rig.list();
        if (listed.empty()) {
            // The init hears of it by itself.
            EXPECT_TRUE(eventually([&] { return !Rig::init_of(request.uuid); }));
            continue;
        }
        ASSERT_EQ(listed.size(), 1u);
        EXPECT_EQ(listed[0].state.value, worker::RunState::Paused);
        EXPECT_TRUE(Rig::init_of(request.uuid));
        EXPECT_TRUE(rig.call_for<worker::Destroy>(listed[0].domain.value).done);
    }
}

// Before anybody looks.
TEST_F(LocalFailure, AnInitWhoseWorkerLeavesEndsByItself)
{
    using namespace local_worker;
    const worker::Create request = Rig::request_for("work");
    auto table = DomainTable::open(rig.path("state"));
    ASSERT_TRUE(table);
    auto folder = table->add({request.name, request.uuid, 0, {rig.path("vchan")}});
    ASSERT_TRUE(folder);
    const Programs programs{LOCAL_INIT, WINDOW_AGENT, EXEC_AGENT};
    const Sandbox sandbox{folder->id(),
                          "work",
                          hexadecimal(request.uuid),
                          *table->home_of("work"),
                          rig.path("vchan"),
                          programs,
                          Runner::User};
    const auto life = folder->life(), console = folder->console();
    ASSERT_TRUE(life && console);
    {
        const auto cradle = Cradle::start(bubblewrap_arguments(sandbox), *life, *console);
        ASSERT_TRUE(cradle) << cradle.error().describe();
        EXPECT_TRUE(Rig::init_of(request.uuid));
    }
    EXPECT_TRUE(eventually([&] { return !*holder_of(life->get()); }));
    EXPECT_TRUE(eventually([&] { return !Rig::init_of(request.uuid); }));
    // The folder is its maker's as long as that lives.
    EXPECT_TRUE(rig.list().empty());
    EXPECT_TRUE(fs::exists(rig.path("state/domains/1")));
    EXPECT_TRUE(folder->remove());
}

TEST_F(LocalFailure, AnUnknownRequestIsRefused)
{
    std::vector<std::byte> frame = wire::frame_of(worker::List{});
    frame[0] = std::byte{99};
    const Answer answer = Call(rig.environment, frame).answer();
    ASSERT_TRUE(answer.failed);
    EXPECT_EQ(answer.failed->stage.value, "request");
}

}  // namespace
}  // namespace insula::test
