# SPDX-License-Identifier: GPL-2.0-or-later
"""Every relative link in the project's Markdown leads to a file that is there."""
import re
import sys

import tree

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def main() -> int:
    pages = tree.files(".md")
    problems = [f"{page}: {target} is not there" for page in pages
                for target in LINK.findall(page.read_text())
                if "://" not in target and not (page.parent / target).exists()]
    return tree.report(problems, len(pages))


sys.exit(main())
