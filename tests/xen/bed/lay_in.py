# SPDX-License-Identifier: GPL-2.0-or-later
"""Lays our programs into the running machine, fresh each time; the images know nothing of them."""
from pathlib import Path

from . import stage as stage_module
from .dom0 import Dom0
from .errors import ScenarioFailure
from .machine import TEMPLATE, Machine
from .progress import say

DOM0_ARCHIVE = "dom0.tar"
GUEST_ARCHIVE = "guest.cpio"
MAIN_TARGET = "insula.target"


def prepare(stage: Path | None, share: Path) -> None:
    """Packs a stage (or nothing) into the folder that dom0 will see."""
    nothing = share / "nothing"
    stage_module.write_dom0_archive(stage / "dom0" if stage else nothing, share / DOM0_ARCHIVE)
    stage_module.write_guest_archive(stage / "guest" if stage else nothing, share / GUEST_ARCHIVE)


def into(machine: Machine) -> None:
    """Copies the programs over dom0's tree and behind the guests' ramdisk, then starts what they bring."""
    dom0 = machine.dom0
    assert dom0
    dom0.shell("mkdir -p /share && mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,ro share /share", timeout=60)
    dom0.shell(f"truncate -s $(cat {TEMPLATE}/.base-size) {TEMPLATE}/initramfs && cat /share/{GUEST_ARCHIVE} >> {TEMPLATE}/initramfs",
               timeout=60)
    if (machine.share / DOM0_ARCHIVE).stat().st_size <= 10240:  # what tar writes for nothing
        return
    for command in (f"tar -C / --keep-directory-symlink --no-same-owner -xpf /share/{DOM0_ARCHIVE}",
                    "ldconfig",
                    "systemd-sysusers",
                    "systemd-tmpfiles --create insula.conf",
                    # The person of this dom0 may use Insula.
                    "usermod -aG insula person",
                    "udevadm control --reload",
                    "udevadm trigger --settle",
                    "systemctl daemon-reload",
                    "systemctl reload dbus.service"):
        dom0.run(command.split(), timeout=120)
    grant_display(dom0)
    if dom0.try_run(["systemctl", "cat", MAIN_TARGET]).rc:
        say(f"the programs bring no {MAIN_TARGET}: nothing is started")
        return
    started = dom0.try_run(["systemctl", "start", MAIN_TARGET], timeout=120)
    if started.rc:
        raise ScenarioFailure(f"{MAIN_TARGET} does not start: {started.describe()}", console="dom0")


def grant_display(dom0: Dom0) -> None:
    """The account of the GUI daemons exists only now: the session lets it in again."""
    dom0.desktop(["/bin/sh", "/usr/lib/insula-bed/xaccess"])
