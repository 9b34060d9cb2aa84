"""The stress study of the Python interface."""

from __future__ import annotations

from collections.abc import Sequence

from planner.api.arguments import checked_path, several, whole_number
from planner.api.functions import Folder
from planner.api.results import TableResult
from planner.api.tables import Tables
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.run_context import RunContext
from planner.studies.stress.study import summary_json
from planner.studies.stress_plan import finished_plan, stress_study


def stress(
    folder: Folder,
    *,
    only: Sequence[str] = (),
    catalogue: Folder | None = None,
    jobs: int = 1,
) -> TableResult:
    """Try the plan of a finished folder under what goes wrong.

    Parameters
    ----------
    folder : str or path
        Folder of `planner run`, `plan` or `simulate`.
    only : sequence of str, optional
        Names of stresses; none: all of the catalogue.
    catalogue : str or path, optional
        Catalogue of stresses instead of the scenario's own.
    jobs : int
        Processes that simulate replications; they do not change a result.

    Returns
    -------
    TableResult
        With the table `stress`: promotions kept, cost, and the cheapest repair of each.

    Raises
    ------
    InputError
        The folder holds no plan, or the catalogue no such stress.
    ConflictError
        The folder was changed by hand.
    """
    named = [str(name) for name in several("only", only, "missed_pickup")]
    own = None if catalogue is None else checked_path("catalogue", catalogue)
    finished = finished_plan(checked_path("folder", folder), own)
    context = RunContext(
        budget=Budget(finished.replications), executor=Executor(whole_number("jobs", jobs))
    )
    with context.executor.open():
        _, table = stress_study(finished, named, context)
    summary = summary_json(finished.scenario.problem, table)
    return TableResult("stress", Tables({"stress": table}), summary, tuple(context.notes))
