// SPDX-License-Identifier: GPL-2.0-or-later
// Where things lie outside of the domains, as the environment says it.
//
// Guarantees that what it returns is absolute, and there where that is said.
#pragma once

#include "proto/base/result.h"

#include <string>

namespace insula::local_worker {

inline constexpr const char* kBubblewrap = "/usr/bin/bwrap";

// INSULA_LOCAL_STATE; else /run/insula-local for root, $XDG_RUNTIME_DIR/insula-local for others.
Result<std::string> state_folder();

// VCHAN_SOCKET_DIR, which must be there: the daemons of this domain look for it there too.
Result<std::string> sockets_folder();

// The programs that run inside of a domain, their links followed. They are looked for in
// INSULA_LOCAL_PROGRAMS, else beside the worker itself.
struct Programs {
    std::string init;
    std::string window_agent;
    std::string exec_agent;
};
// Errc::NotFound, with what to install, when one of them or of the system's is missing.
Result<Programs> find_programs();

}  // namespace insula::local_worker
