# SPDX-License-Identifier: GPL-2.0-or-later
"""The bed itself: Xen and dom0 run, the desktop stands, nothing reaches a network."""


def run(bed):
    with bed.step("dom0 answers as the privileged domain of Xen 4.17"):
        info = bed.dom0.run(["xl", "info"]).out
        bed.require("xen_version            : 4.17" in info, "Xen is not 4.17", console="dom0")
        bed.require("spec-ctrl=eager-fpu" in info, "Xen runs without spec-ctrl=eager-fpu: no result could be believed")
        bed.require("Domain-0" in bed.dom0.run(["xl", "list"]).out, "xl list does not show dom0", console="dom0")

    with bed.step("the C xenstored serves"):
        bed.dom0.run(["pgrep", "-f", "/usr/lib/xen-4.17/bin/xenstored"])
        bed.require(bed.dom0.run(["xenstore-read", "domid"]).out.strip() == "0", "xenstore does not know dom0", console="dom0")

    with bed.step("dom0 has no network"):
        links = bed.dom0.run(["ls", "/sys/class/net"]).lines
        bed.require(links == ["lo"], f"dom0 has network interfaces: {links}")

    with bed.step("the desktop is on the screen"):
        bed.xdotool("mousemove", "100", "100")
        size = bed.xdotool("getdisplaygeometry").out.split()
        picture = bed.screenshot("desktop")
        bed.require([str(picture.width), str(picture.height)] == size, f"the X server says {size}, the screen is {picture.width}x{picture.height}")
        background = picture.boxes((0x2E, 0x34, 0x40), tolerance=2)
        bed.require(background and background[0].pixels > picture.width * picture.height // 2, "the screen is blank, see screenshots/desktop.png")

    with bed.step("input reaches the desktop"):
        bed.xdotool("mousemove", "--sync", "321", "234")
        bed.require(bed.xdotool("getmouselocation").out.startswith("x:321 y:234"), "the pointer does not follow")
