"""The scenario that a command works on, and how much of the machine it may use."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.messages import say, warn

if TYPE_CHECKING:
    from planner.formats.scenario.reader import Scenario


def available(jobs: int | None) -> int:
    """Processes to use: as asked, else one per core."""
    return jobs or os.cpu_count() or 1


def here(jobs: int | None, scheduler: str | None) -> int:
    """Replications that this machine simulates at once: on a cluster only what is done between its
    tasks.
    """
    return available(jobs) if scheduler is None else 1


def open_scenario(
    path: Path,
    out: Path,
    *,
    force: bool,
    seed: int | None,
    quiet: bool,
    jobs: int = 0,
    inputs: Iterable[Path] = (),
    settings: Sequence[str] = (),
) -> Scenario:
    """Read the scenario that is to be worked on.

    A result that must not be written to `out` is refused before any work, and so are more orders
    than this machine can hold at once.

    Parameters
    ----------
    path : Path
        The scenario: its folder, or its file.
    out : Path
        Place of the result.
    force : bool
        Whether a result that is there may be replaced.
    seed : int or None
        Seed instead of the scenario's.
    quiet : bool
        Whether warnings and the seed are left unsaid.
    jobs : int
        Replications that this machine simulates at once; 0 where it simulates none.
    inputs : iterable of Path
        What the command reads besides the scenario.
    settings : sequence of str
        Values in place of those of the scenario, each PATH=VALUE.

    Returns
    -------
    Scenario
        The scenario.

    Raises
    ------
    PlannerError
        The scenario is not valid, or the result has no place.
    """
    from planner.output import refuse
    from planner.studies.runs.memory_limit import refuse_too_large
    from planner.studies.steps.load import load

    refuse(out, (path, *inputs), force)
    scenario = load(path, seed, settings=settings)
    refuse_too_large(scenario, jobs)
    warn(scenario.warnings, quiet)
    for setting in scenario.settings:
        say(f"set {setting}", quiet)
    say(f"seed {scenario.problem.seed}", quiet)
    return scenario
