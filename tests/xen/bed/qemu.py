# SPDX-License-Identifier: GPL-2.0-or-later
"""The QEMU process: its command line and its end. It never outlives the bed.

Some settings decide whether results mean anything (tests/xen/README.md says how each was found): Xen runs with
`spec-ctrl=eager-fpu`; the processor has neither AVX nor what PVH guests stumble over; and nothing may stop a processor from outside
while a PVH guest runs, since QEMU 7.2 then delivers the guest's last interrupt a second time. Hence no VGA (looking at its memory
stops all processors), no cmpxchg16b (each use does), and a buffer for translated code that does not fill up (emptying it does).
"""
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from .errors import BedFailure
from .images import Images
from .qmp import Qmp

PROGRAM = "qemu-system-x86_64"
PROCESSOR = "max,-smap,-smep,-la57,-pku,-rdtscp,-avx,-avx2,-f16c,-fma,-vaes,-vpclmulqdq,-cx16"
XEN_OPTIONS = ("console=com1 com1=115200,8n1 dom0_mem={dom0},max:{dom0} dom0_max_vcpus=2 loglvl=warning guest_loglvl=warning "
               "noreboot spec-ctrl=eager-fpu")
LINUX_OPTIONS = "console=hvc0 quiet net.ifnames=0 systemd.show_status=0"
MEMORY_MIB = 3584
# Translated code; the 1024 of QEMU's own choice are full after a few guests, and 2047 is the most that it takes.
CODE_BUFFER_MIB = 2047
DOM0_MEMORY = "1024M"
PORT_NAME = "org.insula.bed.0"


def vnc_address(display: int | None) -> str | None:
    """Where QEMU shows the screen: never reachable from outside this computer."""
    return None if display is None else f"127.0.0.1:{display}"


def machine_arguments(images: Images) -> list[str]:
    """What the guest machine consists of; a saved machine can be restored only with the same."""
    return ["-machine", "q35", "-accel", f"tcg,thread=multi,tb-size={CODE_BUFFER_MIB}", "-cpu", PROCESSOR, "-smp", "2", "-m", str(MEMORY_MIB),
            "-no-reboot", "-nic", "none", "-rtc", "base=utc",
            # iommu_platform: else Linux gives the card addresses that are dom0's own, not the machine's, and the screen stays black.
            "-vga", "none", "-device", "virtio-gpu-pci,xres=1280,yres=800,iommu_platform=on",
            "-kernel", str(images.xen), "-append", XEN_OPTIONS.format(dom0=DOM0_MEMORY),
            "-initrd", f"{images.vmlinux} {LINUX_OPTIONS},{images.dom0_ramdisk}",
            "-device", "virtio-rng-pci", "-device", "virtio-serial-pci,id=serial0", "-device", "qemu-xhci,id=usb",
            "-device", "usb-tablet,bus=usb.0"]


def _die_with_parent() -> None:
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() == 1:
        os._exit(1)


class Qemu:
    """One running machine. Files that it needs only while it runs lie in a short-named temporary folder."""

    def __init__(self, images: Images, disk: Path, share: Path, logs: Path, limit_seconds: float,
                 incoming: Path | None = None, vnc: str | None = None):
        self.folder = Path(tempfile.mkdtemp(prefix="insula-bed-"))
        self.agent_socket = self.folder / "agent"
        self.console = logs / "xen-dom0-console.log"
        self.log = logs / "qemu.log"
        self._incoming = incoming
        argv = [PROGRAM, *machine_arguments(images),
                "-drive", f"file={disk},if=none,id=root,format=qcow2,cache=unsafe", "-device", "virtio-blk-pci,drive=root",
                "-drive", f"file={images.guest_ramdisk},if=none,id=ramdisk,format=raw,readonly=on",
                "-device", "virtio-blk-pci,drive=ramdisk",
                "-fsdev", f"local,id=share,path={share},security_model=none,multidevs=remap,readonly=on",
                "-device", "virtio-9p-pci,fsdev=share,mount_tag=share",
                "-chardev", f"socket,id=agent,path={self.agent_socket},server=on,wait=off",
                "-device", f"virtserialport,bus=serial0.0,chardev=agent,name={PORT_NAME}",
                "-serial", f"file:{self.console}", "-monitor", "none",
                "-qmp", f"unix:{self.folder / 'qmp'},server=on,wait=off",
                "-display", f"vnc={vnc}" if vnc else "none"]
        if incoming:
            argv += ["-incoming", "defer"]
        with open(self.log, "ab") as log:
            log.write((" ".join(argv) + "\n").encode())
            log.flush()
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, preexec_fn=_die_with_parent)
        self._limit = threading.Timer(limit_seconds, self.process.kill)
        self._limit.daemon = True
        self._limit.start()
        try:
            self.qmp = Qmp(self.folder / "qmp")
        except BaseException:
            self.end()
            raise

    def alive(self) -> bool:
        return self.process.poll() is None

    def why_dead(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[1:]
        return f"QEMU ended with {self.process.poll()}: {lines[-1] if lines else 'no message'}"

    def check_alive(self) -> None:
        if not self.alive():
            raise BedFailure(self.why_dead())

    def end(self) -> None:
        """May be called at any time and again."""
        self._limit.cancel()
        if self.alive():
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
