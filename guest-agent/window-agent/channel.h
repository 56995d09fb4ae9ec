// SPDX-License-Identifier: GPL-2.0-or-later
// One connection to the GUI daemon: handshake, then messages both ways.
//
// Believes nothing of what arrives: the first broken rule ends the connection. Does not act on
// messages; its owner does.
#pragma once

#include "proto/gui/codec.h"
#include "proto/gui/handshake.h"
#include "proto/transport/stream.h"

#include <memory>
#include <optional>
#include <vector>

namespace insula::window_agent {

class Channel final : private Stream::Handler {
public:
    // Called from the event loop. None of the calls may destroy the channel.
    class Owner {
    public:
        virtual void on_ready(const gui::ScreenConfig& screen) = 0;
        virtual void on_message(gui::Addressed<gui::ToAgent> message) = 0;

    protected:
        ~Owner() = default;
    };

    // More than this not taken by the daemon yet: pictures wait (windows and titles do not).
    static constexpr size_t kBusy = size_t{64} * 1024;

    // Sends our version. `owner` must outlive the channel.
    static std::unique_ptr<Channel> open(std::unique_ptr<Stream> stream, Owner& owner);

    // Nothing is sent before the handshake is done, nor after the end.
    template <typename Message>
    void send(gui::WindowId window, const Message& message)
    {
        if (ready() && !ended_)
            send_bytes(gui::encode(window, message));
    }
    bool ready() const { return version_.has_value(); }
    bool busy() const { return stream_->queued() > kBusy; }
    // Only when ready().
    gui::Version version() const { return *version_; }
    // Why the connection is over; nullptr while it lives. The owner destroys it then.
    const Error* ended() const { return ended_ ? &*ended_ : nullptr; }

private:
    Channel(std::unique_ptr<Stream> stream, Owner& owner)
        : owner_(owner),
          stream_(std::move(stream))
    {}

    Result<void> on_bytes(Bytes bytes) override;
    void on_closed(Error why) override;

    void send_bytes(Bytes bytes);
    void end(Error why);
    // Takes what belongs to the handshake off the front of `bytes`.
    Result<void> shake_hands(Bytes& bytes);

    Owner& owner_;
    std::unique_ptr<Stream> stream_;
    std::vector<std::byte> hello_;
    std::optional<gui::Version> version_;
    std::optional<Error> ended_;
    gui::Decoder<gui::ToAgent> decoder_;
};

}  // namespace insula::window_agent
