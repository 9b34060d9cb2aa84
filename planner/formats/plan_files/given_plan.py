"""A plan that somebody gives to a command: as it was made, and as it was edited since.

Edits may stand in the decision tables of a run folder or in the sheets of its workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.documents.reading import (
    DECISIONS,
    MANIFEST,
    PLAN,
    read_decisions,
    read_plan_document,
    read_run,
)
from planner.domain.plan import Plan
from planner.domain.plan_changes import PlanChange, plan_changes, with_decisions
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
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
from planner.formats.plan_files.workbook import NO_KEY, WORKBOOK, read_workbook
from planner.formats.tables.tables import Table, open_table
from planner.output import sha256

OF_PLANS = ("plan", "replan", "run", "simulate")  # commands whose folders hold a plan


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
    """Read the plan of a run folder, or of its workbook alone, with the edits in it.

    Parameters
    ----------
    path : Path
        The folder, or the workbook.
    problem : Problem
        What the plan is for.

    Returns
    -------
    GivenPlan
        The plan.

    Raises
    ------
    InputError
        Files are damaged, hold what cannot be interpreted, or were edited in two ways.
    ConflictError
        The plan is not of this scenario.
    """
    if path.is_file():
        return _of_workbook(path, problem)
    if not (path / DECISIONS).exists():
        _refuse_without_plan(path)
        return _of_earlier_version(path, problem)
    made = made_plan(read_plan_document(path), read_decisions(path), problem)
    findings = Findings(path)
    tables = _tables(path, problem, findings)
    decisions = edited_decisions(tables, problem, findings) if not findings.found else {}
    book = None if _is_pristine(path) else _sheets(path / WORKBOOK, WORKBOOK, problem, findings)
    findings.raise_if_any()
    in_tables = given(made, decisions, problem, ())
    edited_in = _edited_tables(in_tables.changes, problem)
    notes = (*in_tables.notes, *_unread_changes(path, problem, edited_in))
    in_tables = replace(in_tables, edited_in=edited_in, notes=notes)
    if book is None:
        return in_tables
    in_sheets = _edited_sheets(made, book, problem)
    if not in_sheets.changes:
        return replace(in_tables, notes=(*in_tables.notes, *in_sheets.notes))
    if not in_tables.changes:
        return in_sheets
    if in_tables.changes == in_sheets.changes:
        return replace(in_sheets, edited_in=(*in_tables.edited_in, WORKBOOK))
    raise InputError([_edited_twice(path, in_tables, in_sheets)])


def _edited_twice(path: Path, in_tables: GivenPlan, in_sheets: GivenPlan) -> Finding:
    """Edits of tables and workbook that differ: nobody knows which are meant."""
    count = f"{len(in_tables.changes)} and {len(in_sheets.changes)} changes"
    words = (
        f"{', '.join(in_tables.edited_in)} and {WORKBOOK} were both edited, in different ways "
        f"({count}): name the workbook itself to use its edits (--plan {path / WORKBOOK}), or "
        f"delete {WORKBOOK} to use those of the tables"
    )
    return Finding(str(path), 0, 0, "", words)


def _refuse_without_plan(path: Path) -> None:
    """Refuse the result of a command that makes no plan, instead of asking for its tables."""
    if (path / PLAN).exists() or not (path / MANIFEST).is_file():
        return
    command = read_run(path)["options"]["command"]
    if command not in OF_PLANS:
        words = f"is {command}, which holds no plan: give a folder of {', '.join(OF_PLANS)}"
        raise InputError([Finding(str(path / MANIFEST), 0, 0, "options.command", words)])


def _of_earlier_version(path: Path, problem: Problem) -> GivenPlan:
    """The plan of a folder that does not hold the decisions as they were made."""
    plan, notes = read_plan(path, problem), []
    hashes, edited = _hashes(path), _changed_tables(path, problem)
    if hashes.get(WORKBOOK) not in (None, _hash(path / WORKBOOK)):
        raise InputError([Finding(str(path / WORKBOOK), 0, 0, "", NO_KEY)])
    if edited:
        notes.append(
            f"{', '.join(edited)}: edited; the folder is of an earlier version without "
            f"{DECISIONS}, so that what was changed is not known"
        )
    return GivenPlan(made=plan, plan=plan, notes=tuple(notes))


def _hashes(path: Path) -> Mapping[str, str]:
    """Hashes of the files as they were written, where the folder states them."""
    if not (path / MANIFEST).is_file():
        return {}
    return read_run(path).get("outputs") or {}


def _changed_tables(path: Path, problem: Problem) -> list[str]:
    """Decision tables of a folder that are not as they were written."""
    names, hashes = [f"tables/{name}.csv" for name in names_of_tables(problem)], _hashes(path)
    return [name for name in names if hashes.get(name) not in (None, _hash(path / name))]


def _unread_changes(path: Path, problem: Problem, edited_in: Sequence[str]) -> Iterator[str]:
    """What was changed in tables of a folder and is not read."""
    decisions = [f"tables/{name}.csv" for name in names_of_tables(problem)]
    for name, was in _hashes(path).items():
        if not name.startswith("tables/") or name in edited_in:
            continue
        if _hash(path / name) in (None, was):
            continue
        if name in decisions:
            yield f"{name}: changed, but in no decision: hours and costs follow from the decisions"
        else:
            words = "changed, and not read: it follows from the plan"
            yield f"{name}: {words}; change {', '.join(decisions)} instead"


def _hash(path: Path) -> str | None:
    return sha256(path) if path.is_file() else None


def _is_pristine(path: Path) -> bool:
    """Whether the folder has no workbook, or one that nobody has saved since it was written."""
    now = _hash(path / WORKBOOK)
    return now is None or _hashes(path).get(WORKBOOK) == now


def _of_workbook(path: Path, problem: Problem) -> GivenPlan:
    """The plan of a workbook, also without its folder."""
    findings = Findings(path.parent)
    book = _sheets(path, path.name, problem, findings)
    findings.raise_if_any()
    if book is None:
        raise InputError(findings.found)
    key, _, _ = book
    made = made_plan(key["plan"], key["decisions"], problem)
    found = _edited_sheets(made, book, problem)
    notes = [
        f"{path.parent / name} was edited too, and is not used: the workbook was named"
        for name in _changed_tables(path.parent, problem)
    ]
    files = (path.name,) if found.changes else ()
    return replace(found, edited_in=files, notes=(*found.notes, *notes))


_Sheets = tuple[Mapping[str, Any], Mapping[str, Any], tuple[str, ...]]  # key, decisions, notes


def _sheets(path: Path, name: str, problem: Problem, findings: Findings) -> _Sheets | None:
    """Key, decisions and notes of a workbook; None with findings."""
    book = read_workbook(path, name, findings)
    if book is None or findings.found:
        return None
    made_plan(book.key["plan"], book.key["decisions"], problem)  # raises where it is of another
    decisions = edited_decisions(book.tables, problem, findings)
    return book.key, decisions, book.notes


def _edited_sheets(made: Plan, book: _Sheets, problem: Problem) -> GivenPlan:
    """The plan with the edits of its workbook."""
    _, decisions, notes = book
    found = given(made, decisions, problem, (WORKBOOK,))
    return replace(found, notes=(*found.notes, *notes))


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
