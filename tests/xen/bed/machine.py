# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine: booted fresh, saved once it is ready, restored in seconds for every scenario.

What is saved is a dom0 with its desktop, Xen's services and the bed's agent running, none of our programs in it, the 9p share
unmounted, and the floating-point gate passed. It lies in the cache under a hash over the images and QEMU.
"""
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import dom0 as dom0_module
from . import fpu_gate, paths
from . import qemu as qemu_module
from .dom0 import Dom0
from .errors import BedFailure
from .images import Images, cache_lock, cached, fingerprint, hash_tree
from .progress import say
from .qemu import Qemu

BOOT_LIMIT = 240
RESTORE_LIMIT = 60
TEMPLATE = "/var/lib/insula/templates/debian-12"


class Machine:
    """A running machine with its dom0. Use as a context: at the end of it QEMU is gone and so is the throw-away disk."""

    def __init__(self, images: Images, logs: Path, limit_seconds: float, vnc: str | None = None):
        self.images, self.logs = images, logs
        self._limit, self._vnc = limit_seconds, vnc
        self._work = Path(tempfile.mkdtemp(prefix="run-", dir=paths.CACHE))
        self.share = self._work / "share"
        self.share.mkdir()
        self.disk = self._work / "disk.qcow2"
        self.qemu: Qemu | None = None
        self.dom0: Dom0 | None = None
        self.gate = ""

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _overlay(self, base: Path, base_format: str) -> None:
        self.disk.unlink(missing_ok=True)
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", str(base.resolve()), "-F", base_format, str(self.disk)],
                       check=True)

    def _start(self, incoming: Path | None) -> None:
        self.qemu = Qemu(self.images, self.disk, self.share, self.logs, self._limit, incoming, self._vnc)

    def _connect(self, limit: float) -> Dom0:
        assert self.qemu
        self.dom0 = Dom0(self.qemu.agent_socket, self.qemu.check_alive)
        self.dom0.wait_ready(limit)
        return self.dom0

    def boot(self) -> Dom0:
        """A real boot, until the desktop stands."""
        began = time.monotonic()
        self._overlay(self.images.dom0_disk, "raw")
        self._start(None)
        dom0 = self._connect(BOOT_LIMIT)
        state = dom0.try_run(["systemctl", "is-system-running", "--wait"], timeout=BOOT_LIMIT)
        if state.out.strip() != "running":
            failed = dom0.try_run(["systemctl", "--failed", "--plain", "--no-legend"]).out.strip()
            raise BedFailure(f"dom0 is {state.out.strip() or 'not up'} after its boot: {failed}")
        # The last disk holds the guests' ramdisk; a scenario appends our programs to this copy of it.
        dom0.shell(f"cat /dev/vdb > {TEMPLATE}/initramfs && stat -c %s {TEMPLATE}/initramfs > {TEMPLATE}/.base-size", timeout=120)
        say(f"dom0 booted in {time.monotonic() - began:.1f} s")
        return dom0

    def restore(self, saved: Path) -> Dom0:
        """The saved machine, running on; its clock is set."""
        began = time.monotonic()
        self._overlay(saved / "disk.qcow2", "qcow2")
        self._start(saved / "state")
        assert self.qemu
        self.qemu.qmp.command("migrate-incoming", uri=f"exec:cat {saved / 'state'}")
        deadline = time.monotonic() + RESTORE_LIMIT
        while (status := self.qemu.qmp.command("query-migrate").get("status")) != "completed":
            if status == "failed" or time.monotonic() > deadline:
                raise BedFailure(f"the saved machine does not come back ({status})")
            self.qemu.check_alive()
            time.sleep(0.05)
        self.qemu.qmp.command("cont")
        dom0 = self._connect(RESTORE_LIMIT)
        dom0.run(["date", "-s", f"@{time.time():.3f}"])
        self.gate = (saved / "gate.json").read_text()
        say(f"dom0 restored in {time.monotonic() - began:.1f} s")
        return dom0

    def save(self, folder: Path) -> None:
        """Freezes the machine into `folder` and ends it."""
        assert self.qemu and self.dom0
        self.dom0.shell("sync; umount /share 2>/dev/null; sync")
        qmp = self.qemu.qmp
        qmp.command("stop")
        self.dom0.close()
        qmp.command("migrate-set-parameters", max_bandwidth=4 << 30)
        qmp.command("migrate", uri=f"exec:cat > {folder / 'state'}")
        deadline = time.monotonic() + 120
        while (status := qmp.command("query-migrate").get("status")) != "completed":
            if status == "failed" or time.monotonic() > deadline:
                raise BedFailure(f"the machine cannot be saved ({status})")
            time.sleep(0.1)
        self.qemu.end()
        shutil.move(self.disk, folder / "disk.qcow2")
        (folder / "gate.json").write_text(self.gate)

    def end_qemu(self) -> None:
        if self.dom0:
            self.dom0.close()
        if self.qemu:
            self.qemu.end()
        self.dom0 = self.qemu = None

    def end(self) -> None:
        self.end_qemu()
        shutil.rmtree(self._work, ignore_errors=True)


def saved_machine(images: Images) -> Path:
    """The folder of the saved machine, made now if it is not there."""
    version = subprocess.run([qemu_module.PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    key = fingerprint(paths.CACHE, images.fingerprint, version, hash_tree(fpu_gate.SOURCE),
                      *(hash_tree(Path(module.__file__)) for module in (qemu_module, dom0_module, fpu_gate) if module.__file__),
                      hash_tree(Path(__file__)))

    def make(folder: Path) -> None:
        say("making: saved machine")
        with Machine(images, folder, limit_seconds=900) as machine:
            dom0 = machine.boot()
            began = time.monotonic()
            machine.gate = fpu_gate.run(dom0, images, folder)
            say(f"floating-point gate passed in {time.monotonic() - began:.1f} s: {describe_gate(machine.gate)}")
            machine.save(folder)

    fpu_gate.program()
    with cache_lock():
        return cached("saved", key, make)


def describe_gate(gate: str) -> str:
    return "; ".join(f"{place} {verdict.removeprefix('fpu_gate: ')}" for place, verdict in json.loads(gate).items())
