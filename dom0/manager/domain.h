// SPDX-License-Identifier: GPL-2.0-or-later
// One defined domain: feeds the state machine with what workers reply, and does what it decides.
//
// Believes the workers. Guarantees that every asker is answered exactly once, when the state that
// was asked for is reached or cannot be reached any more, and that no call waits.
#pragma once

#include "dom0/manager/definition.h"
#include "dom0/manager/lifecycle.h"
#include "dom0/manager/service_link.h"
#include "dom0/manager/store.h"
#include "dom0/manager/worker_call.h"

#include <functional>
#include <optional>
#include <vector>

namespace insula::manager {

// nullptr: done. The error otherwise.
using Asker = std::function<void(const Error*)>;

class Domain {
public:
    static constexpr std::chrono::seconds kStopTimeout{20};
    static constexpr std::chrono::seconds kWatchPause{60};
    static constexpr size_t kMaxAskers = 64;

    struct Context {
        Loop& loop;
        Launcher& launcher;
        const Store& store;
        std::function<void(const Domain&)> on_changed;
    };

    Domain(const Context& context, Definition definition);
    Domain(const Domain&) = delete;
    Domain& operator=(const Domain&) = delete;

    void start(Asker asker);
    void stop(Asker asker);
    void kill(Asker asker);
    // insulad itself started and found it in Xen.
    void take_over(const worker::Domain& found);
    // Only of a running domain.
    Result<void> exec(const service::Exec& command,
                      const std::array<int, service::kExecDescriptors>& fds);

    const Definition& definition() const { return definition_; }
    const std::string& name() const { return definition_.name.str(); }
    State state() const { return state_; }
    uint32_t xen_id() const { return xen_id_; }  // 0: none
    const std::string& gui_state() const { return gui_.state(); }
    const std::string& failure() const { return failure_; }

private:
    enum class Wants { Running, Rest };
    struct Waiting {
        Wants wants;
        Asker asker;
    };

    void ask(Event event, Wants wants, Asker asker);
    void on_event(Event event);
    void act(uint32_t actions);
    void settle();
    void fail(const std::string& text);

    // domain_actions.cc
    void create();
    void attach_services();
    void unpause();
    void watch();
    void on_watch_ended(const WorkerResult& result);
    void shut_down();
    void arm_stop_timer();
    void destroy();

    const Context& context_;
    Definition definition_;
    State state_ = State::Off;
    uint32_t xen_id_ = 0;
    std::string failure_;
    std::optional<BootFiles> boot_;
    std::vector<Waiting> waiting_;
    std::unique_ptr<WorkerCall> operation_;
    std::unique_ptr<WorkerCall> watch_;
    RestartBudget watch_budget_;
    EventSource watch_again_;
    EventSource stop_timer_;
    ServiceLink gui_;
    ServiceLink exec_;
};

}  // namespace insula::manager
