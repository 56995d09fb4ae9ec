// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/manager/manager.h"

#include "dom0/manager/log.h"

#include <cerrno>

#include <fcntl.h>

namespace insula::manager {
namespace {

Result<UniqueFd> hand_over(Domain& domain, const service::Exec& command,
                           const Manager::Streams& streams)
{
    std::array<int, 2> raw{};
    if (::pipe2(raw.data(), O_CLOEXEC) != 0)
        return system_error(errno, "pipe");
    UniqueFd status(raw[0]);
    const UniqueFd report(raw[1]);
    INSULA_CHECK(domain.exec(
        command, {streams.in.get(), streams.out.get(), streams.err.get(), report.get()}));
    return status;
}

}  // namespace

Manager::Manager(Loop& loop, Launcher& launcher, Store store)
    : launcher_(launcher),
      loop_(loop),
      store_(std::move(store)),
      context_{loop, launcher, store_, [this](const Domain& domain) { listener_(domain); }}
{}

Result<void> Manager::begin(std::function<void()> on_ready)
{
    INSULA_TRY(auto loaded, store_.load());
    for (const Error& error : loaded.errors)
        log_warning("definition passed over: " + error.describe());
    for (Definition& definition : loaded.definitions) {
        const std::string name = definition.name.str();
        domains_[name] = std::make_unique<Domain>(context_, std::move(definition));
    }
    listing_ = WorkerCall::start(loop_, launcher_, worker::List{},
                                 [this, on_ready = std::move(on_ready)](const WorkerResult& r) {
                                     take_over(r);
                                     on_ready();
                                 });
    return {};
}

void Manager::take_over(const WorkerResult& listed)
{
    if (!listed.done())
        log_warning("running domains are not known: " + listed.failure);
    for (const worker::Domain& found : listed.domains)
        if (const auto at = domains_.find(found.name.value); at != domains_.end())
            at->second->take_over(found);
}

Result<Domain*> Manager::find(std::string_view name) const
{
    INSULA_TRY(const DomainName checked, DomainName::parse(name));
    const auto at = domains_.find(checked.str());
    if (at == domains_.end())
        return Error(Errc::NotFound, "there is no domain " + checked.str() +
                                         "; `insula list` shows those that there are");
    return at->second.get();
}

Result<void> Manager::create(const Definition& definition)
{
    const std::string name = definition.name.str();
    if (domains_.contains(name))
        return Error(Errc::Denied, "domain " + name + " exists already; choose another name");
    if (domains_.size() >= kMaxDomains)
        return Error(Errc::Exhausted, "there are 256 domains already; remove one");
    INSULA_CHECK(store_.save(definition));
    const auto& domain = domains_[name] = std::make_unique<Domain>(context_, definition);
    listener_(*domain);
    return {};
}

Result<void> Manager::remove(std::string_view name)
{
    INSULA_TRY(Domain * domain, find(name));
    if (!at_rest(domain->state()))
        return Error(Errc::Conflict, "domain " + domain->name() + " is " +
                                         std::string(visible(domain->state())) + "; stop it first");
    INSULA_CHECK(store_.remove(domain->definition().name));
    domains_.erase(std::string(name));
    return {};
}

void Manager::start(std::string_view name, const Asker& asker)
{
    auto domain = find(name);
    domain ? (*domain)->start(asker) : asker(&domain.error());
}

void Manager::stop(std::string_view name, const Asker& asker)
{
    auto domain = find(name);
    domain ? (*domain)->stop(asker) : asker(&domain.error());
}

void Manager::kill(std::string_view name, const Asker& asker)
{
    auto domain = find(name);
    domain ? (*domain)->kill(asker) : asker(&domain.error());
}

void Manager::run(std::string_view name, service::Exec command, Streams streams,
                  const OnRun& on_run)
{
    auto found = find(name);
    if (!found)
        return on_run(std::move(found.error()));
    Domain* domain = *found;
    if (domain->state() == State::Running)
        return on_run(hand_over(*domain, command, streams));
    // The captures of an Asker are copied: the descriptors get one shared owner.
    const auto kept = std::make_shared<Streams>(std::move(streams));
    domain->start([domain, command = std::move(command), kept, on_run](const Error* error) {
        if (error)
            return on_run(*error);
        on_run(hand_over(*domain, command, *kept));
    });
}

}  // namespace insula::manager
