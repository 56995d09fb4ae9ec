// SPDX-License-Identifier: GPL-2.0-or-later
// From a frame to the operation that it asks for, and from the outcome to the last reply.
#pragma once

#include "dom0/worker/channel.h"
#include "dom0/worker/outcome.h"
#include "proto/worker/messages.h"

#include <string>

namespace insula::worker {

namespace detail {

template <typename Request>
Outcome with(const wire::Frame& frame, const auto& operations)
{
    // TRUST: the peer's bytes become a typed request here or nowhere.
    const auto request = wire::parse<Request>(frame.body);
    if (!request)
        return Failure{"request", 0, request.error().text()};
    return operations(*request);
}

}  // namespace detail

// `operations` is called with the request: one overload for each type of request, each of which
// sends its replies but the last.
Outcome dispatch(const wire::Frame& frame, const auto& operations)
{
    switch (static_cast<MessageType>(frame.type)) {
    case MessageType::Create:
        return detail::with<Create>(frame, operations);
    case MessageType::Unpause:
        return detail::with<Unpause>(frame, operations);
    case MessageType::Destroy:
        return detail::with<Destroy>(frame, operations);
    case MessageType::Shutdown:
        return detail::with<Shutdown>(frame, operations);
    case MessageType::List:
        return detail::with<List>(frame, operations);
    case MessageType::WaitForDeath:
        return detail::with<WaitForDeath>(frame, operations);
    default:
        return Failure{"request", 0, "unknown request type " + std::to_string(frame.type)};
    }
}

// Sends Done or Failed with the end of `log`; the exit code of the worker.
int answer(Channel& channel, const Outcome& outcome, const std::string& log);

}  // namespace insula::worker
