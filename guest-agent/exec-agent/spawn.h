// SPDX-License-Identifier: GPL-2.0-or-later
// Starts a planned program as a user, with pipes or without.
#pragma once

#include "guest-agent/exec-agent/account.h"
#include "guest-agent/exec-agent/plan.h"
#include "proto/base/result.h"
#include "proto/base/unique_fd.h"

#include <sys/types.h>

namespace insula::exec_agent {

enum class Streams { Piped, Discarded };

struct Child {
    pid_t pid = 0;
    UniqueFd input;   // its stdin, to write to
    UniqueFd output;  // its stdout, to read from
    UniqueFd errors;
};

// A process of its own session, with the user's ids, groups and home directory, no descriptor but
// its three streams and all signals at their defaults. The ids change only when this process is
// root. What fails before the program runs is its exit code: 127 it does not exist, 126 it may not
// be executed, 125 anything else.
Result<Child> spawn(const Plan& plan, const Account& account, Streams streams);

}  // namespace insula::exec_agent
