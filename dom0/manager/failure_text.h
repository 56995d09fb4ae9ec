// SPDX-License-Identifier: GPL-2.0-or-later
// What a person reads when a domain failed. Pure. Guest bytes come out escaped and bounded.
#pragma once

#include "proto/worker/messages.h"

#include <string>
#include <string_view>

namespace insula::manager {

inline constexpr size_t kConsoleLines = 20;

// The last kConsoleLines lines of raw console bytes, escaped, each on a line of its own.
std::string last_console_lines(std::string_view raw);

std::string describe_death(const worker::Died& died);
std::string describe_failure(const worker::Failed& failed);

}  // namespace insula::manager
