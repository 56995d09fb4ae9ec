// SPDX-License-Identifier: GPL-2.0-or-later
// All domains by name: definitions, and who is asked for what.
//
// Guarantees that what fails changes nothing, and that every asker is answered.
#pragma once

#include "dom0/manager/domain.h"

#include <map>

namespace insula::manager {

class Manager {
public:
    Manager(Loop& loop, Launcher& launcher, Store store);
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    // Reads the definitions, then takes over what runs already; `on_ready` comes from the loop.
    Result<void> begin(std::function<void()> on_ready);
    void on_changed(std::function<void(const Domain&)> listener)
    {
        listener_ = std::move(listener);
    }

    Result<void> create(const Definition& definition);
    Result<void> remove(std::string_view name);
    void start(std::string_view name, const Asker& asker);
    void stop(std::string_view name, const Asker& asker);
    void kill(std::string_view name, const Asker& asker);

    // Starts the domain if it is off, then runs `command` in it. The answer is the read end of
    // the status pipe.
    using OnRun = std::function<void(Result<UniqueFd>)>;
    struct Streams {
        UniqueFd in, out, err;
    };
    void run(std::string_view name, service::Exec command, Streams streams, const OnRun& on_run);

    using Domains = std::map<std::string, std::unique_ptr<Domain>, std::less<>>;
    const Domains& domains() const { return domains_; }

private:
    Result<Domain*> find(std::string_view name) const;
    void take_over(const WorkerResult& listed);

    Launcher& launcher_;
    Loop& loop_;
    Store store_;
    std::function<void(const Domain&)> listener_ = [](const Domain&) {};
    Domain::Context context_;  // before the domains, which refer to it
    Domains domains_;
    std::unique_ptr<WorkerCall> listing_;
};

}  // namespace insula::manager
