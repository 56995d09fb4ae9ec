# SPDX-License-Identifier: GPL-2.0-or-later
"""The window agent and then the GUI daemon are killed: the windows come back where they were, and the program in the guest does
not notice. The other domain's window stays untouched all the while."""
import json

from bed.desktop import GREEN, RED

WINDOW_LIMIT = 240
BACK_LIMIT = 30  # seconds under emulation: a hang is found, no speed is judged


def shell_of_xterm(bed):
    """The process that runs in work's xterm."""
    xterm = bed.in_guest("work", "pgrep", "-x", "xterm").out.strip()
    shell = bed.in_guest("work", "pgrep", "-P", xterm).out.strip()
    bed.require(xterm.isdigit() and shell.isdigit(), f"there is not one xterm with one shell in it: {xterm!r} {shell!r}", console="work")
    return shell


def gui_daemon_of(bed, name):
    """The process that said last that it serves this domain, by the journal."""
    lines = bed.dom0.run(["journalctl", "-b", "-o", "json", "--grep", rf"^{name} \(domain \d+\)", "-n", "1", "--no-pager"]).lines
    bed.require(lines, f"no GUI daemon has said that it serves {name}", console="dom0")
    return json.loads(lines[-1])["_PID"]


def require_back(bed, before, what):
    """The window goes with what served it, and comes back with its place, its size and its content."""
    bed.wait_screen(f"work's window after {what}", lambda seen: bed.desktop.frame_in(seen, GREEN) == before, BACK_LIMIT, what.replace(" ", "-"))
    bed.type_into(GREEN, f"touch 'after {what}'\n")
    bed.wait_for("the file in work", lambda: bed.guest_has("work", f"after {what}"), 30)


def run(bed):
    with bed.step("an xterm in each of two domains"):
        for name, label in (("untrusted", RED), ("work", GREEN)):
            bed.insula("create", name, "--label", label.name, "--type", "pv")
            bed.insula("run", "--detach", name, "xterm", timeout=120)
        for label in (RED, GREEN):
            bed.desktop.wait_frame(label, WINDOW_LIMIT)
        bed.place_side_by_side([RED, GREEN])
        shell = shell_of_xterm(bed)
        frame, other = bed.desktop.frame(GREEN, "before"), bed.desktop.frame(RED, "before")
        other_daemon = gui_daemon_of(bed, "untrusted")

    with bed.step("the window agent is killed"):
        agent = bed.in_guest("work", "pgrep", "-f", "^/usr/libexec/insula/insula-window-agent").out.strip()
        bed.require(bed.in_guest("work", "kill", "-9", agent, user="root").rc == 0, f"the agent {agent!r} cannot be killed")
        bed.desktop.wait_gone(GREEN, BACK_LIMIT)
        require_back(bed, frame, "the agent")
        again = bed.in_guest("work", "pgrep", "-f", "^/usr/libexec/insula/insula-window-agent").out.strip()
        bed.require(again.isdigit() and again != agent, f"the agent was {agent} and is {again!r}")

    with bed.step("the GUI daemon is killed"):
        daemon = gui_daemon_of(bed, "work")
        bed.dom0.run(["kill", "-9", daemon])
        bed.wait_for("another GUI daemon", lambda: gui_daemon_of(bed, "work") != daemon, BACK_LIMIT)
        require_back(bed, frame, "the daemon")

    with bed.step("the program never noticed, nor did the other domain"):
        bed.require(shell_of_xterm(bed) == shell, "the xterm's shell is another process than before")
        bed.require(bed.desktop.frame(RED) == other, "untrusted's window is not what it was")
        bed.require(gui_daemon_of(bed, "untrusted") == other_daemon, "untrusted's GUI daemon is another one")

    with bed.step("removed, nothing is left"):
        for name in ("untrusted", "work"):
            bed.insula("kill", name, timeout=30)
            bed.insula("remove", name)
        left = bed.cleanup_check(["untrusted", "work"])
        bed.require(not left, f"left over: {'; '.join(left[:10])}", console="dom0")
