// SPDX-License-Identifier: GPL-2.0-or-later
// A libxl context and its event loop: the thread polls what libxl names, libxl calls back.
//
// Believes libxl. Guarantees that an asynchronous operation is waited for to its end, and that a
// wait for a death also ends when the peer closes its socket.
#pragma once

#include "dom0/xl-worker/toollog.h"
#include "proto/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

extern "C" {
#include <libxl.h>
#include <libxl_event.h>
#include <libxl_utils.h>
}

namespace insula::xl_worker {

// How a domain ended, as libxl reports it.
struct Death {
    bool shut_down = false;  // else it vanished
    int reason = 0;          // libxl_shutdown_reason, when shut_down
};

class Session {
public:
    static Result<std::unique_ptr<Session>> open(ToolLog& log);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    libxl_ctx* ctx() { return ctx_; }

    // Starts an operation with the `how` it is given and waits for its end; libxl's error code.
    int run(const std::function<int(const libxl_asyncop_how*)>& start);

    // The death of `domain`; nullopt when `peer_fd` was closed first.
    Result<std::optional<Death>> wait_for_death(uint32_t domain, int peer_fd);

private:
    explicit Session(ToolLog& log) : log_(log) {}
    // One poll; false once `peer_fd` (-1: none) shows anything.
    Result<bool> turn(int peer_fd);
    static void on_done(libxl_ctx* ctx, int rc, void* for_callback);
    static void on_event(void* user, libxl_event* event);
    static void on_disaster(void* user, libxl_event_type type, const char* message, int errnum);

    ToolLog& log_;
    libxl_ctx* ctx_ = nullptr;
    libxl_event_hooks hooks_{};
    libxl_childproc_hooks children_{};
    uint32_t watched_ = 0;
    std::optional<Death> death_;
    bool disaster_ = false;
};

}  // namespace insula::xl_worker
