"""A plan that somebody gives to a command: as it was made, and as it was edited since.

Edits may stand in the decision tables of a run folder or in the sheets of its workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.documents.reading import DECISIONS, read_decisions, read_plan_document
from planner.domain.plan import Plan
from planner.domain.plan_changes import PlanChange, plan_changes, with_decisions
from planner.domain.problem import Problem
from planner.errors import Finding
from planner.formats.base.findings import Findings
from planner.formats.plan_files.belonging import check_belongs
from planner.formats.plan_files.decision_rows import (
    COLUMNS,
    Cells,
    cells_of_rows,
    decided,
    names_of_tables,
    table_of_lines,
)
from planner.formats.plan_files.decision_tables import TAIL
from planner.formats.plan_files.edited_tables import edited_decisions, with_bookings
from planner.formats.plan_files.folder import plan_of, read_plan
from planner.formats.tables.tables import Table, open_table

WORKBOOK = "plan.xlsx"


@dataclass(frozen=True, kw_only=True)
class GivenPlan:
    """A plan as it was made and as it is to be used.

    Attributes
    ----------
    made : Plan
        As it was made.
    plan : Plan
        As it was edited; the same object where nothing was.
    edited_in : tuple of str
        Files that hold the edits.
    changes : tuple of PlanChange
        What was changed.
    notes : tuple of str
        What a person should know of how the edits were read.
    """

    made: Plan
    plan: Plan
    edited_in: tuple[str, ...] = ()
    changes: tuple[PlanChange, ...] = ()
    notes: tuple[str, ...] = ()


def read_given_plan(path: Path, problem: Problem) -> GivenPlan:
    """Read the plan of a run folder, with the edits of its tables.

    Parameters
    ----------
    path : Path
        The folder.
    problem : Problem
        What the plan is for.

    Returns
    -------
    GivenPlan
        The plan.

    Raises
    ------
    InputError
        Files are damaged, or hold what cannot be interpreted.
    ConflictError
        The plan is not of this scenario.
    """
    if not (path / DECISIONS).exists():  # of an earlier version
        plan = read_plan(path, problem)
        return GivenPlan(made=plan, plan=plan)
    made = made_plan(read_plan_document(path), read_decisions(path), problem)
    findings = Findings(path)
    tables = _tables(path, problem, findings)
    decisions = edited_decisions(tables, problem, findings) if not findings.found else {}
    findings.raise_if_any()
    found = given(made, decisions, problem, ())
    return replace(found, edited_in=_edited_tables(found.changes, problem))


def made_plan(data: Mapping[str, Any], lines: Mapping[str, Any], problem: Problem) -> Plan:
    """The plan as it was made.

    Parameters
    ----------
    data : mapping
        Content of plan.json.
    lines : mapping
        Content of decisions.json.
    problem : Problem
        What the plan is for.

    Returns
    -------
    Plan
        The plan.

    Raises
    ------
    InputError
        The decisions are damaged.
    ConflictError
        The plan is not of this scenario.
    """
    findings = Findings(Path())
    rows: dict[str, list[Cells]] = {
        name: cells_of_rows(table_of_lines(of, f"{DECISIONS}: {name}"), COLUMNS[name], findings)
        for name, of in lines.items()
    }
    findings.raise_if_any()
    plan = plan_of(data, decided(rows, problem), problem)
    check_belongs(problem, plan)
    return plan


def given(
    made: Plan, decisions: Mapping[str, Any], problem: Problem, edited_in: tuple[str, ...]
) -> GivenPlan:
    """Compare edited decisions with those of a plan.

    A contract is signed where orders go with it; one that the plan signed without any stays so.

    Parameters
    ----------
    made : Plan
        The plan as it was made.
    decisions : mapping
        The edited decisions, as fields of a `Plan`.
    problem : Problem
        What the plan is for.
    edited_in : tuple of str
        Files that hold the edits.

    Returns
    -------
    GivenPlan
        The plan as it is to be used.
    """
    found = with_decisions(made, decisions)
    if made.stock is None and not found["stock"]:
        found["stock"] = None
    found["staffing"], notes = with_bookings(problem, made.staffing, found["staffing"])
    plan = replace(made, **found, signed=_signed(made, found["routing"], problem))
    changes = plan_changes(problem, made, plan)
    if not changes:
        return GivenPlan(made=made, plan=made)
    return GivenPlan(made=made, plan=plan, edited_in=edited_in, changes=changes, notes=tuple(notes))


def _edited_tables(changes: Sequence[PlanChange], problem: Problem) -> tuple[str, ...]:
    """Names of the table files in which changes stand; that of contracts follows from them."""
    days = problem.horizon.reported_days
    of_tail = {of: tail for tail, of in TAIL.items()}
    names = [
        of_tail[change.what] if change.day is not None and change.day >= days else change.what
        for change in changes
        if change.what in COLUMNS
    ]
    return tuple(f"tables/{name}.csv" for name in dict.fromkeys(names))


def _signed(made: Plan, routing: Any, problem: Problem) -> tuple[str, ...]:
    """The contracts that are signed under another routing."""
    used = {row.contract for row in routing if row.share > 0}
    was_used = {row.contract for row in made.routing if row.share > 0}
    left = set(made.signed) - was_used
    signed = [name for name in problem.contract_names if name in used | left]
    return made.signed if set(signed) == set(made.signed) else tuple(signed)


def _tables(folder: Path, problem: Problem, findings: Findings) -> dict[str, Table]:
    """The decision tables of a folder; those that cannot be read are findings."""
    found = {}
    for name in names_of_tables(problem):
        file = f"tables/{name}.csv"
        if not (folder / file).is_file():
            findings.found.append(Finding(file, 0, 0, "", "is missing from the run folder"))
        elif table := open_table(folder / file, file, findings):
            found[name] = table
    return found
