# SPDX-License-Identifier: GPL-2.0-or-later
"""Keeps every PVH guest on the second processor, from before its first instruction.

QEMU 7.2 loses the state of hardware-assisted guests when two of them run on two emulated processors at the same time: of twelve
started together five died of a triple fault within seconds, of eight on one processor none (tests/xen/README.md). PV guests are
not affected. Test equipment: never part of a product image.
"""
import ctypes
import sys

PROCESSOR = 1
KINDS = ("pvh", "hvm")
XEN_VCPUAFFINITY_HARD = 1
MAX_VCPUS = 64
MAP_BYTES = 64

store = ctypes.CDLL("libxenstore.so.4")
control = ctypes.CDLL("libxenctrl.so.4.17")
store.xs_open.restype = ctypes.c_void_p
store.xs_watch.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
store.xs_read_watch.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint)]
store.xs_read_watch.restype = ctypes.c_void_p
store.xs_directory.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p, ctypes.POINTER(ctypes.c_uint)]
store.xs_directory.restype = ctypes.POINTER(ctypes.c_char_p)
store.xs_read.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p, ctypes.POINTER(ctypes.c_uint)]
store.xs_read.restype = ctypes.c_void_p
control.xc_interface_open.restype = ctypes.c_void_p
control.xc_interface_open.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint]
control.xc_vcpu_setaffinity.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint32]
libc = ctypes.CDLL(None)
libc.free.argtypes = [ctypes.c_void_p]


def read(connection: int, path: str) -> str:
    length = ctypes.c_uint()
    found = store.xs_read(connection, 0, path.encode(), ctypes.byref(length))
    if not found:
        return ""
    text = ctypes.string_at(found, length.value).decode(errors="replace")
    libc.free(found)
    return text


def domains(connection: int) -> list[int]:
    count = ctypes.c_uint()
    found = store.xs_directory(connection, 0, b"/libxl", ctypes.byref(count))
    if not found:
        return []
    names = [found[index] for index in range(count.value)]
    libc.free(ctypes.cast(found, ctypes.c_void_p))
    return [int(name) for name in names if name and name.isdigit()]


def pin(xen: int, domain: int) -> None:
    for vcpu in range(MAX_VCPUS):
        hard = ctypes.create_string_buffer(bytes([1 << PROCESSOR]) + bytes(MAP_BYTES - 1), MAP_BYTES)
        soft = ctypes.create_string_buffer(b"\xff" * MAP_BYTES, MAP_BYTES)
        if control.xc_vcpu_setaffinity(xen, domain, vcpu, hard, soft, XEN_VCPUAFFINITY_HARD):
            return  # no such processor, or no such domain any more


def main() -> None:
    connection = store.xs_open(0)
    xen = control.xc_interface_open(None, None, 0)
    if not connection or not xen or not store.xs_watch(connection, b"@introduceDomain", b"new"):
        sys.exit("no connection to Xen")
    known: set[int] = set()
    while True:
        libc.free(store.xs_read_watch(connection, ctypes.byref(ctypes.c_uint())))
        living = set(domains(connection))
        for domain in living - known:
            if read(connection, f"/libxl/{domain}/type") in KINDS:
                pin(xen, domain)
        known = living


if __name__ == "__main__":
    main()
