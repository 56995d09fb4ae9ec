# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs scenarios, each on a machine of its own, and keeps their bundles."""
import importlib.util
import shutil
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import Callable

from . import lay_in, paths
from .errors import BedFailure, ScenarioFailure, Unusable
from .images import Images
from .machine import Machine, describe_gate, saved_machine
from .progress import say
from .results import Outcome, escape, last_lines, write_junit
from .scenario import Bed, Skipped

SCENARIO_LIMIT = 900
# How often a scenario is run when QEMU itself kills one of its guests.
ATTEMPTS = 3


def names() -> list[str]:
    return sorted(path.stem for path in paths.SCENARIOS.glob("*.py") if not path.stem.startswith("_"))


def load(name: str) -> ModuleType:
    """A scenario is a file with a function run(bed), or with VARIANTS and run(bed, variant); its head comment says what it shows."""
    path = paths.SCENARIOS / f"{name}.py"
    specification = importlib.util.spec_from_file_location(f"scenario_{name}", path)
    if name not in names() or not specification or not specification.loader:
        raise Unusable(f"there is no scenario {escape(name)}: tests/xen/run --list shows them")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def start(machine: Machine, images: Images, fresh_boot: bool) -> None:
    """Restores the saved machine; boots for real when that fails or was asked for. The gate's verdict comes along either way."""
    saved = saved_machine(images)
    if not fresh_boot:
        try:
            machine.restore(saved)
            return
        except BedFailure as problem:
            say(f"the saved machine cannot be used ({problem}): booting instead")
            machine.end_qemu()
    machine.boot()
    machine.gate = (saved / "gate.json").read_text()


def is_emulator_fault(bundle: Path) -> bool:
    """Did QEMU, and not what is under test, kill a PVH guest? Its two known ways: an interrupt delivered twice in a row, which runs the
    entry stack over, and a triple fault of a guest whose state was lost (tests/xen/README.md)."""
    consoles = (path.read_text(errors="replace") for path in bundle.glob("guest-*.log"))
    xen = bundle / "xen-dmesg.log"
    return (any("ENTRY_TRAMPOLINE stack guard page was hit" in text for text in consoles)
            or (xen.exists() and "Triple fault" in xen.read_text(errors="replace")))


def run_believable(name: str, act: Callable[[Bed], None], images: Images, stage: Path | None, bundle: Path, fresh_boot: bool,
                   vnc: str | None) -> Outcome:
    """Runs once; again when it failed by a fault of the emulator, which says nothing about the product. The last outcome counts."""
    for attempt in range(1, ATTEMPTS + 1):
        shutil.rmtree(bundle, ignore_errors=True)
        outcome = run_one(name, act, images, stage, bundle, fresh_boot, vnc)
        if outcome.verdict != "failed" or not is_emulator_fault(bundle):
            break
        say(f"scenario {name}: attempt {attempt} of {ATTEMPTS} ended by a fault of the emulator in a PVH guest")
        outcome.reason += f" (attempt {attempt} of {ATTEMPTS}; each ended by a fault of the emulator in a PVH guest)"
    return outcome


def run_all(name: str, images: Images, stage: Path | None, results: Path, fresh_boot: bool, vnc: str | None) -> list[Outcome]:
    """Runs a scenario: once, or once for each of its VARIANTS, each on a machine of its own with a bundle of its own."""
    module = load(name)
    shutil.rmtree(results / name, ignore_errors=True)
    (results / name).mkdir(parents=True)
    variants = getattr(module, "VARIANTS", None)
    if not variants:
        return [run_believable(name, module.run, images, stage, results / name, fresh_boot, vnc)]
    return [run_believable(f"{name} ({variant})", lambda bed, variant=variant: module.run(bed, variant), images, stage,
                    results / name / variant, fresh_boot, vnc) for variant in variants]


def run_one(name: str, act: Callable[[Bed], None], images: Images, stage: Path | None, bundle: Path, fresh_boot: bool,
            vnc: str | None) -> Outcome:
    outcome = Outcome(name)
    began = time.monotonic()
    bundle.mkdir(parents=True)
    say(f"scenario {name}")
    bed: Bed | None = None
    console: str | None = None
    try:
        with Machine(images, bundle, SCENARIO_LIMIT, vnc) as machine:
            lay_in.prepare(stage, machine.share)
            start(machine, images, fresh_boot)
            bed = Bed(machine, bundle)
            if not bed.gate:
                raise BedFailure("the floating-point gate was not passed: nothing that this machine shows can be believed")
            try:
                with bed.step("programs laid in"):
                    lay_in.into(machine)
                act(bed)
            except Skipped:
                raise
            except Exception as problem:
                console = getattr(problem, "console", None) or (bed.last_guest() or "dom0")
                outcome.console = [f"last lines of the console of {console}:", *last_lines(bed.console_of(console))]
                _try_screenshot(bed)
                raise
            finally:
                bed.collect()
    except Skipped as reason:
        outcome.verdict, outcome.reason = "skipped", str(reason)
    except (ScenarioFailure, BedFailure) as problem:
        outcome.verdict, outcome.reason = "failed", f"step \"{bed.current_step if bed else 'start of the machine'}\": {problem}"
    except Exception:  # a mistake in the scenario's own text
        outcome.verdict = "failed"
        outcome.reason = f"step \"{bed.current_step if bed else 'start of the machine'}\": {traceback.format_exc(limit=-2).strip()}"
    outcome.seconds = time.monotonic() - began
    outcome.steps = bed.steps if bed else []
    if outcome.verdict == "failed" and not outcome.console:
        log = bundle / "xen-dom0-console.log"
        outcome.console = ["last lines of the console of the machine:", *last_lines(log.read_text(errors="replace") if log.exists() else "")]
    gate = [f"floating-point gate: {describe_gate(bed.gate)}"] if bed and bed.gate else []
    (bundle / "steps.txt").write_text("\n".join(
        [*gate, *(f"{seconds:8.1f} s  {escape(step)}" for step, seconds in outcome.steps), f"{outcome.seconds:8.1f} s  in all", outcome.verdict,
         *([escape(outcome.reason)] if outcome.reason else []), ""]))
    write_junit([outcome], bundle / "result.xml")
    say(f"scenario {name}: {outcome.verdict} in {outcome.seconds:.1f} s" + (f": {escape(outcome.reason)}" if outcome.reason else ""))
    for line in outcome.console:
        print(f"    {line}", flush=True)
    return outcome


def _try_screenshot(bed: Bed) -> None:
    try:
        bed.screenshot("at-failure")
    except BedFailure:
        pass
