// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/bus.h"

#include "dom0/manager/log.h"

namespace insula::manager {
namespace {

constexpr char kName[] = "org.insula.Manager1";
constexpr char kPath[] = "/org/insula/Manager1";
constexpr char kInterface[] = "org.insula.Manager1";

}  // namespace

Result<std::unique_ptr<Bus>> Bus::open(BusKind kind, Loop& loop, Manager& manager)
{
    std::unique_ptr<Bus> self(new Bus(manager));
    sd_bus* raw = nullptr;
    if (const int r = kind == BusKind::System ? sd_bus_open_system(&raw) : sd_bus_open_user(&raw);
        r < 0)
        return system_error(-r, "connect to the bus");
    self->bus_.reset(raw);
    // The loop's sd_event is found through one of its sources.
    INSULA_TRY(const EventSource probe, loop.deferred([] {}));
    if (const int r = sd_bus_attach_event(raw, sd_event_source_get_event(probe.get()), 0); r < 0)
        return system_error(-r, "sd_bus_attach_event");
    // Without the bus nobody can reach us: systemd starts us anew.
    sd_bus_set_exit_on_disconnect(raw, 1);
    if (const int r = sd_bus_add_object_vtable(raw, nullptr, kPath, kInterface, kVtable, &manager);
        r < 0)
        return system_error(-r, "sd_bus_add_object_vtable");
    Bus* bus = self.get();
    manager.on_changed([bus](const Domain& domain) { bus->announce(domain); });
    return self;
}

Bus::~Bus()
{
    manager_.on_changed([](const Domain&) {});
}

Result<void> Bus::serve()
{
    if (const int r = sd_bus_request_name(bus_.get(), kName, 0); r < 0)
        return system_error(-r, std::string("take the name ") + kName);
    return {};
}

void Bus::announce(const Domain& domain)
{
    const std::string state(visible(domain.state()));
    if (const int r = sd_bus_emit_signal(bus_.get(), kPath, kInterface, "DomainChanged", "ss",
                                         domain.name().c_str(), state.c_str());
        r < 0)
        log_warning(system_error(-r, "emit DomainChanged").describe());
}

}  // namespace insula::manager
