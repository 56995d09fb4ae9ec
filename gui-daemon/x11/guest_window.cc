// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/x11/guest_window.h"

#include "gui-daemon/frame/colour.h"

namespace insula::gui_daemon {
namespace {

constexpr long kOuterEvents = KeyPressMask | KeyReleaseMask | ButtonPressMask | ButtonReleaseMask |
                              Button1MotionMask | ExposureMask | StructureNotifyMask |
                              FocusChangeMask;
constexpr long kInnerEvents = ButtonPressMask | ButtonReleaseMask | PointerMotionMask |
                              EnterWindowMask | LeaveWindowMask | ExposureMask;
constexpr uint32_t kEmptyContent = 0xd0d0d0;

}  // namespace

GuestWindow::GuestWindow(const XConnection& x, const Identity& domain, const Rect& content,
                         Chrome chrome)
    : x_(x),
      domain_(domain),
      content_(content),
      chrome_(chrome)
{
    const Rect outer = outer_of(content, chrome);
    XSetWindowAttributes attributes{};
    // The server paints the frame's ground itself: there is no moment without it.
    attributes.background_pixel = x.pixel(domain.colour);
    attributes.event_mask = kOuterEvents;
    attributes.override_redirect = chrome == Chrome::Bordered ? True : False;
    outer_ = XCreateWindow(x.get(), x.root(), outer.x, outer.y, outer.width, outer.height, 0,
                           CopyFromParent, InputOutput, nullptr,
                           CWBackPixel | CWEventMask | CWOverrideRedirect, &attributes);
    const Insets in = insets_of(chrome);
    attributes.background_pixel = x.pixel(kEmptyContent);
    attributes.event_mask = kInnerEvents;
    attributes.bit_gravity = NorthWestGravity;
    inner_ = XCreateWindow(x.get(), outer_, static_cast<int>(in.left), static_cast<int>(in.top),
                           content.width, content.height, 0, CopyFromParent, InputOutput, nullptr,
                           CWBackPixel | CWEventMask | CWBitGravity, &attributes);
    XMapWindow(x.get(), inner_);
    gc_ = XCreateGC(x.get(), outer_, 0, nullptr);
    XSetGraphicsExposures(x.get(), gc_, False);

    Atom close = x.atom("WM_DELETE_WINDOW");
    XSetWMProtocols(x.get(), outer_, &close, 1);
    select_decorations();
    set_title("");
    set_class("");
    write_hints();
    set_urgency(Urgency::None);
}

GuestWindow::~GuestWindow()
{
    image_.reset();
    XFreeGC(x_.get(), gc_);
    XDestroyWindow(x_.get(), outer_);
}

void GuestWindow::select_decorations() const
{
    // _MOTIF_WM_HINTS { flags, functions, decorations, input mode, status }: flag 2 says that the
    // decorations are given, 0 that there are none: the frame is ours.
    const Atom motif = x_.atom("_MOTIF_WM_HINTS");
    const long hints[5] = {2, 0, 0, 0, 0};
    // SAFETY: Xlib takes 32-bit properties as an array of long.
    XChangeProperty(x_.get(), outer_, motif, motif, 32, PropModeReplace,
                    reinterpret_cast<const unsigned char*>(hints), 5);
}

void GuestWindow::set_chrome(Chrome chrome)
{
    chrome_ = chrome;
    XSetWindowAttributes attributes{};
    attributes.override_redirect = chrome == Chrome::Bordered ? True : False;
    XChangeWindowAttributes(x_.get(), outer_, CWOverrideRedirect, &attributes);
    configure(content_);
}

void GuestWindow::map(std::optional<Window> transient_for)
{
    if (transient_for)
        XSetTransientForHint(x_.get(), outer_, *transient_for);
    if (chrome_ == Chrome::Bordered)
        XMapRaised(x_.get(), outer_);
    else
        XMapWindow(x_.get(), outer_);
    draw_frame();
}

// Withdrawn, as ICCCM calls it: the window manager forgets the window.
void GuestWindow::unmap() { XWithdrawWindow(x_.get(), outer_, DefaultScreen(x_.get())); }

void GuestWindow::configure(const Rect& content)
{
    content_ = content;
    const Rect outer = outer_of(content, chrome_);
    const Insets in = insets_of(chrome_);
    write_hints();
    last_request_ = NextRequest(x_.get());
    XMoveResizeWindow(x_.get(), outer_, outer.x, outer.y, outer.width, outer.height);
    XMoveResizeWindow(x_.get(), inner_, static_cast<int>(in.left), static_cast<int>(in.top),
                      content.width, content.height);
    draw_frame();
}

void GuestWindow::follow(const Rect& outer)
{
    const Rect content = content_of(outer, chrome_);
    if (content.size() != content_.size()) {
        XResizeWindow(x_.get(), inner_, content.width, content.height);
        XClearArea(x_.get(), outer_, 0, 0, 0, 0, True);
    }
    content_ = content;
}

void GuestWindow::set_title(const std::string& title)
{
    title_ = "[" + domain_.name + "] " + title;
    const Atom utf8 = x_.atom("UTF8_STRING");
    // SAFETY: a property of 8-bit format is read as bytes.
    const auto* text = reinterpret_cast<const unsigned char*>(title_.data());
    for (const char* name : {"_NET_WM_NAME", "WM_NAME"})
        XChangeProperty(x_.get(), outer_, x_.atom(name), utf8, 8, PropModeReplace, text,
                        static_cast<int>(title_.size()));
    if (chrome_ == Chrome::Framed)
        XClearArea(x_.get(), outer_, 0, 0, 0, kTitleBar, True);
}

void GuestWindow::set_class(const std::string& name)
{
    std::string instance = "insula-" + domain_.name;
    std::string whole = instance;
    if (!name.empty())
        whole += ":" + name;
    XClassHint hint{instance.data(), whole.data()};
    XSetClassHint(x_.get(), outer_, &hint);
}

void GuestWindow::set_urgency(Urgency urgency)
{
    XWMHints hints{};
    hints.flags = InputHint | StateHint;
    hints.input = True;
    hints.initial_state = NormalState;
    if (urgency == Urgency::DemandsAttention)
        hints.flags |= XUrgencyHint;
    XSetWMHints(x_.get(), outer_, &hints);
}

void GuestWindow::minimise() { XIconifyWindow(x_.get(), outer_, DefaultScreen(x_.get())); }

void GuestWindow::set_cursor(std::optional<uint32_t> glyph)
{
    if (!glyph) {
        XUndefineCursor(x_.get(), inner_);
        return;
    }
    const Cursor cursor = XCreateFontCursor(x_.get(), *glyph);
    XDefineCursor(x_.get(), inner_, cursor);
    XFreeCursor(x_.get(), cursor);
}

void GuestWindow::attach(const Size& size, std::unique_ptr<MappedPages> pages)
{
    pages_ = std::move(pages);
    if (!image_ || image_->size() != size)
        image_ = Image::create(x_, size);
}

void GuestWindow::draw(const Rect& part)
{
    if (!image_ || !pages_)
        return;
    const Rect seen = clip_to(part, content_.size());
    // What is not visible is copied all the same: the window may be made larger again.
    image_->copy(pages_->bytes(), part);
    if (seen.width != 0 && seen.height != 0)
        image_->put(inner_, gc_, seen);
}

void GuestWindow::redraw(const Rect& part) const
{
    if (!image_)
        return;
    const Rect seen = clip_to(clip_to(part, image_->size()), content_.size());
    if (seen.width != 0 && seen.height != 0)
        image_->put(inner_, gc_, seen);
}

}  // namespace insula::gui_daemon
