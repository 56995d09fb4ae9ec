// SPDX-License-Identifier: GPL-2.0-or-later
// Carries the bytes of a command that runs in a guest, and yields its exit code.
//
// The output is the guest's. What goes to a terminal is escaped line by line, since a control
// sequence could make the terminal lie (QSB-087); a file or a pipe gets the bytes as they are.
#pragma once

#include "proto/base/unique_fd.h"

namespace insula::cli {

inline constexpr int kMechanismFailed = 125;

struct Pipes {
    UniqueFd in;   // we write the guest's input
    UniqueFd out;  // we read its output
    UniqueFd err;
    UniqueFd status;  // int32, little-endian
};

// Returns when the status is known and both outputs ended.
int relay(Pipes pipes);

}  // namespace insula::cli
