"""From a scenario on disk to a problem that is ready to be planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from planner.errors import InputError
from planner.formats.base.yaml_source import in_document
from planner.formats.scenario.reader import Scenario, read_scenario
from planner.studies.runs.memory_limit import refuse_too_many_orders
from planner.studies.steps.forecast import closed_notes, prepare, pull_forward_warning
from planner.studies.steps.staff_notes import roster_warnings


def load(
    path: Path,
    seed: int | None = None,
    called: str | None = None,
    catalogue: Path | None = None,
    settings: Sequence[str] = (),
) -> Scenario:
    """Read a scenario and fit its baseline to its history.

    Parameters
    ----------
    path : Path
        The scenario.
    seed : int, optional
        Seed of all random draws instead of the scenario's.
    called : str, optional
        Name of the scenario if it states none, as in `read_scenario`.
    catalogue : Path, optional
        Catalogue of stresses instead of that of the scenario.
    settings : sequence of str
        Values in place of those of its files, each PATH=VALUE.

    Returns
    -------
    Scenario
        The scenario with a problem that can be planned.

    Raises
    ------
    InputError
        The scenario is not valid, or has too many orders.
    """
    scenario = read_scenario(path, called, catalogue, settings)
    try:
        problem = prepare(scenario.problem)
    except InputError as error:
        raise InputError(in_document(scenario.document, error.findings)) from error
    found = (*closed_notes(problem), *pull_forward_warning(problem), *roster_warnings(problem))
    seeded = problem if seed is None else replace(problem, seed=seed)
    loaded = replace(scenario, problem=seeded, warnings=(*scenario.warnings, *found))
    refuse_too_many_orders(loaded)
    return loaded
