// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/exec/command.h"

#include <algorithm>
#include <optional>

namespace insula::exec {
namespace {

constexpr size_t kMaxFileName = 255;
constexpr size_t kMaxDomainName = 63;
constexpr size_t kMaxUserName = 32;
constexpr std::string_view kNoGui = "nogui:";
constexpr std::string_view kServicePrefix = "QUBESRPC ";

bool is_letter_or_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool all_of(std::string_view text, std::string_view punctuation)
{
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter_or_digit(c) || punctuation.find(c) != punctuation.npos;
    });
}

// Everything before the next space; nothing is left behind the last one.
std::string_view take_word(std::string_view& rest)
{
    const size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

Result<ServiceCall> parse_call(std::string_view rest)
{
    ServiceCall call;
    const std::string_view name = take_word(rest);
    const size_t plus = name.find('+');
    call.service = name.substr(0, plus);
    call.has_argument = plus != name.npos;
    if (call.has_argument)
        call.argument = name.substr(plus + 1);
    call.source = take_word(rest);
    if (!is_service_name(call.service))
        return Error(Errc::Invalid, "service name breaks the rule");
    if (!is_service_argument(call.argument) || name.size() > kMaxFileName)
        return Error(Errc::Invalid, "service argument breaks the rule");
    if (!is_domain_name(call.source))
        return Error(Errc::Invalid, "source of a service call breaks the rule");
    if (rest.empty())
        return call;
    call.target_type = take_word(rest);
    call.target = take_word(rest);
    if (call.target_type != "name" && call.target_type != "keyword")
        return Error(Errc::Invalid, "unknown type of the target of a service call");
    if (!is_target_name(call.target) || !rest.empty())
        return Error(Errc::Invalid, "target of a service call breaks the rule");
    return call;
}

}  // namespace

bool is_service_name(std::string_view name)
{
    return !name.empty() && name.size() <= kMaxFileName && name != "." && name != ".." &&
           all_of(name, "_.-");
}

bool is_service_argument(std::string_view argument) { return all_of(argument, "_.+-"); }

bool is_domain_name(std::string_view name)
{
    return !name.empty() && name.size() <= kMaxDomainName && all_of(name, "_.-");
}

bool is_target_name(std::string_view name)
{
    return !name.empty() && name.size() <= kMaxDomainName && all_of(name, "_.-@:");
}

Result<Command> parse_command(std::string_view text)
{
    const size_t colon = text.find(':');
    if (colon == text.npos)
        return Error(Errc::Invalid, "command without a user");
    Command command;
    command.user = text.substr(0, colon);
    if (command.user.empty() || command.user.size() > kMaxUserName || command.user[0] == '-' ||
        !all_of(command.user, "_.-"))
        return Error(Errc::Invalid, "user name breaks the rule");
    text.remove_prefix(colon + 1);
    if (text.starts_with(kNoGui)) {
        command.session = Session::NoGui;
        text.remove_prefix(kNoGui.size());
    }
    if (text.empty())
        return Error(Errc::Invalid, "empty command");
    if (!text.starts_with(kServicePrefix)) {
        command.what = ShellCommand{std::string(text)};
        return command;
    }
    INSULA_TRY(command.what, parse_call(text.substr(kServicePrefix.size())));
    return command;
}

}  // namespace insula::exec
