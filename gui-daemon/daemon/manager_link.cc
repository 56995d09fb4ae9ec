// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/daemon/manager_link.h"

#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace insula::gui_daemon {

Result<std::unique_ptr<ManagerLink>> ManagerLink::open(Loop& loop, UniqueFd socket)
{
    const int fd = socket.get();
    std::unique_ptr<ManagerLink> link(new ManagerLink(std::move(socket)));
    INSULA_TRY(link->source_, loop.watch(fd, EPOLLIN, [raw = link.get()] { raw->on_readable(); }));
    return link;
}

void ManagerLink::on_readable()
{
    std::array<std::byte, 4096> chunk;
    const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    Result<void> status;
    if (got > 0) {
        frames_.feed(Bytes(chunk).first(static_cast<size_t>(got)));
        while (status) {
            auto frame = frames_.next();
            if (!frame) {
                status = std::move(frame.error());
                break;
            }
            if (!*frame)
                return;
            status = on_frame(**frame);
        }
    }
    source_.reset();
    ended_ = std::move(status);
}

Result<void> ManagerLink::on_frame(const wire::Frame& frame)
{
    if (frame.type != static_cast<uint32_t>(service::MessageType::Serve) || served_)
        return Error(Errc::Protocol, "the manager sent another message than one Serve");
    INSULA_TRY(const auto serve, wire::parse<service::Serve>(frame.body));
    INSULA_TRY(served_, served_from(serve));
    return {};
}

void ManagerLink::report(service::ServiceState state, std::string_view reason)
{
    service::State out;
    out.state.value = state;
    out.reason.value = reason.substr(0, decltype(out.reason)::kMax);
    const auto body = wire::body_of(out);
    std::vector<std::byte> frame;
    wire::Writer writer(frame);
    writer.integer(static_cast<uint32_t>(service::State::kType));
    writer.integer(static_cast<uint32_t>(body.size()));
    frame.insert(frame.end(), body.begin(), body.end());
    // A manager that does not read any more is as good as gone; half a frame would mislead it.
    const ssize_t sent =
        ::send(socket_.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(frame.size()) && !ended_) {
        source_.reset();
        ended_ = Result<void>(Error(Errc::PeerClosed, "the manager does not read"));
    }
}

}  // namespace insula::gui_daemon
