// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/relay/descriptor_sink.h"
#include "proto/relay/descriptor_source.h"

#include <array>
#include <csignal>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace insula {
namespace {

class Relay : public testing::Test {
protected:
    void SetUp() override
    {
        ::signal(SIGPIPE, SIG_IGN);
        std::array<int, 2> both{};
        ASSERT_EQ(::pipe2(both.data(), O_CLOEXEC), 0);
        read_end = UniqueFd(both[0]);
        write_end = UniqueFd(both[1]);
    }
    void turn()
    {
        while (*loop.run_once(std::chrono::milliseconds(20))) {
        }
    }
    DescriptorSource::Take collect()
    {
        return [this](Bytes bytes) {
            got += text_of(bytes);
            ends += bytes.empty() ? 1 : 0;
        };
    }

    Loop loop = *Loop::create();
    UniqueFd read_end, write_end;
    std::string got;
    int ends = 0;
    int progress = 0;
};

TEST_F(Relay, ASourceGivesBytesAndThenItsEndOnce)
{
    const auto source = *DescriptorSource::create(loop, std::move(read_end), 4, collect());
    ASSERT_EQ(::write(write_end.get(), "abcdef", 6), 6);
    turn();
    EXPECT_EQ(got, "abcdef");
    write_end.reset();
    turn();
    EXPECT_EQ(ends, 1);
    EXPECT_TRUE(source->at_end());
}

TEST_F(Relay, APausedSourceLeavesBytesWhereTheyAre)
{
    const auto source = *DescriptorSource::create(loop, std::move(read_end), 64, collect());
    source->pause();
    ASSERT_EQ(::write(write_end.get(), "abc", 3), 3);
    turn();
    EXPECT_EQ(got, "");
    ASSERT_TRUE(source->resume());
    turn();
    EXPECT_EQ(got, "abc");
}

TEST_F(Relay, ASourceReadsAFileThatEpollRefuses)
{
    UniqueFd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    const auto size = static_cast<size_t>(::lseek(file.get(), 0, SEEK_END));
    ::lseek(file.get(), 0, SEEK_SET);
    const auto source = *DescriptorSource::create(loop, std::move(file), 65'536, collect());
    turn();
    EXPECT_EQ(got.size(), size);
    EXPECT_EQ(ends, 1);
}

TEST_F(Relay, ASinkQueuesWhatItsReaderDoesNotTake)
{
    const auto sink = *DescriptorSink::create(loop, std::move(write_end), [this] { ++progress; });
    const std::string sent(300'000, 'x');
    sink->write(bytes_of(sent));
    sink->finish();
    EXPECT_GT(sink->queued(), 0u);
    EXPECT_FALSE(sink->closed());
    const auto source = *DescriptorSource::create(loop, std::move(read_end), 4096, collect());
    turn();
    EXPECT_EQ(got, sent);
    EXPECT_TRUE(sink->closed());
    EXPECT_EQ(progress, 1);
    EXPECT_EQ(ends, 1);
}

TEST_F(Relay, ASinkWhoseReaderHasGoneSwallowsEverything)
{
    const auto sink = *DescriptorSink::create(loop, std::move(write_end), [] {});
    read_end.reset();
    sink->write(bytes_of("abc"));
    EXPECT_TRUE(sink->closed());
    sink->write(bytes_of("abc"));
    EXPECT_EQ(sink->queued(), 0u);
}

}  // namespace
}  // namespace insula
