// SPDX-License-Identifier: GPL-2.0-or-later
// The Unix sockets of the local transport: their names, offering one, reaching one.
//
// The directory is trusted: whoever may write there may be any domain. No security boundary.
#pragma once

#include "proto/base/unique_fd.h"
#include "proto/transport/transport.h"

#include <string>

namespace insula::local {

// A socket in the directory of all sockets. `temporary` is where it is made before it appears
// under its name, so that whoever sees the name can connect.
struct Name {
    std::string directory;
    std::string file;

    std::string path() const { return directory + "/" + file; }
    std::string temporary() const { return directory + "/." + file; }
};

// vchan.<server>.<client>.<port><suffix>
Name name_of(const std::string& directory, DomainId server, DomainId client, Port port,
             const char* suffix);

// A listening socket of `type` that appears as `name`, replacing a stale one.
Result<UniqueFd> offer(const Name& name, int type, int backlog);

// A connected socket. Errc::NotFound when nobody listens there now, or nobody accepts.
Result<UniqueFd> reach(const Name& name, int type);

}  // namespace insula::local
