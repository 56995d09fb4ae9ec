# SPDX-License-Identifier: GPL-2.0-or-later
"""The nested Xen test bed: images, the machine in QEMU, its dom0, scenarios and their results."""
