# SPDX-License-Identifier: GPL-2.0-or-later
"""Screenshots as pixels: reading QEMU's PPM, writing PNG, finding areas of a colour. No picture library is needed."""
import re
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Box:
    """A connected area of one colour: the rectangle around it and how many of its pixels have the colour."""

    left: int
    top: int
    right: int  # exclusive
    bottom: int  # exclusive
    # Not what makes two boxes equal: the pointer may lie over one of them.
    pixels: int = field(compare=False)

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[int, int]:
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    def contains(self, other: "Box") -> bool:
        return self.left <= other.left and self.top <= other.top and other.right <= self.right and other.bottom <= self.bottom


class Picture:
    def __init__(self, width: int, height: int, rgb: bytes, path: Path | None = None):
        assert len(rgb) == width * height * 3
        self.width, self.height, self.rgb, self.path = width, height, rgb, path

    @classmethod
    def from_ppm(cls, data: bytes, path: Path | None = None) -> "Picture":
        match = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
        if not match:
            raise ValueError("not a binary PPM of 8 bits per channel")
        width, height = int(match[1]), int(match[2])
        return cls(width, height, data[match.end():match.end() + width * height * 3], path)

    def write_png(self, path: Path) -> None:
        def chunk(kind: bytes, body: bytes) -> bytes:
            return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

        stride = self.width * 3
        rows = b"".join(b"\0" + self.rgb[at:at + stride] for at in range(0, len(self.rgb), stride))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b""))

    def pixel(self, x: int, y: int) -> Colour:
        at = (y * self.width + x) * 3
        return self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]

    def _mask(self, colour: Colour, tolerance: int) -> bytes:
        """One byte per pixel: 1 where each channel is within the tolerance of the colour."""
        mask = -1
        for channel in range(3):
            near = bytes(1 if abs(value - colour[channel]) <= tolerance else 0 for value in range(256))
            mask &= int.from_bytes(self.rgb[channel::3].translate(near), "big")
        return mask.to_bytes(self.width * self.height, "big")

    def count(self, colour: Colour, tolerance: int = 0) -> int:
        return self._mask(colour, tolerance).count(1)

    def share(self, colour: Colour, box: Box, tolerance: int = 0) -> float:
        """Which part of the rectangle has the colour, 0 to 1."""
        mask = self._mask(colour, tolerance)
        found = sum(mask[y * self.width + box.left:y * self.width + box.right].count(1) for y in range(box.top, box.bottom))
        return found / max(1, box.width * box.height)

    def boxes(self, colour: Colour, tolerance: int = 0, least_pixels: int = 1) -> list[Box]:
        """All connected areas (sides and corners connect) of the colour, the largest first."""
        mask = self._mask(colour, tolerance)
        areas: list[list[int]] = []  # left, top, right, bottom, pixels
        parent: list[int] = []

        def root(area: int) -> int:
            while parent[area] != area:
                parent[area] = parent[parent[area]]
                area = parent[area]
            return area

        above: list[tuple[int, int, int]] = []
        for y in range(self.height):
            row: list[tuple[int, int, int]] = []
            for match in re.finditer(rb"\x01+", mask[y * self.width:(y + 1) * self.width]):
                left, right = match.span()
                area = len(areas)
                areas.append([left, y, right, y + 1, right - left])
                parent.append(area)
                for other_left, other_right, other in above:
                    if other_left <= right and left <= other_right:
                        mine, theirs = root(area), root(other)
                        if mine != theirs:
                            a, b = areas[theirs], areas[mine]
                            areas[theirs] = [min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]), a[4] + b[4]]
                            parent[mine] = theirs
                row.append((left, right, area))
            above = row
        found = [Box(*areas[area]) for area in range(len(areas)) if parent[area] == area and areas[area][4] >= least_pixels]
        return sorted(found, key=lambda box: -box.pixels)

    def colours(self) -> int:
        """How many different colours there are."""
        return len(set(zip(self.rgb[0::3], self.rgb[1::3], self.rgb[2::3])))
