// SPDX-License-Identifier: GPL-2.0-or-later
// An attempt of the local transport to connect: waits for the socket to appear, through inotify.
#pragma once

#include "proto/transport/local/socket.h"

namespace insula::local {

class Connecting final : public Transport::Pending {
public:
    static Result<std::unique_ptr<Transport::Pending>> start(Loop& loop, Name name,
                                                             Transport::Connected connected);

private:
    Connecting(Loop& loop, Name name, Transport::Connected connected)
        : loop_(loop),
          name_(std::move(name)),
          connected_(std::move(connected))
    {}

    void on_change();
    void attempt();

    Loop& loop_;
    Name name_;
    Transport::Connected connected_;
    UniqueFd inotify_;
    EventSource changed_;
    EventSource first_;
    EventSource again_;
};

}  // namespace insula::local
