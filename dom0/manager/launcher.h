// SPDX-License-Identifier: GPL-2.0-or-later
// Starts one instance of a worker or a per-domain daemon, and yields the socket to it.
//
// In a system, systemd does it: each connection to the program's socket is an instance with its
// own rights. With a folder given, insulad starts the programs itself, with its own rights.
#pragma once

#include "proto/base/result.h"
#include "proto/base/unique_fd.h"
#include "proto/event/loop.h"

#include <map>
#include <optional>
#include <string>

namespace insula::manager {

enum class Program { XlWorker, GuiDaemon, ExecDaemon };
std::string_view program_name(Program program);  // "xl-worker", ...

class Launcher {
public:
    static constexpr size_t kMaxChildren = 1024;

    // `sockets`: the folder of the activation sockets. `spawn`: the folder of the programs.
    Launcher(Loop& loop, std::string sockets, std::optional<std::string> spawn)
        : loop_(loop),
          sockets_(std::move(sockets)),
          spawn_(std::move(spawn))
    {}
    Launcher(const Launcher&) = delete;
    Launcher& operator=(const Launcher&) = delete;

    // A connected, non-blocking stream socket. Never waits.
    Result<UniqueFd> launch(Program program);

private:
    struct Child {
        UniqueFd pidfd;
        EventSource source;
    };
    Result<UniqueFd> connect(Program program) const;
    Result<UniqueFd> spawn(Program program);
    void reap(pid_t pid);

    Loop& loop_;
    std::string sockets_;
    std::optional<std::string> spawn_;
    std::map<pid_t, Child> children_;
};

}  // namespace insula::manager
