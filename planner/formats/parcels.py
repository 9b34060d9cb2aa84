"""A table of parcels to be priced: CSV or Excel -> columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planner.formats.base.columns import PARCELS
from planner.formats.base.findings import Findings, nearest
from planner.formats.base.units import looks_like_kilograms
from planner.formats.tables.tables import Table, findings_of_rows, open_table, read_cells

WHY_DATES = "the contract has clauses that depend on the day"
WHY_HOMES = "the contract has a surcharge for parcels to homes: 1 or 0 for each"


@dataclass(frozen=True, kw_only=True)
class ParcelTable:
    """Parcels in the order of the table.

    Sites are empty, dates and residential None where they were left out. `others`: further columns,
    and weights and volumes in other units, as they were read.
    """

    parcel: Sequence[str]
    region: Sequence[str]
    site: Sequence[str]
    weight_g: Sequence[float]
    volume_cm3: Sequence[float]
    date: Sequence[date | None]
    residential: Sequence[bool | None]
    others: dict[str, list[str]]

    def __len__(self) -> int:
        return len(self.parcel)


def read_parcels(
    path: Path, dated: bool, by_residence: bool, taken: Sequence[str], findings: Findings
) -> ParcelTable | None:
    """Read the parcels of a file.

    Parameters
    ----------
    path : Path
        The file.
    dated : bool
        Every parcel must have its date.
    by_residence : bool
        Every parcel must say whether it goes to a home.
    taken : sequence of str
        Names of columns that the result needs for itself.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    ParcelTable or None
        None with findings.
    """
    before = len(findings.found)
    table = open_table(path, path.name, findings, PARCELS)
    cells = None if table is None else read_cells(table, PARCELS, "", findings, rename={})
    if table is None:
        return None
    for column, why, needed in (
        ("date", WHY_DATES, dated),
        ("residential", WHY_HOMES, by_residence),
    ):
        if needed:
            _check_given(table, column, why, findings)
    ours = [column.name for column in PARCELS]
    units = [name for column in PARCELS for name in column.other_units]
    others = [name for name in table.columns if name not in ours]
    for name in others:
        if name in taken:
            findings.found.append(table.finding(-1, name, "is a column of the result; rename it"))
        if name in units:
            continue
        meant = nearest(name, [c for c in ours if c not in table.columns])
        if "did you mean" in meant:
            findings.warn(f"{path.name}: {name}: unknown column{meant} It is passed through unread")
    if cells is None or len(findings.found) > before:
        return None
    light = looks_like_kilograms(table.columns, cells["weight_g"])
    if light is not None:
        findings.warn(f"{path.name}: {light}")
    return ParcelTable(**cells, others={name: table.cells[name] for name in others})


def _check_given(table: Table, column: str, why: str, findings: Findings) -> None:
    """Every parcel has a value in a column that is needed."""
    if column not in table.columns:
        findings.found.append(table.finding(-1, column, f"column is missing: {why}"))
        return
    empty = [row for row, cell in enumerate(table.cells[column]) if not cell]
    findings.found += findings_of_rows(table, column, empty, lambda _: f"is empty: {why}")
