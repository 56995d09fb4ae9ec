// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/window_buffer.h"

#include "proto/gui/limits.h"

#include <gtest/gtest.h>

namespace insula::window_agent {
namespace {

class FakePages final : public SharedPages {
public:
    explicit FakePages(int& alive) : alive_(alive) { ++alive_; }
    ~FakePages() override { --alive_; }
    MutableBytes bytes() override { return {}; }
    std::span<const uint32_t> references() const override { return {}; }

private:
    int& alive_;
};

class WindowBufferTest : public ::testing::Test {
protected:
    Buffer make() { return {*budget_.take(1), std::make_unique<FakePages>(alive_), 1, 1}; }

    PageBudget budget_;
    int alive_ = 0;
};

TEST_F(WindowBufferTest, KeepsTheOldOneUntilTheNewOneIsAcknowledged)
{
    WindowBuffer buffer(DumpAcks::Expected);
    buffer.replace(make());
    buffer.on_ack();
    EXPECT_TRUE(buffer.may_replace());
    buffer.replace(make());
    EXPECT_FALSE(buffer.may_replace());
    EXPECT_EQ(alive_, 2);
    buffer.on_ack();
    EXPECT_TRUE(buffer.may_replace());
    EXPECT_EQ(alive_, 1);
    EXPECT_EQ(budget_.used(), 1u);
}

TEST_F(WindowBufferTest, TheAcknowledgementOfTheOlderDumpReleasesNothing)
{
    WindowBuffer buffer(DumpAcks::Expected);
    buffer.replace(make());
    buffer.replace(make());
    buffer.on_ack();
    EXPECT_EQ(alive_, 2);
    EXPECT_FALSE(buffer.may_replace());
    buffer.on_ack();
    EXPECT_EQ(alive_, 1);
}

TEST_F(WindowBufferTest, UnaskedAcknowledgementsChangeNothing)
{
    WindowBuffer buffer(DumpAcks::Expected);
    buffer.on_ack();
    buffer.replace(make());
    buffer.on_ack();
    buffer.on_ack();
    buffer.replace(make());
    EXPECT_EQ(alive_, 2);
}

TEST_F(WindowBufferTest, WithoutAcknowledgementsKeepsTheOldOneUntilTheNext)
{
    WindowBuffer buffer(DumpAcks::Never);
    buffer.replace(make());
    buffer.replace(make());
    EXPECT_EQ(alive_, 2);
    EXPECT_TRUE(buffer.may_replace());
    buffer.drop_what_nobody_reads();
    EXPECT_EQ(alive_, 1);
    buffer.replace(make());
    EXPECT_EQ(alive_, 2);
}

TEST(PageBudget, RefusesOneBeyondTheLimit)
{
    PageBudget budget;
    auto all = budget.take(kMaxTotalPages - 1);
    auto last = budget.take(1);
    ASSERT_TRUE(all && last);
    EXPECT_FALSE(budget.take(1));
    last.reset();
    EXPECT_TRUE(budget.take(1));
    EXPECT_EQ(budget.used(), kMaxTotalPages - 1);
}

TEST(PageBudget, TheLargestWindowFitsTheLargestDump)
{
    EXPECT_EQ(pages_for(gui::kMaxWindowWidth, gui::kMaxWindowHeight), gui::kMaxGrantRefs);
    EXPECT_EQ(pages_for(1, 1), 1u);
    EXPECT_EQ(pages_for(1024, 1), 1u);
    EXPECT_EQ(pages_for(1025, 1), 2u);
}

}  // namespace
}  // namespace insula::window_agent
