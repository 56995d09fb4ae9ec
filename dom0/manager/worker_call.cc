// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/worker_call.h"

#include "dom0/manager/failure_text.h"

#include <array>
#include <cerrno>
#include <cstdlib>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace insula::manager {
namespace {

template <typename Message>
Result<Message> read(const wire::Frame& frame)
{
    // TRUST: a worker's bytes become a typed reply here or nowhere.
    return wire::parse<Message>(frame.body);
}

}  // namespace

std::unique_ptr<WorkerCall> WorkerCall::start(Loop& loop, Launcher& launcher,
                                              const std::vector<std::byte>& request, OnEnd on_end)
{
    std::unique_ptr<WorkerCall> call(new WorkerCall(std::move(on_end)));
    if (auto opened = call->open(loop, launcher, request); !opened) {
        call->result_.failure = "the worker could not be started: " + opened.error().describe();
        WorkerCall* raw = call.get();
        auto source = loop.deferred([raw] { raw->end(); });
        if (!source)
            std::abort();  // no memory for one event source: nothing can be done any more
        call->failed_early_ = *std::move(source);
        Loop::arm(call->failed_early_);
    }
    return call;
}

Result<void> WorkerCall::open(Loop& loop, Launcher& launcher, const std::vector<std::byte>& request)
{
    INSULA_TRY(fd_, launcher.launch(Program::XlWorker));
    const ssize_t sent = ::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size()))
        return system_error(sent < 0 ? errno : EIO, "send the request");
    INSULA_TRY(source_, loop.watch(fd_.get(), EPOLLIN, [this] { on_readable(); }));
    return {};
}

void WorkerCall::on_readable()
{
    std::array<std::byte, 16384> chunk;
    const ssize_t got = ::recv(fd_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        result_.failure = "the worker ended without an answer";
        return end();
    }
    frames_.feed(Bytes(chunk).first(static_cast<size_t>(got)));
    for (;;) {
        auto frame = frames_.next();
        if (frame && !frame->has_value())
            return;
        auto last = frame ? on_frame(**frame) : Result<bool>(std::move(frame.error()));
        if (!last)
            result_.failure = "the worker broke its protocol: " + last.error().text();
        if (!last || *last)
            return end();
    }
}

Result<bool> WorkerCall::on_frame(const wire::Frame& frame)
{
    switch (static_cast<worker::MessageType>(frame.type)) {
    case worker::MessageType::Created: {
        INSULA_TRY(const auto created, read<worker::Created>(frame));
        result_.created = created.domain.value;
        return false;
    }
    case worker::MessageType::Domain: {
        INSULA_TRY(auto domain, read<worker::Domain>(frame));
        if (result_.domains.size() >= kMaxListed)
            return Error(Errc::Exhausted, "more domains than Insula handles");
        result_.domains.push_back(std::move(domain));
        return false;
    }
    case worker::MessageType::Died: {
        INSULA_TRY(result_.died, read<worker::Died>(frame));
        return false;
    }
    case worker::MessageType::Done: {
        INSULA_TRY([[maybe_unused]] const auto done, read<worker::Done>(frame));
        return true;
    }
    case worker::MessageType::Failed: {
        INSULA_TRY(const auto failed, read<worker::Failed>(frame));
        result_.failure = describe_failure(failed);
        return true;
    }
    default:
        return Error(Errc::Protocol, "unknown reply " + std::to_string(frame.type));
    }
}

void WorkerCall::end()
{
    source_.reset();
    fd_.reset();
    // Moved out first: the owner may destroy this object inside.
    const OnEnd on_end = std::move(on_end_);
    WorkerResult result = std::move(result_);
    on_end(std::move(result));
}

}  // namespace insula::manager
