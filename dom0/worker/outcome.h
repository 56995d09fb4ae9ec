// SPDX-License-Identifier: GPL-2.0-or-later
// What came of an operation.
#pragma once

#include <optional>
#include <string>

namespace insula::worker {

// What Failed will say.
struct Failure {
    const char* stage;
    int code;  // the backend's, 0 when it has none
    std::string cause;
};
using Outcome = std::optional<Failure>;  // nullopt: done

}  // namespace insula::worker
