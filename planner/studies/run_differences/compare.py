"""Two finished results compared: what can be is, and why the rest is not is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from planner.domain.run_differences import (
    MeanDifference,
    NotComparableError,
    PairTable,
    Reason,
    RunDifferences,
)
from planner.reporting.tables.run_folder import RunFolder
from planner.studies.run_differences.decisions import DECISIONS, Section
from planner.studies.run_differences.inputs import compare_inputs
from planner.studies.run_differences.outcomes import (
    compare_costs,
    compare_figures,
    compare_means,
)
from planner.studies.run_differences.settings import (
    compare_certificates,
    compare_options,
    compare_other_files,
    compare_settings,
    compare_versions,
)
from planner.studies.run_differences.side import Side, read_side

T = TypeVar("T")
GIVEN: dict[str, Section] = {"inputs": compare_inputs, "options": compare_options}
FIGURES: dict[str, Section] = {"figures": compare_figures}
OF_PLANS: dict[str, Section] = {
    "certificate": compare_certificates,
    "costs": compare_costs,
    **DECISIONS,
}
PROGRAM: dict[str, Section] = {"settings": compare_settings, "versions": compare_versions}
MEANS = "means"
# tables that are compared value by value, or state the same in another form
COMPARED = ("staffing", "payroll", "hiring", "stock", "couriers", "routing", "costs")
NAMED = ("processes", "regions")  # tables with names to show


def compare_results(folder_a: Path, folder_b: Path) -> RunDifferences:
    """Compare two finished results.

    Parameters
    ----------
    folder_a, folder_b : Path
        Their folders, of any command that keeps its inputs.

    Returns
    -------
    RunDifferences
        Everything that differs, and what could not be compared.

    Raises
    ------
    InputError
        One of the folders holds no finished result.
    """
    a, b = read_side("A", folder_a), read_side("B", folder_b)
    left_out: list[tuple[str, Reason]] = []
    means: tuple[MeanDifference, ...] = ()
    missing = [side for side in (a, b) if not side.has_plan]
    if missing:
        left_out += [("plans", _no_plan(side)) for side in missing]
        tables = _tables(GIVEN | PROGRAM, a, b, left_out)
    else:
        means = _tried(MEANS, partial(compare_means, a, b), left_out) or ()
        tables = _tables(FIGURES | GIVEN | OF_PLANS | PROGRAM, a, b, left_out)
    done = {f"tables/{name}.csv" for name in COMPARED} if not missing else set()
    tables.append(compare_other_files(a, b, done))
    found = RunDifferences(
        a=a.facts(),
        b=b.facts(),
        tables=tuple(tables),
        means=means,
        notes=tuple(_notes(a, b)),
        left_out=tuple(left_out),
        names=_names(a, b),
    )
    return _without_sums_of_money(found) if _currencies_differ(a, b) else found


def _tables(
    sections: dict[str, Section], a: Side, b: Side, left_out: list[tuple[str, Reason]]
) -> list[PairTable]:
    """The tables of some subjects that can be compared."""
    found = (_tried(name, partial(section, a, b), left_out) for name, section in sections.items())
    return [table for table in found if table is not None]


def _tried(name: str, compare: Callable[[], T], left_out: list[tuple[str, Reason]]) -> T | None:
    """A part of the comparison; None where it is not possible, and then `left_out` grows."""
    try:
        return compare()
    except NotComparableError as error:
        left_out.append((name, error.reason))
        return None


def _no_plan(side: Side) -> Reason:
    """Why a result has no plan to compare."""
    if side.manifest.get("explanation"):
        return Reason("diff_refused", {"side": side.letter})
    return Reason("diff_other_kind", {"side": side.letter, "command": side.command})


def _notes(a: Side, b: Side) -> list[Reason]:
    """What limits the whole comparison."""
    notes = []
    if _currencies_differ(a, b):
        currencies = {side.letter.lower(): side.manifest["currency"] for side in (a, b)}
        notes.append(Reason("diff_currencies", currencies))
    spans = [(side.manifest.get("start"), side.manifest.get("days")) for side in (a, b)]
    if None not in spans[0] + spans[1] and spans[0] != spans[1]:
        words = {
            side.letter.lower(): f"{str(start)[:10]} + {days}"
            for side, (start, days) in zip((a, b), spans, strict=True)
        }
        notes.append(Reason("diff_horizons", words))
    return notes


def _currencies_differ(a: Side, b: Side) -> bool:
    found = {side.manifest.get("currency") for side in (a, b)} - {None}
    return len(found) > 1


def _without_sums_of_money(found: RunDifferences) -> RunDifferences:
    """The comparison of results in two currencies: their amounts are not subtracted."""
    tables = tuple(
        replace(
            table,
            rows=tuple(
                replace(row, subtracts=False) if row.kind == "money" else row for row in table.rows
            ),
        )
        for table in found.tables
    )
    means = tuple(mean for mean in found.means if mean.kind != "money")
    return replace(found, tables=tables, means=means)


def _names(a: Side, b: Side) -> dict[str, dict[str, str]]:
    """Names shown instead of keys; those of A before those of B."""
    found: dict[str, dict[str, str]] = {}
    for side in (b, a):
        tables = {}
        for name in NAMED:
            try:
                tables[name] = side.table(name)
            except NotComparableError:
                continue
        run = RunFolder(side.folder, side.manifest, {}, tables)
        for kind, names in run.names().items():
            found[kind] = {**found.get(kind, {}), **names}
    return found
