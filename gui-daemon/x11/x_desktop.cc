// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/x11/x_desktop.h"

namespace insula::gui_daemon {

GuestWindow* XDesktop::find(gui::WindowId window)
{
    const auto found = windows_.find(window);
    return found == windows_.end() ? nullptr : found->second.get();
}

void XDesktop::create(gui::WindowId window, const Rect& content, Chrome chrome)
{
    auto made = std::make_unique<GuestWindow>(x_, domain_, content, chrome);
    ids_[made->outer()] = window;
    ids_[made->inner()] = window;
    windows_[window] = std::move(made);
}

void XDesktop::destroy(gui::WindowId window)
{
    if (const GuestWindow* w = find(window)) {
        ids_.erase(w->outer());
        ids_.erase(w->inner());
    }
    if (drag_ && drag_->window == window)
        drag_.reset();
    windows_.erase(window);
}

void XDesktop::set_chrome(gui::WindowId window, Chrome chrome)
{
    if (GuestWindow* w = find(window))
        w->set_chrome(chrome);
}

void XDesktop::map(gui::WindowId window, std::optional<gui::WindowId> transient_for)
{
    std::optional<Window> other;
    if (transient_for)
        if (const GuestWindow* w = find(*transient_for))
            other = w->outer();
    if (GuestWindow* w = find(window))
        w->map(other);
}

void XDesktop::unmap(gui::WindowId window)
{
    if (GuestWindow* w = find(window))
        w->unmap();
}

void XDesktop::configure(gui::WindowId window, const Rect& content)
{
    if (GuestWindow* w = find(window))
        w->configure(content);
}

void XDesktop::set_title(gui::WindowId window, const std::string& title)
{
    if (GuestWindow* w = find(window))
        w->set_title(title);
}

void XDesktop::set_class(gui::WindowId window, const std::string& name)
{
    if (GuestWindow* w = find(window))
        w->set_class(name);
}

void XDesktop::set_hints(gui::WindowId window, const gui::WindowHints& hints)
{
    if (GuestWindow* w = find(window))
        w->set_hints(hints);
}

void XDesktop::set_urgency(gui::WindowId window, Urgency urgency)
{
    if (GuestWindow* w = find(window))
        w->set_urgency(urgency);
}

void XDesktop::minimise(gui::WindowId window)
{
    if (GuestWindow* w = find(window))
        w->minimise();
}

void XDesktop::set_cursor(gui::WindowId window, std::optional<uint32_t> glyph)
{
    if (GuestWindow* w = find(window))
        w->set_cursor(glyph);
}

void XDesktop::attach(gui::WindowId window, const Size& size, std::unique_ptr<MappedPages> pages)
{
    if (GuestWindow* w = find(window))
        w->attach(size, std::move(pages));
}

void XDesktop::draw(gui::WindowId window, const Rect& part)
{
    if (GuestWindow* w = find(window))
        w->draw(part);
}

}  // namespace insula::gui_daemon
