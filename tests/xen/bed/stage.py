# SPDX-License-Identifier: GPL-2.0-or-later
"""Our programs on the way into the machine: from a staged tree to what dom0 and the guests are given.

A stage is a folder with `dom0/` and `guest/`, as packaging/stage makes it.
"""
import re
import tarfile
from pathlib import Path

from .cpio import CpioWriter


def _units_to_enable(tree: Path) -> dict[str, str]:
    """The links that `systemctl enable` would make: a guest starts from its files alone, nobody runs systemctl in it."""
    links: dict[str, str] = {}
    for folder in ("usr/lib/systemd/system", "lib/systemd/system", "etc/systemd/system"):
        for unit in sorted((tree / folder).glob("*.*")):
            if not unit.is_file() or "@." in unit.name:
                continue
            for key, suffix in (("WantedBy", "wants"), ("RequiredBy", "requires")):
                for targets in re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE):
                    for target in targets.split():
                        links[f"etc/systemd/system/{target}.{suffix}/{unit.name}"] = f"/{folder}/{unit.name}"
    return links


def write_guest_archive(tree: Path, out: Path) -> None:
    """The guest programs as a cpio archive to append to the ramdisk; its init lays the tree over the Debian one."""
    with open(out, "wb") as stream:
        archive = CpioWriter(stream)
        if tree.is_dir():
            archive.tree(tree, "insula-programs")
            for name, target in _units_to_enable(tree).items():
                archive.link(f"insula-programs/{name}", target)
        archive.close()


def write_dom0_archive(tree: Path, out: Path) -> None:
    def owned_by_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        return entry

    with tarfile.open(out, "w") as archive:
        if tree.is_dir():
            for path in sorted(tree.iterdir()):
                archive.add(path, path.name, filter=owned_by_root)
