// SPDX-License-Identifier: GPL-2.0-or-later
// The messages of insulad's own protocols: to its workers and to the daemons of a domain.
#include "proto/service/messages.h"
#include "proto/wire/frame.h"
#include "proto/worker/messages.h"
#include "tests/protocol/message_cases.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace insula::test {
namespace {

// Through the framing, as a program reads it.
template <typename Message>
Result<Message> through_frame(Bytes body, uint32_t max_frame)
{
    wire::FrameBuffer buffer(max_frame);
    buffer.feed(Raw().u32(static_cast<uint32_t>(Message::kType)).u32(body.size()));
    buffer.feed(body);
    INSULA_TRY(auto frame, buffer.next());
    if (!frame)
        return Error(Errc::Invalid, "incomplete frame");
    EXPECT_EQ(frame->type, static_cast<uint32_t>(Message::kType));
    return wire::parse<Message>(frame->body);
}

template <typename... Messages>
size_t check_all(uint32_t max_frame)
{
    const auto one = [&]<typename Message>() {
        SCOPED_TRACE("type " + std::to_string(static_cast<uint32_t>(Message::kType)));
        // The bytes of a frame are those of its header and its hand-written body.
        const Message message = valid<Message>();
        const Raw body = encode_by_hand(message);
        EXPECT_EQ(wire::frame_of(message), Raw()
                                               .u32(static_cast<uint32_t>(Message::kType))
                                               .u32(body.data().size())
                                               .bytes(Bytes(body))
                                               .data());
        return check_every_edge<Message>(
            [&](Bytes bytes) { return through_frame<Message>(bytes, max_frame); });
    };
    return (size_t{0} + ... + one.template operator()<Messages>());
}

TEST(WorkerMessages, EveryEdgeOfEveryField)
{
    using namespace worker;
    const size_t tried = check_all<Create, Unpause, Destroy, Shutdown, List, WaitForDeath, Created,
                                   Domain, Died, Done, Failed>(kMaxFrame);
    EXPECT_GT(tried, 300u);
}

TEST(ServiceMessages, EveryEdgeOfEveryField)
{
    using namespace service;
    EXPECT_GT((check_all<Serve, Exec, State>(kMaxFrame)), 80u);
}

TEST(WorkerMessages, CreateAsBytes)
{
    const auto body = Raw()
                          .u32(4)
                          .bytes("work")
                          .bytes("0123456789abcdef")
                          .u32(2)
                          .u32(512)
                          .u32(2)
                          .u32(2)
                          .bytes("/k")
                          .u32(2)
                          .bytes("/r")
                          .u32(5)
                          .bytes("quiet")
                          .data();
    const auto create = wire::parse<worker::Create>(body);
    ASSERT_TRUE(create);
    EXPECT_EQ(create->name.value, "work");
    EXPECT_EQ(create->uuid.value[15], std::byte{'f'});
    EXPECT_EQ(create->type.value, worker::GuestType::Pvh);
    EXPECT_EQ(create->memory_mib.value, 512u);
    EXPECT_EQ(create->vcpus.value, 2u);
    EXPECT_EQ(create->kernel.value, "/k");
    EXPECT_EQ(create->ramdisk.value, "/r");
    EXPECT_EQ(create->command_line.value, "quiet");
    EXPECT_EQ(wire::body_of(*create), body);
}

TEST(ServiceMessages, ServeAsBytes)
{
    const auto frame = Raw()
                           .u32(1)
                           .u32(28)
                           .u32(7)
                           .u32(4)
                           .bytes("work")
                           .u32(0xcc0000)
                           .u32(8)
                           .bytes(std::string_view("red\n\x1b[0m"))
                           .data();
    service::Serve serve;
    serve.domain.value = 7;
    serve.name.value = "work";
    serve.colour.value = 0xcc0000;
    serve.label.value = "red\n\x1b[0m";
    EXPECT_EQ(wire::frame_of(serve), frame);
}

TEST(FrameBuffer, RefusesALengthBeyondTheLimitBeforeTheBody)
{
    for (const uint32_t limit : {0u, 1u, 4096u, worker::kMaxFrame, service::kMaxFrame}) {
        for (const uint64_t length :
             {uint64_t{limit} + 1, uint64_t{0x80000000}, uint64_t{0xffffffff}}) {
            wire::FrameBuffer buffer(limit);
            buffer.feed(Raw().u32(1).u32(length));
            const auto next = buffer.next();
            ASSERT_FALSE(next);
            EXPECT_EQ(next.error().code(), Errc::Protocol);
        }
        wire::FrameBuffer buffer(limit);
        buffer.feed(Raw().u32(1).u32(limit).fill(limit, 5));
        const auto next = buffer.next();
        ASSERT_TRUE(next && next->has_value());
        EXPECT_EQ((*next)->body.size(), limit);
    }
}

TEST(FrameBuffer, AnyCutOfTheStreamGivesTheSameFrames)
{
    Raw stream;
    for (unsigned i = 0; i < 40; ++i)
        stream.u32(i).u32(i * 7).fill(i * 7, i);
    for (const size_t chunk : {size_t{1}, size_t{7}, size_t{8}, size_t{9}, size_t{100000}}) {
        wire::FrameBuffer buffer(4096);
        unsigned got = 0;
        const Bytes all = stream;
        for (size_t at = 0; at < all.size(); at += chunk) {
            buffer.feed(all.subspan(at, std::min(chunk, all.size() - at)));
            while (true) {
                auto next = buffer.next();
                ASSERT_TRUE(next);
                if (!next->has_value())
                    break;
                EXPECT_EQ((*next)->type, got);
                EXPECT_EQ((*next)->body, Raw().fill(got * 7, got).data());
                ++got;
            }
        }
        EXPECT_EQ(got, 40u);
    }
}

}  // namespace
}  // namespace insula::test
