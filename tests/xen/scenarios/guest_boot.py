# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests from kernel and ramdisk alone: one PV and one PVH guest reach their full system state with an X server, then go without a trace."""

KINDS = {"plain-pv": "pv", "plain-pvh": "pvh"}


def run(bed):
    for name, kind in KINDS.items():
        with bed.step(f"{name} is created as {kind}"):
            bed.create_by_xl(name, kind)

    for name, kind in KINDS.items():
        with bed.step(f"{name} is up with its X server"):
            up = bed.wait_guest_up(name)
            bed.note(f"{name}: up after {up[1]} s of its own time, {int(up[3]) // 1024} MB free")
            bed.require(up[2].lower() == kind, f"{name} says it is a {up[2]} guest", console=name)
            bed.require(up[4] == "yes", f"the X server of {name} does not answer", console=name)

    with bed.step("both are destroyed"):
        for name in KINDS:
            bed.destroy_by_xl(name)

    with bed.step("nothing is left of them"):
        bed.dom0.shell("rm -f /run/bed-*.cfg")
        bed.wait_for("xl list without them", lambda: not any(name in bed.dom0.run(["xl", "list"]).out for name in KINDS), 20)
        left = bed.cleanup_check(list(KINDS))
        bed.require(not left, f"left over: {'; '.join(left[:10])}", console="dom0")
