# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario works with: steps, dom0, guests, the screen. One `Bed` lives for one scenario on one machine."""
import re
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

from . import fpu_gate, leftovers
from .desktop import Desktop, Label
from .dom0 import Dom0, Result
from .errors import BedFailure, ScenarioFailure
from .machine import TEMPLATE, Machine
from .picture import Picture
from .progress import say
from .results import escape

CONSOLES = "/var/log/xen/console"
GUEST_UP = r"INSULA-GUEST-UP uptime=(\S+) type=(\S+) available_kb=(\d+) xorg=(\S+) state=(\S+)"


class Skipped(Exception):
    """The scenario cannot run here; the text says why."""


class Bed:
    def __init__(self, machine: Machine, bundle: Path):
        assert machine.dom0 and machine.qemu
        self.machine, self.bundle = machine, bundle
        self.dom0: Dom0 = machine.dom0
        self.gate = machine.gate
        self.desktop = Desktop(self)
        self.steps: list[tuple[str, float]] = []
        self.current_step = "before the first step"

    # Steps and verdicts

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step: its name is what a failure is reported under."""
        self.current_step = name
        say(f"  {name}")
        began = time.monotonic()
        try:
            yield
        finally:
            self.steps.append((name, time.monotonic() - began))
        self.current_step = f"after \"{name}\""

    def note(self, text: str) -> None:
        say(f"    {escape(text)}")
        self.steps.append((f"  {text}", 0.0))

    def fail(self, reason: str, console: str | None = None) -> None:
        raise ScenarioFailure(reason, console)

    def require(self, condition: object, reason: str, console: str | None = None) -> None:
        if not condition:
            raise ScenarioFailure(reason, console)

    def skip(self, reason: str) -> None:
        raise Skipped(reason)

    def wait_for(self, what: str, condition: Callable[[], object], timeout: float, every: float = 0.2) -> object:
        return self.dom0.wait_for(what, condition, timeout, every)

    # The product

    def insula(self, *arguments: str, timeout: float = 60, expect: int = 0) -> Result:
        """The command line `insula`, as the person uses it."""
        return self.dom0.run(["insula", *arguments], timeout=timeout, user="person", expect=expect)

    def try_insula(self, *arguments: str, timeout: float = 60) -> Result:
        return self.dom0.try_run(["insula", *arguments], timeout=timeout, user="person")

    def in_guest(self, name: str, *command: str, user: str = "DEFAULT", timeout: float = 60) -> Result:
        """A command in a running domain, which does not wait for its X session; its exit code is an answer."""
        return self.try_insula("run", "--no-gui", "--user", user, name, *command, timeout=timeout)

    def guest_has(self, name: str, path: str) -> bool:
        """Is there such a file, in the home of the domain's user?"""
        result = self.in_guest(name, "test", "-e", path)
        if result.rc not in (0, 1):
            raise ScenarioFailure(result.describe(), console=name)
        return result.rc == 0

    def place_side_by_side(self, labels: list[Label]) -> None:
        """Moves one window of each label beside the others, so that each is whole on the screen."""
        left = 20
        for label in labels:
            self.desktop.drag_to(label, left, 40)
            frame = self.desktop.wait_frame(label, 10)
            left = frame.right + 20

    def needs_program(self, *programs: str) -> None:
        """Skips the scenario when the build did not bring these programs."""
        missing = [program for program in programs if self.dom0.try_run(["test", "-x", program]).rc]
        if missing:
            self.skip(f"the programs under test bring no {', '.join(missing)}")

    def cleanup_check(self, domains: list[str], definitions_too: bool = True) -> list[str]:
        """What is left of these domains, one line each; an empty list when they are gone without a trace."""
        return leftovers.find(self.dom0, domains, definitions_too)

    # The screen of dom0

    def screenshot(self, name: str) -> Picture:
        """What the screen shows now, also kept as screenshots/NAME.png of the bundle."""
        assert self.machine.qemu
        raw = self.machine.qemu.folder / "screen.ppm"
        self.machine.qemu.qmp.command("screendump", filename=str(raw))
        path = self.bundle / "screenshots" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = Picture.from_ppm(raw.read_bytes(), path)
        raw.unlink()
        picture.write_png(path)
        return picture

    def wait_screen(self, what: str, condition: Callable[[Picture], object], timeout: float, name: str = "waiting") -> Picture:
        """Takes screenshots until the condition holds and gives the one for which it did."""
        deadline = time.monotonic() + timeout
        while True:
            picture = self.screenshot(name)
            if condition(picture):
                return picture
            if time.monotonic() > deadline:
                raise ScenarioFailure(f"{what}: not on the screen within {timeout:.0f} s (see screenshots/{name}.png)")
            time.sleep(0.2)

    def xdotool(self, *arguments: str, timeout: float = 30) -> Result:
        """Input by XTEST in dom0, as the person."""
        return self.dom0.desktop(["xdotool", *arguments], timeout=timeout)

    def click(self, x: int, y: int, button: int = 1) -> None:
        self.xdotool("mousemove", "--sync", str(x), str(y), "click", str(button))

    def type_text(self, text: str) -> None:
        """Types into the window that has the focus; a newline is the Return key."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.xdotool("key", "Return")
            if line:
                self.xdotool("type", "--delay", "20", "--", line, timeout=30 + len(line))

    def type_into(self, label: Label, text: str) -> None:
        """Clicks into the window with this label's frame, then types."""
        self.desktop.focus(label)
        self.type_text(text)

    def key(self, *keys: str) -> None:
        self.xdotool("key", *keys)

    # Guests

    def console_path(self, name: str) -> str:
        return f"{CONSOLES}/guest-{name}.log"

    def guest_console(self, name: str) -> str:
        """Everything that the guest has said so far."""
        try:
            return self.dom0.read(self.console_path(name)).decode(errors="replace")
        except ScenarioFailure:
            return ""

    def wait_console(self, name: str, pattern: str, timeout: float) -> re.Match[str]:
        match = self.dom0.wait_text(self.console_path(name), pattern, timeout)
        if not match:
            raise ScenarioFailure(f"the console of {name} does not show `{pattern}` within {timeout:.0f} s", console=name)
        return match

    def wait_guest_up(self, name: str, timeout: float = 120) -> re.Match[str]:
        """Waits until a guest has started all its units; groups: uptime, type, free memory in kB, xorg, state."""
        return self.wait_console(name, GUEST_UP, timeout)

    def create_by_xl(self, name: str, kind: str, memory: int = 384, options: str = "quiet") -> None:
        """A guest without our manager, from the same kernel and ramdisk. `kind` is pv or pvh."""
        config = f"/run/bed-{name}.cfg"
        self.dom0.write(config, fpu_gate.guest_config(name, kind, f"{TEMPLATE}/initramfs", memory, options))
        self.dom0.run(["xl", "create", "-q", config], timeout=90)

    def destroy_by_xl(self, name: str) -> None:
        self.dom0.run(["xl", "destroy", name], timeout=60)

    def last_guest(self) -> str | None:
        """The guest that said something last: where to look first when a step fails."""
        newest = self.dom0.try_run(["/bin/sh", "-c", f"ls -t {CONSOLES} | sed -n 's/^guest-\\(.*\\)\\.log$/\\1/p' | head -n 1"]).out.strip()
        return newest or None

    # The bundle

    def console_of(self, name: str) -> str:
        """The console of a guest; of dom0 its journal and what the machine said."""
        if name != "dom0":
            return self.guest_console(name)
        try:
            return self.dom0.try_run(["journalctl", "-b", "-o", "short-monotonic", "-n", "40", "--no-pager"], timeout=30).out
        except BedFailure:
            assert self.machine.qemu
            return self.machine.qemu.console.read_text(errors="replace")

    def collect(self) -> None:
        """Fetches what dom0 still can give; never fails."""
        try:
            assert self.machine.qemu
            # How full QEMU's translations are: see CODE_BUFFER_MIB.
            (self.bundle / "qemu-jit.log").write_text(self.machine.qemu.qmp.command("human-monitor-command", command_line="info jit"))
            journal = self.dom0.try_run(["journalctl", "-b", "-o", "short-monotonic", "--no-pager"], timeout=60)
            (self.bundle / "journal.log").write_text(journal.out)
            (self.bundle / "xen-dmesg.log").write_text(self.dom0.try_run(["xl", "dmesg"]).out)
            for path in self.dom0.shell(f"ls {CONSOLES} 2>/dev/null; true").lines:
                if path.startswith("guest-") and "/" not in path:
                    (self.bundle / path).write_bytes(self.dom0.read(f"{CONSOLES}/{path}"))
            for path in self.dom0.shell("ls -d /var/log/xen/*.log /var/log/Xorg.0.log 2>/dev/null; true").lines:
                (self.bundle / f"dom0-{Path(path).name}").write_bytes(self.dom0.read(path))
        except (BedFailure, ScenarioFailure, OSError) as problem:
            (self.bundle / "incomplete.txt").write_text(f"{problem}\n")
