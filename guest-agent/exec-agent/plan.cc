// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/exec-agent/plan.h"

namespace insula::exec_agent {
namespace {

constexpr const char* kPath = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games";
constexpr const char* kRootPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::vector<std::string> environment_of(const Account& account)
{
    return {account.uid == 0 ? kRootPath : kPath,
            "HOME=" + account.home,
            "SHELL=" + account.shell,
            "USER=" + account.name,
            "LOGNAME=" + account.name,
            "XDG_RUNTIME_DIR=/run/user/" + std::to_string(account.uid),
            std::string("DISPLAY=") + kDisplay,
            std::string("XAUTHORITY=") + kXauthority};
}

}  // namespace

Plan plan_shell(const exec::ShellCommand& command, const Account& account)
{
    const size_t slash = account.shell.rfind('/');
    const std::string base =
        slash == std::string::npos ? account.shell : account.shell.substr(slash + 1);
    // The leading '-' makes it a login shell, as the reference does.
    return {account.shell, {"-" + base, "-c", command.line}, environment_of(account)};
}

Plan plan_service(const exec::ServiceCall& call, const std::string& program, const Account& account)
{
    Plan plan{program, {program}, environment_of(account)};
    if (!call.argument.empty())
        plan.arguments.push_back(call.argument);
    plan.environment.push_back("QREXEC_REMOTE_DOMAIN=" + call.source);
    plan.environment.push_back("QREXEC_SERVICE_FULL_NAME=" + call.full_name());
    if (call.has_argument)
        plan.environment.push_back("QREXEC_SERVICE_ARGUMENT=" + call.argument);
    if (!call.target_type.empty()) {
        plan.environment.push_back("QREXEC_REQUESTED_TARGET_TYPE=" + call.target_type);
        plan.environment.push_back((call.target_type == "name"
                                        ? "QREXEC_REQUESTED_TARGET="
                                        : "QREXEC_REQUESTED_TARGET_KEYWORD=") +
                                   call.target);
    }
    return plan;
}

}  // namespace insula::exec_agent
