# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person types wrong is answered with what, why and what next, exit code 1 or 2, and changes nothing."""

ONE = ["create", "one", "--label", "blue"]
# Words of the command line, exit code, what the one line on standard error must contain.
REFUSED = [
    (["start", "nobody"], 1, ["nobody"]),
    (["stop", "nobody"], 1, ["nobody"]),
    (["kill", "nobody"], 1, ["nobody"]),
    (["remove", "nobody"], 1, ["nobody"]),
    (["run", "nobody", "true"], 1, ["nobody"]),
    (ONE, 1, ["one", "exists"]),
    (["create", "two", "--label", "pink"], 1, ["pink", "red, orange"]),
    (["create", "two", "--label", "red", "--type", "hvm"], 1, ["hvm", "pv"]),
    (["create", "two", "--label", "red", "--memory", "1"], 1, ["memory", "64"]),
    (["stop", "one"], 1, ["one", "off"]),
    (["kill", "one"], 1, ["one", "off"]),
    (["create", "dom0", "--label", "red"], 1, ["dom0", "control domain"]),
    (["create", "", "--label", "red"], 1, ["name", "31"]),
    (["create", "1abc", "--label", "red"], 1, ["letter"]),
    (["create", "a/../b", "--label", "red"], 1, ["letters, digits"]),
    (["create", "a" * 32, "--label", "red"], 1, ["31"]),
    (["create", "two"], 2, ["--label"]),
    (["sing", "one"], 2, ["sing"]),
    (["start"], 2, ["NAME"]),
]


def state(bed):
    return bed.insula("list", "--json").out, bed.dom0.shell("cd /var/lib/insula && find domains | sort && cat domains/*").out


def refuse(bed, words, code, parts):
    result = bed.try_insula(*words)
    said = result.err.strip()
    bed.require(result.rc == code, f"`insula {' '.join(words)}` ends with {result.rc}, not {code}: {said}")
    bed.require(said.startswith("insula: ") and "\n" not in said, f"`insula {' '.join(words)}` does not say one line: {said!r}")
    for part in parts:
        bed.require(part in said, f"`insula {' '.join(words)}` does not name {part!r}: {said!r}")
    bed.note(said)


def run(bed):
    with bed.step("a domain that is right, of the longest name there may be"):
        bed.insula(*ONE)
        bed.insula("create", "a" * 31, "--label", "red")
        bed.insula("remove", "a" * 31)

    with bed.step("everything else is refused and changes nothing"):
        before = state(bed)
        for words, code, parts in REFUSED:
            refuse(bed, words, code, parts)
        bed.require(state(bed) == before, "a refused command has changed something")

    with bed.step("a start of what runs"):
        bed.insula("start", "one", timeout=60)
        before = state(bed)
        refuse(bed, ["start", "one"], 1, ["one", "running"])
        refuse(bed, ["remove", "one"], 1, ["one", "running", "stop"])
        bed.require(state(bed) == before, "a refused command has changed something")
        bed.insula("kill", "one", timeout=30)

    with bed.step("a person outside the group may not call"):
        bed.dom0.run(["useradd", "--no-create-home", "stranger"])
        result = bed.dom0.try_run(["insula", "list"], user="stranger")
        bed.require(result.rc == 1 and "group insula" in result.err, f"a stranger is answered: {result.describe()}")
        bed.dom0.run(["userdel", "stranger"])
        bed.insula("remove", "one")
