// SPDX-License-Identifier: GPL-2.0-or-later
// The command for the guest's shell. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insula::cli {

// One word of a POSIX shell that stands for exactly `argument`.
std::string quote(std::string_view argument);

// Whether the guest waits for its X session before it runs the command.
enum class Session { Awaited, NotNeeded };

// "user:command line" as the execution protocol has it; the shell yields exactly these words.
std::string guest_command(std::string_view user, Session session,
                          const std::vector<std::string>& words);

}  // namespace insula::cli
