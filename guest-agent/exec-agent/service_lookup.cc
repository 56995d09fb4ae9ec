// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/service_lookup.h"

#include <sys/stat.h>

namespace insula::exec_agent {

std::vector<std::string> default_service_places()
{
    return {"/run/insula-rpc", "/usr/local/etc/insula-rpc", "/etc/insula-rpc",
            "/run/qubes-rpc",  "/usr/local/etc/qubes-rpc",  "/etc/qubes-rpc"};
}

Result<std::string> find_service(const std::vector<std::string>& places,
                                 const exec::ServiceCall& call)
{
    for (const std::string& name : {call.full_name(), call.service}) {
        for (const std::string& place : places) {
            std::string path = place;
            path.append("/").append(name);
            struct stat found = {};
            if (::stat(path.c_str(), &found) < 0)
                continue;
            if (!S_ISREG(found.st_mode) || (found.st_mode & 0111) == 0)
                return Error(Errc::Denied, "service file is not executable");
            return path;
        }
    }
    return Error(Errc::NotFound, "no such service");
}

}  // namespace insula::exec_agent
