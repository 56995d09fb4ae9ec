# SPDX-License-Identifier: GPL-2.0-or-later
"""What the person at the terminal sees: which step, how long so far."""
import sys
import time

_began = time.monotonic()


def elapsed() -> float:
    return time.monotonic() - _began


def say(message: str) -> None:
    print(f"[xen {elapsed():6.1f} s] {message}", flush=True)


def note(message: str) -> None:
    """On standard error: for what a caller that reads standard output does not want."""
    print(f"xen: {message}", file=sys.stderr, flush=True)
