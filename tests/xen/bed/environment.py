# SPDX-License-Identifier: GPL-2.0-or-later
"""Can this computer run the bed? Says in one line what is missing and how to get it, before anything is begun."""
import os
import shutil
import subprocess
from pathlib import Path

from . import debian, paths
from .errors import Unusable
from .images import BUSYBOX
from .qemu import CODE_BUFFER_MIB, MEMORY_MIB, PROGRAM

TOOLS = {PROGRAM: "QEMU", "qemu-img": "QEMU's disk tool", "mmdebstrap": "mmdebstrap", "mksquashfs": "squashfs-tools",
         "mke2fs": "e2fsprogs", "modprobe": "kmod", "depmod": "kmod", "apt-get": "apt", "dpkg-deb": "dpkg"}
MEMORY_NEEDED_MIB = MEMORY_MIB + CODE_BUFFER_MIB + 256
DISK_FOR_IMAGES_MIB = 6144
DISK_FOR_RUN_MIB = 2048
HOW = f"run {paths.DEPENDENCIES.relative_to(paths.SOURCE)} xen"


def _available_memory_mib() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return 0


def check() -> None:
    os.environ["PATH"] = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    if os.uname().machine != "x86_64":
        raise Unusable(f"this computer is {os.uname().machine}: the bed needs an x86-64 one")
    missing = sorted({name for tool, name in TOOLS.items() if not shutil.which(tool)})
    if not BUSYBOX.exists() or not _is_static(BUSYBOX):
        missing.append("busybox-static")
    if missing:
        raise Unusable(f"missing: {', '.join(missing)}: {HOW}")
    memory = _available_memory_mib()
    if memory < MEMORY_NEEDED_MIB:
        raise Unusable(f"{memory} MiB of memory are available, {MEMORY_NEEDED_MIB} are needed: end other programs or add memory")
    have_images = any(paths.CACHE.glob("saved-*"))
    needed = DISK_FOR_RUN_MIB if have_images else DISK_FOR_IMAGES_MIB
    paths.BUILD.mkdir(exist_ok=True)
    disk = shutil.disk_usage(paths.BUILD).free >> 20
    if disk < needed:
        raise Unusable(f"{disk} MiB are free on the disk of {paths.BUILD}, {needed} are needed: make room there")
    if os.geteuid() != 0 and not have_images:
        if subprocess.run(debian.as_root(["true"]), capture_output=True).returncode:
            raise Unusable(f"this account cannot make user namespaces with subordinate ids: {HOW}, or run as root")


def _is_static(program: Path) -> bool:
    """A dynamically linked ELF program names its loader."""
    return b"/lib64/ld-linux" not in program.read_bytes()[:4096]
