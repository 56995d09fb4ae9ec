# SPDX-License-Identifier: GPL-2.0-or-later
"""What is left of domains that should be gone: in Xen, in xenstore, in the grant tables, among processes, units and files."""
import re

from .dom0 import Dom0

FOLDERS = ["/run/insula", "/run/xen", "/var/lib/xen", "/var/lib/insula"]
# libxl's own memory of which domain ids were used lately
HARMLESS = re.compile(r"/run/xen/domid-history")


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_.-]){re.escape(name)}(?![A-Za-z0-9_-])")


def running_ids(dom0: Dom0) -> dict[int, str]:
    """Ids and names that Xen knows; a domain that is dead but still referenced is `(null)`."""
    domains: dict[int, str] = {}
    for line in dom0.run(["xl", "list"]).lines[1:]:
        if match := re.match(r"(.+?)\s+(\d+)\s+\d+\s+\d+\s", line):
            domains[int(match[2])] = match[1]
    return domains


def find(dom0: Dom0, names: list[str], definitions_too: bool = True) -> list[str]:
    """One line per remnant; an empty list when nothing of these domains is left. With `definitions_too` false the files beneath
    /var/lib/insula, which a stopped domain keeps, are not looked at."""
    left: list[str] = []
    words = [_word(name) for name in names]

    def named(text: str) -> bool:
        return any(word.search(text) for word in words)

    domains = running_ids(dom0)
    for identity, name in domains.items():
        if name in names or name == "(null)":
            left.append(f"xl list: {name} ({identity})")
    living = set(domains)

    for line in dom0.run(["xenstore-ls", "-f"], timeout=60).lines:
        path = line.split(" = ")[0]
        identity = re.match(r"/(?:local/domain|libxl)/(\d+)(?:/|$)", path)
        behind = re.match(r"/local/domain/\d+/backend/[^/]+/(\d+)(?:/|$)", path)
        if any(match and int(match[1]) not in living for match in (identity, behind)) or named(line):
            left.append(f"xenstore: {line}")

    before = len(dom0.run(["xl", "dmesg"]).out)
    dom0.run(["xl", "debug-keys", "g"])
    table = dom0.run(["xl", "dmesg"]).out
    owner = 0
    for line in table[before if len(table) > before else 0:].splitlines():
        if match := re.search(r"grant-table for remote d(?:om)?(\d+)", line):
            owner = int(match[1])
        elif match := re.search(r"\[\s*0?x?[0-9a-f]+\]\s+d?(\d+)\s", line):
            for identity in {owner, int(match[1])}:
                if identity not in living and identity < 0x7FF0:
                    left.append(f"grant table: {line.strip()} (domain {identity})")

    for line in dom0.run(["ps", "-eo", "pid=,args="]).lines:
        pid, _, args = line.strip().partition(" ")
        if named(args):
            left.append(f"process: {pid} {args}")

    units = dom0.run(["systemctl", "list-units", "--all", "--plain", "--no-legend", "insula*@*", "insula*-*.scope"]).lines
    left += [f"unit: {' '.join(line.split())}" for line in units if named(line)]

    for folder in FOLDERS if definitions_too else FOLDERS[:-1]:
        for path in dom0.shell(f"find {folder} 2>/dev/null; true").lines:
            if HARMLESS.match(path):
                continue
            data = re.search(r"/userdata-[^.]+\.(\d+)\.", path)
            if named(path) or (data and int(data[1]) not in living):
                left.append(f"file: {path}")
    return left
