// SPDX-License-Identifier: GPL-2.0-or-later
// Daemon and agent as processes, with a test that plays insulad.
#include "tests/unit/exec/insulad.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

namespace insula::test {
namespace {

using service::ServiceState;

std::string a_mebibyte()
{
    std::string text(1 << 20, '\0');
    for (size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<char>((i * 2'654'435'761u) >> 16);  // every byte value
    return text;
}

class ExecSession : public testing::Test {
protected:
    void SetUp() override
    {
        insulad.start_agent();
        insulad.start_daemon();
        insulad.serve();
    }

    Insulad insulad;
};

TEST_F(ExecSession, ExitCodesReachTheCaller)
{
    EXPECT_EQ(insulad.run("DEFAULT:nogui:true").code, 0);
    EXPECT_EQ(insulad.run("DEFAULT:nogui:exit 3").code, 3);
    EXPECT_EQ(insulad.run("DEFAULT:nogui:exit 255").code, 255);
    EXPECT_EQ(insulad.run("DEFAULT:nogui:/no/such/program").code, 127);
}

TEST_F(ExecSession, ASignalIs128AndItsNumber)
{
    EXPECT_EQ(insulad.run("DEFAULT:nogui:kill -KILL $$").code, 128 + 9);
    EXPECT_EQ(insulad.run("DEFAULT:nogui:kill -TERM $$").code, 128 + 15);
}

TEST_F(ExecSession, OutputAndErrorsStaySeparate)
{
    const Outcome outcome = insulad.run("DEFAULT:nogui:echo out; echo err >&2");
    EXPECT_EQ(outcome.output, "out\n");
    EXPECT_EQ(outcome.errors, "err\n");
    EXPECT_EQ(outcome.code, 0);
}

TEST_F(ExecSession, AMebibyteComesBackAsItWent)
{
    const std::string sent = a_mebibyte();
    const Outcome outcome = insulad.run("DEFAULT:nogui:cat", sent);
    EXPECT_EQ(outcome.output.size(), sent.size());
    EXPECT_TRUE(outcome.output == sent);
    EXPECT_EQ(outcome.code, 0);
}

TEST_F(ExecSession, TwentyCallsAtOnce)
{
    std::vector<Running> running;
    for (int i = 0; i < 20; ++i)
        running.push_back(insulad.exec("DEFAULT:nogui:read x; echo $x; exit " + std::to_string(i)));
    for (size_t i = 0; i < running.size(); ++i) {
        const Outcome outcome = finish(std::move(running[i]), "line" + std::to_string(i) + "\n");
        EXPECT_EQ(outcome.output, "line" + std::to_string(i) + "\n");
        EXPECT_EQ(outcome.code, static_cast<int32_t>(i));
    }
}

// More bytes than all queues together, and a reader that takes its time: nothing is lost.
TEST_F(ExecSession, ASlowReaderHoldsTheProcessBack)
{
    constexpr size_t kBytes = size_t{12} << 20;
    Running running = insulad.exec("DEFAULT:nogui:head -c " + std::to_string(kBytes) +
                                   " /dev/zero; echo done >&2");
    // The process cannot end while nobody reads: its end would be on stderr.
    pollfd ended{running.errors.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&ended, 1, 500), 0);
    const Outcome outcome = finish(std::move(running));
    EXPECT_EQ(outcome.output.size(), kBytes);
    EXPECT_EQ(outcome.errors, "done\n");
    EXPECT_EQ(outcome.code, 0);
}

TEST_F(ExecSession, AProcessThatDoesNotReadHoldsItsCallerBack)
{
    const std::string sent(size_t{12} << 20, 'x');
    const Outcome outcome = insulad.run("DEFAULT:nogui:read -t 1 nothing < /dev/zero; wc -c", sent);
    EXPECT_EQ(outcome.output, std::to_string(sent.size()) + "\n");
    EXPECT_EQ(outcome.code, 0);
}

TEST_F(ExecSession, ALostAgentEndsItsCallsWith125)
{
    Running running = insulad.exec("DEFAULT:nogui:echo here; sleep 1000");
    std::array<char, 5> here{};
    ASSERT_EQ(::read(running.output.get(), here.data(), here.size()), 5);
    insulad.stop_agent();
    EXPECT_EQ(finish(std::move(running)).code, 125);
}

TEST_F(ExecSession, AnAgentThatComesBackServesAgain)
{
    ASSERT_TRUE(insulad.await(ServiceState::Connected));
    insulad.stop_agent();
    ASSERT_TRUE(insulad.await(ServiceState::WaitingForAgent));
    insulad.start_agent();
    ASSERT_TRUE(insulad.await(ServiceState::Connected));
    EXPECT_EQ(insulad.run("DEFAULT:nogui:exit 4").code, 4);
}

TEST_F(ExecSession, AnAgentOutlivesItsDaemonAndSoDoItsProcesses)
{
    Running running = insulad.exec("DEFAULT:nogui:echo here; read x; echo over > " +
                                   insulad.path("left") + "; exit 0");
    std::array<char, 5> here{};
    ASSERT_EQ(::read(running.output.get(), here.data(), here.size()), 5);
    insulad.stop_daemon();
    insulad.start_daemon();
    insulad.serve();
    EXPECT_EQ(insulad.run("DEFAULT:nogui:exit 6").code, 6);
    EXPECT_EQ(insulad
                  .run("DEFAULT:nogui:until [ -e " + insulad.path("left") +
                       " ]; do read -t 0.1 x < /dev/zero; done")
                  .code,
              0);
}

TEST_F(ExecSession, ACommandThatBreaksARuleIs125)
{
    EXPECT_EQ(insulad.run("no user").code, 125);
    EXPECT_EQ(insulad.run("DEFAULT:nogui:").code, 125);
    EXPECT_EQ(insulad.run("nobody-has-this-name:nogui:true").code, 125);
    EXPECT_EQ(insulad.run("DEFAULT:nogui:true").code, 0);
}

TEST_F(ExecSession, AServiceIsRunDirectlyAndKnowsItsCaller)
{
    insulad.write_file("rpc/test.Echo",
                       "#!/bin/sh\n"
                       "echo \"$# $1|$QREXEC_REMOTE_DOMAIN|$QREXEC_SERVICE_FULL_NAME|"
                       "$QREXEC_SERVICE_ARGUMENT\"\ncat\n",
                       0755);
    const Outcome outcome = insulad.run("DEFAULT:nogui:QUBESRPC test.Echo+a.b+c work", "hello");
    EXPECT_EQ(outcome.output, "1 a.b+c|work|test.Echo+a.b+c|a.b+c\nhello");
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(insulad.run("DEFAULT:nogui:QUBESRPC test.None work").code, 127);
    insulad.write_file("rpc/test.Closed", "", 0644);
    EXPECT_EQ(insulad.run("DEFAULT:nogui:QUBESRPC test.Closed work").code, 126);
}

TEST_F(ExecSession, RootBecomesTheUser)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root to become another user";
    insulad.write_file("rpc/test.Id",
                       "#!/bin/sh\nid -un; id -u; id -ru; id -G; echo $HOME $USER; "
                       "grep CapEff /proc/self/status\n",
                       0755);
    const Outcome outcome = insulad.run("nobody:nogui:QUBESRPC test.Id work");
    EXPECT_EQ(outcome.output, "nobody\n65534\n65534\n65534\n/nonexistent nobody\n"
                              "CapEff:\t0000000000000000\n");
    EXPECT_EQ(outcome.code, 0);
}

TEST_F(ExecSession, TheEnvironmentIsTheUsersOwn)
{
    const Outcome outcome = insulad.run(
        "DEFAULT:nogui:echo $DISPLAY $XAUTHORITY $VCHAN_DOMAIN; ls /proc/$$/fd | wc -l");
    EXPECT_EQ(outcome.output.substr(0, outcome.output.find('\n')), ":0 /run/insula/xauthority");
}

TEST_F(ExecSession, ACommandWaitsForTheSession)
{
    std::filesystem::remove(insulad.path("X0"));
    Running waiting = insulad.exec("DEFAULT:echo started");
    EXPECT_EQ(insulad.run("DEFAULT:nogui:echo at once").output, "at once\n");
    pollfd started{waiting.output.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&started, 1, 300), 0);
    insulad.write_file("X0", "", 0644);
    const Outcome outcome = finish(std::move(waiting), "input that came before");
    EXPECT_EQ(outcome.output, "started\n");
    EXPECT_EQ(outcome.code, 0);
}

TEST(ExecSessionWithoutAgent, CommandsWaitForTheAgent)
{
    Insulad insulad;
    insulad.start_daemon();
    insulad.serve();
    ASSERT_TRUE(insulad.await(ServiceState::WaitingForAgent));
    Running waiting = insulad.exec("DEFAULT:nogui:exit 9");
    insulad.start_agent();
    EXPECT_EQ(finish(std::move(waiting)).code, 9);
}

TEST(ExecSessionWithoutAgent, OneMoreThan64WaitingIs125)
{
    Insulad insulad;
    insulad.start_daemon();
    insulad.serve();
    std::vector<Running> waiting;
    for (int i = 0; i < 64; ++i)
        waiting.push_back(insulad.exec("DEFAULT:nogui:exit 9"));
    EXPECT_EQ(insulad.run("DEFAULT:nogui:exit 9").code, 125);
    insulad.start_agent();
    for (Running& one : waiting)
        EXPECT_EQ(finish(std::move(one)).code, 9);
}

TEST(ExecSessionWithoutAgent, TheDaemonEndsWithItsLifeline)
{
    Insulad insulad;
    insulad.start_daemon();
    insulad.serve();
    insulad.stop_daemon();
}

TEST(ExecSessionWithoutAgent, NotExactlyFourDescriptorsEndTheDaemon)
{
    for (const size_t count : {size_t{1}, size_t{3}}) {
        Insulad insulad;
        insulad.start_daemon();
        insulad.serve();
        static_cast<void>(insulad.exec("DEFAULT:nogui:true", count));
        EXPECT_EQ(insulad.daemon_exit_code(), 1);
    }
}

}  // namespace
}  // namespace insula::test
