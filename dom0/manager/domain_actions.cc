// SPDX-License-Identifier: GPL-2.0-or-later
// What a domain does about Xen: requests to workers, and what their replies mean.
#include "dom0/manager/domain.h"
#include "dom0/manager/failure_text.h"
#include "dom0/manager/labels.h"
#include "dom0/manager/log.h"
#include "dom0/manager/timer.h"

#include <sys/random.h>

namespace insula::manager {
namespace {

// panic=-1: a kernel that panics ends at once instead of waiting to be looked at.
constexpr char kGuestCommandLine[] = "console=hvc0 quiet net.ifnames=0 panic=-1";

// A random UUID (RFC 4122, version 4).
wire::Octets<16> fresh_uuid()
{
    wire::Octets<16> uuid;
    // SAFETY: 16 bytes or fewer are never cut short.
    static_cast<void>(!::getrandom(uuid.value.data(), uuid.value.size(), 0));
    uuid.value[6] = (uuid.value[6] & std::byte{0x0f}) | std::byte{0x40};
    uuid.value[8] = (uuid.value[8] & std::byte{0x3f}) | std::byte{0x80};
    return uuid;
}

}  // namespace

void Domain::create()
{
    worker::Create request;
    request.name.value = name();
    request.uuid = fresh_uuid();
    request.type.value = definition_.type;
    request.memory_mib.value = definition_.memory_mib;
    request.vcpus.value = definition_.vcpus;
    request.kernel.value = boot_->kernel;
    request.ramdisk.value = boot_->ramdisk;
    request.command_line.value = kGuestCommandLine;
    operation_ = WorkerCall::start(
        context_.loop, context_.launcher, request, [this](const WorkerResult& result) {
            if (result.done() && result.created) {
                xen_id_ = *result.created;
                return on_event(Event::CreateDone);
            }
            fail(result.failure.empty() ? "the worker named no domain" : result.failure);
            on_event(Event::CreateFailed);
        });
}

void Domain::attach_services()
{
    service::Serve serve;
    serve.domain.value = xen_id_;
    serve.name.value = name();
    serve.label.value = definition_.label;
    serve.colour.value = find_label(definition_.label)->colour;
    gui_.start(serve);
    exec_.start(serve);
}

void Domain::unpause()
{
    worker::Unpause request;
    request.domain.value = xen_id_;
    operation_ = WorkerCall::start(context_.loop, context_.launcher, request,
                                   [this](const WorkerResult& result) {
                                       if (result.done())
                                           return on_event(Event::UnpauseDone);
                                       fail(result.failure);
                                       on_event(Event::UnpauseFailed);
                                   });
}

void Domain::watch()
{
    watch_again_.reset();
    worker::WaitForDeath request;
    request.domain.value = xen_id_;
    request.name.value = name();
    watch_ = WorkerCall::start(context_.loop, context_.launcher, request,
                               [this](const WorkerResult& result) { on_watch_ended(result); });
}

void Domain::on_watch_ended(const WorkerResult& result)
{
    if (result.died) {
        const auto cause = result.died->cause.value;
        if (cause == worker::DeathCause::Crash || cause == worker::DeathCause::Other) {
            fail(describe_death(*result.died));
            return on_event(Event::Crashed);
        }
        log_info(name() + ": " + describe_death(*result.died));
        return on_event(Event::PoweredOff);
    }
    log_warning(name() + ": the watch for its death ended: " + result.failure);
    if (watch_budget_.take(std::chrono::steady_clock::now()))
        return watch();
    auto again = start_timer(context_.loop, kWatchPause, [this] { watch(); });
    if (again)
        watch_again_ = *std::move(again);
}

void Domain::shut_down()
{
    worker::Shutdown request;
    request.domain.value = xen_id_;
    operation_ = WorkerCall::start(context_.loop, context_.launcher, request,
                                   [this](const WorkerResult& result) {
                                       if (result.done())
                                           return;  // the watch tells when it is down
                                       log_warning(name() + ": " + result.failure);
                                       on_event(Event::ShutdownFailed);
                                   });
}

void Domain::arm_stop_timer()
{
    auto timer = start_timer(context_.loop, kStopTimeout, [this] {
        log_warning(name() + ": did not shut down within 20 s; it is destroyed");
        on_event(Event::StopTimedOut);
    });
    if (timer)
        stop_timer_ = *std::move(timer);
    else
        log_warning(name() + ": no timer for its shutdown: " + timer.error().describe());
}

void Domain::destroy()
{
    stop_timer_.reset();
    watch_again_.reset();
    watch_.reset();
    gui_.stop();
    exec_.stop();
    worker::Destroy request;
    request.domain.value = xen_id_;
    operation_ = WorkerCall::start(context_.loop, context_.launcher, request,
                                   [this](const WorkerResult& result) {
                                       if (result.done())
                                           return on_event(Event::DestroyDone);
                                       fail("could not be destroyed: " + result.failure);
                                       on_event(Event::DestroyFailed);
                                   });
}

}  // namespace insula::manager
