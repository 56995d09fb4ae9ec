// SPDX-License-Identifier: GPL-2.0-or-later
// The limits of GUI protocol 1.8 (docs/protocol/gui.md).
#pragma once

#include <cstddef>
#include <cstdint>

namespace insula::gui {

inline constexpr uint32_t kMaxWindowWidth = 16'384;
inline constexpr uint32_t kMaxWindowHeight = 6'144;
// X11 positions are signed 16 bit, both ends included: agents pass on what their X server says.
inline constexpr int32_t kMinCoordinate = -32'768;
inline constexpr int32_t kMaxCoordinate = 32'767;
// A screen may be larger than a window: several monitors on top of each other.
inline constexpr uint32_t kMaxScreenExtent = 32'767;
inline constexpr uint32_t kMaxClipboard = 256'000;  // from 1.8; 65,000 before
inline constexpr uint32_t kMaxClipboardBefore18 = 65'000;
// An agent whose clipboard is larger than kMaxClipboard sends this many bytes of it, so that the
// daemon can tell and discard it.
inline constexpr uint32_t kClipboardTooLarge = kMaxClipboard + 1;
inline constexpr size_t kMaxGrantRefs = 98'304;
inline constexpr uint32_t kCursorFontBase = 0x100;
inline constexpr uint32_t kCursorFontEnd = 0x19a;  // one past the last cursor of the X11 font

inline constexpr uint16_t kMajor = 1;
inline constexpr uint16_t kMinorBase = 8;
inline constexpr uint16_t kMinorMin = 4;

// Window 0 is the whole guest screen.
enum class WindowId : uint32_t {};
inline constexpr WindowId kScreenWindow{0};

}  // namespace insula::gui
