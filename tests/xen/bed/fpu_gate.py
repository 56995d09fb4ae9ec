# SPDX-License-Identifier: GPL-2.0-or-later
"""The floating-point gate: nothing is believed before SSE registers survive in dom0, in a PV and in a PVH guest at the same time."""
import json
import shutil
import subprocess
import threading
from pathlib import Path

from . import paths
from .cpio import CpioWriter
from .dom0 import Dom0
from .errors import BedFailure, Unusable
from .images import Images, cached, fingerprint, hash_tree, read_list, write_ramdisk
from .progress import say

SOURCE = paths.BED / "fpu_gate" / "fpu_gate.cc"
IN_GUEST = "insula-programs/usr/libexec/insula/bed/fpu_gate"
IN_DOM0 = "/usr/lib/insula-bed/fpu_gate"
SECONDS = 20


def program() -> Path:
    """The gate's program, built once per state of its source."""

    def build(folder: Path) -> None:
        compiler = shutil.which("g++") or shutil.which("clang++")
        if not compiler:
            raise Unusable("there is no C++ compiler: packaging/deps build")
        subprocess.run([compiler, "-std=c++20", "-O2", "-static", "-s", "-o", str(folder / "fpu_gate"), str(SOURCE)], check=True)

    return cached("fpu_gate", fingerprint(hash_tree(SOURCE)), build) / "fpu_gate"


def write_gate_ramdisk(images: Images, out: Path) -> None:
    """A ramdisk for a guest of 128 MB that runs the gate and powers off."""
    kernel = images.vmlinux.parent
    write_ramdisk(out, paths.RECIPES / "guest" / "init", kernel / "guest-modules", (kernel / "version").read_text(),
                  read_list(paths.RECIPES / "guest" / "modules"), [], {})
    with open(out, "ab") as stream:
        archive = CpioWriter(stream)
        archive.file(IN_GUEST, program().read_bytes(), 0o755)
        archive.close()


def guest_config(name: str, kind: str, ramdisk: str, memory: int, options: str) -> bytes:
    return (f'name="{name}"\ntype="{kind}"\nkernel="/var/lib/insula/templates/debian-12/vmlinux"\nramdisk="{ramdisk}"\n'
            f'memory={memory}\nmaxmem={memory}\nvcpus=1\nextra="console=hvc0 {options}"\n'
            'on_poweroff="destroy"\non_reboot="destroy"\non_crash="destroy"\n').encode()


def run(dom0: Dom0, images: Images, work: Path, seconds: int = SECONDS) -> str:
    """Runs the gate in three places at once and gives what they said; raises BedFailure when one of them is wrong."""
    say(f"floating-point gate: dom0, a PV and a PVH guest at the same time, {seconds} s")
    ramdisk = work / "gate.cpio"
    write_gate_ramdisk(images, ramdisk)
    dom0.write("/run/gate.cpio", ramdisk.read_bytes())
    dom0.write(IN_DOM0, program().read_bytes(), 0o755)
    ramdisk.unlink()
    verdicts: dict[str, str] = {}

    def in_guest(kind: str) -> None:
        name = f"gate-{kind}"
        dom0.write(f"/run/{name}.cfg", guest_config(name, kind, "/run/gate.cpio", 128, f"quiet insula.bed=fpu,{seconds}"))
        dom0.try_run(["rm", "-f", f"/var/log/xen/console/guest-{name}.log"])
        created = dom0.try_run(["xl", "create", "-q", f"/run/{name}.cfg"], timeout=60)
        if created.rc:
            verdicts[kind] = created.describe()
            return
        match = dom0.wait_text(f"/var/log/xen/console/guest-{name}.log", r"(fpu_gate: .*)\s+INSULA-FPU-GATE rc=(\d+)", seconds + 90)
        verdicts[kind] = match[1].strip() if match and match[2] == "0" else f"wrong: {match[1].strip() if match else 'no verdict'}"

    def in_dom0() -> None:
        result = dom0.try_run([IN_DOM0, "3", str(seconds + 8)], timeout=seconds + 60)
        verdicts["dom0"] = result.out.strip() if result.rc == 0 else f"wrong: {result.describe()}"

    threads = [threading.Thread(target=in_guest, args=(kind,)) for kind in ("pv", "pvh")] + [threading.Thread(target=in_dom0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in ("gate-pv", "gate-pvh"):
        dom0.wait_for(f"{name} is gone", lambda name=name: dom0.try_run(["xl", "domid", name]).rc != 0, 30)
    dom0.shell("rm -f /run/gate.cpio /run/gate-*.cfg")
    wrong = [f"{place}: {verdict}" for place, verdict in sorted(verdicts.items()) if not verdict.startswith("fpu_gate:")]
    if wrong or set(verdicts) != {"dom0", "pv", "pvh"}:
        raise BedFailure(f"the floating-point gate is closed, no result can be believed: {'; '.join(wrong) or verdicts}")
    return json.dumps(verdicts, sort_keys=True)
