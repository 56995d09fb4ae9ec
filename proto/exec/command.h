// SPDX-License-Identifier: GPL-2.0-or-later
// What an EXEC_CMDLINE asks for: "user:[nogui:]command line", or
// "user:[nogui:]QUBESRPC service[+argument] source [target-type target]".
//
// Pure. Believes nothing: every name is checked before it becomes part of a value, so that it may
// be put into a path and into the environment. A command line itself is for the guest's shell
// alone.
#pragma once

#include "proto/base/result.h"

#include <string>
#include <string_view>
#include <variant>

namespace insula::exec {

inline constexpr std::string_view kDefaultUser = "DEFAULT";

// `[A-Za-z0-9_.-]`, 1 to 255 bytes, neither "." nor "..": safe as the last part of a path.
bool is_service_name(std::string_view name);
// `[A-Za-z0-9_.+-]`, possibly empty.
bool is_service_argument(std::string_view argument);
// `[A-Za-z0-9_.-]`, 1 to 63 bytes.
bool is_domain_name(std::string_view name);
// As is_domain_name, and `@` and `:` for tokens.
bool is_target_name(std::string_view name);

struct ShellCommand {
    std::string line;
};

// A call of a service. The full name is what the caller wrote, "service" or "service+argument".
struct ServiceCall {
    std::string service;
    bool has_argument = false;
    std::string argument;
    std::string source;
    std::string target_type;  // "name" or "keyword", empty when the caller gave none
    std::string target;
    std::string full_name() const { return has_argument ? service + "+" + argument : service; }
};

enum class Session { WaitForGui, NoGui };

struct Command {
    std::string user;  // never empty; kDefaultUser stands for the guest's own choice
    Session session = Session::WaitForGui;
    std::variant<ShellCommand, ServiceCall> what;
};

// Errc::Invalid names the rule broken. The text contains no NUL (the message's check saw to it).
Result<Command> parse_command(std::string_view text);

}  // namespace insula::exec
