// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/exec/version.h"

#include <algorithm>

namespace insula::exec {

Result<uint32_t> choose_version(uint32_t announced)
{
    if (announced < kVersionMin)
        return Error(Errc::Protocol, "version " + std::to_string(announced) + " is too old");
    return std::min(announced, kOurVersion);
}

}  // namespace insula::exec
