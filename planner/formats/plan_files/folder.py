"""A plan in a run folder: `plan.json` and the decision tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.documents.reading import DECISIONS, PLAN, read_plan_document
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.wording import json_text
from planner.errors import Finding, InputError
from planner.formats.base.findings import Findings
from planner.formats.plan_files.belonging import check_belongs
from planner.formats.plan_files.decision_rows import (
    COLUMNS,
    Cells,
    cells_of_rows,
    decided,
    names_of_tables,
)
from planner.formats.plan_files.decision_tables import decision_lines, decision_tables
from planner.formats.plan_files.document import plan_fields, plan_summary
from planner.formats.tables.tables import open_table, write_table
from planner.output import write_text


def write_plan(
    folder: Path,
    problem: Problem,
    plan: Plan,
    simulated: Mapping[str, float] | None = None,
    loop: Mapping[str, Any] | None = None,
    *,
    stock: pd.DataFrame | None = None,
) -> tuple[Path, ...]:
    """Write plan.json, decisions.json, tables/{stock,staffing,routing,extra_collections}.csv.

    Money is in major units. Of a tail, tail_staffing.csv and tail_collections.csv as well.

    Parameters
    ----------
    folder : Path
        Run folder.
    problem : Problem
        What is given.
    plan : Plan
        What was decided.
    simulated : mapping or None
        {mean, low, high} of the on-time share, where it is known.
    loop : mapping or None
        How the plan was reached.
    stock : DataFrame or None
        The table of the stock with what simulations show of it, where that is known.

    Returns
    -------
    tuple of Path
        The files, plan.json first.
    """
    tables, frames = folder / "tables", decision_tables(problem, plan)
    if stock is not None:
        frames["stock"] = stock
    for name, frame in frames.items():
        write_table(frame, tables / f"{name}.csv")
    path = folder / PLAN
    summary = {
        **plan_summary(problem, plan, simulated),
        **({} if loop is None else {"loop": dict(loop)}),
    }
    write_text(path, json_text(summary, indent=2) + "\n")
    kept = folder / DECISIONS
    write_text(kept, json_text(decision_lines(problem, plan), indent=2) + "\n")
    return (path, kept, *(tables / f"{name}.csv" for name in frames))


def write_made_plan(folder: Path, problem: Problem, plan: Plan) -> None:
    """Write plan.json and decisions.json alone: a plan as it was made, before it was edited.

    Parameters
    ----------
    folder : Path
        Folder of the two files.
    problem : Problem
        What is given.
    plan : Plan
        The plan as it was made.
    """
    write_text(folder / PLAN, json_text(plan_summary(problem, plan), indent=2) + "\n")
    write_text(folder / DECISIONS, json_text(decision_lines(problem, plan), indent=2) + "\n")


def read_plan(folder: Path, problem: Problem) -> Plan:
    """The plan of a run folder, as its tables state it.

    Raises InputError where files are damaged, ConflictError where the plan is not of this scenario.
    """
    findings = Findings(folder)
    tables = {name: _read_rows(folder, name, findings) for name in names_of_tables(problem)}
    data = _read_document(folder, findings)
    findings.raise_if_any()
    plan = plan_of(data, decided(tables, problem), problem)
    check_belongs(problem, plan)
    return plan


def plan_of(data: Mapping[str, Any], decisions: Mapping[str, Any], problem: Problem) -> Plan:
    """Make a plan of the content of plan.json and its decisions.

    Parameters
    ----------
    data : mapping
        Content of plan.json.
    decisions : mapping
        Staffing, routing, stock and vehicles, as fields of a `Plan`.
    problem : Problem
        What the plan is for.

    Returns
    -------
    Plan
        The plan.
    """
    if data["stock_unlimited"]:
        decisions = {**decisions, "stock": None}
    return Plan(**decisions, **plan_fields(data, problem))


def _read_rows(folder: Path, name: str, findings: Findings) -> list[Cells]:
    """Validated rows of one of the plan's tables; a table without rows is fine."""
    file = f"tables/{name}.csv"
    path = folder / file
    if not path.is_file():
        findings.found.append(Finding(file, 0, 0, "", "is missing from the run folder"))
        return []
    table = open_table(path, file, findings)
    return cells_of_rows(table, COLUMNS[name], findings) if table else []


def _read_document(folder: Path, findings: Findings) -> dict[str, Any]:
    """plan.json; empty, with findings, where it is damaged."""
    try:
        return read_plan_document(folder)
    except InputError as error:
        findings.found += error.findings
        return {}
