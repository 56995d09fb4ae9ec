// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/local-worker/operations.h"

#include "dom0/worker/console_tail.h"

#include <csignal>

namespace insula::local_worker {
namespace {

// A living domain that is to hear a signal.
struct Living {
    UniqueFd life;
    UniqueFd init;
};

Result<Living> living(const DomainTable& table, uint32_t domain)
{
    INSULA_TRY(const DomainFolder folder, table.find(domain));
    INSULA_TRY(UniqueFd life, folder.life());
    INSULA_TRY(auto init, holder_of(life.get()));
    if (!init)
        return Error(Errc::Conflict, "the domain is dead");
    return Living{std::move(life), *std::move(init)};
}

Result<void> let_run(const DomainTable& table, uint32_t domain)
{
    INSULA_TRY(const Living alive, living(table, domain));
    INSULA_TRY(const Mark mark, mark_of(alive.life.get()));
    if (mark != Mark::Paused && mark != Mark::Running)
        return Error(Errc::Conflict, "the domain is ending");
    INSULA_CHECK(set_mark(alive.life.get(), Mark::Running));
    // Again when it runs already: a worker that was killed here may have left it unsaid.
    return send_signal(alive.init, SIGUSR1);
}

Result<void> ask_to_shut_down(const DomainTable& table, uint32_t domain)
{
    INSULA_TRY(const Living alive, living(table, domain));
    return send_signal(alive.init, SIGTERM);
}

Result<void> take_down(const DomainTable& table, uint32_t domain)
{
    INSULA_TRY(const DomainFolder folder, table.find(domain));
    INSULA_TRY(const UniqueFd life, folder.life());
    INSULA_CHECK(set_mark(life.get(), Mark::Destroyed));
    return folder.remove();
}

worker::RunState run_state(bool alive, Mark mark)
{
    if (!alive)
        return worker::RunState::Shutdown;
    switch (mark) {
    case Mark::Paused:
        return worker::RunState::Paused;
    case Mark::Running:
        return worker::RunState::Running;
    default:
        return worker::RunState::Dying;
    }
}

Result<worker::Domain> describe(const DomainFolder& folder)
{
    INSULA_TRY(const Record record, folder.record());
    INSULA_TRY(const UniqueFd life, folder.life());
    INSULA_TRY(const auto init, holder_of(life.get()));
    INSULA_TRY(const Mark mark, mark_of(life.get()));
    worker::Domain domain;
    domain.domain.value = folder.id();
    domain.name.value = record.name.value;
    domain.uuid = record.uuid;
    domain.state.value = run_state(init.has_value(), mark);
    domain.memory_kib = uint64_t{record.memory_mib} * 1024;
    return domain;
}

worker::DeathCause cause_of(Mark mark)
{
    switch (mark) {
    case Mark::PoweredOff:
        return worker::DeathCause::PowerOff;
    case Mark::Destroyed:
        return worker::DeathCause::Destroyed;
    default:
        // The init did not come to say how it ended.
        return worker::DeathCause::Crash;
    }
}

Result<worker::Died> death_of(const DomainTable& table, const worker::WaitForDeath& request,
                              int peer)
{
    INSULA_TRY(const DomainFolder folder, table.find(request.domain.value));
    INSULA_TRY(const Record record, folder.record());
    if (record.name != request.name)
        return Error(Errc::Invalid, "the domain of this id has another name");
    // Open before the wait: whoever destroys the domain removes the files.
    INSULA_TRY(const UniqueFd life, folder.life());
    INSULA_TRY(const UniqueFd console, folder.console());
    INSULA_TRY(const auto init, holder_of(life.get()));
    if (init) {
        INSULA_TRY(const Ended ended, await_end(*init, peer, kForever));
        if (ended != Ended::Yes)
            return Error(Errc::PeerClosed, "the peer closed its socket before the domain died");
    }
    INSULA_TRY(const Mark mark, mark_of(life.get()));
    worker::Died died;
    died.cause.value = cause_of(mark);
    died.console_tail.value = worker::console_tail(console.get());
    return died;
}

Outcome outcome_of(const char* stage, const Result<void>& result)
{
    if (!result)
        return Failure{stage, 0, result.error().describe()};
    return {};
}

}  // namespace

Outcome unpause(const DomainTable& table, const worker::Unpause& request)
{
    return outcome_of("unpause", let_run(table, request.domain.value));
}

Outcome destroy(const DomainTable& table, const worker::Destroy& request)
{
    auto taken_down = take_down(table, request.domain.value);
    if (!taken_down && taken_down.error().code() == Errc::NotFound)
        return {};
    return outcome_of("destroy", taken_down);
}

Outcome shutdown(const DomainTable& table, const worker::Shutdown& request)
{
    return outcome_of("shutdown", ask_to_shut_down(table, request.domain.value));
}

Outcome list(const DomainTable& table, Channel& channel)
{
    const auto all = table.all();
    if (!all)
        return Failure{"list", 0, all.error().describe()};
    for (const DomainFolder& folder : *all) {
        const auto domain = describe(folder);
        if (!domain && !folder.finished())
            continue;  // destroyed at this moment
        if (!domain)
            return Failure{"list", 0,
                           "domain " + std::to_string(folder.id()) + ": " +
                               domain.error().describe()};
        if (const auto sent = channel.reply(*domain); !sent)
            return Failure{"list", 0, sent.error().describe()};
    }
    return {};
}

Outcome wait_for_death(const DomainTable& table, Channel& channel,
                       const worker::WaitForDeath& request)
{
    auto died = death_of(table, request, channel.fd());
    if (!died && died.error().code() == Errc::NotFound) {
        died = worker::Died{};
        died->cause.value = worker::DeathCause::Destroyed;
    }
    if (!died)
        return Failure{"wait", 0, died.error().describe()};
    if (const auto sent = channel.reply(*died); !sent)
        return Failure{"wait", 0, sent.error().describe()};
    return {};
}

}  // namespace insula::local_worker
