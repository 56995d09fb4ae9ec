// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/account.h"

#include <cerrno>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace insula::exec_agent {
namespace {

Result<Account> account_of(const passwd* entry)
{
    if (!entry)
        return Error(Errc::NotFound, "no such user");
    Account account{entry->pw_name, entry->pw_uid,  entry->pw_gid, {},
                    entry->pw_dir,  entry->pw_shell};
    if (account.home.empty())
        account.home = "/";
    if (account.shell.empty())
        account.shell = "/bin/sh";
    int count = kMaxGroups;
    account.groups.resize(kMaxGroups);
    if (::getgrouplist(account.name.c_str(), account.gid, account.groups.data(), &count) < 0)
        return Error(Errc::Exhausted, "user with too many groups");
    account.groups.resize(static_cast<size_t>(count));
    return account;
}

}  // namespace

Result<Account> find_account(const std::string& name)
{
    return account_of(::getpwnam(name.c_str()));
}

Result<Account> own_account() { return account_of(::getpwuid(::geteuid())); }

}  // namespace insula::exec_agent
