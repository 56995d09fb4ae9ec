// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/exec-daemon/call.h"

#include "dom0/exec-daemon/log.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace insula::exec_daemon {
namespace {

Result<UniqueFd> copy_of(const UniqueFd& fd)
{
    UniqueFd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
    if (!copy)
        return system_error(errno, "fcntl F_DUPFD_CLOEXEC");
    return copy;
}

}  // namespace

void write_status(const UniqueFd& status, int32_t code)
{
    std::vector<std::byte> bytes;
    wire::Writer(bytes).integer(code);
    const int flags = ::fcntl(status.get(), F_GETFL);
    if (flags >= 0)
        ::fcntl(status.get(), F_SETFL, flags | O_NONBLOCK);
    if (::write(status.get(), bytes.data(), bytes.size()) < 0)
        log(Level::Info, "nobody waits for an exit code any more");
}

Call::Call(Loop& loop, Descriptors descriptors, std::function<void()> finished)
    : loop_(loop),
      descriptors_(std::move(descriptors)),
      finished_fn_(std::move(finished))
{
    for (size_t i = 0; i < flags_.size(); ++i)
        flags_[i] = ::fcntl(descriptors_[i].get(), F_GETFL);
}

Call::~Call()
{
    for (size_t i = 0; i < flags_.size(); ++i)
        if (flags_[i] >= 0)
            ::fcntl(descriptors_[i].get(), F_SETFL, flags_[i]);
}

Result<void> Call::listen(Transport& transport, Endpoint at)
{
    port_ = static_cast<uint32_t>(at.port);
    INSULA_TRY(listening_, transport.listen(at, kDataRing, [this](std::unique_ptr<Stream> stream) {
        on_connected(std::move(stream));
    }));
    return {};
}

void Call::on_connected(std::unique_ptr<Stream> stream)
{
    stream_ = std::move(stream);
    if (auto started = stream_->start(*this); !started)
        on_closed(std::move(started.error()));
}

Result<void> Call::on_bytes(Bytes bytes)
{
    if (exit_code_)
        return {};
    frames_.feed(bytes);
    while (!exit_code_) {
        INSULA_TRY(const auto frame, frames_.next());
        if (!frame)
            break;
        INSULA_CHECK(version_ == 0 ? on_hello(*frame) : on_frame(*frame));
    }
    return {};
}

// The agent, which came as the client, speaks first.
Result<void> Call::on_hello(const wire::Frame& frame)
{
    if (frame.type != static_cast<uint32_t>(exec::MessageType::Hello))
        return Error(Errc::Protocol, "data channel does not begin with HELLO");
    INSULA_TRY(const auto hello, wire::parse<exec::Hello>(frame.body));
    INSULA_TRY(version_, exec::choose_version(hello.version));
    INSULA_CHECK(stream_->send(wire::frame_of(exec::Hello{exec::kOurVersion})));
    return begin();
}

Result<void> Call::begin()
{
    // Copies, so that the originals can be given back as they came whatever has been closed.
    INSULA_TRY(UniqueFd in, copy_of(descriptors_[0]));
    INSULA_TRY(UniqueFd out, copy_of(descriptors_[1]));
    INSULA_TRY(UniqueFd err, copy_of(descriptors_[2]));
    const auto progress = [this] { on_progress(); };
    INSULA_TRY(output_, DescriptorSink::create(loop_, std::move(out), progress));
    INSULA_TRY(errors_, DescriptorSink::create(loop_, std::move(err), progress));
    INSULA_TRY(input_, DescriptorSource::create(loop_, std::move(in), exec::max_chunk(version_),
                                                [this](Bytes bytes) { on_input(bytes); }));
    return {};
}

Result<void> Call::on_frame(const wire::Frame& frame)
{
    if (frame.body.size() > exec::max_chunk(version_))
        return Error(Errc::Protocol, "chunk longer than this version allows");
    switch (static_cast<exec::MessageType>(frame.type)) {
    case exec::MessageType::DataStdout:
        return write(*output_, frame.body);
    case exec::MessageType::DataStderr:
        return write(*errors_, frame.body);
    case exec::MessageType::DataExitCode: {
        INSULA_TRY(const auto message, wire::parse<exec::DataExitCode>(frame.body));
        exit_code_ = message.code;
        settle();
        return {};
    }
    default:
        return Error(Errc::Protocol, "message that does not belong on a data channel");
    }
}

Result<void> Call::write(DescriptorSink& sink, Bytes bytes)
{
    if (bytes.empty())
        sink.finish();
    else
        sink.write(bytes);
    if (sink.queued() > kMaxUnread)
        stream_->pause();
    return {};
}

void Call::on_input(Bytes bytes)
{
    if (exit_code_ || !stream_)
        return;
    std::vector<std::byte> frame;
    wire::Writer writer(frame);
    writer.integer(static_cast<uint32_t>(exec::MessageType::DataStdin));
    writer.integer(static_cast<uint32_t>(bytes.size()));
    frame.insert(frame.end(), bytes.begin(), bytes.end());
    if (auto sent = stream_->send(frame); !sent || stream_->queued() > kMaxUnsent)
        input_->pause();
}

void Call::on_drained()
{
    if (!input_ || exit_code_)
        return;
    if (auto resumed = input_->resume(); !resumed)
        log(Level::Error, "standard input of a call: " + resumed.error().describe());
}

void Call::on_progress()
{
    if (!exit_code_ && stream_ && output_->queued() <= kMaxUnread &&
        errors_->queued() <= kMaxUnread)
        stream_->resume();
    settle();
}

void Call::on_closed(Error why)
{
    if (why.code() == Errc::Protocol)
        log(Level::Warning, "data channel closed: " + why.describe());
    fail(exec::kMechanismFailed);
}

void Call::fail(int32_t code)
{
    if (!exit_code_)
        exit_code_ = code;
    settle();
}

void Call::on_terminated()
{
    // What the guest wrote before is still in the channel, which then says that it is closed.
    if (!stream_)
        fail(exec::kMechanismFailed);
}

// The exit code comes last, when both streams have been taken by their readers.
void Call::settle()
{
    if (finished_ || !exit_code_)
        return;
    if (input_)
        input_->pause();
    if ((output_ && output_->queued() > 0) || (errors_ && errors_->queued() > 0))
        return;
    finished_ = true;
    write_status(descriptors_[3], *exit_code_);
    finished_fn_();
}

}  // namespace insula::exec_daemon
