# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may include whom (the table in proto/README.md), and which folder may see which C library."""
import pathlib
import re
import sys

import tree

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)

# A folder of proto/ and what of proto/ it may use besides itself.
PROTO = {
    "base": set(),
    "wire": {"base"},
    "gui": {"base", "wire"},
    "exec": {"base", "wire"},
    "worker": {"base", "wire"},
    "service": {"base", "wire"},
    "event": {"base"},
    "transport": {"base", "event"},
    "relay": {"base", "event"},
}
PROGRAMS = ("dom0/manager", "dom0/xl-worker", "dom0/local-worker", "dom0/exec-daemon", "dom0/cli", "gui-daemon",
            "guest-agent/window-agent", "guest-agent/exec-agent")
# A folder that programs share, and who may include it besides itself.
SHARED = {"dom0/worker/": ("dom0/xl-worker/", "dom0/local-worker/", "tests/unit/dom0/")}
# Headers of C libraries and the one place that may include them.
ADAPTERS = {
    r"libxl.*\.h|xentoollog\.h": ("dom0/xl-worker", "proto/transport/xen", "tests/fakes"),
    r"libxenvchan\.h|xengnttab\.h|xenstore\.h|xenevtchn\.h": ("proto/transport/xen", "tests/fakes"),
    r"X11/.*": ("gui-daemon/x11", "guest-agent/window-agent", "tests/x11"),
}
# Deciders: pure folders that see neither loop nor stream nor a C library of the outside.
PURE = ("gui-daemon/session", "gui-daemon/frame", "proto/wire", "proto/gui", "proto/exec",
        "proto/worker", "proto/service")


def program_of(path: str) -> str | None:
    return next((program for program in PROGRAMS if path.startswith(program + "/")), None)


def problems_of(path: pathlib.Path) -> list[str]:
    name, found = path.as_posix(), []
    for ours, system in INCLUDE.findall(path.read_text()):
        header = ours or system
        if name.startswith("proto/") and header.startswith("proto/"):
            folder, used = name.split("/")[1], header.split("/")[1]
            if used != folder and used not in PROTO.get(folder, set()):
                found.append(f"{name}: proto/{folder} may not include {header}")
        if (mine := program_of(name)) and (other := program_of(header)) and mine != other:
            found.append(f"{name}: a program never includes another program's {header}")
        if name.startswith("proto/") and program_of(header):
            found.append(f"{name}: proto/ never includes a program's {header}")
        for folder, sharers in SHARED.items():
            if header.startswith(folder) and not name.startswith((folder, *sharers)):
                found.append(f"{name}: {folder} belongs to {' and '.join(sharers)}")
        for pattern, allowed in ADAPTERS.items():
            if system and re.fullmatch(pattern, system) and not name.startswith(allowed):
                found.append(f"{name}: <{system}> belongs to {' or '.join(allowed)}")
        if name.startswith(PURE) and re.match(r"proto/(event|transport/transport)|systemd/|X11/",
                                              header):
            found.append(f"{name}: a pure folder includes {header}")
    return found


def main() -> int:
    sources = tree.files(".h", ".cc")
    return tree.report([line for path in sources for line in problems_of(path)], len(sources))


sys.exit(main())
