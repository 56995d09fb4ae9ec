// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/service_link.h"

#include "dom0/manager/log.h"

#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace insula::manager {

void ServiceLink::start(const service::Serve& serve)
{
    serve_ = serve;
    budget_ = {};
    open();
}

void ServiceLink::stop()
{
    reopen_.reset();
    source_.reset();
    fd_.reset();
    set_state("off");
}

void ServiceLink::open()
{
    reopen_.reset();
    if (!budget_.take(std::chrono::steady_clock::now())) {
        log_warning(serve_.name.value + ": " + std::string(program_name(program_)) +
                    " died too often and stays off; stop and start the domain to try again");
        set_state("failed");
        return;
    }
    if (auto opened = try_open(); !opened)
        lost(opened.error().describe());
}

Result<void> ServiceLink::try_open()
{
    frames_ = wire::FrameBuffer(service::kMaxFrame);
    INSULA_TRY(fd_, launcher_.launch(program_));
    INSULA_TRY(source_, loop_.watch(fd_.get(), EPOLLIN, [this] { on_readable(); }));
    INSULA_CHECK(send(wire::frame_of(serve_), nullptr, 0));
    set_state("waiting");
    return {};
}

void ServiceLink::lost(const std::string& why)
{
    source_.reset();
    fd_.reset();
    log_warning(serve_.name.value + ": " + std::string(program_name(program_)) + ": " + why);
    auto again = loop_.deferred([this] { open(); });
    if (!again)
        return set_state("failed");
    reopen_ = *std::move(again);
    Loop::arm(reopen_);
}

void ServiceLink::on_readable()
{
    std::array<std::byte, 4096> chunk;
    const ssize_t got = ::recv(fd_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0)
        return lost("ended");
    if (auto taken = on_bytes(Bytes(chunk).first(static_cast<size_t>(got))); !taken)
        lost("broke its protocol: " + taken.error().text());
}

Result<void> ServiceLink::on_bytes(Bytes bytes)
{
    frames_.feed(bytes);
    for (;;) {
        INSULA_TRY(const auto frame, frames_.next());
        if (!frame)
            return {};
        if (frame->type != static_cast<uint32_t>(service::MessageType::State))
            return Error(Errc::Protocol, "unknown message " + std::to_string(frame->type));
        // TRUST: the daemon's bytes become a typed state here or nowhere.
        INSULA_TRY(const auto state, wire::parse<service::State>(frame->body));
        switch (state.state.value) {
        case service::ServiceState::WaitingForAgent:
            set_state("waiting");
            break;
        case service::ServiceState::Connected:
            set_state("connected");
            break;
        case service::ServiceState::AgentRefused:
            log_warning(serve_.name.value + ": " + std::string(program_name(program_)) +
                        " refused the agent: " + escape(state.reason.value));
            set_state("refused");
            break;
        }
    }
}

Result<void> ServiceLink::exec(const service::Exec& exec,
                               const std::array<int, service::kExecDescriptors>& fds)
{
    if (!fd_)
        return Error(Errc::Conflict, "its execution daemon is not running");
    auto sent = send(wire::frame_of(exec), fds.data(), fds.size());
    if (!sent)
        lost(sent.error().describe());
    return sent;
}

Result<void> ServiceLink::send(Bytes frame, const int* fds, size_t count)
{
    // SAFETY: sendmsg does not write to the data; iovec has no const form.
    iovec part{const_cast<std::byte*>(frame.data()), frame.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * service::kExecDescriptors)>
        control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (count > 0) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        std::memcpy(CMSG_DATA(header), fds, sizeof(int) * count);
    }
    const ssize_t sent = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
        return system_error(errno, "send");
    // Half a frame cannot be taken back, and waiting would stop every other domain.
    if (static_cast<size_t>(sent) != frame.size())
        return Error(Errc::Exhausted, "does not read its socket");
    return {};
}

void ServiceLink::set_state(const char* state)
{
    if (state_ == state)
        return;
    state_ = state;
    on_change_();
}

}  // namespace insula::manager
