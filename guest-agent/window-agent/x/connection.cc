// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/x/connection.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/Xcomposite.h>
#include <X11/extensions/Xdamage.h>
#include <unistd.h>

namespace insula::window_agent::x {
namespace {

unsigned long g_errors = 0;

int record_error(Display*, XErrorEvent*)
{
    ++g_errors;
    return 0;
}

[[noreturn]] int server_gone(Display*)
{
    std::fputs("<3>the X server went away\n", stderr);
    _exit(EXIT_FAILURE);
}

Result<void> need_extensions(Display* display)
{
    int event = 0;
    int error = 0;
    int major = 0;
    int minor = 0;
    if (XCompositeQueryExtension(display, &event, &error) == 0 ||
        XCompositeQueryVersion(display, &major, &minor) == 0 || (major == 0 && minor < 2))
        return Error(Errc::NotFound, "the X server lacks Composite 0.2");
    if (XShmQueryExtension(display) == 0)
        return Error(Errc::NotFound, "the X server lacks MIT-SHM");
    if (XTestQueryExtension(display, &event, &error, &major, &minor) == 0)
        return Error(Errc::NotFound, "the X server lacks XTEST");
    return {};
}

Atoms intern(Display* display)
{
    std::array names{"_NET_WM_NAME",
                     "UTF8_STRING",
                     "WM_PROTOCOLS",
                     "WM_DELETE_WINDOW",
                     "WM_TAKE_FOCUS",
                     "WM_STATE",
                     "WM_CHANGE_STATE",
                     "_NET_WM_STATE",
                     "_NET_WM_STATE_FULLSCREEN",
                     "_NET_WM_STATE_DEMANDS_ATTENTION",
                     "_NET_WM_STATE_HIDDEN",
                     "_NET_SUPPORTED",
                     "_NET_SUPPORTING_WM_CHECK",
                     "_NET_ACTIVE_WINDOW",
                     "_INSULA_SHOWN"};
    std::array<::Atom, std::size(names)> a{};
    // SAFETY: XInternAtoms does not write to the names, whatever its type says.
    XInternAtoms(display, const_cast<char**>(names.data()), static_cast<int>(names.size()), False,
                 a.data());
    return {a[0], a[1], a[2],  a[3],  a[4],  a[5],  a[6], a[7],
            a[8], a[9], a[10], a[11], a[12], a[13], a[14]};
}

// The little that clients ask about a window manager before they rely on _NET_WM_STATE.
::Window announce_window_manager(Display* display, ::Window root, const Atoms& atoms)
{
    constexpr ::Atom kAtomType = 4;     // XA_ATOM, without its C cast
    constexpr ::Atom kWindowType = 33;  // XA_WINDOW
    const ::Window self = XCreateSimpleWindow(display, root, -1, -1, 1, 1, 0, 0, 0);
    const auto set = [display](::Window window, Atom property, ::Atom type, auto& values) {
        // SAFETY: format 32 properties are passed as an array of long.
        XChangeProperty(display, window, property, type, 32, PropModeReplace,
                        reinterpret_cast<const unsigned char*>(values.data()),
                        static_cast<int>(values.size()));
    };
    const std::array<unsigned long, 1> check{self};
    set(root, atoms.net_supporting_wm_check, kWindowType, check);
    set(self, atoms.net_supporting_wm_check, kWindowType, check);
    const std::array<unsigned long, 5> supported{
        atoms.net_wm_name, atoms.net_wm_state, atoms.net_wm_state_fullscreen,
        atoms.net_wm_state_attention, atoms.net_wm_state_hidden};
    set(root, atoms.net_supported, kAtomType, supported);
    constexpr std::array<unsigned char, 6> kName{'I', 'n', 's', 'u', 'l', 'a'};
    XChangeProperty(display, self, atoms.net_wm_name, atoms.utf8_string, 8, PropModeReplace,
                    kName.data(), static_cast<int>(kName.size()));
    return self;
}

}  // namespace

unsigned long error_count() { return g_errors; }

bool failed_since(Connection& connection, unsigned long count_before)
{
    XSync(connection.display(), False);
    return g_errors != count_before;
}

Connection::Connection(_XDisplay* display) : display_(display), root_(XDefaultRootWindow(display))
{}

Connection::~Connection() { XCloseDisplay(display_); }

Result<std::unique_ptr<Connection>> Connection::open()
{
    XSetErrorHandler(record_error);
    XSetIOErrorHandler(server_gone);
    Display* display = XOpenDisplay(nullptr);
    if (!display)
        return Error(Errc::NotFound, "no X server answers at $DISPLAY");
    std::unique_ptr<Connection> connection(new Connection(display));
    INSULA_CHECK(connection->set_up());
    return connection;
}

Result<void> Connection::set_up()
{
    INSULA_CHECK(need_extensions(display_));
    int error_base = 0;
    if (XDamageQueryExtension(display_, &damage_event_, &error_base) == 0)
        return Error(Errc::NotFound, "the X server lacks Damage");
    atoms_ = intern(display_);

    const unsigned long before = error_count();
    XSelectInput(display_, root_,
                 SubstructureNotifyMask | SubstructureRedirectMask | PropertyChangeMask);
    if (failed_since(*this, before))
        return Error(Errc::Conflict, "another window manager runs");
    own_ = announce_window_manager(display_, root_, atoms_);
    XCompositeRedirectSubwindows(display_, root_, CompositeRedirectAutomatic);
    // A held key is repeated by the person's own X server. Repeating here as well would type on
    // while a release is under way.
    XAutoRepeatOff(display_);
    if (failed_since(*this, before))
        return Error(Errc::Conflict, "the X server refused to redirect its windows");
    return {};
}

int Connection::fd() const { return XConnectionNumber(display_); }
bool Connection::has_events() const { return XEventsQueued(display_, QueuedAfterReading) > 0; }
void Connection::flush() { XFlush(display_); }

uint32_t Connection::screen_width() const
{
    return static_cast<uint32_t>(XDisplayWidth(display_, XDefaultScreen(display_)));
}

uint32_t Connection::screen_height() const
{
    return static_cast<uint32_t>(XDisplayHeight(display_, XDefaultScreen(display_)));
}

std::vector<XWindow> Connection::top_levels()
{
    ::Window root = 0;
    ::Window parent = 0;
    ::Window* children = nullptr;
    unsigned count = 0;
    std::vector<XWindow> result;
    if (XQueryTree(display_, root_, &root, &parent, &children, &count) == 0)
        return result;
    for (unsigned i = 0; i < count; ++i)
        result.push_back(XWindow{static_cast<uint32_t>(children[i])});
    if (children)
        XFree(children);
    return result;
}

std::optional<Description> Connection::adopt(XWindow window)
{
    const ::Window w = static_cast<::Window>(window);
    XWindowAttributes attributes{};
    if (w == own_)
        return std::nullopt;
    if (XGetWindowAttributes(display_, w, &attributes) == 0 || attributes.c_class != InputOutput)
        return std::nullopt;
    XSelectInput(display_, w, PropertyChangeMask);
    XSetWindowBorderWidth(display_, w, 0);
    damages_[window] = XDamageCreate(display_, w, XDamageReportBoundingBox);
    return Description{{attributes.x, attributes.y, static_cast<uint32_t>(attributes.width),
                        static_cast<uint32_t>(attributes.height)},
                       attributes.override_redirect != 0,
                       attributes.map_state == IsViewable};
}

void Connection::begin_damage(XWindow window)
{
    if (const auto found = damages_.find(window); found != damages_.end())
        XDamageSubtract(display_, found->second, 0, 0);
}

}  // namespace insula::window_agent::x
