// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/exec/messages.h"

#include <algorithm>

namespace insula::exec {

Result<void> check_terminated(Bytes command)
{
    const auto nul = std::find(command.begin(), command.end(), std::byte{0});
    if (nul == command.end())
        return Error(Errc::Protocol, "command without its NUL");
    if (nul + 1 != command.end())
        return Error(Errc::Protocol, "bytes behind the NUL of a command");
    return {};
}

}  // namespace insula::exec
