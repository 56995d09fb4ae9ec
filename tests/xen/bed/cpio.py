# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes cpio archives in the "newc" format, the one that Linux unpacks as its first file system.

Every entry belongs to root and has the time 0, so that the same files give the same archive.
"""
import os
import stat
from pathlib import Path
from typing import BinaryIO


class CpioWriter:
    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self._inode = 1
        self._folders: set[str] = set()

    def _entry(self, name: str, mode: int, data: bytes, device: tuple[int, int] = (0, 0)) -> None:
        encoded = name.encode() + b"\0"
        fields = [self._inode, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(encoded), 0]
        self._inode += 1
        header = b"070701" + b"".join(b"%08X" % field for field in fields)
        self._write_padded(header + encoded)
        self._write_padded(data)

    def _write_padded(self, data: bytes) -> None:
        self._stream.write(data + b"\0" * (-len(data) % 4))

    def folder(self, name: str, mode: int = 0o755) -> None:
        """Adds the folder and the ones above it; a second time does nothing."""
        name = name.strip("/")
        if not name or name in self._folders:
            return
        self.folder(os.path.dirname(name))
        self._folders.add(name)
        self._entry(name, stat.S_IFDIR | mode, b"")

    def file(self, name: str, data: bytes, mode: int = 0o644) -> None:
        self.folder(os.path.dirname(name))
        self._entry(name.strip("/"), stat.S_IFREG | mode, data)

    def link(self, name: str, target: str) -> None:
        self.folder(os.path.dirname(name))
        self._entry(name.strip("/"), stat.S_IFLNK | 0o777, target.encode())

    def device(self, name: str, mode: int, major: int, minor: int) -> None:
        self.folder(os.path.dirname(name))
        self._entry(name.strip("/"), stat.S_IFCHR | mode, b"", (major, minor))

    def tree(self, source: Path, below: str) -> None:
        """Adds everything beneath `source` as if it lay beneath `below`."""
        self.folder(below)
        for path in sorted(source.rglob("*")):
            name = f"{below}/{path.relative_to(source)}"
            if path.is_symlink():
                self.link(name, os.readlink(path))
            elif path.is_dir():
                self.folder(name, path.stat().st_mode & 0o7777)
            else:
                self.file(name, path.read_bytes(), path.stat().st_mode & 0o7777)

    def close(self) -> None:
        self._inode = 0
        self._entry("TRAILER!!!", 0, b"")
        position = self._stream.tell()
        self._stream.write(b"\0" * (-position % 512))
