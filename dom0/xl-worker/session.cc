// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/xl-worker/session.h"

#include <array>
#include <cerrno>

#include <poll.h>

#include <sys/time.h>

namespace insula::xl_worker {
namespace {

constexpr int kMaxPollFds = 128;

struct Operation {
    bool finished = false;
    int rc = 0;
};

timeval wall_clock()
{
    timeval now{};
    ::gettimeofday(&now, nullptr);
    return now;
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(ToolLog& log)
{
    std::unique_ptr<Session> session(new Session(log));
    if (libxl_ctx_alloc(&session->ctx_, LIBXL_VERSION, 0, log.logger()) != 0)
        return Error(Errc::System, "no connection to Xen: is this dom0, and is xenstored running?");
    session->hooks_.event_occurs_mask = LIBXL_EVENTMASK_ALL;
    session->hooks_.event_occurs = on_event;
    session->hooks_.disaster = on_disaster;
    libxl_event_register_callbacks(session->ctx_, &session->hooks_, session.get());
    session->children_.chldowner = libxl_sigchld_owner_libxl;
    libxl_childproc_setmode(session->ctx_, &session->children_, nullptr);
    return session;
}

Session::~Session()
{
    if (ctx_)
        libxl_ctx_free(ctx_);
}

void Session::on_done(libxl_ctx*, int rc, void* for_callback)
{
    auto* operation = static_cast<Operation*>(for_callback);
    operation->finished = true;
    operation->rc = rc;
}

void Session::on_event(void* user, libxl_event* event)
{
    auto* self = static_cast<Session*>(user);
    if (event->domid == self->watched_ && !self->death_) {
        if (event->type == LIBXL_EVENT_TYPE_DOMAIN_SHUTDOWN)
            self->death_ = Death{true, event->u.domain_shutdown.shutdown_reason};
        else if (event->type == LIBXL_EVENT_TYPE_DOMAIN_DEATH)
            self->death_ = Death{};
    }
    libxl_event_free(self->ctx_, event);
}

void Session::on_disaster(void* user, libxl_event_type, const char* message, int errnum)
{
    auto* self = static_cast<Session*>(user);
    self->disaster_ = true;
    self->log_.add("libxl lost its events: " + system_error(errnum, message).describe());
}

Result<bool> Session::turn(int peer_fd)
{
    std::array<pollfd, kMaxPollFds + 1> fds{};
    int count = kMaxPollFds;
    int timeout = -1;
    if (libxl_osevent_beforepoll(ctx_, &count, fds.data(), &timeout, wall_clock()) != 0)
        return Error(Errc::System, "libxl_osevent_beforepoll failed");
    const auto libxl_count = static_cast<size_t>(count);
    fds[libxl_count] = {peer_fd, POLLIN, 0};
    if (::poll(fds.data(), libxl_count + 1, timeout) < 0) {
        if (errno != EINTR)
            return system_error(errno, "poll");
        for (size_t i = 0; i <= libxl_count; ++i)
            fds[i].revents = 0;
    }
    libxl_osevent_afterpoll(ctx_, count, fds.data(), wall_clock());
    if (disaster_)
        return Error(Errc::System, "libxl lost its events");
    return fds[libxl_count].revents == 0;
}

int Session::run(const std::function<int(const libxl_asyncop_how*)>& start)
{
    Operation operation;
    libxl_asyncop_how how{};
    how.callback = on_done;
    how.u.for_callback = &operation;
    if (const int rc = start(&how); rc != 0)
        return rc;
    while (!operation.finished) {
        if (!turn(-1)) {
            libxl_ao_abort(ctx_, &how);
            return ERROR_FAIL;
        }
    }
    return operation.rc;
}

Result<std::optional<Death>> Session::wait_for_death(uint32_t domain, int peer_fd)
{
    watched_ = domain;
    libxl_evgen_domain_death* evgen = nullptr;
    if (const int rc = libxl_evenable_domain_death(ctx_, domain, 0, &evgen); rc != 0)
        return Error(Errc::System, "libxl_evenable_domain_death failed");
    Result<bool> open = true;
    while (!death_ && open && *open)
        open = turn(peer_fd);
    libxl_evdisable_domain_death(ctx_, evgen);
    if (!open)
        return std::move(open.error());
    return std::optional<Death>(death_);
}

}  // namespace insula::xl_worker
