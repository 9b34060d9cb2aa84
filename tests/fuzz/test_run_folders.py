"""Forged result folders end in findings: never in a crash, never in a hang, never with all the
memory gone.

A failing case is repeated by its seed: FUZZ_SEED=1234 python -m pytest
tests/fuzz/test_run_folders.py
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.errors import ExitCode
from tests.cli.builders import write_queue, write_small
from tests.cli.conftest import call_here, without_figures
from tests.fuzz.run_folders import forge
from tests.fuzz.runner import call, wrong

FIRST_SEED = 20_261_111
FEW, MANY = 5, 5_000
SECONDS = 60  # of one command


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Small folders of every kind; the scenario of the first is kept for `simulate --plan`."""
    base = tmp_path_factory.mktemp("honest")
    small = write_small(base / "small", {"deadline_hours: 48": "deadline_hours: 6"})
    queue = write_queue(base / "queue", 600, "cv: 0", servers=2, days=2)
    quick = ("--jobs", 1, "--quiet")
    commands = {
        "plan": ("plan", small, "--method", "average", "--replications", 3, *quick),
        "refused": ("plan", queue, "--effort", 5, *quick),
        "forecast": ("forecast", small, "--quiet"),
    }
    for name, command in commands.items():
        call_here(*command, "-o", base / name)
        assert (base / name / "run.json").is_file()
    return {"scenario": small, **{name: base / name for name in commands}}


@pytest.fixture(autouse=True)
def no_figures() -> Iterator[None]:
    """`simulate` draws the figures of its own result, not of the forged folder."""
    with without_figures():
        yield


def commands(
    folder: Path, honest: dict[str, Path], out: Path, formats: tuple[str, ...]
) -> dict[str, tuple[object, ...]]:
    """What is done with a forged folder."""
    return {
        "explain": ("explain", folder),
        "verify": ("verify", folder),
        "simulate": (
            "simulate",
            honest["scenario"],
            "--plan",
            folder,
            "-o",
            out,
            "--replications",
            1,
            "--jobs",
            1,
        ),
        "report": (
            "report",
            folder,
            "--quiet",
            *(word for name in formats for word in ("--format", name)),
        ),
    }


def failures_of(
    seed: int, honest: dict[str, Path], folder: Path, formats: tuple[str, ...]
) -> tuple[list[str], Counter[int | None]]:
    """What goes wrong with the folder forged from a seed, and the exit codes of the commands."""
    kind = ("plan", "plan", "plan", "refused", "forecast")[seed % 5]
    done = forge(honest[kind], folder, seed)
    codes: Counter[int | None] = Counter()
    failed = []
    refused = False
    for name, command in commands(folder, honest, folder.with_name("out"), formats).items():
        if name == "report" and refused and seed % 4:
            continue  # it would read the same files once more, and refuse them likewise
        outcome = call([*map(str, command)], SECONDS)
        refused |= name == "verify" and outcome.code in (ExitCode.ERROR, ExitCode.INPUT)
        codes[outcome.code] += 1
        if words := wrong(outcome):
            failed.append(f"seed {seed}, {kind} ({'; '.join(done)}): {name}: {words}")
    return failed, codes


def fuzz(
    first: int, count: int, honest: dict[str, Path], tmp_path: Path, formats: tuple[str, ...]
) -> None:
    """Forge `count` folders and try every command on each; prints the seeds and the exit codes."""
    failed: list[str] = []
    codes: Counter[int | None] = Counter()
    for seed in range(first, first + count):
        found, more = failures_of(seed, honest, tmp_path / f"{seed}" / "forged", formats)
        failed, codes = failed + found, codes + more
    print(f"seeds {first} to {first + count - 1}: exit codes {dict(codes)}")
    assert not failed, "\n\n".join(failed)


def test_forged_folders_are_findings(honest: dict[str, Path], tmp_path: Path) -> None:
    """Some forged folders (or the one of FUZZ_SEED) end in findings."""
    given = os.environ.get("FUZZ_SEED")
    fuzz(int(given or FIRST_SEED), 1 if given else FEW, honest, tmp_path, ("xlsx",))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_thousands_of_forged_folders_are_findings(
    honest: dict[str, Path], tmp_path: Path, part: int
) -> None:
    """The same with other seeds, and with the pages drawn."""
    fuzz(FIRST_SEED + 1_000_000 + part * MANY // 10, MANY // 10, honest, tmp_path, ("html",))
