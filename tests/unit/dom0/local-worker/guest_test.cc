// SPDX-License-Identifier: GPL-2.0-or-later
// What a local domain looks like from the inside, by way of the real execution daemon and agent.
#include "tests/unit/dom0/local-worker/rig.h"
#include "tests/unit/exec/insulad.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace insula::test {
namespace {

using service::ServiceState;

// A running domain and the way to run commands in it.
class Guest {
public:
    Guest(const Rig& rig, const std::string& name)
        : domain(rig.start(name)),
          insulad_(rig.path("vchan"), domain)
    {
        insulad_.start_daemon();
        insulad_.serve();
        EXPECT_TRUE(await());
    }
    bool await() { return insulad_.await(ServiceState::Connected); }
    // The output of a command line, without a session.
    std::string run(const std::string& line)
    {
        return insulad_.run("DEFAULT:nogui:" + line).output;
    }
    // With one: it waits for the X server.
    Outcome run_in_session(const std::string& line) { return insulad_.run("user:" + line); }
    // Not waited for.
    Running begin(const std::string& line) { return insulad_.exec("DEFAULT:nogui:" + line); }

    const uint32_t domain;

private:
    Insulad insulad_;
};

class LocalGuest : public testing::Test {
protected:
    std::string console(uint32_t domain) const
    {
        return contents(rig.path("state/domains/" + std::to_string(domain) + "/console.log"));
    }

    Rig rig;
};

TEST_F(LocalGuest, IsAPlaceOfItsOwn)
{
    Guest guest(rig, "work");
    EXPECT_EQ(guest.run("id -un; hostname; cat /etc/hostname; echo $HOME"),
              "user\nwork\nwork\n/home/user\n");
    EXPECT_EQ(guest.run("ls /sys/class/net 2>/dev/null; tail -n +3 /proc/net/dev | cut -d: -f1"),
              "    lo\n");
    // The init, the programs, this shell and its command: no process of the host.
    EXPECT_EQ(guest.run("cat /proc/1/comm"), "insula-local-in\n");
    EXPECT_LT(std::stoi(guest.run("ls -d /proc/[0-9]* | wc -l")), 12);
    EXPECT_EQ(guest.run("ls /home; ls /root /opt /srv"), "user\n/opt:\n\n/root:\n\n/srv:\n");
    EXPECT_EQ(guest.run("test -e /etc/shadow || echo none"), "none\n");
    EXPECT_EQ(guest.run("grep CapEff /proc/self/status"), "CapEff:\t0000000000000000\n");
}

TEST_F(LocalGuest, HasTheUsualDevices)
{
    Guest guest(rig, "work");
    EXPECT_EQ(guest.run("cd /dev && for f in null zero full random urandom tty ptmx; do "
                        "test -c $f || echo $f; done; for f in pts shm; do test -d $f || echo $f; "
                        "done"),
              "");
    EXPECT_EQ(guest.run("echo x > /dev/null && head -c 4 /dev/urandom | wc -c"), "4\n");
    EXPECT_EQ(guest.run("ls /dev | grep -c -e kvm -e vda -e sda -e mem"), "0\n");
}

TEST_F(LocalGuest, CannotWriteToTheHostsPrograms)
{
    Guest guest(rig, "work");
    EXPECT_EQ(guest.run("touch /usr/insula-test 2>&1"),
              "touch: cannot touch '/usr/insula-test': Read-only file system\n");
    EXPECT_EQ(guest.run("test -w /run/insula/programs/insula-local-init || echo no"), "no\n");
    // Under root's worker only the read-only mount is in the way. Asked for, not tried.
    EXPECT_EQ(guest.run("test -w /proc/sys/kernel/core_pattern || echo no"), "no\n");
    EXPECT_EQ(guest.run("test -w /proc/sysrq-trigger || echo no"), "no\n");
}

TEST_F(LocalGuest, KeepsItsHomeAndNothingElse)
{
    const std::string places = "/home/user /tmp /etc /var /run /root /opt";
    {
        Guest guest(rig, "work");
        EXPECT_EQ(guest.run("for d in " + places + "; do echo kept > $d/mark || echo $d; done"),
                  "");
        EXPECT_TRUE(rig.call_for<worker::Shutdown>(guest.domain).done);
        EXPECT_TRUE(rig.wait_for_death(guest.domain, "work").answer().died);
        EXPECT_TRUE(rig.call_for<worker::Destroy>(guest.domain).done);
    }
    Guest guest(rig, "work");
    EXPECT_EQ(guest.run("for d in " + places + "; do cat $d/mark 2>/dev/null && echo $d; done"),
              "kept\n/home/user\n");
    // Another domain has another home.
    Guest other(rig, "mail");
    EXPECT_EQ(other.run("ls -A /home/user"), "");
}

TEST_F(LocalGuest, HasAnXServerThatTheAgentsMayUse)
{
    Guest guest(rig, "work");
    const Outcome outcome = guest.run_in_session("xdpyinfo | grep dimensions");
    if (outcome.code == 127)
        GTEST_SKIP() << "xdpyinfo is not installed";
    EXPECT_NE(outcome.output.find("1920x1200"), std::string::npos) << outcome.errors;
    // It came up at the first attempt.
    EXPECT_EQ(console(guest.domain).find("ended"), std::string::npos) << console(guest.domain);
    EXPECT_EQ(guest.run_in_session("XAUTHORITY=/dev/null xdpyinfo").code, 1);
}

TEST_F(LocalGuest, GetsItsProgramsBackWhenTheyDie)
{
    Guest guest(rig, "work");
    guest.begin("setsid sleep 1000 & kill -9 $PPID");
    ASSERT_TRUE(guest.await());
    // The person's programs live on.
    EXPECT_EQ(guest.run("cat /proc/[0-9]*/comm | grep -c sleep"), "1\n");
    EXPECT_EQ(guest.run_in_session("true").code, 0);
    const std::string x_server = "grep -l Xvfb /proc/[0-9]*/comm | cut -d/ -f3";
    const std::string before = guest.run(x_server);
    guest.run("kill -9 $(" + x_server + ")");
    EXPECT_TRUE(eventually([&] {
        const std::string now = guest.run(x_server);
        return !now.empty() && now != before;
    }));
    EXPECT_EQ(rig.state_of(guest.domain), worker::RunState::Running);
}

TEST_F(LocalGuest, PowersOffFromInside)
{
    Guest guest(rig, "work");
    // One that does not listen costs patience, not the power off.
    guest.begin("trap '' TERM; touch /tmp/deaf; while :; do sleep 1; done");
    EXPECT_TRUE(eventually([&] { return guest.run("ls /tmp") == "deaf\n"; }));
    guest.run("kill 1");
    const Answer answer = rig.wait_for_death(guest.domain, "work").answer();
    ASSERT_TRUE(answer.died);
    EXPECT_EQ(answer.died->cause.value, worker::DeathCause::PowerOff);
}

TEST_F(LocalGuest, CannotFillTheHostsDiskByItsConsole)
{
    Guest guest(rig, "work");
    EXPECT_EQ(guest.run("head -c 3000000 /dev/zero | tr '\\0' x > /proc/$PPID/fd/2; echo $?"),
              "0\n");
    guest.run("echo the end > /proc/$PPID/fd/2");
    EXPECT_TRUE(
        eventually([&] { return console(guest.domain).find("the end\n") != std::string::npos; }));
    EXPECT_LE(console(guest.domain).size(), 256u * 1024);
    EXPECT_GE(console(guest.domain).size(), 64u * 1024);
}

}  // namespace
}  // namespace insula::test
