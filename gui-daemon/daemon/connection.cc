// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/daemon/connection.h"

#include <algorithm>

namespace insula::gui_daemon {
namespace {

constexpr size_t kVersionBytes = 4;

}  // namespace

Result<std::unique_ptr<Connection>> Connection::start(Loop& loop, Transport& transport, Endpoint at,
                                                      std::unique_ptr<Stream> stream,
                                                      Desktop& desktop, Size screen, Owner& owner)
{
    std::unique_ptr<Connection> made(
        new Connection(transport, at, std::move(stream), desktop, screen, owner));
    INSULA_TRY(made->end_, loop.deferred([raw = made.get()] { raw->on_closed(*raw->failure_); }));
    INSULA_CHECK(made->stream_->start(*made));
    return made;
}

Result<void> Connection::on_bytes(Bytes bytes)
{
    if (!session_) {
        const size_t missing = std::min(kVersionBytes - announced_.size(), bytes.size());
        announced_.insert(announced_.end(), bytes.begin(),
                          bytes.begin() + static_cast<std::ptrdiff_t>(missing));
        bytes = bytes.subspan(missing);
        if (announced_.size() < kVersionBytes)
            return {};
        INSULA_CHECK(shake_hands());
    }
    if (!bytes.empty())
        decoder_.feed(bytes);
    return serve_messages();
}

Result<void> Connection::shake_hands()
{
    INSULA_TRY(const uint32_t announced, wire::Reader(announced_).integer<uint32_t>());
    INSULA_TRY(const gui::Version version, gui::choose_version(gui::Version::from_wire(announced)));
    // Before the answer: from then on the agent may lend pages.
    INSULA_TRY(mapper_, transport_.grant_mapper(at_));
    std::vector<std::byte> answer;
    wire::Writer(answer).integer(version.to_wire());
    wire::append_body(answer, gui::ScreenConfig::for_screen(screen_.width, screen_.height));
    INSULA_CHECK(stream_->send(answer));
    session_.emplace(version, desktop_, *this, *mapper_);
    owner_.on_ready(version, *session_);
    return {};
}

Result<void> Connection::serve_messages()
{
    while (!failure_) {
        INSULA_TRY(const auto message, decoder_.next());
        if (!message)
            return {};
        INSULA_CHECK(session_->handle(*message));
    }
    return *failure_;
}

void Connection::send(Bytes message)
{
    if (failure_)
        return;
    auto sent = stream_->send(message);
    if (sent || sent.error().code() == Errc::PeerClosed)  // on_closed will come
        return;
    failure_ = Error(sent.error().code(), "the agent does not read: " + sent.error().text());
    // We may be deep inside the session: end from the loop.
    Loop::arm(end_);
}

void Connection::on_closed(Error why)
{
    end_.reset();
    owner_.on_ended(std::move(why));
}

}  // namespace insula::gui_daemon
