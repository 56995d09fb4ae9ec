# SPDX-License-Identifier: GPL-2.0-or-later
"""What the bed takes from Debian: which versions there are, single package files, and whole trees by mmdebstrap.

All of it follows the package sources that this computer already has; none is named here.
"""
import os
import re
import subprocess
from pathlib import Path

from .errors import Unusable

RELEASE = "bookworm"


def as_root(argv: list[str]) -> list[str]:
    """The command as root, or as root of a user namespace of our own: enough to own files and to chroot."""
    if os.geteuid() == 0:
        return argv
    return ["unshare", "--map-root-user", "--map-auto", "--"] + argv


def candidates(packages: list[str]) -> dict[str, str]:
    """The version of each package that would be installed now."""
    output = subprocess.run(["apt-cache", "policy", *packages], capture_output=True, text=True, check=True,
                            env=dict(os.environ, LC_ALL="C")).stdout
    found: dict[str, str] = {}
    name = ""
    for line in output.splitlines():
        if line and not line.startswith(" "):
            name = line.rstrip(":")
        elif (match := re.match(r"  Candidate: (\S+)", line)) and match[1] != "(none)":
            found[name] = match[1]
    missing = [package for package in packages if package not in found]
    if missing:
        raise Unusable(f"the package sources do not know {', '.join(missing)}: apt-get update, on Debian 12 with main")
    return found


def kernel_package() -> str:
    """The package that the newest linux-image-amd64 stands for."""
    version = candidates(["linux-image-amd64"])["linux-image-amd64"]
    output = subprocess.run(["apt-cache", "show", f"linux-image-amd64={version}"], capture_output=True, text=True,
                            check=True).stdout
    match = re.search(r"^Depends: (linux-image-[^ ,]+)", output, re.MULTILINE)
    if not match:
        raise Unusable("linux-image-amd64 names no kernel: apt-get update")
    return match[1]


def fetch_and_unpack(package: str, folder: Path) -> None:
    """Unpacks the files of one package beneath `folder`, without installing anything."""
    folder.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", package], cwd=folder,
                            capture_output=True, text=True)
    archives = list(folder.glob("*.deb"))
    if result.returncode or len(archives) != 1:
        last = (result.stderr.strip().splitlines() or ["no file came"])[-1]
        raise Unusable(f"package {package} cannot be fetched ({last}): check the network and apt-get update")
    subprocess.run(["dpkg-deb", "-x", str(archives[0]), str(folder)], check=True)
    archives[0].unlink()


def _sources() -> str:
    """This computer's own sources of this release, as lines of a sources.list."""
    output = subprocess.run(["apt-get", "indextargets", "--format",
                             "$(ORIGIN)|$(CREATED_BY)|$(CODENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)"],
                            capture_output=True, text=True, check=True).stdout
    lines = []
    for row in output.splitlines():
        origin, kind, codename, uri, suite, component = row.split("|")
        if origin == "Debian" and kind == "Packages" and codename.split("-")[0] == RELEASE and component == "main":
            lines.append(f"deb {uri} {suite} {component}")
    if not lines:
        raise Unusable(f"no package source of Debian 12 ({RELEASE}, main) is set up here: add one and run apt-get update")
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _apt_options() -> list[str]:
    """Settings of this computer's apt that decide whether its sources can be read: proxies and time checks."""
    output = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    options = []
    for line in output.splitlines():
        if re.match(r"Acquire::(http|https)::Proxy |Acquire::(Check-Valid-Until|Check-Date|Retries) ", line):
            options.append(line.strip())
    return options


def make_tree(packages: list[str], path_excludes: list[str], archive: Path, log: Path) -> None:
    """Makes a Debian tree with these packages (no recommended ones) as a tar file."""
    argv = ["mmdebstrap", f"--mode={'root' if os.geteuid() == 0 else 'unshare'}", "--variant=essential",
            "--format=tar", f"--include={','.join(packages)}"]
    argv += [f"--aptopt={option}" for option in _apt_options()]
    argv += [f"--dpkgopt=path-exclude={pattern}" for pattern in path_excludes]
    argv += [RELEASE, "-", "-"]
    with open(archive, "wb") as out, open(log, "wb") as messages:
        result = subprocess.run(argv, input=_sources().encode(), stdout=out, stderr=messages)
    if result.returncode:
        last = [line for line in log.read_text(errors="replace").splitlines() if line.strip()][-1:]
        raise Unusable(f"mmdebstrap failed ({' '.join(last)}): see {log}")
