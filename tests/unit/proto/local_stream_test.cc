// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fakes/stream_recorder.h"
#include "tests/unit/proto/local_fixture.h"

#include <gtest/gtest.h>

namespace insula {
namespace {

using namespace std::chrono_literals;
using fake::StreamRecorder;

constexpr Endpoint kDaemon{DomainId{0}, Port::Gui};
constexpr Endpoint kAgent{DomainId{5}, Port::Gui};

class LocalStreamTest : public LocalFixture {
protected:
    void listen(StreamRecorder& recorder)
    {
        auto pending = agent_->listen(kDaemon, 4096, [&](auto s) { recorder.adopt(std::move(s)); });
        ASSERT_TRUE(pending) << pending.error().describe();
        listening_ = *std::move(pending);
    }
    void connect(StreamRecorder& recorder)
    {
        auto pending = daemon_->connect(kAgent, [&](auto s) { recorder.adopt(std::move(s)); });
        ASSERT_TRUE(pending) << pending.error().describe();
        connecting_ = *std::move(pending);
    }
    void pair()
    {
        listen(server_);
        connect(client_);
        ASSERT_TRUE(until([&] { return server_.started && client_.started; }));
    }

    // Before what their callbacks write to is gone: the attempts last.
    StreamRecorder server_;
    StreamRecorder client_;
    std::unique_ptr<Transport::Pending> listening_;
    std::unique_ptr<Transport::Pending> connecting_;
};

TEST_F(LocalStreamTest, BytesArriveBothWays)
{
    pair();
    ASSERT_TRUE(server_.stream->send(bytes_of("hello ")));
    ASSERT_TRUE(server_.stream->send(bytes_of("daemon")));
    ASSERT_TRUE(client_.stream->send(bytes_of("hello agent")));
    EXPECT_TRUE(until([&] { return client_.received == "hello daemon"; })) << client_.received;
    EXPECT_TRUE(until([&] { return server_.received == "hello agent"; })) << server_.received;
}

TEST_F(LocalStreamTest, NeitherListenNorConnectCallsBackFromInside)
{
    listen(server_);
    connect(client_);
    EXPECT_FALSE(server_.started || client_.started);
}

TEST_F(LocalStreamTest, AConnectThatCameFirstWaits)
{
    connect(client_);
    settle();
    EXPECT_FALSE(client_.started);
    listen(server_);
    EXPECT_TRUE(until([&] { return server_.started && client_.started; }));
}

TEST_F(LocalStreamTest, AMessageInHalvesArrivesInHalves)
{
    pair();
    ASSERT_TRUE(server_.stream->send(bytes_of("half ")));
    EXPECT_TRUE(until([&] { return client_.received == "half "; }));
    ASSERT_TRUE(server_.stream->send(bytes_of("whole")));
    EXPECT_TRUE(until([&] { return client_.received == "half whole"; }));
}

TEST_F(LocalStreamTest, DeliversMoreThanTheSocketHolds)
{
    pair();
    const std::vector<std::byte> most(Stream::kMaxQueued, std::byte{'x'});
    ASSERT_TRUE(server_.stream->send(most));
    EXPECT_GT(server_.stream->queued(), 0u);
    EXPECT_TRUE(until([&] { return client_.received.size() == most.size(); }));
    EXPECT_EQ(server_.stream->queued(), 0u);
}

TEST_F(LocalStreamTest, OneTurnIsBounded)
{
    pair();
    settle();
    const std::vector<std::byte> flood(Stream::kChunk * Stream::kChunksPerTurn + 1);
    ASSERT_TRUE(server_.stream->send(flood));
    ASSERT_EQ(server_.stream->queued(), 0u);
    ASSERT_TRUE(*loop_.run_once(0us));
    EXPECT_LE(client_.received.size(), Stream::kChunk * Stream::kChunksPerTurn);
    EXPECT_TRUE(until([&] { return client_.received.size() == flood.size(); }));
}

TEST_F(LocalStreamTest, APeerThatDoesNotReadExhaustsItsQueue)
{
    pair();
    // The loop does not run, so nobody reads.
    const std::vector<std::byte> most(Stream::kMaxQueued);
    ASSERT_TRUE(server_.stream->send(most));
    const size_t queued = server_.stream->queued();
    const std::vector<std::byte> beyond(Stream::kMaxQueued - queued + 1);
    const auto refused = server_.stream->send(beyond);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::Exhausted);
    EXPECT_EQ(server_.stream->queued(), queued);
    EXPECT_TRUE(server_.stream->send(Bytes(beyond).first(beyond.size() - 1)));
}

TEST_F(LocalStreamTest, DeliversTheTailBeforeReportingTheClose)
{
    pair();
    ASSERT_TRUE(server_.stream->send(bytes_of("last words")));
    server_.stream.reset();
    EXPECT_TRUE(until([&] { return client_.closed.has_value(); }));
    EXPECT_EQ(client_.received, "last words");
    EXPECT_EQ(client_.closed, Errc::PeerClosed);
}

TEST_F(LocalStreamTest, DeliversTheTailAlsoToOneThatIsWriting)
{
    pair();
    ASSERT_TRUE(server_.stream->send(bytes_of("last words")));
    server_.stream.reset();
    const auto sent = client_.stream->send(bytes_of("too late"));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code(), Errc::PeerClosed);
    EXPECT_FALSE(client_.closed);
    EXPECT_TRUE(until([&] { return client_.closed.has_value(); }));
    EXPECT_EQ(client_.received, "last words");
}

