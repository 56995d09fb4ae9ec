// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/worker/console_tail.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace insula::worker {
namespace {

class ConsoleTail : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = std::filesystem::temp_directory_path() / "insula-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string log() const { return folder_ + "/guest-work.log"; }
    std::string tail() const { return console_tail(log()); }

    std::string folder_;
};

TEST_F(ConsoleTail, IsTheLastEightKibibytesRaw)
{
    std::ofstream(log()) << std::string(5000, 'a') << std::string(8191, 'b') << '\x1b';
    EXPECT_EQ(tail(), std::string(8191, 'b') + '\x1b');
}

TEST_F(ConsoleTail, IsAllOfAShortLog)
{
    std::ofstream(log()) << "boot\n";
    EXPECT_EQ(tail(), "boot\n");
}

TEST_F(ConsoleTail, IsEmptyWithoutALog) { EXPECT_EQ(tail(), ""); }

TEST_F(ConsoleTail, FollowsNoLinkAndReadsNoFifo)
{
    std::ofstream(folder_ + "/secret") << "secret";
    std::filesystem::create_symlink(folder_ + "/secret", log());
    EXPECT_EQ(tail(), "");
    std::filesystem::remove(log());
    ASSERT_EQ(::mkfifo(log().c_str(), 0600), 0);
    EXPECT_EQ(tail(), "");
}

}  // namespace
}  // namespace insula::worker
