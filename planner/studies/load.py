"""From a scenario on disk to a problem that is ready to be planned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from planner.formats.scenario import Scenario, read_scenario
from planner.studies.forecast import closed_notes, prepare, pull_forward_warning


def load(path: Path, seed: int | None = None) -> Scenario:
    """Read a scenario, fit its baseline to its history, and take the seed of the command line where one is given."""
    scenario = read_scenario(path)
    problem = prepare(scenario.problem)
    warnings = (*scenario.warnings, *closed_notes(problem), *pull_forward_warning(problem))
    return replace(scenario, problem=problem if seed is None else replace(problem, seed=seed), warnings=warnings)
