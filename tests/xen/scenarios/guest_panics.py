# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest's kernel panics: within a second the manager says so, with the last lines of the console, escaped; the other domain's
window stays. Then: a guest that powers itself off, and one that somebody destroys behind the manager's back."""
import time

from bed.desktop import GREEN, RED

START_LIMIT = 240
NOTICE_LIMIT = 1.0  # seconds between the guest's last word and `failed`, by dom0's own clock
ESCAPE_SEQUENCE = r"\033]0;owned\007\033[31mred"
ESCAPED = r"\x1b]0;owned\x07\x1b[31mred"
LINES = 20


def row_of(bed, name):
    return next(row for row in bed.insula("list", "--json").json() if row["name"] == name)


def last_console_lines(bed):
    lines = [line.strip() for line in bed.guest_console("work").splitlines() if line.strip()]
    return lines[-LINES:]


def journal_time(bed, pattern):
    """When the journal first had a line of insulad's that matches, in seconds of dom0's clock."""
    lines = bed.dom0.run(["journalctl", "-b", "-u", "insulad", "-o", "short-unix", "--grep", pattern, "-n", "1", "--no-pager"]).lines
    bed.require(lines, f"insulad never said {pattern!r}", console="dom0")
    return float(lines[-1].split()[0])


def run(bed):
    with bed.step("two domains, a window of untrusted's"):
        for name, label in (("untrusted", RED), ("work", GREEN)):
            bed.insula("create", name, "--label", label.name, "--type", "pv")
            bed.insula("run", name, "true", timeout=START_LIMIT)
        bed.insula("run", "--detach", "untrusted", "xterm")
        bed.desktop.wait_frame(RED, START_LIMIT)
        before = bed.desktop.frame(RED)

    with bed.step("work's kernel panics"):
        console = bed.console_path("work")
        bed.dom0.shell("insula run --no-gui --user root work sh -c 'echo c > /proc/sysrq-trigger' >/dev/null 2>&1 &")
        bed.wait_console("work", r"Kernel panic", 30)
        last_word = float(bed.dom0.run(["stat", "-c", "%.Y", console]).out)
        bed.wait_for("failed in the list", lambda: row_of(bed, "work")["state"] == "failed", 20)

    with bed.step("it is said at once, with the console's last lines, escaped"):
        noticed = journal_time(bed, "^insulad: work: .*crashed")
        bed.note(f"noticed {noticed - last_word:.2f} s after the guest's last word")
        bed.require(noticed - last_word <= NOTICE_LIMIT, f"the panic was noticed {noticed - last_word:.2f} s after the guest's last word")
        failure = row_of(bed, "work")["failure"]
        last_lines = last_console_lines(bed)
        bed.require("the guest crashed" in failure, f"the failure does not name its cause: {failure!r}")
        bed.require(all(line in failure for line in last_lines), f"the failure does not show the console's last {LINES} lines: {failure!r}")
        bed.require(all(line in bed.insula("list").out for line in last_lines), "the table does not show them")
        bed.require(bed.desktop.frame(RED) == before, "untrusted's window is not what it was")

    with bed.step("a failed domain starts again"):
        bed.insula("start", "work", timeout=START_LIMIT)
        bed.require(row_of(bed, "work")["state"] == "running", "work does not run after its second start")
        bed.insula("run", "--no-gui", "work", "true", timeout=START_LIMIT)

    with bed.step("a guest that powers itself off is off"):
        script = f"printf '{ESCAPE_SEQUENCE}\\n' > /dev/hvc0; sync; echo o > /proc/sysrq-trigger"
        bed.in_guest("work", "sh", "-c", script, user="root")
        bed.wait_for("off in the list", lambda: row_of(bed, "work")["state"] == "off", 60)
        logged = bed.dom0.run(["journalctl", "-b", "-u", "insulad", "-o", "cat", "--no-pager"]).out
        bed.require(ESCAPED in logged, "the journal does not show the guest's escape sequence")
        bed.require("\x1b" not in logged and "\x07" not in logged, "the journal has raw bytes of the guest")

    with bed.step("one that is destroyed behind the manager's back is off, its windows gone"):
        domid = str(row_of(bed, "untrusted")["domid"])
        bed.dom0.run(["xl", "destroy", domid])
        began = time.monotonic()
        bed.wait_for("off in the list", lambda: row_of(bed, "untrusted")["state"] == "off", 10)
        bed.desktop.wait_gone(RED, 10)
        bed.note(f"noticed within {time.monotonic() - began:.1f} s")

    with bed.step("removed, nothing is left"):
        for name in ("untrusted", "work"):
            bed.insula("remove", name)
        left = bed.cleanup_check(["untrusted", "work"])
        bed.require(not left, f"left over: {'; '.join(left[:10])}", console="dom0")
