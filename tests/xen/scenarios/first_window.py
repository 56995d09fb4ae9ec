# SPDX-License-Identifier: GPL-2.0-or-later
"""Two AppVMs show an xterm each in frames of their labels' colours; keys and clicks reach only the one
meant; killed and removed, nothing of them is left."""
from bed.desktop import GREEN, RED

# Seconds under emulation: a hang is found, no speed is judged.
WINDOW_LIMIT = 240
VARIANTS = ("pv", "pvh")
DOMAINS = {"untrusted": RED, "work": GREEN}


def run(bed, kind):
    with bed.step(f"both domains are created as {kind} and started"):
        for name, label in DOMAINS.items():
            bed.insula("create", name, "--label", label.name, "--type", kind)
            bed.insula("start", name, timeout=90)

    with bed.step("an xterm in each, framed in its label's colour"):
        for name in DOMAINS:
            bed.insula("run", "--detach", name, "xterm", timeout=90)
        for label in DOMAINS.values():
            bed.desktop.wait_frame(label, WINDOW_LIMIT)
        bed.place_side_by_side(list(DOMAINS.values()))
        picture = bed.screenshot("both")
        for label in DOMAINS.values():
            bed.desktop.require_whole_frame(picture, label)

    with bed.step("keys typed into the green window reach work alone"):
        bed.type_into(GREEN, "touch typed\n")
        bed.wait_for("the file in work", lambda: bed.guest_has("work", "typed"), 30)
        bed.require(not bed.guest_has("untrusted", "typed"), "what was typed for work also reached untrusted")

    with bed.step("a click moves the focus"):
        bed.type_into(RED, "touch clicked\n")
        bed.wait_for("the file in untrusted", lambda: bed.guest_has("untrusted", "clicked"), 30)
        bed.require(not bed.guest_has("work", "clicked"), "what was typed for untrusted also reached work")
        bed.screenshot("typed")

    with bed.step("closing the window ends the xterm"):
        bed.require(bed.in_guest("work", "pgrep", "-x", "xterm").rc == 0, "there is no xterm to end")
        bed.desktop.close(GREEN)
        bed.wait_for("the xterm's end", lambda: bed.in_guest("work", "pgrep", "-x", "xterm").rc == 1, 30)
        bed.wait_for("the frame's end", lambda: bed.desktop.frame(GREEN) is None, 10)

    with bed.step("kill makes the windows go within 2 s"):
        bed.desktop.require_gone_within(RED, 2, lambda: bed.insula("kill", "untrusted", timeout=30))

    with bed.step("removed, nothing is left"):
        bed.insula("kill", "work", timeout=30)
        for name in DOMAINS:
            bed.insula("remove", name)
        left = bed.cleanup_check(list(DOMAINS))
        bed.require(not left, f"left over: {'; '.join(left[:10])}", console="dom0")
