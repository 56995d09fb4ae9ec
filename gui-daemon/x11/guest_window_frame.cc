// SPDX-License-Identifier: GPL-2.0-or-later
// The frame as pixels and as hints to the window manager.
#include "gui-daemon/frame/colour.h"
#include "gui-daemon/x11/guest_window.h"

namespace insula::gui_daemon {
namespace {

constexpr int kTextLeft = 6;
constexpr int kTextBaseline = 15;
constexpr int kCrossInset = 7;

}  // namespace

void GuestWindow::draw_frame() const
{
    const Size outer = outer_of(content_, chrome_).size();
    // The guest's pixels cover the middle; the ground is painted again beneath everything else.
    XSetForeground(x_.get(), gc_, x_.pixel(domain_.colour));
    XFillRectangle(x_.get(), outer_, gc_, 0, 0, outer.width, outer.height);
    if (chrome_ == Chrome::Bordered)
        return;
    XSetForeground(x_.get(), gc_, x_.pixel(text_colour_on(domain_.colour)));
    const Rect button = close_button_of(outer);
    // The text ends before the button.
    XRectangle text_area{0, 0, static_cast<unsigned short>(button.x), kTitleBar};
    XSetClipRectangles(x_.get(), gc_, 0, 0, &text_area, 1, Unsorted);
    x_.draw_text(outer_, gc_, kTextLeft, kTextBaseline, title_);
    XSetClipMask(x_.get(), gc_, kNoXid);
    const int left = button.x + kCrossInset;
    const int right = button.x + static_cast<int>(button.width) - kCrossInset;
    const int bottom = static_cast<int>(button.height) - kCrossInset;
    XDrawLine(x_.get(), outer_, gc_, left, kCrossInset, right, bottom);
    XDrawLine(x_.get(), outer_, gc_, left, bottom, right, kCrossInset);
}

void GuestWindow::set_hints(const gui::WindowHints& hints)
{
    hints_ = hints;
    write_hints();
}

void GuestWindow::write_hints() const
{
    const Insets in = insets_of(chrome_);
    const auto across = static_cast<int>(in.left + in.right);
    const auto down = static_cast<int>(in.top + in.bottom);
    const auto plus = [](uint32_t value, int frame) { return static_cast<int>(value) + frame; };

    XSizeHints out{};
    const Rect outer = outer_of(content_, chrome_);
    out.x = outer.x;
    out.y = outer.y;
    out.width = static_cast<int>(outer.width);
    out.height = static_cast<int>(outer.height);
    out.flags = PSize | PMinSize;
    out.min_width = across + 1;
    out.min_height = down + 1;
    // A window manager keeps the person's choice of a place; a program's is advice.
    if (hints_.flags.has(gui::kHintUserPosition))
        out.flags |= USPosition;
    if (hints_.flags.has(gui::kHintProgramPosition))
        out.flags |= PPosition;
    if (hints_.flags.has(gui::kHintMinSize)) {
        out.min_width = plus(std::max(hints_.min_width.value, 1u), across);
        out.min_height = plus(std::max(hints_.min_height.value, 1u), down);
    }
    if (hints_.flags.has(gui::kHintMaxSize) && hints_.max_width.value != 0 &&
        hints_.max_height.value != 0) {
        out.flags |= PMaxSize;
        out.max_width = std::max(plus(hints_.max_width.value, across), out.min_width);
        out.max_height = std::max(plus(hints_.max_height.value, down), out.min_height);
    }
    if (hints_.flags.has(gui::kHintIncrement)) {
        out.flags |= PResizeInc;
        out.width_inc = plus(std::max(hints_.width_increment.value, 1u), 0);
        out.height_inc = plus(std::max(hints_.height_increment.value, 1u), 0);
    }
    if (hints_.flags.has(gui::kHintBaseSize)) {
        out.flags |= PBaseSize;
        out.base_width = plus(hints_.base_width.value, across);
        out.base_height = plus(hints_.base_height.value, down);
    }
    XSetWMNormalHints(x_.get(), outer_, &out);
}

}  // namespace insula::gui_daemon
