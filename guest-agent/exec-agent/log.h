// SPDX-License-Identifier: GPL-2.0-or-later
// Log lines of this program: to standard error with sd-daemon's level prefix.
#pragma once

#include <cstdio>
#include <string>

namespace insula::exec_agent {

enum class Level { Error = 3, Warning = 4, Info = 6 };

// `text` is ours; bytes of a peer were escaped by whoever put them in.
inline void log(Level level, const std::string& text)
{
    std::fprintf(stderr, "<%d>%s\n", static_cast<int>(level), text.c_str());
}

}  // namespace insula::exec_agent
