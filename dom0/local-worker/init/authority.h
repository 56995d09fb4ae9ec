// SPDX-License-Identifier: GPL-2.0-or-later
// The file by which the domain's X server and its clients know each other.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace insula::local_init {

using Cookie = std::array<char, 16>;

// One entry in the format of Xau(3): for every address (FamilyWild), display `display`.
std::string authority_entry(std::string_view display, const Cookie& cookie);

}  // namespace insula::local_init
