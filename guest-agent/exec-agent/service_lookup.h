// SPDX-License-Identifier: GPL-2.0-or-later
// Finds the program that answers to a service.
#pragma once

#include "proto/base/result.h"
#include "proto/exec/command.h"

#include <string>
#include <vector>

namespace insula::exec_agent {

// Where services are looked for, first match wins.
std::vector<std::string> default_service_places();

// A file named after the service with its argument goes before one named after the service alone,
// whatever place it is in. Errc::NotFound; Errc::Denied for a file that nobody may execute.
Result<std::string> find_service(const std::vector<std::string>& places,
                                 const exec::ServiceCall& call);

}  // namespace insula::exec_agent
