"""`planner sweep`: every point of a grid of what-ifs, as a table, a figure and a summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.domain.money import to_major
from planner.errors import Finding, InputError
from planner.formats.scenario.reader import Scenario
from planner.formats.tables.tables import write_table
from planner.reporting.sweep_figure import draw_sweep
from planner.reporting.tables.sweep_table import SWEEP_TABLE
from planner.studies.runs.manifest import kept_scenario, seal, versions, write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.sweep.axes import Axis, points_of
from planner.studies.sweep.point import PointResult, SweepTask

INVALID = "invalid input"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What is swept.

    Attributes
    ----------
    axes : tuple of Axis
        The values that vary.
    drafts : bool
        Whether points are first plans that are simulated, instead of certified plans.
    """

    axes: tuple[Axis, ...]
    drafts: bool


def sweep(scenario: Scenario, grid: Grid, context: RunContext) -> pd.DataFrame:
    """Plan every point of a grid.

    Parameters
    ----------
    scenario : Scenario
        The scenario as it is read from its files and the settings of all points.
    grid : Grid
        Its axes.
    context : RunContext
        Budget of a point, and where points are planned.

    Returns
    -------
    DataFrame
        The table `sweep`: a column for each axis, then those of `SWEEP_TABLE`.

    Raises
    ------
    InputError
        No point is valid input.
    """
    points, problem = points_of(grid.axes), scenario.problem
    task = SweepTask(
        path=str(scenario.path),
        called=problem.name,
        settings=scenario.settings,
        points=tuple(points),
        seed=problem.seed,
        budget=context.budget,
        engine=context.executor.engine,
        drafts=grid.drafts,
    )
    with context.compiling(problem):
        context.await_engine()
    context.begin("planning points", len(points))
    results = context.replicate("points", task, len(points))
    if all(result.status == INVALID for result in results):
        raise InputError([Finding("--vary", 0, 0, "", f"no point is valid: {results[0].message}")])
    return sweep_table(grid.axes, results, problem.currency)


def sweep_table(
    axes: Sequence[Axis], results: Sequence[PointResult], currency: str
) -> pd.DataFrame:
    """Tabulate the points.

    Parameters
    ----------
    axes : sequence of Axis
        The values that vary.
    results : sequence of PointResult
        What became of each point, in the order of `points_of`.
    currency : str
        ISO 4217 code of the costs.

    Returns
    -------
    DataFrame
        The table `sweep`.
    """
    rows = [
        (
            result.status,
            None if result.cost_minor is None else to_major(result.cost_minor, currency),
            None if result.on_time_share is None else round(result.on_time_share, 6),
            result.met,
            result.replications,
            result.people,
            result.person_days,
            result.message,
        )
        for result in results
    ]
    table = SWEEP_TABLE.frame(rows).astype({"met": "Int64", "people": "Int64"})
    table = table.astype({"person_days": "Int64"})
    values = [[setting.partition("=")[2] for setting in point] for point in points_of(axes)]
    for place, axis in enumerate(axes):
        table.insert(place, axis.path, [point[place] for point in values])
    return table


def summary(table: pd.DataFrame, grid: Grid, scenario: Scenario) -> dict[str, Any]:
    """Summarise a sweep for `--json`.

    Parameters
    ----------
    table : DataFrame
        The table `sweep`.
    grid : Grid
        What was swept.
    scenario : Scenario
        The scenario.

    Returns
    -------
    dict
        The axes, and the points as the rows of the table.
    """
    plain = table.astype(object).where(table.notna(), None).to_dict("records")
    points = [{str(key): _number(value) for key, value in row.items()} for row in plain]
    return {
        "axes": {axis.path: list(axis.values) for axis in grid.axes},
        "draft": grid.drafts,
        "settings": list(scenario.settings),
        "currency": scenario.problem.currency,
        "seed": scenario.problem.seed,
        "points": points,
    }


def _number(value: Any) -> Any:
    """A cell as JSON holds it: amounts are decimal numbers in the table."""
    return value if value is None or isinstance(value, str | int | float) else float(value)


def write_sweep(
    folder: Path,
    scenario: Scenario,
    grid: Grid,
    context: RunContext,
    *,
    lang: str,
    options: dict[str, Any],
) -> pd.DataFrame:
    """Plan every point of a grid and write the result.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    scenario : Scenario
        The scenario.
    grid : Grid
        What is swept.
    context : RunContext
        Context of the study.
    lang : {"en", "zh"}
        Language of the figure.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    DataFrame
        The table `sweep`.
    """
    table, problem = sweep(scenario, grid, context), scenario.problem
    context.begin("drawing the figure")
    write_table(table, folder / "tables" / "sweep.csv")
    paths = [axis.path for axis in grid.axes]
    draw_sweep(folder / "figures", table, paths, lang, problem.currency)
    manifest = {
        "name": problem.name,
        "currency": problem.currency,
        "seed": problem.seed,
        "versions": versions(),
        "options": options,
        **kept_scenario(folder, scenario),
    }
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return table
