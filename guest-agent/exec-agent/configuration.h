// SPDX-License-Identifier: GPL-2.0-or-later
// What the guest's administrator decides about this program.
#pragma once

#include "guest-agent/exec-agent/service_lookup.h"

#include <string>
#include <vector>

namespace insula::exec_agent {

struct Configuration {
    std::string default_user = "user";  // who `DEFAULT` is
    std::string x_socket = "/tmp/.X11-unix/X0";
    std::vector<std::string> service_places = default_service_places();
};

}  // namespace insula::exec_agent
