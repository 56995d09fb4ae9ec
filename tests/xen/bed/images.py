# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes and keeps the images: the kernel and Xen, dom0's disk, the guests' ramdisk.

Each lies in the cache under a hash over everything that goes in: the recipe, this file, the versions of the packages. An image
is made in a folder of its own and renamed into place when it is whole; an image whose hash is no longer wanted is removed.
"""
import fcntl
import gzip
import hashlib
import lzma
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

from . import debian, paths
from .cpio import CpioWriter
from .errors import Unusable
from .progress import say

XEN_PACKAGE = "xen-hypervisor-4.17-amd64"
BUSYBOX = Path("/usr/bin/busybox")
DOM0_RAMDISK_MODULES = ["virtio_pci", "virtio_blk", "crc32c_generic", "ext4"]
MODULE_OPTIONS = {"xen-gntalloc": "limit=65536"}


@dataclass(frozen=True)
class Images:
    vmlinux: Path  # the unpacked kernel of dom0 and of the guests
    xen: Path  # the hypervisor
    dom0_ramdisk: Path
    dom0_disk: Path
    guest_ramdisk: Path
    fingerprint: str  # changes when any of them does


def read_list(path: Path) -> list[str]:
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def hash_tree(*roots: Path) -> str:
    digest = hashlib.sha256()
    for root in roots:
        files = sorted(root.rglob("*")) if root.is_dir() else [root]
        for path in files:
            if "__pycache__" in path.parts or path.is_dir():
                continue
            digest.update(f"{path.relative_to(root.parent)}\0{path.lstat().st_mode}\0".encode())
            digest.update(os.readlink(path).encode() if path.is_symlink() else path.read_bytes())
            digest.update(b"\0")
    return digest.hexdigest()


def fingerprint(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


@contextmanager
def cache_lock() -> Iterator[None]:
    """Two runs in one source tree do not make the same image twice."""
    paths.CACHE.mkdir(parents=True, exist_ok=True)
    with open(paths.CACHE / "lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is working on the images: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def cached(kind: str, key: str, make: Callable[[Path], None]) -> Path:
    """The folder KIND-KEY in the cache, made by `make` in a temporary folder if it is not there."""
    folder = paths.CACHE / f"{kind}-{key}"
    if not folder.exists():
        for leftover in paths.CACHE.glob(f"making-{kind}-*"):
            remove_tree(leftover)
        making = paths.CACHE / f"making-{kind}-{os.getpid()}"
        making.mkdir()
        try:
            make(making)
            making.rename(folder)
        except BaseException:
            remove_tree(making)
            raise
    for old in paths.CACHE.glob(f"{kind}-*"):
        if old != folder:
            remove_tree(old)
    return folder


def remove_tree(folder: Path) -> None:
    """Files in a half-made tree may belong to the user namespace."""
    subprocess.run(debian.as_root(["rm", "-rf", str(folder)]), check=False)
    shutil.rmtree(folder, ignore_errors=True)


def unpack_vmlinux(image: bytes) -> bytes:
    """The ELF kernel inside a bzImage: giving Xen the unpacked one saves seconds of emulated unpacking per boot."""
    start = image.find(b"\xfd7zXZ\x00")
    if start < 0:
        raise Unusable("the kernel image is not packed with XZ: linux-image-amd64 of Debian 12 is needed")
    kernel = lzma.LZMADecompressor(format=lzma.FORMAT_XZ).decompress(image[start:])
    if kernel[:4] != b"\x7fELF":
        raise Unusable("the kernel image holds no ELF file: linux-image-amd64 of Debian 12 is needed")
    return kernel


def modules_in_order(root: Path, version: str, names: list[str]) -> list[Path]:
    """The files of the named modules and of what they depend on, each after its dependencies. Built-in ones have no file."""
    ordered: dict[Path, None] = {}
    for name in names:
        result = subprocess.run(["/sbin/modprobe", "-d", str(root), "-S", version, "--show-depends", name],
                                capture_output=True, text=True)
        if result.returncode:
            raise Unusable(f"kernel {version} has no module {name}: {result.stderr.strip()}")
        for line in result.stdout.splitlines():
            if line.startswith("insmod "):
                ordered[Path(line.split()[1])] = None
    return list(ordered)


def write_ramdisk(out: Path, init: Path, root: Path, version: str, modules: list[str], folders: list[str],
                  files: dict[str, Path]) -> None:
    """Static busybox, an init script, modules with the order they load in, and further files."""
    with open(out, "wb") as stream:
        archive = CpioWriter(stream)
        for folder in ["bin", "proc", "sys", "dev", "modules", *folders]:
            archive.folder(folder)
        archive.device("dev/console", 0o600, 5, 1)
        archive.device("dev/null", 0o666, 1, 3)
        archive.file("bin/busybox", BUSYBOX.read_bytes(), 0o755)
        archive.file("init", init.read_bytes(), 0o755)
        order = []
        for path in modules_in_order(root, version, modules):
            archive.file(f"modules/{path.name}", path.read_bytes())
            option = MODULE_OPTIONS.get(path.stem, "")
            order.append(f"{path.name} {option}".strip())
        archive.file("module-order", ("\n".join(order) + "\n").encode())
        for name, path in files.items():
            archive.file(name, path.read_bytes())
        archive.close()


def make_kernel(package: str, folder: Path) -> None:
    say(f"making: kernel ({package}) and Xen")
    unpacked = folder / "unpacked"
    debian.fetch_and_unpack(package, unpacked / "kernel")
    debian.fetch_and_unpack(XEN_PACKAGE, unpacked / "xen")
    version = package.removeprefix("linux-image-")
    image = unpacked / "kernel" / "boot" / f"vmlinuz-{version}"
    (folder / "vmlinux").write_bytes(unpack_vmlinux(image.read_bytes()))
    packed = next((unpacked / "xen" / "boot").glob("xen-4.17*.gz"))
    (folder / "xen.elf").write_bytes(gzip.decompress(packed.read_bytes()))
    (folder / "version").write_text(version)
    everything = unpacked / "kernel"
    subprocess.run(["/sbin/depmod", "-b", str(everything), version], check=True)
    for kind in ("dom0", "guest"):
        keep = read_list(paths.RECIPES / kind / "modules")
        base = folder / f"{kind}-modules"
        for path in modules_in_order(everything, version, keep):
            target = base / path.relative_to(everything)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        for name in ("modules.builtin", "modules.order", "modules.builtin.modinfo"):
            shutil.copyfile(everything / "lib" / "modules" / version / name, base / "lib" / "modules" / version / name)
        subprocess.run(["/sbin/depmod", "-b", str(base), version], check=True)
    write_ramdisk(folder / "dom0-ramdisk.cpio", paths.RECIPES / "dom0" / "init", everything, version,
                  DOM0_RAMDISK_MODULES, ["new"], {})
    shutil.rmtree(unpacked)


def make_tree_image(kind: str, kernel: Path, folder: Path) -> None:
    recipe = paths.RECIPES / kind
    archive = folder / "tree.tar"
    debian.make_tree(read_list(recipe / "packages"), read_list(paths.RECIPES / "path-excludes"), archive,
                     paths.CACHE / f"{kind}-build.log")
    out = folder / {"dom0": "dom0.img", "guest": "root.squashfs"}[kind]
    result = subprocess.run(debian.as_root([str(paths.RECIPES / "assemble"), kind, str(archive), str(recipe),
                                            str(kernel / f"{kind}-modules"), str(kernel / "vmlinux"), str(out)]), capture_output=True, text=True)
    if result.returncode:
        raise Unusable(f"the {kind} image cannot be made: {result.stderr.strip().splitlines()[-1:]}")
    archive.unlink()


def make_dom0(kernel: Path, folder: Path) -> None:
    say("making: dom0 image")
    make_tree_image("dom0", kernel, folder)


def make_guest(kernel: Path, folder: Path) -> None:
    say("making: guest image")
    make_tree_image("guest", kernel, folder)
    recipe = paths.RECIPES / "guest"
    write_ramdisk(folder / "ramdisk.cpio", recipe / "init", kernel / "guest-modules", (kernel / "version").read_text(),
                  read_list(recipe / "modules"), ["base", "layer", "new"], {"root.squashfs": folder / "root.squashfs"})
    (folder / "root.squashfs").unlink()


def provide() -> Images:
    """The images, from the cache or made now."""
    kernel_package = debian.kernel_package()
    packages = {kind: read_list(paths.RECIPES / kind / "packages") for kind in ("dom0", "guest")}
    versions = debian.candidates(sorted({kernel_package, XEN_PACKAGE, *packages["dom0"], *packages["guest"]}))
    rules = hash_tree(Path(__file__), Path(debian.__file__), paths.BED / "bed" / "cpio.py",
                      paths.RECIPES / "path-excludes", paths.RECIPES / "assemble")

    def key(kind: str, *more: object) -> str:
        return fingerprint(rules, hash_tree(paths.RECIPES / kind), *(versions[name] for name in packages[kind]), *more)

    with cache_lock():
        kernel_key = fingerprint(rules, versions[kernel_package], kernel_package, versions[XEN_PACKAGE], BUSYBOX.stat().st_size,
                                 *((paths.RECIPES / kind / "modules").read_text() for kind in packages),
                                 (paths.RECIPES / "dom0" / "init").read_text())
        kernel = cached("kernel", kernel_key, lambda folder: make_kernel(kernel_package, folder))
        dom0 = cached("dom0", key("dom0", kernel_key), lambda folder: make_dom0(kernel, folder))
        guest = cached("guest", key("guest", kernel_key), lambda folder: make_guest(kernel, folder))
    return Images(kernel / "vmlinux", kernel / "xen.elf", kernel / "dom0-ramdisk.cpio", dom0 / "dom0.img",
                  guest / "ramdisk.cpio", fingerprint(kernel.name, dom0.name, guest.name))
