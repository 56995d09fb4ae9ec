// SPDX-License-Identifier: GPL-2.0-or-later
// Decides what exactly is executed for a command: program, arguments, environment. Pure.
//
// The guest's own shell interprets a command line, as a login shell; a service is executed
// directly, and what its caller chose reaches it in the environment and as one argument, never
// through a shell.
#pragma once

#include "guest-agent/exec-agent/account.h"
#include "proto/exec/command.h"

#include <string>
#include <vector>

namespace insula::exec_agent {

struct Plan {
    std::string program;  // absolute
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
};

// Where the person's session is found.
inline constexpr const char* kDisplay = ":0";
inline constexpr const char* kXauthority = "/run/insula/xauthority";

Plan plan_shell(const exec::ShellCommand& command, const Account& account);
Plan plan_service(const exec::ServiceCall& call, const std::string& program,
                  const Account& account);

}  // namespace insula::exec_agent
