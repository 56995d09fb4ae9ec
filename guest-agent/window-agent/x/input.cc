// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest-agent/window-agent/x/input.h"

#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>

namespace insula::window_agent::x {

Input::Input(Connection& connection) : connection_(connection), lockable_(LockMask)
{
    for (const KeySym key : {KeySym{XK_Num_Lock}, KeySym{XK_Scroll_Lock}})
        lockable_ |= XkbKeysymToModifiers(connection_.display(), key);
}

void Input::play_keys(const std::vector<KeyAction>& actions)
{
    for (const KeyAction& action : actions)
        XTestFakeKeyEvent(connection_.display(), action.code,
                          action.edge == Edge::Press ? True : False, CurrentTime);
}

void Input::play_buttons(const std::vector<KeyAction>& actions)
{
    for (const KeyAction& action : actions)
        XTestFakeButtonEvent(connection_.display(), action.code,
                             action.edge == Edge::Press ? True : False, CurrentTime);
}

void Input::move_pointer(int32_t x, int32_t y)
{
    XTestFakeMotionEvent(connection_.display(), -1, x, y, CurrentTime);
}

uint32_t Input::locked()
{
    XkbStateRec state{};
    XkbGetState(connection_.display(), XkbUseCoreKbd, &state);
    return state.locked_mods;
}

void Input::set_locks(const LockChange& change)
{
    XkbLockModifiers(connection_.display(), XkbUseCoreKbd, change.affect, change.values);
}

}  // namespace insula::window_agent::x
