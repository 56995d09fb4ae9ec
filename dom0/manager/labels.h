// SPDX-License-Identifier: GPL-2.0-or-later
// The labels a domain may carry and the colours of its frame. Fixed: a person must be able to
// learn them, and two that look alike would be worth nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace insula::manager {

struct Label {
    std::string_view name;
    uint32_t colour;  // 0xRRGGBB
};

inline constexpr std::array<Label, 8> kLabels{{
    {"red", 0xcc0000},
    {"orange", 0xf57900},
    {"yellow", 0xedd400},
    {"green", 0x3a9d23},
    {"blue", 0x2a66c8},
    {"purple", 0x8e44ad},
    {"gray", 0x7f8c8d},
    {"black", 0x1c1c1c},
}};

// nullptr when there is no such label.
constexpr const Label* find_label(std::string_view name)
{
    for (const Label& label : kLabels)
        if (label.name == name)
            return &label;
    return nullptr;
}

inline std::string label_names()
{
    std::string all;
    for (const Label& label : kLabels)
        all.append(all.empty() ? "" : ", ").append(label.name);
    return all;
}

}  // namespace insula::manager
