// SPDX-License-Identifier: GPL-2.0-or-later
#include "dom0/cli/quote.h"

namespace insula::cli {

std::string quote(std::string_view argument)
{
    std::string word = "'";
    for (const char c : argument)
        if (c == '\'')
            word += "'\\''";  // nothing can be escaped inside: leave, add one, come back
        else
            word += c;
    return word + "'";
}

std::string guest_command(std::string_view user, Session session,
                          const std::vector<std::string>& words)
{
    std::string command(user);
    command += session == Session::NotNeeded ? ":nogui:" : ":";
    for (size_t i = 0; i < words.size(); ++i)
        command.append(i == 0 ? "" : " ").append(quote(words[i]));
    return command;
}

}  // namespace insula::cli
