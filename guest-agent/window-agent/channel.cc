// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/channel.h"

#include "proto/wire/reader.h"
#include "proto/wire/writer.h"

#include <algorithm>
#include <utility>

namespace insula::window_agent {
namespace {

constexpr size_t kVersionBytes = 4;
constexpr size_t kHelloBytes = kVersionBytes + 16;  // the version, then ScreenConfig

}  // namespace

std::unique_ptr<Channel> Channel::open(std::unique_ptr<Stream> stream, Owner& owner)
{
    std::unique_ptr<Channel> channel(new Channel(std::move(stream), owner));
    if (auto started = channel->stream_->start(*channel); !started) {
        channel->end(std::move(started.error()));
        return channel;
    }
    std::vector<std::byte> version;
    wire::Writer(version).integer(gui::kOurVersion.to_wire());
    channel->send_bytes(version);
    return channel;
}

Result<void> Channel::on_bytes(Bytes bytes)
{
    if (!ready())
        INSULA_CHECK(shake_hands(bytes));
    if (!ready() || bytes.empty())
        return {};
    decoder_.feed(bytes);
    for (;;) {
        INSULA_TRY(auto message, decoder_.next());
        if (!message)
            return {};
        owner_.on_message(std::move(*message));
    }
}

Result<void> Channel::shake_hands(Bytes& bytes)
{
    const size_t taken = std::min(kHelloBytes - hello_.size(), bytes.size());
    hello_.insert(hello_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    if (hello_.size() < kHelloBytes)
        return {};
    // TRUST: the daemon's choice becomes a version that we offered.
    wire::Reader reader(Bytes(hello_).first(kVersionBytes));
    INSULA_TRY(const uint32_t chosen, reader.integer<uint32_t>());
    INSULA_TRY(const gui::Version version, gui::accept_version(gui::Version::from_wire(chosen)));
    INSULA_TRY(const auto screen,
               wire::parse<gui::ScreenConfig>(Bytes(hello_).subspan(kVersionBytes)));
    version_ = version;
    owner_.on_ready(screen);
    return {};
}

void Channel::on_closed(Error why) { end(std::move(why)); }

void Channel::send_bytes(Bytes bytes)
{
    if (auto sent = stream_->send(bytes); !sent)
        end(std::move(sent.error()));
}

void Channel::end(Error why)
{
    if (!ended_)
        ended_ = std::move(why);
}

}  // namespace insula::window_agent
