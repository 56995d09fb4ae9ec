// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/daemon/connection.h"

#include <algorithm>
#include <string>

namespace insula::gui_daemon {
namespace {

constexpr size_t kVersionBytes = 4;

}  // namespace

Result<std::unique_ptr<Connection>> Connection::start(Loop& loop, Transport& transport, Endpoint at,
                                                      std::unique_ptr<Stream> stream,
                                                      Desktop& desktop, Size screen, Owner& owner)
{
    std::unique_ptr<Connection> made(
        new Connection(loop, transport, at, std::move(stream), desktop, screen, owner));
    INSULA_TRY(made->look_, loop.deferred([raw = made.get()] { raw->on_look(); }));
    INSULA_CHECK(made->watch_begun());
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
        begun_.reset();
    }
    if (!bytes.empty())
        decoder_.feed(bytes);
    INSULA_CHECK(serve_messages());
    if (decoder_.pending() == 0)
        return {};
    if (!begun_)
        begun_ = Clock::now();
    return watch_begun();
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
        begun_.reset();
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
    Loop::arm(look_);
}

// One timer serves many messages: it is set only when none runs, and looks again when it fires. A
// busy agent costs a reading of the clock for each message that comes in pieces.
Result<void> Connection::watch_begun()
{
    if (!begun_ || deadline_)
        return {};
    const auto left = *begun_ + kMessagePatience - Clock::now();
    INSULA_TRY(deadline_, loop_.after(std::chrono::ceil<std::chrono::microseconds>(left), [this] {
        deadline_.reset();
        // If it was we who were held up, the rest lies ready: it is read before the look.
        Loop::arm(look_);
    }));
    return {};
}

bool Connection::overdue() const { return begun_ && Clock::now() - *begun_ >= kMessagePatience; }

void Connection::on_look()
{
    if (!failure_ && overdue())
        failure_ = Error(Errc::Protocol, std::string(session_ ? "message" : "handshake") +
                                             " not complete within " +
                                             std::to_string(kMessagePatience.count()) + " s");
    if (failure_)
        return end(*failure_);
    if (auto watched = watch_begun(); !watched)
        end(std::move(watched.error()));
}

void Connection::on_closed(Error why) { end(std::move(why)); }

void Connection::end(Error why)
{
    look_.reset();
    deadline_.reset();
    owner_.on_ended(std::move(why));  // may destroy *this: nothing after it
}

}  // namespace insula::gui_daemon
