// SPDX-License-Identifier: GPL-2.0-or-later
// What the guest's user database says of one user.
#pragma once

#include "proto/base/result.h"

#include <string>
#include <vector>

#include <sys/types.h>

namespace insula::exec_agent {

struct Account {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  // all of them, `gid` among them
    std::string home;
    std::string shell;
};

// At most this many supplementary groups.
inline constexpr int kMaxGroups = 256;

// Errc::NotFound when there is no such user.
Result<Account> find_account(const std::string& name);

// The user that this process runs as.
Result<Account> own_account();

}  // namespace insula::exec_agent
