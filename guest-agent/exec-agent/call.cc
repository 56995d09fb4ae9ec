// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/call.h"

#include "guest-agent/exec-agent/launcher.h"
#include "guest-agent/exec-agent/log.h"

#include <utility>

namespace insula::exec_agent {
namespace {

std::vector<std::byte> chunk_of(exec::MessageType type, Bytes bytes)
{
    std::vector<std::byte> frame;
    wire::Writer writer(frame);
    writer.integer(static_cast<uint32_t>(type));
    writer.integer(static_cast<uint32_t>(bytes.size()));
    frame.insert(frame.end(), bytes.begin(), bytes.end());
    return frame;
}

}  // namespace

Call::Call(Loop& loop, Transport& transport, const Configuration& configuration,
           Result<exec::Command> command, Streams streams, std::function<void()> changed)
    : loop_(loop),
      transport_(transport),
      configuration_(configuration),
      command_(std::move(command)),
      streams_(streams),
      changed_(std::move(changed))
{}

Result<void> Call::start(Endpoint data)
{
    INSULA_TRY(patience_, loop_.after(kConnectPatience, [this] { over(); }));
    INSULA_TRY(connecting_, transport_.connect(data, [this](std::unique_ptr<Stream> stream) {
        on_connected(std::move(stream));
    }));
    return {};
}

void Call::on_connected(std::unique_ptr<Stream> stream)
{
    stream_ = std::move(stream);
    patience_.reset();
    if (auto started = stream_->start(*this); !started) {
        log(Level::Warning, "data channel: " + started.error().describe());
        return over();
    }
    stage_ = Stage::Greeting;
    send(wire::frame_of(exec::Hello{exec::kOurVersion}));
}

void Call::close_channel()
{
    connecting_.reset();
    stream_.reset();
    // A process that goes on writing finds out.
    output_.reset();
    errors_.reset();
}

Result<void> Call::on_bytes(Bytes bytes)
{
    if (stage_ == Stage::Flushing || stage_ == Stage::Over)
        return {};  // the process is gone: nobody reads this
    frames_.feed(bytes);
    return take_frames();
}

Result<void> Call::take_frames()
{
    while (stage_ == Stage::Greeting || stage_ == Stage::Running) {
        INSULA_TRY(const auto frame, frames_.next());
        if (!frame)
            break;
        INSULA_CHECK(stage_ == Stage::Greeting ? on_hello(*frame) : on_input(*frame));
    }
    return {};
}

Result<void> Call::on_hello(const wire::Frame& frame)
{
    if (frame.type != static_cast<uint32_t>(exec::MessageType::Hello))
        return Error(Errc::Protocol, "data channel does not begin with HELLO");
    INSULA_TRY(const auto hello, wire::parse<exec::Hello>(frame.body));
    INSULA_TRY(version_, exec::choose_version(hello.version));
    stage_ = Stage::Waiting;
    // A service says by itself whether it needs a session; a command line is assumed to.
    if (command_ && command_->session == exec::Session::WaitForGui &&
        std::holds_alternative<exec::ShellCommand>(command_->what)) {
        auto waiter = SessionWaiter::start(loop_, configuration_.x_socket, [this] { run(); });
        if (waiter) {
            session_ = *std::move(waiter);
            stream_->pause();
            return {};
        }
        log(Level::Warning, "cannot wait for the session: " + waiter.error().describe());
    }
    run();
    return {};
}

void Call::run()
{
    session_.reset();
    stage_ = Stage::Running;
    Result<Child> child =
        command_ ? launch(*command_, configuration_, streams_) : Result<Child>(command_.error());
    if (!child) {
        log(Level::Warning, "cannot run the command: " + child.error().describe());
        return end_with(exit_code_of(child.error()));
    }
    if (auto adopted = adopt(*std::move(child)); !adopted) {
        log(Level::Error, "cannot watch the command: " + adopted.error().describe());
        return end_with(exec::kMechanismFailed);
    }
    if (streams_ == Streams::Discarded)
        return end_with(0);
    stream_->resume();
    // What came while the session was waited for.
    if (auto taken = take_frames(); !taken)
        over();
}

Result<void> Call::adopt(Child child)
{
    INSULA_TRY(exit_, loop_.child(child.pid, [this](ChildExit how) {
        running_ = false;
        exit_code_ = how.signal != 0 ? exec::kSignalBase + how.signal : how.code;
        input_.reset();
        settle();
        changed_();
    }));
    running_ = true;
    if (streams_ == Streams::Discarded)
        return {};
    INSULA_TRY(input_, DescriptorSink::create(loop_, std::move(child.input), [this] {
                   if (stream_)
                       stream_->resume();
               }));
    INSULA_TRY(output_, source(std::move(child.output), exec::MessageType::DataStdout));
    INSULA_TRY(errors_, source(std::move(child.errors), exec::MessageType::DataStderr));
    return {};
}

Result<std::unique_ptr<DescriptorSource>> Call::source(UniqueFd fd, exec::MessageType type)
{
    return DescriptorSource::create(loop_, std::move(fd), exec::max_chunk(version_),
                                    [this, type](Bytes bytes) { send_chunk(type, bytes); });
}

Result<void> Call::on_input(const wire::Frame& frame)
{
    if (frame.type != static_cast<uint32_t>(exec::MessageType::DataStdin))
        return Error(Errc::Protocol, "not standard input on a data channel");
    if (frame.body.size() > exec::max_chunk(version_))
        return Error(Errc::Protocol, "chunk longer than this version allows");
    if (!input_)
        return {};
    if (frame.body.empty())
        input_->finish();
    else
        input_->write(frame.body);
    if (input_->queued() > kMaxUnread)
        stream_->pause();
    return {};
}

void Call::send(const std::vector<std::byte>& frame)
{
    if (auto sent = stream_->send(frame); !sent)
        over();
}

// An empty chunk is the end of that stream.
void Call::send_chunk(exec::MessageType type, Bytes bytes)
{
    if (stage_ != Stage::Running)
        return;
    send(chunk_of(type, bytes));
    if (stage_ == Stage::Running && stream_->queued() > kMaxUnsent) {
        output_->pause();
        errors_->pause();
    }
    settle();
}

// The exit code follows the end of both streams, which others than the process may hold open.
void Call::settle()
{
    if (stage_ == Stage::Running && exit_code_ && output_ && output_->at_end() && errors_ &&
        errors_->at_end())
        end_with(*exit_code_);
}

void Call::end_with(int32_t code)
{
    stage_ = Stage::Flushing;
    if (!output_ || !output_->at_end())
        send(chunk_of(exec::MessageType::DataStdout, {}));
    if (stage_ == Stage::Flushing && (!errors_ || !errors_->at_end()))
        send(chunk_of(exec::MessageType::DataStderr, {}));
    if (stage_ == Stage::Flushing)
        send(wire::frame_of(exec::DataExitCode{code}));
    if (stage_ == Stage::Flushing && stream_->queued() == 0)
        over();
}

void Call::on_drained()
{
    if (stage_ == Stage::Flushing)
        return over();
    for (DescriptorSource* source : {output_.get(), errors_.get()})
        if (source)
            if (auto resumed = source->resume(); !resumed)
                return over();
}

void Call::on_closed(Error why)
{
    if (why.code() == Errc::Protocol)
        log(Level::Warning, "data channel closed: " + why.describe());
    over();
}

void Call::over()
{
    stage_ = Stage::Over;
    patience_.reset();
    session_.reset();
    if (input_)
        input_->finish();
    if (output_)
        output_->pause();
    if (errors_)
        errors_->pause();
    changed_();
}

}  // namespace insula::exec_agent
