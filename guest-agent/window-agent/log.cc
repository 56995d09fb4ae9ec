// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/log.h"

#include <cstdio>

namespace insula::window_agent {

void log(Level level, const std::string& text)
{
    std::fprintf(stderr, "<%d>%s\n", static_cast<int>(level), text.c_str());
}

}  // namespace insula::window_agent
