// SPDX-License-Identifier: GPL-2.0-or-later
// Makes a guest's texts fit for trusted chrome: the title bar, the window manager, the task list.
//
// Believes nothing about the bytes. What comes out is valid UTF-8 that cannot reorder, hide or
// overwrite the text beside it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace insula::gui_daemon {

inline constexpr size_t kMaxTitleBytes = 128;
inline constexpr size_t kMaxClassBytes = 64;

// Invalid bytes, control characters, direction marks, invisible and line-breaking characters
// become '?'. At most kMaxTitleBytes, never cut inside a character.
std::string sanitise_title(std::string_view untrusted);

// For WM_CLASS: letters, digits, '.', '-' stay, everything else becomes '_'.
std::string sanitise_class(std::string_view untrusted);

}  // namespace insula::gui_daemon
