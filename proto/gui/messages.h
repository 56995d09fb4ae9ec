// SPDX-License-Identifier: GPL-2.0-or-later
// Every message of GUI protocol 1.8, one field list each. Specification: docs/protocol/gui.md.
//
// A message that goes both ways with the same body is one type. Lengths follow from the field list:
// body_size.h computes them, nobody writes them by hand.
#pragma once

#include "proto/base/result.h"
#include "proto/gui/limits.h"
#include "proto/wire/fields.h"

#include <cstdint>
#include <tuple>

namespace insula::gui {

using Coordinate = wire::Bounded<int32_t, kMinCoordinate, kMaxCoordinate>;
using Width = wire::Bounded<uint32_t, 1, kMaxWindowWidth>;
using Height = wire::Bounded<uint32_t, 1, kMaxWindowHeight>;

enum class MessageType : uint32_t {
    Keypress = 124,
    Button = 125,
    Motion = 126,
    Crossing = 127,
    Focus = 128,
    Create = 130,
    Destroy = 131,
    Map = 132,
    Unmap = 133,
    Configure = 134,
    MfnDump = 135,
    ShmImage = 136,
    Close = 137,
    ClipboardReq = 139,
    ClipboardData = 140,
    WmName = 141,
    KeymapNotify = 142,
    Dock = 143,
    WindowHints = 144,
    WindowFlags = 145,
    WmClass = 146,
    WindowDump = 147,
    Cursor = 148,
    WindowDumpAck = 149,
};

// The values are those of X11 events, which the format took over.
enum class KeyEvent : uint32_t { Press = 2, Release = 3 };
enum class ButtonEvent : uint32_t { Press = 4, Release = 5 };
enum class CrossingEvent : uint32_t { Enter = 7, Leave = 8 };
enum class FocusEvent : uint32_t { In = 9, Out = 10 };
enum class NotifyMode : uint32_t { Normal = 0, Grab = 1, Ungrab = 2, WhileGrabbed = 3 };
enum class NotifyDetail : uint32_t {
    Ancestor = 0,
    Virtual = 1,
    Inferior = 2,
    Nonlinear = 3,
    NonlinearVirtual = 4,
    Pointer = 5,
    PointerRoot = 6,
    None = 7,
};

using AnyMode = wire::OneOf<NotifyMode, NotifyMode::Normal, NotifyMode::Grab, NotifyMode::Ungrab,
                            NotifyMode::WhileGrabbed>;
using FocusMode = wire::OneOf<NotifyMode, NotifyMode::Normal, NotifyMode::WhileGrabbed>;
using AnyDetail =
    wire::OneOf<NotifyDetail, NotifyDetail::Ancestor, NotifyDetail::Virtual, NotifyDetail::Inferior,
                NotifyDetail::Nonlinear, NotifyDetail::NonlinearVirtual, NotifyDetail::Pointer,
                NotifyDetail::PointerRoot, NotifyDetail::None>;
// X11 core: 8 modifier bits, 5 button bits, and the 2 bits of the keyboard group that XKB puts
// above them while a second layout is active.
using ModifierState = wire::Flags<0x7fff>;

struct Keypress {
    static constexpr auto kType = MessageType::Keypress;
    wire::OneOf<KeyEvent, KeyEvent::Press, KeyEvent::Release> type;
    Coordinate x;
    Coordinate y;
    ModifierState state;
    wire::Bounded<uint32_t, 8, 255> keycode;
    static constexpr auto kFields = std::tuple(&Keypress::type, &Keypress::x, &Keypress::y,
                                               &Keypress::state, &Keypress::keycode);
};

struct Button {
    static constexpr auto kType = MessageType::Button;
    wire::OneOf<ButtonEvent, ButtonEvent::Press, ButtonEvent::Release> type;
    Coordinate x;
    Coordinate y;
    ModifierState state;
    wire::Bounded<uint32_t, 1, 255> button;
    static constexpr auto kFields =
        std::tuple(&Button::type, &Button::x, &Button::y, &Button::state, &Button::button);
};

struct Motion {
    static constexpr auto kType = MessageType::Motion;
    Coordinate x;
    Coordinate y;
    ModifierState state;
    bool is_hint = false;
    static constexpr auto kFields =
        std::tuple(&Motion::x, &Motion::y, &Motion::state, &Motion::is_hint);
};

struct Crossing {
    static constexpr auto kType = MessageType::Crossing;
    wire::OneOf<CrossingEvent, CrossingEvent::Enter, CrossingEvent::Leave> type;
    Coordinate x;
    Coordinate y;
    ModifierState state;
    AnyMode mode;
    AnyDetail detail;
    bool focus = false;
    static constexpr auto kFields =
        std::tuple(&Crossing::type, &Crossing::x, &Crossing::y, &Crossing::state, &Crossing::mode,
                   &Crossing::detail, &Crossing::focus);
};

struct Focus {
    static constexpr auto kType = MessageType::Focus;
    wire::OneOf<FocusEvent, FocusEvent::In, FocusEvent::Out> type;
    FocusMode mode;
    AnyDetail detail;
    static constexpr auto kFields = std::tuple(&Focus::type, &Focus::mode, &Focus::detail);
};

struct Create {
    static constexpr auto kType = MessageType::Create;
    Coordinate x;
    Coordinate y;
    Width width;
    Height height;
    uint32_t parent = 0;
    bool override_redirect = false;
    static constexpr auto kFields =
        std::tuple(&Create::x, &Create::y, &Create::width, &Create::height, &Create::parent,
                   &Create::override_redirect);
};

struct Destroy {
    static constexpr auto kType = MessageType::Destroy;
    static constexpr auto kFields = std::tuple();
};

struct Map {
    static constexpr auto kType = MessageType::Map;
    uint32_t transient_for = 0;
    bool override_redirect = false;
    static constexpr auto kFields = std::tuple(&Map::transient_for, &Map::override_redirect);
};

struct Unmap {
    static constexpr auto kType = MessageType::Unmap;
    static constexpr auto kFields = std::tuple();
};

struct Configure {
    static constexpr auto kType = MessageType::Configure;
    Coordinate x;
    Coordinate y;
    Width width;
    Height height;
    bool override_redirect = false;
    static constexpr auto kFields = std::tuple(&Configure::x, &Configure::y, &Configure::width,
                                               &Configure::height, &Configure::override_redirect);
};

// A rectangle of the window that changed. It may lie partly or wholly outside of the window (damage
// on a border, a resize under way): whoever draws clips it on all four sides.
struct ShmImage {
    static constexpr auto kType = MessageType::ShmImage;
    Coordinate x;
    Coordinate y;
    Width width;
    Height height;
    static constexpr auto kFields =
        std::tuple(&ShmImage::x, &ShmImage::y, &ShmImage::width, &ShmImage::height);
};

struct Close {
    static constexpr auto kType = MessageType::Close;
    static constexpr auto kFields = std::tuple();
};

struct ClipboardReq {
    static constexpr auto kType = MessageType::ClipboardReq;
    static constexpr auto kFields = std::tuple();
};

// The session checks the smaller limit of versions before 1.8, and that it was asked for. Exactly
// kClipboardTooLarge bytes are the sign of a clipboard that is too large: discarded, not a breach.
struct ClipboardData {
    static constexpr auto kType = MessageType::ClipboardData;
    wire::Rest<kClipboardTooLarge> data;
    static constexpr auto kFields = std::tuple(&ClipboardData::data);
};

struct WmName {
    static constexpr auto kType = MessageType::WmName;
    wire::Text<128> name;
    static constexpr auto kFields = std::tuple(&WmName::name);
};

struct KeymapNotify {
    static constexpr auto kType = MessageType::KeymapNotify;
    wire::Octets<32> keys;  // one bit for each keycode, as XQueryKeymap gives it
    static constexpr auto kFields = std::tuple(&KeymapNotify::keys);
};

struct Dock {
    static constexpr auto kType = MessageType::Dock;
    static constexpr auto kFields = std::tuple();
};

enum HintFlag : uint32_t {
    kHintMinSize = 1 << 4,
    kHintMaxSize = 1 << 5,
    kHintIncrement = 1 << 6,
    kHintBaseSize = 1 << 8,
    kHintUserPosition = 1 << 0,
    kHintProgramPosition = 1 << 2
};

// The numbers come straight from the application's property: a pair whose flag is not set may hold
// anything, and programs do say "at most 2^31 - 1 wide". So every value is accepted here, and used
// only through hints_within_limits().
struct WindowHints {
    static constexpr auto kType = MessageType::WindowHints;
    using Extent = wire::Bounded<uint32_t, 0, UINT32_MAX>;
    wire::Flags<kHintMinSize | kHintMaxSize | kHintIncrement | kHintBaseSize | kHintUserPosition |
                kHintProgramPosition>
        flags;
    Extent min_width;
    Extent min_height;
    Extent max_width;
    Extent max_height;
    Extent width_increment;
    Extent height_increment;
    Extent base_width;
    Extent base_height;
    static constexpr auto kFields = std::tuple(
        &WindowHints::flags, &WindowHints::min_width, &WindowHints::min_height,
        &WindowHints::max_width, &WindowHints::max_height, &WindowHints::width_increment,
        &WindowHints::height_increment, &WindowHints::base_width, &WindowHints::base_height);
};

// The hints that may be passed to a window manager: a pair that is not flagged becomes 0, 0; a
// flagged pair beyond the largest window (or an upper limit of 0) loses its flag and its numbers.
WindowHints hints_within_limits(const WindowHints& hints);

enum WindowFlag : uint32_t { kFlagFullScreen = 1, kFlagDemandsAttention = 2, kFlagMinimise = 4 };

struct WindowFlags {
    static constexpr auto kType = MessageType::WindowFlags;
    wire::Flags<7> set;
    wire::Flags<7> unset;
    static constexpr auto kFields = std::tuple(&WindowFlags::set, &WindowFlags::unset);
    Result<void> check() const
    {
        if ((set.bits & unset.bits) != 0)
            return Error(Errc::Protocol, "window flag both set and unset");
        return {};
    }
};

struct WmClass {
    static constexpr auto kType = MessageType::WmClass;
    wire::Text<64> class_name;
    wire::Text<64> instance_name;
    static constexpr auto kFields = std::tuple(&WmClass::class_name, &WmClass::instance_name);
};

struct WindowDump {
    static constexpr auto kType = MessageType::WindowDump;
    wire::Bounded<uint32_t, 0, 0> kind;  // 0: grant references; nothing else is defined
    Width width;
    Height height;
    wire::Bounded<uint32_t, 24, 24> bits_per_pixel;
    wire::Array32<kMaxGrantRefs> references;
    static constexpr auto kFields =
        std::tuple(&WindowDump::kind, &WindowDump::width, &WindowDump::height,
                   &WindowDump::bits_per_pixel, &WindowDump::references);
    Result<void> check() const
    {
        // At most 16,384 * 6,144 * 4: no overflow in 64 bits.
        if (uint64_t{references.value.size()} * 4096 < uint64_t{width.value} * height.value * 4)
            return Error(Errc::Protocol, "too few grant references for the window's size");
        return {};
    }
};

struct Cursor {
    static constexpr auto kType = MessageType::Cursor;
    uint32_t cursor = 0;  // 0: the default one
    static constexpr auto kFields = std::tuple(&Cursor::cursor);
    Result<void> check() const
    {
        if (cursor != 0 && (cursor < kCursorFontBase || cursor >= kCursorFontEnd))
            return Error(Errc::Protocol, "unknown cursor");
        return {};
    }
};

struct WindowDumpAck {
    static constexpr auto kType = MessageType::WindowDumpAck;
    static constexpr auto kFields = std::tuple();
};

// What the daemon answers to the agent's version: the screen that windows will live on.
struct ScreenConfig {
    wire::Bounded<uint32_t, 8, kMaxScreenExtent> width;  // a multiple of 8
    wire::Bounded<uint32_t, 1, kMaxScreenExtent> height;
    wire::Bounded<uint32_t, 24, 24> depth;
    uint32_t memory_kib = 0;
    static constexpr auto kFields = std::tuple(&ScreenConfig::width, &ScreenConfig::height,
                                               &ScreenConfig::depth, &ScreenConfig::memory_kib);
    // Derived as the format wants it: width rounded down to a multiple of 8, memory to fit.
    static ScreenConfig for_screen(uint32_t width, uint32_t height);
    Result<void> check() const
    {
        if (width.value % 8 != 0)
            return Error(Errc::Protocol, "screen width is not a multiple of 8");
        if (memory_kib < uint64_t{width.value} * height.value * 4 / 1024 + 1)
            return Error(Errc::Protocol, "screen memory too small for the screen");
        return {};
    }
};

}  // namespace insula::gui
