// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/transport/xen/vchan_stream.h"

#include "proto/transport/xen/listening.h"
#include "tests/fakes/fake_libxenvchan.h"
#include "tests/fakes/stream_recorder.h"

#include <gtest/gtest.h>

namespace insula::xen {
namespace {

using namespace std::chrono_literals;

class VchanStreamTest : public ::testing::Test {
protected:
    VchanStreamTest() : loop_(*Loop::create())
    {
        fake::reset();
        recorder_.adopt(std::make_unique<VchanStream>(
            loop_, Ring(libxenvchan_client_init(nullptr, 5, "/test"))));
    }
    void settle()
    {
        while (*loop_.run_once(0us)) {
        }
    }

    Loop loop_;
    fake::StreamRecorder recorder_;
};

TEST_F(VchanStreamTest, NeverLetsTheLibraryBlock)
{
    fake::peer().write(1);
    ASSERT_TRUE(recorder_.stream->send(bytes_of("x")));
    settle();
    EXPECT_EQ(recorder_.received.size(), 1u);
    EXPECT_FALSE(fake::peer().we_block);
}

TEST_F(VchanStreamTest, DeliversWhatWasWrittenBeforeWeListened)
{
    fake::peer().to_us.resize(10);  // no event
    settle();
    EXPECT_EQ(recorder_.received.size(), 10u);
}

TEST_F(VchanStreamTest, DeliversMoreThanOneTurnWithOneEvent)
{
    const size_t flood = Stream::kChunk * Stream::kChunksPerTurn * 3 + 1;
    fake::peer().write(flood);
    settle();
    EXPECT_EQ(recorder_.received.size(), flood);
}

TEST_F(VchanStreamTest, OneTurnIsBounded)
{
    settle();
    fake::peer().write(Stream::kChunk * Stream::kChunksPerTurn * 3);
    ASSERT_TRUE(*loop_.run_once(0us));
    EXPECT_EQ(recorder_.received.size(), Stream::kChunk * Stream::kChunksPerTurn);
}

TEST_F(VchanStreamTest, DeliversTheTailBeforeReportingTheClose)
{
    fake::peer().to_us.resize(3);
    fake::peer().hang_up();
    settle();
    EXPECT_EQ(recorder_.received.size(), 3u);
    EXPECT_EQ(recorder_.closed, Errc::PeerClosed);
    EXPECT_TRUE(fake::peer().we_closed);
}

TEST_F(VchanStreamTest, DeliversATailOfSeveralTurnsAlsoWithBytesStillQueued)
{
    fake::peer().room = 0;
    ASSERT_TRUE(recorder_.stream->send(bytes_of("never read")));
    const size_t tail = Stream::kChunk * Stream::kChunksPerTurn * 2 + 5;
    fake::peer().to_us.resize(tail);
    fake::peer().hang_up();
    settle();
    EXPECT_EQ(recorder_.received.size(), tail);
    EXPECT_EQ(recorder_.closed, Errc::PeerClosed);
}

TEST_F(VchanStreamTest, AFailedSendClosesFromTheLoopAndNotFromInsideSend)
{
    settle();
    fake::peer().write_fails = true;
    const auto sent = recorder_.stream->send(bytes_of("x"));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code(), Errc::PeerClosed);
    EXPECT_FALSE(recorder_.closed);
    settle();
    EXPECT_EQ(recorder_.closed, Errc::PeerClosed);
}

TEST_F(VchanStreamTest, AProtocolErrorClosesAndMayDestroyTheStream)
{
    recorder_.reject = true;
    fake::peer().write(1);
    settle();
    EXPECT_EQ(recorder_.closed, Errc::Protocol);
    EXPECT_EQ(recorder_.stream, nullptr);
}

TEST_F(VchanStreamTest, SendNeverBlocksAndIsCompletedLater)
{
    fake::peer().room = 4;
    ASSERT_TRUE(recorder_.stream->send(bytes_of("sixsix")));
    EXPECT_EQ(fake::peer().from_us.size(), 4u);
    EXPECT_EQ(recorder_.stream->queued(), 2u);
    fake::peer().room = 100;
    fake::peer().notify();
    settle();
    EXPECT_EQ(fake::peer().from_us.size(), 6u);
    EXPECT_EQ(recorder_.stream->queued(), 0u);
}

TEST_F(VchanStreamTest, APeerThatDoesNotReadExhaustsItsQueue)
{
    fake::peer().room = 0;
    const std::vector<std::byte> most(Stream::kMaxQueued);
    ASSERT_TRUE(recorder_.stream->send(most));
    const auto refused = recorder_.stream->send(bytes_of("x"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::Exhausted);
    EXPECT_EQ(recorder_.stream->queued(), Stream::kMaxQueued);
}

class VchanListeningTest : public ::testing::Test {
protected:
    VchanListeningTest() : loop_(*Loop::create()) { fake::reset(); }
    void offer()
    {
        auto pending = Listening::start(loop_, DomainId{0}, "/test/5", 4096,
                                        [this](std::unique_ptr<Stream> stream) {
                                            ++calls_;
                                            pending_.reset();
                                            recorder_.adopt(std::move(stream));
                                        });
        ASSERT_TRUE(pending);
        pending_ = *std::move(pending);
    }
    void settle()
    {
        while (*loop_.run_once(0us)) {
        }
    }

    Loop loop_;
    fake::StreamRecorder recorder_;
    std::unique_ptr<Transport::Pending> pending_;
    int calls_ = 0;
};

TEST_F(VchanListeningTest, WaitsForTheClientAndNotJustForAnEvent)
{
    offer();
    EXPECT_EQ(fake::peer().offered_path, "/test/5");
    fake::peer().notify();
    settle();
    EXPECT_EQ(calls_, 0);
    fake::peer().come();
    settle();
    EXPECT_EQ(calls_, 1);
    fake::peer().write(2);
    settle();
    EXPECT_EQ(recorder_.received.size(), 2u);
}

TEST_F(VchanListeningTest, AClientThatCameAndWentIsReportedAsClosed)
{
    offer();
    fake::peer().hang_up();
    settle();
    EXPECT_EQ(calls_, 1);
    EXPECT_EQ(recorder_.closed, Errc::PeerClosed);
}

TEST_F(VchanListeningTest, AWithdrawnOfferClosesItsRing)
{
    offer();
    pending_.reset();
    EXPECT_TRUE(fake::peer().we_closed);
    fake::peer().come();
    settle();
    EXPECT_EQ(calls_, 0);
}

TEST_F(VchanListeningTest, RefusesARingThatLibxenvchanCannotDescribe)
{
    const auto refused = Listening::start(loop_, DomainId{0}, "/test/5", 1024 * 1024 + 1, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::Invalid);
}

}  // namespace
}  // namespace insula::xen
