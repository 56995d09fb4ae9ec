// SPDX-License-Identifier: GPL-2.0-or-later
// Which domain this process shows, from the command line or from the manager.
#pragma once

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/service/messages.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace insula::gui_daemon {

struct Served {
    DomainId domain{};
    std::string name;     // satisfies DomainName
    uint32_t colour = 0;  // 0xRRGGBB
    std::string label;
};

struct Options {
    bool managed = false;          // the manager says on descriptor 0 which domain to serve
    std::optional<Served> served;  // without the manager: from the command line
};

inline constexpr const char* kUsage =
    "usage: insula-gui-daemon --managed\n"
    "       insula-gui-daemon --domain ID --name NAME --colour RRGGBB --label NAME\n";

// Errc::Invalid with a text for the person.
Result<Options> parse_options(std::span<char* const> arguments);

// The same rules for what the manager said. Errc::Protocol.
Result<Served> served_from(const service::Serve& serve);

}  // namespace insula::gui_daemon
