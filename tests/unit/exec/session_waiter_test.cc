// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/session_waiter.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace insula::exec_agent {
namespace {

using std::chrono::milliseconds;

class SessionWaiting : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = std::filesystem::temp_directory_path() / "insula-x-XXXXXX";
        folder = ::mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    std::unique_ptr<SessionWaiter> wait()
    {
        auto waiter = SessionWaiter::start(loop, folder + "/unix/X0", [this] { ++calls; });
        EXPECT_TRUE(waiter);
        return *std::move(waiter);
    }
    void turn()
    {
        while (*loop.run_once(milliseconds(50))) {
        }
    }

    Loop loop = *Loop::create();
    std::string folder;
    int calls = 0;
};

TEST_F(SessionWaiting, ASocketThatIsThereEndsItAtOnce)
{
    std::filesystem::create_directory(folder + "/unix");
    std::ofstream(folder + "/unix/X0") << "";
    const auto waiter = wait();
    EXPECT_EQ(calls, 0);  // never from inside start()
    turn();
    EXPECT_EQ(calls, 1);
}

TEST_F(SessionWaiting, NeitherFolderNorSocketNeedBeThere)
{
    const auto waiter = wait();
    turn();
    EXPECT_EQ(calls, 0);
    std::filesystem::create_directory(folder + "/unix");
    turn();
    EXPECT_EQ(calls, 0);
    std::ofstream(folder + "/unix/X1") << "";
    turn();
    EXPECT_EQ(calls, 0);
    std::ofstream(folder + "/unix/X0") << "";
    turn();
    EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace insula::exec_agent
