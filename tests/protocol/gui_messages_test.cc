// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/gui/codec.h"
#include "tests/protocol/message_cases.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace insula::test {
namespace {

using namespace gui;

constexpr uint32_t kWindow = 0x01020304;

template <typename Set, typename Message>
Result<Message> decode_one(Bytes body)
{
    const Header header{static_cast<uint32_t>(Message::kType), kWindow,
                        static_cast<uint32_t>(body.size())};
    INSULA_TRY(auto decoded, decode<Set>(header, body));
    EXPECT_EQ(static_cast<uint32_t>(decoded.window), kWindow);
    auto* message = std::get_if<Message>(&decoded.message);
    if (!message)
        return Error(Errc::Invalid, "decoded as another message");
    return std::move(*message);
}

template <typename Set, typename Message>
size_t check_message()
{
    SCOPED_TRACE(message_name(static_cast<uint32_t>(Message::kType)));
    return check_every_edge<Message>([](Bytes body) { return decode_one<Set, Message>(body); });
}

template <typename Set>
size_t check_set()
{
    return [&]<size_t... I>(std::index_sequence<I...>)
    {
        return (size_t{0} + ... + check_message<Set, std::variant_alternative_t<I, Set>>());
    }
    (std::make_index_sequence<std::variant_size_v<Set>>());
}

TEST(GuiMessages, EveryEdgeOfEveryFieldToTheDaemon) { EXPECT_GT(check_set<ToDaemon>(), 700u); }

TEST(GuiMessages, EveryEdgeOfEveryFieldToTheAgent) { EXPECT_GT(check_set<ToAgent>(), 700u); }

TEST(GuiMessages, EveryEdgeOfTheScreenConfiguration)
{
    EXPECT_GT(
        check_every_edge<ScreenConfig>([](Bytes body) { return wire::parse<ScreenConfig>(body); }),
        40u);
}

TEST(GuiMessages, RefusesEveryTypeOutsideTheSet)
{
    for (uint32_t type = 0; type < 0x1000; ++type) {
        const std::string name = message_name(type);
        const bool known = (type >= 124 && type <= 149 && type != 129 && type != 138);
        EXPECT_EQ(name != "unknown", known) << type;
        const std::string rule = known ? name + ": message not allowed in this direction"
                                       : "unknown message type " + std::to_string(type);
        if (!body_range<ToDaemon>(type)) {
            EXPECT_EQ(decode<ToDaemon>({type, 1, 0}, {}).error().text(), rule);
        }
        if (!body_range<ToAgent>(type)) {
            EXPECT_EQ(decode<ToAgent>({type, 1, 0}, {}).error().text(), rule);
        }
    }
    for (const uint32_t type : {0x80000000u, 0xffffffffu, 0x17cu, 0x7c000000u}) {
        EXPECT_FALSE(decode<ToDaemon>({type, 1, 0}, {}));
        EXPECT_FALSE(decode<ToAgent>({type, 1, 0}, {}));
    }
}

TEST(GuiMessages, EachDirectionHasItsOwnMessages)
{
    const std::vector<uint32_t> to_daemon{130, 131, 132, 133, 134, 136, 140,
                                          141, 143, 144, 145, 146, 147, 148};
    const std::vector<uint32_t> to_agent{124, 125, 126, 127, 128, 131, 132, 133,
                                         134, 137, 139, 140, 142, 145, 149};
    for (uint32_t type = 0; type < 0x800; ++type) {
        EXPECT_EQ(body_range<ToDaemon>(type).has_value(),
                  std::find(to_daemon.begin(), to_daemon.end(), type) != to_daemon.end());
        EXPECT_EQ(body_range<ToAgent>(type).has_value(),
                  std::find(to_agent.begin(), to_agent.end(), type) != to_agent.end());
    }
}

TEST(GuiMessages, RefusesAHeaderThatContradictsTheBody)
{
    const std::vector<std::byte> body(8);
    EXPECT_TRUE(decode<ToDaemon>({132, 1, 8}, body));
    EXPECT_FALSE(decode<ToDaemon>({132, 1, 7}, body));
    EXPECT_FALSE(decode<ToDaemon>({132, 1, 9}, body));
    EXPECT_FALSE(decode<ToDaemon>({140, 1, 7}, body));
}

}  // namespace
}  // namespace insula::test
