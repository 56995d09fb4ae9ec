# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong, by who has to act on it."""


class Unusable(Exception):
    """This computer cannot run the bed: the message says in one line what is missing and how to get it. Exit code 2."""


class BedFailure(Exception):
    """The bed itself or the machine in it failed (QEMU ended, dom0 does not answer)."""


class ScenarioFailure(Exception):
    """A scenario found the product wrong. `console` names the console whose last lines tell more."""

    def __init__(self, reason: str, console: str | None = None):
        super().__init__(reason)
        self.console = console
