"""Whatever stands in an input file, a command ends as it may: done, or with findings a person can
act on.

A failing case is made again by its seed: `python -m tests.fuzz SEED 1 [DEEP]`.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.fuzz.mutate import other_kinds
from tests.fuzz.runner import call, wrong
from tests.fuzz.subjects import SUBJECTS, Subject

BATCH = 50
BY_DEFAULT, SLOW = 200, 20_200
DEEP = (
    ("forecast", "{here}", "-o", "{out}"),
    ("simulate", "{here}", "-o", "{out}", "--replications", "2"),
    ("plan", "{here}", "-o", "{out}", "--replications", "2", "--effort", "1"),
)
DEEP_SECONDS = 300  # a mutant may be a valid and much larger promotion


def run_case(seed: int, folder: Path, deep: float = 0.0) -> tuple[str, str]:
    """Mutate one subject by a seed and run one command on it; how it ended, and what was wrong with
    that.

    `deep`: share of the scenarios found valid that are also forecast, simulated or planned.
    """
    chance = random.Random(seed)  # noqa: S311
    subject = SUBJECTS[seed % len(SUBJECTS)]
    files, called = subject.spoilt(chance)
    write_files(folder, files)
    arguments = subject.arguments(chance, folder)
    outcome = call(arguments)
    data = arguments[0] == "rate" and "-o" not in arguments
    ended, fault = f"{arguments[0]} {outcome.code}", wrong(outcome, "--json" in arguments, data)
    fault = fault or _left_behind(folder, subject, outcome.code)
    if not fault and outcome.code == 0 and arguments[0] == "check" and chance.random() < deep:
        arguments = [a.format(here=folder, out=folder / "out") for a in chance.choice(DEEP)]
        outcome = call(arguments, DEEP_SECONDS)
        ended, fault = f"{arguments[0]} {outcome.code}", wrong(outcome)
    words = " ".join(arguments).replace(str(folder), ".")
    return ended, fault and f"seed {seed}, {subject.name}: {called}; planner {words}: {fault}"


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def name_of(subject: Subject) -> str:
    return subject.name


def _left_behind(folder: Path, subject: Subject, code: int | None) -> str:
    """A command that failed leaves nothing behind, and no command leaves a draft."""
    left = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    } - subject.files.keys()
    drafts = [name for name in left if name.startswith(".")]
    return f"leaves {', '.join(sorted(left))}" if drafts or (left and code) else ""


def run_cases(
    first: int, count: int, folder: Path, deep: float = 0.0
) -> tuple[Counter[str], list[str]]:
    """So many cases from a seed on: how they ended, and everything wrong."""
    ends: Counter[str] = Counter()
    faults = []
    for seed in range(first, first + count):
        ended, fault = run_case(seed, folder / str(seed), deep)
        ends[ended] += 1
        if fault:
            faults.append(fault)
    return ends, faults


@pytest.mark.parametrize("first", range(0, BY_DEFAULT, BATCH))
def test_mutated_inputs(first: int, tmp_path: Path) -> None:
    """Cases 0 to 199."""
    ends, faults = run_cases(first, BATCH, tmp_path, deep=0.003)
    print(f"seeds {first} to {first + BATCH - 1}: {dict(ends)}")
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize(
    "subject", [s for s in SUBJECTS if "scenario.yaml" in s.files or s.name == "rate"], ids=name_of
)
def test_a_value_of_any_other_kind(subject: Subject, tmp_path: Path) -> None:
    """Every value of every YAML file of a subject, replaced by one of each kind."""
    faults = []
    chance = random.Random(0)  # noqa: S311
    for file in [name for name in sorted(subject.files) if name.endswith(".yaml")]:
        for number, content in enumerate(other_kinds(subject.files[file])):
            folder = tmp_path / f"{file.replace('/', '-')}-{number}"
            write_files(folder, {**subject.files, file: content})
            if fault := wrong(call(subject.arguments(chance, folder)), data=subject.name == "rate"):
                faults.append(f"{file}: {content.decode()}: {fault}")
            shutil.rmtree(folder)
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(BY_DEFAULT, SLOW, 10 * BATCH))
def test_many_mutated_inputs(first: int, tmp_path: Path) -> None:
    """Cases 200 to 20,199; more of the valid ones are planned and simulated."""
    ends, faults = run_cases(first, 10 * BATCH, tmp_path, deep=0.05)
    print(f"seeds {first} to {first + 10 * BATCH - 1}: {dict(ends)}")
    assert not faults, "\n".join(faults)
