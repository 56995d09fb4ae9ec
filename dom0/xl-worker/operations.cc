// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/xl-worker/operations.h"

#include "dom0/worker/console_tail.h"
#include "proto/base/ids.h"

#include <cstdlib>
#include <cstring>

namespace insula::xl_worker {
namespace {

constexpr char kConsoleFolder[] = "/var/log/xen/console";

class DomainList {
public:
    explicit DomainList(libxl_ctx* ctx) : all_(libxl_list_domain(ctx, &count_)) {}
    ~DomainList()
    {
        if (all_)
            libxl_dominfo_list_free(all_, count_);
    }
    DomainList(const DomainList&) = delete;
    DomainList& operator=(const DomainList&) = delete;

    explicit operator bool() const { return all_ != nullptr; }
    const libxl_dominfo* begin() const { return all_; }
    const libxl_dominfo* end() const { return all_ + count_; }

private:
    int count_ = 0;  // before all_: its initialiser fills it
    libxl_dominfo* all_;
};

worker::RunState run_state(const libxl_dominfo& info)
{
    if (info.dying)
        return worker::RunState::Dying;
    if (info.shutdown)
        return worker::RunState::Shutdown;
    return info.paused ? worker::RunState::Paused : worker::RunState::Running;
}

worker::DeathCause cause_of(const Death& death)
{
    if (!death.shut_down)
        return worker::DeathCause::Destroyed;
    switch (death.reason) {
    case LIBXL_SHUTDOWN_REASON_POWEROFF:
        return worker::DeathCause::PowerOff;
    case LIBXL_SHUTDOWN_REASON_REBOOT:
        return worker::DeathCause::Reboot;
    case LIBXL_SHUTDOWN_REASON_CRASH:
    case LIBXL_SHUTDOWN_REASON_WATCHDOG:
        return worker::DeathCause::Crash;
    default:
        return worker::DeathCause::Other;
    }
}

}  // namespace

Outcome unpause(Session& session, const worker::Unpause& request)
{
    const int rc = session.run([&](const libxl_asyncop_how* how) {
        return libxl_domain_unpause(session.ctx(), request.domain.value, how);
    });
    if (rc != 0)
        return Failure{"unpause", rc, "libxl could not unpause the domain"};
    return {};
}

Outcome destroy(Session& session, uint32_t domain)
{
    const auto is_gone = [&] {
        libxl_dominfo info;
        libxl_dominfo_init(&info);
        const int rc = libxl_domain_info(session.ctx(), &info, domain);
        libxl_dominfo_dispose(&info);
        return rc == ERROR_DOMAIN_NOTFOUND;
    };
    if (is_gone())
        return {};
    const int rc = session.run([&](const libxl_asyncop_how* how) {
        return libxl_domain_destroy(session.ctx(), domain, how);
    });
    if (rc != 0 && !is_gone())
        return Failure{"destroy", rc, "libxl could not destroy the domain"};
    return {};
}

Outcome shutdown(Session& session, const worker::Shutdown& request)
{
    const int rc = session.run([&](const libxl_asyncop_how* how) {
        return libxl_domain_shutdown(session.ctx(), request.domain.value, how);
    });
    if (rc != 0)
        return Failure{"shutdown", rc, "libxl could not ask the domain to shut down"};
    return {};
}

Outcome list(Session& session, Channel& channel)
{
    const DomainList all(session.ctx());
    if (!all)
        return Failure{"list", ERROR_FAIL, "libxl could not list the domains"};
    for (const libxl_dominfo& info : all) {
        if (!worker::DomainIdField::accepts(info.domid))
            continue;
        worker::Domain domain;
        domain.domain.value = info.domid;
        if (char* name = libxl_domid_to_name(session.ctx(), info.domid)) {
            domain.name.value = std::string(name).substr(0, decltype(domain.name)::kMax);
            std::free(name);
        }
        static_assert(sizeof info.uuid.uuid == sizeof domain.uuid.value);
        std::memcpy(domain.uuid.value.data(), info.uuid.uuid, sizeof info.uuid.uuid);
        domain.state.value = run_state(info);
        domain.memory_kib = info.current_memkb;
        if (const auto sent = channel.reply(domain); !sent)
            return Failure{"list", 0, sent.error().describe()};
    }
    return {};
}

Outcome wait_for_death(Session& session, Channel& channel, const worker::WaitForDeath& request)
{
    const auto name = DomainName::parse(request.name.value);
    if (!name)
        return Failure{"request", 0, "the name is not one of a domain: " + name.error().text()};
    const auto death = session.wait_for_death(request.domain.value, channel.fd());
    if (!death)
        return Failure{"wait", 0, death.error().describe()};
    if (!death->has_value())
        return Failure{"wait", 0, "the peer closed its socket before the domain died"};
    worker::Died died;
    died.cause.value = cause_of(**death);
    died.console_tail.value =
        worker::console_tail(kConsoleFolder + ("/guest-" + name->str()) + ".log");
    if (const auto sent = channel.reply(died); !sent)
        return Failure{"wait", 0, sent.error().describe()};
    return {};
}

}  // namespace insula::xl_worker
