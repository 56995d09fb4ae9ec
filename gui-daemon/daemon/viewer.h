// SPDX-License-Identifier: GPL-2.0-or-later
// Shows one domain: waits for its agent, serves it, and waits again when it is gone.
//
// A broken rule ends the connection with one log line; an agent that keeps breaking rules is heard
// at most kMaxRefusals times a minute.
#pragma once

#include "gui-daemon/daemon/connection.h"
#include "gui-daemon/daemon/manager_link.h"
#include "gui-daemon/daemon/rate_limit.h"
#include "gui-daemon/x11/x_desktop.h"

#include <memory>
#include <optional>

namespace insula::gui_daemon {

inline constexpr size_t kMaxRefusals = 5;
inline constexpr size_t kMaxDepartures = 30;
inline constexpr std::chrono::minutes kRefusalPeriod{1};

class Viewer final : public Connection::Owner {
public:
    // The references outlive the viewer; `manager` may be null.
    Viewer(Loop& loop, Transport& transport, const XConnection& x, const Served& served,
           ManagerLink* manager)
        : loop_(loop),
          transport_(transport),
          x_(x),
          served_(served),
          manager_(manager),
          desktop_(x, Identity{served.name, served.colour})
    {}
    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;

    // Waits for the agent's offer.
    Result<void> start();
    // Serves what the X server has sent.
    void serve_desktop() { desktop_.serve(); }
    // Why the viewer cannot go on.
    const std::optional<Error>& failure() const { return failure_; }

    void on_ready(gui::Version version, Session& session) override;
    void on_ended(Error why) override;

private:
    void wait_for_agent();
    void on_connected(std::unique_ptr<Stream> stream);
    void report(service::ServiceState state, const std::string& reason);

    Loop& loop_;
    Transport& transport_;
    const XConnection& x_;
    Served served_;
    ManagerLink* manager_;
    XDesktop desktop_;  // outlives the connection, whose session destroys its windows
    RateLimit refusals_{kMaxRefusals, kRefusalPeriod};
    RateLimit departures_{kMaxDepartures, kRefusalPeriod};
    std::optional<Error> failure_;
    EventSource back_off_;
    std::unique_ptr<Transport::Pending> pending_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace insula::gui_daemon
