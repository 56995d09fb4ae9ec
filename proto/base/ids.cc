// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/base/ids.h"

#include "proto/base/escape.h"

#include <algorithm>
#include <array>

namespace insula {
namespace {

// Not <cctype>: the rule is ASCII whatever the locale says.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

// Names that mean the control domain itself, in our words and in those of Xen's tools.
constexpr std::array<std::string_view, 2> kReserved{"dom0", "Domain-0"};

}  // namespace

Result<DomainName> DomainName::parse(std::string_view text)
{
    const auto refuse = [&](std::string_view rule) {
        return Error(Errc::Invalid, "'" + escape(text.substr(0, 2 * kMaxLength)) +
                                        "' is not a domain name: " + std::string(rule));
    };
    if (text.empty())
        return refuse("it is empty; give 1 to 31 of letters, digits, '_', '.', '-'");
    if (text.size() > kMaxLength)
        return refuse("it is longer than 31 characters");
    if (!is_letter(text.front()))
        return refuse("it must begin with a letter");
    if (!std::all_of(text.begin(), text.end(), is_name_char))
        return refuse("only letters, digits, '_', '.' and '-' are allowed");
    if (std::find(kReserved.begin(), kReserved.end(), text) != kReserved.end())
        return refuse("this name belongs to the control domain");
    return DomainName(std::string(text));
}

}  // namespace insula
