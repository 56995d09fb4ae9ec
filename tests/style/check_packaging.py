# SPDX-License-Identifier: GPL-2.0-or-later
"""systemd itself takes the accounts and the temporary files of packaging/: all of them, without a complaint."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import tree

# What reads a file, and what it is given. Each works on a tree of its own and changes nothing outside.
CHECKS = {
    "sysusers.d": ["systemd-sysusers"],
    "tmpfiles.d": ["systemd-tmpfiles", "--create"],
}


def accounts_of(text: str) -> list[str]:
    return [words[1] for line in text.splitlines() if (words := line.split()) and words[0] == "u"]


def main() -> int:
    problems, looked_at = [], 0
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "etc").mkdir()
        for kind, command in CHECKS.items():
            target = root / "usr" / "lib" / kind
            target.mkdir(parents=True)
            for path in tree.files(".conf"):
                if path.parent == pathlib.Path("packaging") / kind:
                    shutil.copy(path, target)
                    looked_at += 1
            run = subprocess.run([*command, f"--root={root}"], capture_output=True, text=True)
            said = [line for line in run.stderr.splitlines() if not line.startswith("Creating ")]
            problems += [f"packaging/{kind}: {line}" for line in said]
        made = (root / "etc" / "passwd").read_text()
        for path in (root / "usr" / "lib" / "sysusers.d").iterdir():
            problems += [f"packaging/sysusers.d/{path.name}: account {name} was not made"
                         for name in accounts_of(path.read_text()) if f"{name}:" not in made]
    return tree.report(problems, looked_at)


sys.exit(main())
