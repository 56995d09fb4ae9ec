// SPDX-License-Identifier: GPL-2.0-or-later
// The D-Bus face of insulad: org.insula.Manager1 at /org/insula/Manager1.
//
// Who may call is the bus policy's business (root and group insula). Arguments are checked here
// and below; a reply that takes time is sent when it is due, and nothing waits for it.
#pragma once

#include "dom0/manager/manager.h"

#include <systemd/sd-bus.h>

namespace insula::manager {

enum class BusKind { System, Session };

class Bus {
public:
    static Result<std::unique_ptr<Bus>> open(BusKind kind, Loop& loop, Manager& manager);
    ~Bus();
    Bus(const Bus&) = delete;
    Bus& operator=(const Bus&) = delete;

    // Takes the name: from here on callers reach us.
    Result<void> serve();
    void announce(const Domain& domain);

private:
    explicit Bus(Manager& manager) : manager_(manager) {}

    Manager& manager_;
    Handle<sd_bus, sd_bus_flush_close_unref> bus_;
};

// bus_calls.cc
extern const sd_bus_vtable kVtable[];

}  // namespace insula::manager
