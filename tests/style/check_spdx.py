# SPDX-License-Identifier: GPL-2.0-or-later
"""Every source file says its licence in one SPDX line near its head."""
import sys

import tree

LINE = "SPDX-License-Identifier: GPL-2.0-or-later"


def main() -> int:
    sources = tree.files(".h", ".cc", ".py", ".sh")
    problems = [f"{path}: no line '{LINE}'" for path in sources
                if LINE not in "\n".join(path.read_text().splitlines()[:3])]
    return tree.report(problems, len(sources))


sys.exit(main())