TEST_F(LocalStreamTest, ARejectedMessageClosesAndMayDestroyTheStream)
{
    pair();
    client_.reject = true;
    ASSERT_TRUE(server_.stream->send(bytes_of("bad")));
    EXPECT_TRUE(until([&] { return client_.closed.has_value(); }));
    EXPECT_EQ(client_.closed, Errc::Protocol);
    EXPECT_EQ(client_.stream, nullptr);
    EXPECT_TRUE(until([&] { return server_.closed == Errc::PeerClosed; }));
}

TEST_F(LocalStreamTest, ReconnectsToARestartedServer)
{
    pair();
    server_.stream.reset();
    ASSERT_TRUE(until([&] { return client_.closed.has_value(); }));
    StreamRecorder second_client;
    StreamRecorder second_server;
    connect(second_client);
    settle();
    EXPECT_FALSE(second_client.started);
    listen(second_server);
    ASSERT_TRUE(until([&] { return second_server.started && second_client.started; }));
    ASSERT_TRUE(second_server.stream->send(bytes_of("again")));
    EXPECT_TRUE(until([&] { return second_client.received == "again"; }));
}

TEST_F(LocalStreamTest, AStaleSocketOfADeadServerIsWaitedOutAndReplaced)
{
    leave_stale_socket("vchan.5.0.6000.sock");
    connect(client_);
    settle();
    EXPECT_FALSE(client_.started);
    listen(server_);
    EXPECT_TRUE(until([&] { return server_.started && client_.started; }));
}

TEST_F(LocalStreamTest, AnAttemptThatWasDroppedConnectsNoMore)
{
    connect(client_);
    connecting_.reset();
    listen(server_);
    settle();
    EXPECT_FALSE(client_.started);
    EXPECT_FALSE(server_.started);
}

TEST_F(LocalStreamTest, AnOfferThatWasDroppedLeavesNoSocket)
{
    listen(server_);
    EXPECT_TRUE(exists("vchan.5.0.6000.sock"));
    listening_.reset();
    EXPECT_FALSE(exists("vchan.5.0.6000.sock"));
}

TEST_F(LocalStreamTest, AttemptsMayBeDestroyedInsideTheirCallback)
{
    auto pending = agent_->listen(kDaemon, 4096, [&](auto s) {
        listening_.reset();
        server_.adopt(std::move(s));
    });
    ASSERT_TRUE(pending);
    listening_ = *std::move(pending);
    auto attempt = daemon_->connect(kAgent, [&](auto s) {
        connecting_.reset();
        client_.adopt(std::move(s));
    });
    ASSERT_TRUE(attempt);
    connecting_ = *std::move(attempt);
    EXPECT_TRUE(until([&] { return server_.started && client_.started; }));
}

}  // namespace
}  // namespace insula
