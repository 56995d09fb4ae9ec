// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/launcher.h"

#include "proto/exec/messages.h"

#include <unistd.h>

namespace insula::exec_agent {
namespace {

Result<Account> account_for(const std::string& user, const Configuration& configuration)
{
    const bool any = user == exec::kDefaultUser;
    if (::geteuid() == 0) {
        auto account = find_account(any ? configuration.default_user : user);
        if (!account)
            return Error(Errc::Invalid, "no such user in this domain");
        return account;
    }
    INSULA_TRY(Account own, own_account());
    if (!any && user != own.name)
        return Error(Errc::Invalid, "not root, so no other user than " + own.name);
    return own;
}

}  // namespace

Result<Child> launch(const exec::Command& command, const Configuration& configuration,
                     Streams streams)
{
    INSULA_TRY(const Account account, account_for(command.user, configuration));
    if (const auto* shell = std::get_if<exec::ShellCommand>(&command.what))
        return spawn(plan_shell(*shell, account), account, streams);
    const auto& call = std::get<exec::ServiceCall>(command.what);
    INSULA_TRY(const std::string program, find_service(configuration.service_places, call));
    return spawn(plan_service(call, program, account), account, streams);
}

int32_t exit_code_of(const Error& why)
{
    switch (why.code()) {
    case Errc::NotFound:
        return exec::kNotFound;
    case Errc::Denied:
        return exec::kDenied;
    default:
        return exec::kMechanismFailed;
    }
}

}  // namespace insula::exec_agent
