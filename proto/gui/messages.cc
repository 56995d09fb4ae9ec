// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/gui/messages.h"

#include "proto/gui/codec.h"

#include <algorithm>

namespace insula::gui {

namespace {

// Keeps the pair when its flag is set and both values lie within the largest window.
void keep_pair(WindowHints& out, const WindowHints& in, HintFlag flag, uint32_t least,
               WindowHints::Extent WindowHints::*width, WindowHints::Extent WindowHints::*height)
{
    const uint32_t w = (in.*width).value;
    const uint32_t h = (in.*height).value;
    if (!in.flags.has(flag) || w < least || h < least || w > kMaxWindowWidth ||
        h > kMaxWindowHeight)
        return;
    out.flags.bits |= flag;
    (out.*width).value = w;
    (out.*height).value = h;
}

}  // namespace

WindowHints hints_within_limits(const WindowHints& hints)
{
    WindowHints kept;
    kept.flags.bits = hints.flags.bits & (kHintUserPosition | kHintProgramPosition);
    keep_pair(kept, hints, kHintMinSize, 0, &WindowHints::min_width, &WindowHints::min_height);
    keep_pair(kept, hints, kHintMaxSize, 1, &WindowHints::max_width, &WindowHints::max_height);
    keep_pair(kept, hints, kHintIncrement, 0, &WindowHints::width_increment,
              &WindowHints::height_increment);
    keep_pair(kept, hints, kHintBaseSize, 0, &WindowHints::base_width, &WindowHints::base_height);
    return kept;
}

ScreenConfig ScreenConfig::for_screen(uint32_t width, uint32_t height)
{
    ScreenConfig config;
    config.width.value = std::clamp(width, 8u, kMaxWindowWidth) / 8 * 8;
    config.height.value = std::clamp(height, 1u, kMaxWindowHeight);
    // At most 16,384 * 6,144 * 4 bytes: fits in 32 bits, and in KiB with room to spare.
    config.memory_kib = config.width.value * config.height.value * 4 / 1024 + 1;
    return config;
}

const char* message_name(uint32_t type)
{
    switch (static_cast<MessageType>(type)) {
    case MessageType::Keypress:
        return "KEYPRESS";
    case MessageType::Button:
        return "BUTTON";
    case MessageType::Motion:
        return "MOTION";
    case MessageType::Crossing:
        return "CROSSING";
    case MessageType::Focus:
        return "FOCUS";
    case MessageType::Create:
        return "CREATE";
    case MessageType::Destroy:
        return "DESTROY";
    case MessageType::Map:
        return "MAP";
    case MessageType::Unmap:
        return "UNMAP";
    case MessageType::Configure:
        return "CONFIGURE";
    case MessageType::MfnDump:
        return "MFNDUMP";
    case MessageType::ShmImage:
        return "SHMIMAGE";
    case MessageType::Close:
        return "CLOSE";
    case MessageType::ClipboardReq:
        return "CLIPBOARD_REQ";
    case MessageType::ClipboardData:
        return "CLIPBOARD_DATA";
    case MessageType::WmName:
        return "WMNAME";
    case MessageType::KeymapNotify:
        return "KEYMAP_NOTIFY";
    case MessageType::Dock:
        return "DOCK";
    case MessageType::WindowHints:
        return "WINDOW_HINTS";
    case MessageType::WindowFlags:
        return "WINDOW_FLAGS";
    case MessageType::WmClass:
        return "WMCLASS";
    case MessageType::WindowDump:
        return "WINDOW_DUMP";
    case MessageType::Cursor:
        return "CURSOR";
    case MessageType::WindowDumpAck:
        return "WINDOW_DUMP_ACK";
    }
    return "unknown";
}

}  // namespace insula::gui
