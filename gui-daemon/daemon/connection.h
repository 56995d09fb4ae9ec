// SPDX-License-Identifier: GPL-2.0-or-later
// One connection to the domain's agent: the handshake, then messages to and from the session.
//
// Ends at most once, by telling its owner why: a broken rule (Errc::Protocol), an agent that does
// not read (Errc::Exhausted), or one that went away. To leave a message or the handshake unfinished
// for kMessagePatience breaks a rule.
#pragma once

#include "gui-daemon/session/session.h"
#include "proto/event/loop.h"
#include "proto/transport/transport.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace insula::gui_daemon {

// How long a message may take from its first byte to its last, and the handshake from the
// connection on. An agent that has nothing to say may be silent for ever.
inline constexpr std::chrono::seconds kMessagePatience{10};

class Connection final : public Stream::Handler, public PeerLink {
public:
    class Owner {
    public:
        virtual void on_ready(gui::Version version, Session& session) = 0;
        // May destroy the connection.
        virtual void on_ended(Error why) = 0;

    protected:
        ~Owner() = default;
    };

    // The references outlive the connection. `screen` is what the agent is told.
    static Result<std::unique_ptr<Connection>> start(Loop& loop, Transport& transport, Endpoint at,
                                                     std::unique_ptr<Stream> stream,
                                                     Desktop& desktop, Size screen, Owner& owner);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<void> on_bytes(Bytes bytes) override;
    void on_closed(Error why) override;
    void send(Bytes message) override;

private:
    using Clock = std::chrono::steady_clock;

    Connection(Loop& loop, Transport& transport, Endpoint at, std::unique_ptr<Stream> stream,
               Desktop& desktop, Size screen, Owner& owner)
        : loop_(loop),
          transport_(transport),
          at_(at),
          desktop_(desktop),
          screen_(screen),
          owner_(owner),
          stream_(std::move(stream))
    {}
    Result<void> shake_hands();
    Result<void> serve_messages();
    // Sees to it that on_look() comes by when what is begun is overdue.
    Result<void> watch_begun();
    bool overdue() const;
    void on_look();
    void end(Error why);

    Loop& loop_;
    Transport& transport_;
    Endpoint at_;
    Desktop& desktop_;
    Size screen_;
    Owner& owner_;
    std::vector<std::byte> announced_;  // the agent's version so far
    gui::Decoder<gui::ToDaemon> decoder_;
    std::optional<Clock::time_point> begun_{Clock::now()};  // since when the agent owes us the rest
    std::optional<Error> failure_;                          // why to end from the loop
    EventSource deadline_;                                  // set for begun_ or something older
    EventSource look_;                                      // calls on_look() from the loop
    // In this order: the session gives its mappings back before the mapper goes.
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<GrantMapper> mapper_;
    std::optional<Session> session_;
};

}  // namespace insula::gui_daemon
