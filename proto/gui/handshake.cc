// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/gui/handshake.h"

#include <algorithm>
#include <string>

namespace insula::gui {

namespace {

Result<void> check_base(Version version)
{
    if (version.major != kMajor)
        return Error(Errc::Protocol, "unknown major version " + std::to_string(version.major));
    if (version.minor < kMinorMin)
        return Error(Errc::Protocol, "version 1." + std::to_string(version.minor) +
                                         " is older than 1." + std::to_string(kMinorMin));
    return {};
}

}  // namespace

Result<Version> choose_version(Version announced_by_agent)
{
    INSULA_CHECK(check_base(announced_by_agent));
    return Version{kMajor, std::min(announced_by_agent.minor, kOurVersion.minor)};
}

Result<Version> accept_version(Version chosen_by_daemon)
{
    INSULA_CHECK(check_base(chosen_by_daemon));
    if (chosen_by_daemon.minor > kOurVersion.minor)
        return Error(Errc::Protocol, "the daemon chose a version that was not offered");
    return chosen_by_daemon;
}

}  // namespace insula::gui
