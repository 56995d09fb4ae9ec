# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run leaves behind: per scenario a bundle of logs and a verdict, for all of them one JUnit file."""
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path


def escape(text: str) -> str:
    """Text of a console without anything that a terminal or XML would act on."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else f"\\x{ord(letter):02x}" for letter in text)


def last_lines(text: str, count: int = 20) -> list[str]:
    lines = [line.rstrip("\r") for line in text.split("\n")]
    return [escape(line) for line in lines if line.strip()][-count:]


@dataclass
class Outcome:
    scenario: str
    verdict: str = "passed"  # passed, failed, skipped
    reason: str = ""
    seconds: float = 0
    steps: list[tuple[str, float]] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def element(self) -> ElementTree.Element:
        case = ElementTree.Element("testcase", classname="xen", name=self.scenario, time=f"{self.seconds:.3f}")
        if self.verdict == "failed":
            failure = ElementTree.SubElement(case, "failure", message=escape(self.reason))
            failure.text = "\n".join(self.console)
        elif self.verdict == "skipped":
            ElementTree.SubElement(case, "skipped", message=escape(self.reason))
        output = ElementTree.SubElement(case, "system-out")
        output.text = "".join(f"{seconds:8.1f} s  {escape(name)}\n" for name, seconds in self.steps)
        return case


def count(outcomes: list[Outcome], verdict: str) -> int:
    return sum(outcome.verdict == verdict for outcome in outcomes)


def write_junit(outcomes: list[Outcome], path: Path) -> None:
    suite = ElementTree.Element("testsuite", name="xen", tests=str(len(outcomes)), failures=str(count(outcomes, "failed")), errors="0",
                                skipped=str(count(outcomes, "skipped")), time=f"{sum(outcome.seconds for outcome in outcomes):.3f}")
    suite.extend(outcome.element() for outcome in outcomes)
    ElementTree.indent(suite)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)
