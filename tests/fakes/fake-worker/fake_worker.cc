// SPDX-License-Identifier: GPL-2.0-or-later
// A worker without Xen, and per-domain daemons without guests: a model with state in files, for
// testing insulad end to end. One program; its name decides what it is.
//
// In the folder INSULA_FAKE: `domain-N` holds the name of domain N, `next` the next number,
// `death-N` (written by the test, or by Shutdown) ends it: first line the cause as a number, the
// rest its console. While `hold-create` exists a Create does not end. `deaf` makes guests ignore
// Shutdown. `fail-create` makes Create fail.
#include "proto/base/unique_fd.h"
#include "proto/service/messages.h"
#include "proto/wire/frame.h"
#include "proto/worker/messages.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <poll.h>

#include <sys/inotify.h>
#include <sys/socket.h>

namespace insula {
namespace {

namespace fs = std::filesystem;

fs::path folder()
{
    const char* path = std::getenv("INSULA_FAKE");
    return path ? path : "/nonexistent";
}

std::string contents(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Whole or not there: the reader may look at any moment.
void put(const fs::path& path, const std::string& text)
{
    fs::path draft = path;
    draft += ".new";
    std::ofstream(draft, std::ios::binary) << text;
    fs::rename(draft, path);
}

template <typename Message>
void reply(const Message& message)
{
    const auto frame = wire::frame_of(message);
    static_cast<void>(!::send(0, frame.data(), frame.size(), MSG_NOSIGNAL));
}

int done()
{
    reply(worker::Done{});
    return 0;
}

int failed(const char* stage, const char* cause)
{
    worker::Failed message;
    message.stage.value = stage;
    message.code = -3;
    message.cause.value = cause;
    message.log.value = "error: the model says no \x1b[31m\n";
    reply(message);
    return 1;
}

// Waits until `ready` holds; false when insulad closed its end first.
template <typename Ready>
bool wait_until(const Ready& ready)
{
    const UniqueFd changes(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    ::inotify_add_watch(changes.get(), folder().c_str(), IN_MOVED_TO | IN_DELETE | IN_CREATE);
    while (!ready()) {
        std::array<pollfd, 2> fds{pollfd{changes.get(), POLLIN, 0}, pollfd{0, POLLIN, 0}};
        ::poll(fds.data(), fds.size(), -1);
        if (fds[1].revents != 0)
            return false;
        std::array<char, 4096> events;
        static_cast<void>(!::read(changes.get(), events.data(), events.size()));
    }
    return true;
}

fs::path file_of(const char* kind, uint32_t domain)
{
    return folder() / (std::string(kind) + "-" + std::to_string(domain));
}

int create(const worker::Create& request)
{
    if (fs::exists(folder() / "fail-create"))
        return failed("create", "the model refuses to build");
    put(folder() / "creating", request.name.value);
    static_cast<void>(wait_until([] { return !fs::exists(folder() / "hold-create"); }));
    const std::string next = contents(folder() / "next");
    const uint32_t domain = next.empty() ? 1 : static_cast<uint32_t>(std::stoul(next));
    put(folder() / "next", std::to_string(domain + 1));
    put(file_of("domain", domain), request.name.value);
    put(file_of("paused", domain), request.command_line.value);
    worker::Created created;
    created.domain.value = domain;
    reply(created);
    return done();
}

int unpause(const worker::Unpause& request)
{
    if (!fs::remove(file_of("paused", request.domain.value)))
        return failed("unpause", "it is not paused");
    return done();
}

int destroy(const worker::Destroy& request)
{
    for (const char* kind : {"domain", "paused", "death"})
        fs::remove(file_of(kind, request.domain.value));
    return done();
}

int shut_down(const worker::Shutdown& request)
{
    if (!fs::exists(folder() / "deaf"))
        put(file_of("death", request.domain.value), "1\nbye\n");
    return done();
}

int list()
{
    for (const auto& entry : fs::directory_iterator(folder())) {
        const std::string file = entry.path().filename();
        if (file.rfind("domain-", 0) != 0)
            continue;
        worker::Domain domain;
        domain.domain.value = static_cast<uint32_t>(std::stoul(file.substr(7)));
        domain.name.value = contents(entry.path());
        if (fs::exists(file_of("paused", domain.domain.value)))
            domain.state.value = worker::RunState::Paused;
        reply(domain);
    }
    return done();
}

int wait_for_death(const worker::WaitForDeath& request)
{
    const fs::path death = file_of("death", request.domain.value);
    if (!wait_until([&] { return fs::exists(death); }))
        return 1;
    const std::string text = contents(death);
    worker::Died died;
    died.cause.value = static_cast<worker::DeathCause>(text.front() - '0');
    died.console_tail.value = text.substr(2);
    reply(died);
    return done();
}

template <typename Request>
int with(const wire::Frame& frame, int (*act)(const Request&))
{
    const auto request = wire::parse<Request>(frame.body);
    return request ? act(*request) : failed("request", "it does not parse");
}

int serve_worker(const wire::Frame& frame)
{
    using worker::MessageType;
    switch (static_cast<MessageType>(frame.type)) {
    case MessageType::Create:
        return with(frame, create);
    case MessageType::Unpause:
        return with(frame, unpause);
    case MessageType::Destroy:
        return with(frame, destroy);
    case MessageType::Shutdown:
        return with(frame, shut_down);
    case MessageType::List:
        return list();
    case MessageType::WaitForDeath:
        return with(frame, wait_for_death);
    default:
        return failed("request", "unknown");
    }
}

// Answers a command with itself on its output and status 7.
void answer_exec(const wire::Frame& frame, const std::array<int, 4>& fds)
{
    const auto exec = wire::parse<service::Exec>(frame.body);
    if (!exec)
        return;
    const std::string& text = exec->command.value;
    static_cast<void>(!::write(fds[1], text.data(), text.size()));
    const std::array<uint8_t, 4> status{7, 0, 0, 0};
    static_cast<void>(!::write(fds[3], status.data(), status.size()));
    for (const int fd : fds)
        ::close(fd);
}

int serve_daemon()
{
    wire::FrameBuffer frames(service::kMaxFrame);
    std::array<int, 4> fds{-1, -1, -1, -1};
    for (;;) {
        std::array<std::byte, 4096> chunk;
        alignas(cmsghdr) std::array<char, 256> control{};
        iovec part{chunk.data(), chunk.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t got = ::recvmsg(0, &message, 0);
        if (got <= 0)
            return 0;
        if (const cmsghdr* header = CMSG_FIRSTHDR(&message))
            std::memcpy(fds.data(), CMSG_DATA(header), sizeof fds);
        frames.feed(Bytes(chunk).first(static_cast<size_t>(got)));
        for (auto frame = frames.next(); frame && frame->has_value(); frame = frames.next()) {
            if ((*frame)->type == static_cast<uint32_t>(service::MessageType::Exec)) {
                answer_exec(**frame, fds);
                continue;
            }
            service::State state;
            state.state.value = service::ServiceState::Connected;
            reply(state);
        }
    }
}

int run(const std::string& program)
{
    if (program.find("daemon") != std::string::npos)
        return fs::exists(folder() / "no-daemons") ? 1 : serve_daemon();
    wire::FrameBuffer frames(worker::kMaxFrame);
    std::array<std::byte, 4096> chunk;
    for (;;) {
        const ssize_t got = ::recv(0, chunk.data(), chunk.size(), 0);
        if (got <= 0)
            return 1;
        frames.feed(Bytes(chunk).first(static_cast<size_t>(got)));
        auto frame = frames.next();
        if (!frame)
            return 1;
        if (frame->has_value())
            return serve_worker(**frame);
    }
}

}  // namespace
}  // namespace insula

int main(int, char** argv) { return insula::run(std::filesystem::path(argv[0]).filename()); }
