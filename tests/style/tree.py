# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of the checkout, as git knows them: tracked, and new ones that it does not ignore."""
import pathlib
import subprocess


def files(*suffixes: str) -> list[pathlib.Path]:
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        check=True, capture_output=True).stdout.decode().split("\0")
    found = [pathlib.Path(name) for name in listed if name and name.endswith(suffixes)]
    return sorted(path for path in found if path.is_file())


def report(problems: list[str], looked_at: int) -> int:
    """Prints the problems; a check that looked at nothing has not passed."""
    for problem in problems:
        print(problem)
    print(f"{looked_at} looked at, {len(problems)} problems")
    return 1 if problems or looked_at == 0 else 0
