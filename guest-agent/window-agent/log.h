// SPDX-License-Identifier: GPL-2.0-or-later
// Log lines to stderr with sd-daemon's prefixes. A peer's bytes are escaped by the caller.
#pragma once

#include <string>

namespace insula::window_agent {

enum class Level { Error = 3, Warning = 4, Info = 6, Debug = 7 };
void log(Level level, const std::string& text);

}  // namespace insula::window_agent
