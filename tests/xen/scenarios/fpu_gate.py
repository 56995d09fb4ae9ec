# SPDX-License-Identifier: GPL-2.0-or-later
"""SSE registers survive in dom0, in a PV and in a PVH guest at the same time: what every other result rests on."""
from bed import fpu_gate
from bed.machine import describe_gate


def run(bed):
    with bed.step("the gate in three places at once"):
        bed.note(describe_gate(fpu_gate.run(bed.dom0, bed.machine.images, bed.bundle)))
