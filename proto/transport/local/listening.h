// SPDX-License-Identifier: GPL-2.0-or-later
// An offer of the local transport: a socket that takes one connection.
#pragma once

#include "proto/transport/local/socket.h"

namespace insula::local {

class Listening final : public Transport::Pending {
public:
    static Result<std::unique_ptr<Transport::Pending>> start(Loop& loop, Name name,
                                                             Transport::Connected connected);
    ~Listening() override;

private:
    Listening(Loop& loop, Name name, Transport::Connected connected)
        : loop_(loop),
          name_(std::move(name)),
          connected_(std::move(connected))
    {}

    void on_ready();

    Loop& loop_;
    Name name_;
    Transport::Connected connected_;
    // Open while the offer stands.
    UniqueFd socket_;
    EventSource ready_;
};

}  // namespace insula::local
