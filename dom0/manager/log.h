// SPDX-License-Identifier: GPL-2.0-or-later
// insulad's log: standard error with the journal's priority prefixes. One line each.
#pragma once

#include "proto/base/escape.h"

#include <cstdio>
#include <string_view>

namespace insula::manager {

inline void log_line(int priority, std::string_view text)
{
    // A text of several lines would be several entries: they are joined as \n.
    std::string line;
    for (const char c : text)
        if (c == '\n')
            line += "\\n";
        else
            line += c;
    std::fprintf(stderr, "<%d>insulad: %s\n", priority, line.c_str());
}
inline void log_info(std::string_view text) { log_line(6, text); }
inline void log_warning(std::string_view text) { log_line(4, text); }

}  // namespace insula::manager
