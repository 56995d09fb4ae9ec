// SPDX-License-Identifier: GPL-2.0-or-later
// From a command to a running process: finds the account and the service, plans, spawns.
#pragma once

#include "guest-agent/exec-agent/configuration.h"
#include "guest-agent/exec-agent/spawn.h"
#include "proto/base/result.h"
#include "proto/exec/command.h"

#include <cstdint>

namespace insula::exec_agent {

// An agent that is not root (a trial, a test) runs everything as itself, and only for `DEFAULT` and
// its own name. Errc::NotFound means that the service does not exist, Errc::Denied that the service
// may not be executed; anything else that the mechanism failed.
Result<Child> launch(const exec::Command& command, const Configuration& configuration,
                     Streams streams);

// The exit code that says so to the caller.
int32_t exit_code_of(const Error& why);

}  // namespace insula::exec_agent
