// SPDX-License-Identifier: GPL-2.0-or-later
// What the X server reports, as the agent cares about it. No X header: its macros (None, Bool)
// would break everybody else's names.
#pragma once

#include "guest-agent/window-agent/geometry.h"
#include "guest-agent/window-agent/window_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace insula::window_agent::x {

struct Created {
    XWindow window;
};
struct Destroyed {
    XWindow window;
};
struct Mapped {
    XWindow window;
};
struct Unmapped {
    XWindow window;
};
struct Configured {
    XWindow window;
    Rect geometry;
    unsigned long after;  // the last of our requests that the server had carried out
};
struct MapRequested {
    XWindow window;
};
// Unset: the client leaves that part as it is.
struct ConfigureRequested {
    XWindow window;
    std::optional<int32_t> x;
    std::optional<int32_t> y;
    std::optional<uint32_t> width;
    std::optional<uint32_t> height;
    bool raise = false;
};
struct Damaged {
    XWindow window;
    Rect area;
};
struct NameChanged {
    XWindow window;
};
struct HintsChanged {
    XWindow window;
};
// A client asks for full screen, attention or to be minimised: gui::WindowFlag bits.
struct FlagsAsked {
    XWindow window;
    uint32_t set;
    uint32_t unset;
};

using Event = std::variant<Created, Destroyed, Mapped, Unmapped, Configured, MapRequested,
                           ConfigureRequested, Damaged, NameChanged, HintsChanged, FlagsAsked>;

// What a window is when the agent first sees it.
struct Description {
    Rect geometry;
    bool override_redirect = false;
    bool viewable = false;
};

struct ClassNames {
    std::string class_name;
    std::string instance_name;
};

}  // namespace insula::window_agent::x
