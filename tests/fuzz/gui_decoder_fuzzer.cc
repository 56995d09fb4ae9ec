// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes to both decoders of the GUI protocol. What they accept must be within the ranges of its
// fields, must encode to a message that decodes to an equal one, and must not depend on how the
// stream was cut.
#include "proto/gui/codec.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace {

using namespace insula;
using namespace insula::gui;

void insist(bool holds)
{
    if (!holds)
        std::abort();
}

template <typename T, T Min, T Max>
bool in_range(const wire::Bounded<T, Min, Max>& field)
{
    return field.value >= Min && field.value <= Max;
}
template <uint32_t Known>
bool in_range(const wire::Flags<Known>& field)
{
    return (field.bits | Known) == Known;
}
template <typename E, E... Allowed>
bool in_range(const wire::OneOf<E, Allowed...>& field)
{
    return ((field.value == Allowed) || ...);
}
template <size_t N>
bool in_range(const wire::Text<N>& field)
{
    return field.value.size() < N && field.value.find('\0') == std::string::npos;
}
template <size_t Max>
bool in_range(const wire::Rest<Max>& field)
{
    return field.value.size() <= Max;
}
template <size_t Max>
bool in_range(const wire::Array32<Max>& field)
{
    return field.value.size() <= Max;
}
template <size_t N>
bool in_range(const wire::Octets<N>&)
{
    return true;
}
template <std::integral T>
bool in_range(T)
{
    return true;
}

template <typename Set, typename Message>
void check(WindowId window, const Message& message)
{
    std::apply([&](auto... member) { (insist(in_range(message.*member)), ...); }, Message::kFields);
    if constexpr (wire::HasCheck<Message>)
        insist(message.check().has_value());

    Decoder<Set> decoder;
    decoder.feed(encode(window, message));
    auto again = decoder.next();
    insist(again.has_value() && again->has_value() && decoder.pending() == 0);
    insist((*again)->window == window);
    const auto* other = std::get_if<Message>(&(*again)->message);
    insist(other != nullptr);
    std::apply([&](auto... member) { (insist(message.*member == other->*member), ...); },
               Message::kFields);
}

struct Outcome {
    std::vector<uint32_t> types;
    bool broken = false;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

template <typename Set>
Outcome run(Bytes stream, size_t chunk)
{
    Outcome outcome;
    Decoder<Set> decoder;
    for (size_t at = 0; at < stream.size(); at += chunk) {
        decoder.feed(stream.subspan(at, std::min(chunk, stream.size() - at)));
        while (true) {
            auto next = decoder.next();
            if (!next) {
                insist(next.error().code() == Errc::Protocol && decoder.pending() == 0);
                outcome.broken = true;
                return outcome;
            }
            if (!next->has_value())
                break;
            std::visit(
                [&]<typename Message>(const Message& message) {
                    outcome.types.push_back(static_cast<uint32_t>(Message::kType));
                    check<Set>((*next)->window, message);
                },
                (*next)->message);
        }
    }
    return outcome;
}

template <typename Set>
void run_cut(Bytes stream, size_t chunk)
{
    insist(run<Set>(stream, stream.size() + 1) == run<Set>(stream, chunk));
}

// A well-formed header around the rest of the input, so that bodies are reached from the start.
template <typename Set>
void run_framed(Bytes input)
{
    if (input.empty())
        return;
    const uint32_t type = 120 + std::to_integer<uint32_t>(input[0]) % 32;
    const auto range = body_range<Set>(type);
    if (!range)
        return;
    std::vector<std::byte> body(input.begin() + 1, input.end());
    body.resize(std::clamp(body.size(), range->min, range->max));
    const Header header{type, 1, static_cast<uint32_t>(body.size())};
    if (auto decoded = decode<Set>(header, body))
        std::visit([&](const auto& message) { check<Set>(decoded->window, message); },
                   decoded->message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const Bytes input = std::as_bytes(std::span(data, size));
    if (input.empty())
        return 0;
    const size_t chunk = 1 + std::to_integer<size_t>(input[0]);
    const Bytes stream = input.subspan(1);
    run_cut<ToDaemon>(stream, chunk);
    run_cut<ToAgent>(stream, chunk);
    run_framed<ToDaemon>(input);
    run_framed<ToAgent>(input);
    return 0;
}
