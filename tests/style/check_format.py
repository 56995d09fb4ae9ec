# SPDX-License-Identifier: GPL-2.0-or-later
"""Every C++ file is as clang-format 14 writes it, and none is longer than 400 lines."""
import subprocess
import sys

import tree

MAX_LINES = 400


def main() -> int:
    sources = tree.files(".h", ".cc")
    problems = [f"{path}: {lines} lines; the limit is {MAX_LINES}: split it" for path in sources
                if (lines := len(path.read_text().splitlines())) > MAX_LINES]
    run = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *map(str, sources)],
                         capture_output=True, text=True)
    if run.returncode != 0:
        problems += [line for line in run.stderr.splitlines() if "error:" in line]
    return tree.report(problems, len(sources))


sys.exit(main())
