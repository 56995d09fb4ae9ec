// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes to the framing of insulad's own protocols and to every message of them. What is
// accepted is written back as the very same body: these formats have one encoding per value.
#include "proto/wire/frame.h"

#include "proto/service/messages.h"
#include "proto/worker/messages.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace {

using namespace insula;

void insist(bool holds)
{
    if (!holds)
        std::abort();
}

template <typename... Messages>
void parse_as(uint32_t type, Bytes body)
{
    const auto one = [&]<typename Message>() {
        if (static_cast<uint32_t>(Message::kType) != type)
            return;
        auto message = wire::parse<Message>(body);
        if (!message) {
            insist(message.error().code() == Errc::Protocol);
            return;
        }
        const auto again = wire::body_of(*message);
        insist(std::equal(again.begin(), again.end(), body.begin(), body.end()));
    };
    (one.template operator()<Messages>(), ...);
}

void parse_worker(uint32_t type, Bytes body)
{
    using namespace worker;
    parse_as<Create, Unpause, Destroy, Shutdown, List, WaitForDeath, Created, Domain, Died, Done,
             Failed>(type, body);
}

void parse_service(uint32_t type, Bytes body)
{
    using namespace service;
    parse_as<Serve, Exec, State>(type, body);
}

using Parse = void (*)(uint32_t, Bytes);

// How many frames came out, and whether a rule was broken, however the stream was cut.
std::pair<size_t, bool> run(Bytes stream, size_t chunk, uint32_t limit, Parse parse)
{
    wire::FrameBuffer buffer(limit);
    size_t frames = 0;
    for (size_t at = 0; at < stream.size(); at += chunk) {
        buffer.feed(stream.subspan(at, std::min(chunk, stream.size() - at)));
        while (true) {
            auto next = buffer.next();
            if (!next)
                return {frames, true};
            if (!next->has_value())
                break;
            insist((*next)->body.size() <= limit);
            parse((*next)->type, (*next)->body);
            ++frames;
        }
    }
    return {frames, false};
}

void run_cut(Bytes stream, size_t chunk, uint32_t limit, Parse parse)
{
    insist(run(stream, stream.size() + 1, limit, parse) == run(stream, chunk, limit, parse));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const Bytes input = std::as_bytes(std::span(data, size));
    if (input.empty())
        return 0;
    const auto first = std::to_integer<uint32_t>(input[0]);
    const Bytes rest = input.subspan(1);
    run_cut(rest, 1 + first, worker::kMaxFrame, parse_worker);
    run_cut(rest, 1 + first, service::kMaxFrame, parse_service);
    // The same bytes as a body, so that the messages are reached without a header.
    parse_worker(first, rest);
    parse_service(first, rest);
    return 0;
}
