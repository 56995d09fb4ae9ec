# SPDX-License-Identifier: GPL-2.0-or-later
"""Units of daemons are hardened: rights that nobody may take are closed in each of them. Where one
must stay open, the line says so with another value and the line above it gives the reason."""
import pathlib
import sys

import tree

REQUIRED = ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes",
            "SystemCallArchitectures=native", "LockPersonality=yes", "PrivateNetwork=yes",
            "UMask=0077")


def granted_or_explained(lines: list[str], wanted: str) -> bool:
    key = wanted.split("=")[0] + "="
    return any(line == wanted or (line.startswith(key) and above.startswith("# "))
               for above, line in zip([""] + lines, lines))


def main() -> int:
    units = [path for path in tree.files(".service")
             if path.parent == pathlib.Path("packaging/systemd")
             and "Type=oneshot" not in path.read_text()]
    problems = [f"{path}: lacks {line}, or another value with its reason above it"
                for path in units for line in REQUIRED
                if not granted_or_explained(path.read_text().splitlines(), line)]
    return tree.report(problems, len(units))


sys.exit(main())
