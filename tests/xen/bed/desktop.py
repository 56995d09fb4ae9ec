# SPDX-License-Identifier: GPL-2.0-or-later
"""The person's desktop as they see it: frames by the colour of their label, found and judged on the screen's pixels, never by
asking the programs under test."""
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from .errors import ScenarioFailure
from .picture import Box, Colour, Picture

if TYPE_CHECKING:
    from .scenario import Bed

# The frame as the GUI daemon draws it (gui-daemon/frame/geometry.h), in pixels.
BORDER = 4
TITLE_BAR = 22
# Smaller areas of a label's colour are not a frame: a letter in a title, a part of a picture.
LEAST_PIXELS = 1000


@dataclass(frozen=True)
class Label:
    name: str
    colour: Colour


RED = Label("red", (0xCC, 0x00, 0x00))
GREEN = Label("green", (0x3A, 0x9D, 0x23))
BLUE = Label("blue", (0x2A, 0x66, 0xC8))


class Desktop:
    def __init__(self, bed: "Bed"):
        self._bed = bed

    def frame_in(self, picture: Picture, label: Label) -> Box | None:
        """The largest frame of this label on a picture, None where there is none."""
        found = picture.boxes(label.colour, least_pixels=LEAST_PIXELS)
        return found[0] if found else None

    def frame(self, label: Label, name: str = "now") -> Box | None:
        """The same on the screen as it is now, kept as screenshots/NAME.png."""
        return self.frame_in(self._bed.screenshot(name), label)

    def wait_frame(self, label: Label, timeout: float) -> Box:
        picture = self._bed.wait_screen(f"a frame in {label.name}", lambda seen: self.frame_in(seen, label), timeout)
        frame = self.frame_in(picture, label)
        assert frame
        return frame

    def wait_gone(self, label: Label, timeout: float) -> None:
        self._bed.wait_screen(f"no frame in {label.name}", lambda seen: not self.frame_in(seen, label), timeout, "gone")

    def _existing(self, label: Label) -> Box:
        frame = self.frame(label)
        if not frame:
            raise ScenarioFailure(f"there is no frame in {label.name} (see screenshots/now.png)")
        return frame

    def focus(self, label: Label) -> None:
        """A click into the middle of the window, as a person gives it the focus."""
        x, y = self._existing(label).centre
        self._bed.click(x, y)
        time.sleep(0.5)  # under emulation the window manager needs a moment between a click and a key

    def close(self, label: Label) -> None:
        """A click on the button at the right end of the title bar."""
        frame = self._existing(label)
        self._bed.click(frame.right - TITLE_BAR // 2, frame.top + TITLE_BAR // 2)

    def drag_to(self, label: Label, x: int, y: int) -> None:
        """Moves a window by its title bar so that its upper left corner is at this place."""
        frame = self._existing(label)
        grip_x, grip_y = frame.left + frame.width // 3, frame.top + TITLE_BAR // 2
        self._bed.xdotool("mousemove", "--sync", str(grip_x), str(grip_y), "mousedown", "1",
                          "mousemove", "--sync", str((grip_x + x) // 2), str((grip_y + y) // 2),
                          "mousemove", "--sync", str(grip_x + x - frame.left), str(grip_y + y - frame.top), "mouseup", "1")

    def require_whole_frame(self, picture: Picture, label: Label) -> None:
        """All four sides have the label's colour; the title bar has, but for its text and its button."""
        frame = self.frame_in(picture, label)
        if not frame:
            raise ScenarioFailure(f"there is no frame in {label.name} on the picture")
        sides = {"left": Box(frame.left, frame.top, frame.left + BORDER, frame.bottom, 0),
                 "right": Box(frame.right - BORDER, frame.top, frame.right, frame.bottom, 0),
                 "bottom": Box(frame.left, frame.bottom - BORDER, frame.right, frame.bottom, 0)}
        for name, side in sides.items():
            share = picture.share(label.colour, side)
            if share < 1:
                raise ScenarioFailure(f"the {name} side of the {label.name} frame has its colour on {share:.0%} of its pixels only")
        title = Box(frame.left, frame.top, frame.right, frame.top + TITLE_BAR, 0)
        share = picture.share(label.colour, title)
        if not 0.5 < share < 1:
            raise ScenarioFailure(f"the title bar of the {label.name} frame has its colour on {share:.0%} of its pixels: text or ground is missing")

    def require_gone_within(self, label: Label, seconds: float, act: Callable[[], object]) -> None:
        """Does something and looks whether no frame of the label is left so many seconds after it began."""
        began = time.monotonic()
        act()
        while self.frame(label, "gone"):
            if time.monotonic() - began > seconds:
                raise ScenarioFailure(f"a frame in {label.name} is still there after {seconds:.0f} s (see screenshots/gone.png)")
