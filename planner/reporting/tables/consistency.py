"""What the tables of a run say of each other: keys, names, days and sizes that the pages of a
report count on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.horizon import DAY_S
from planner.errors import Finding
from planner.reporting.tables.column_types import Bad
from planner.reporting.tables.common_columns import ORDERS, TIME
from planner.reporting.tables.read_table import lines_of_rows
from planner.reporting.tables.schemas import TABLES

Tables = Mapping[str, pd.DataFrame]
# from the horizon to any day of a table: bookings begin before it, parcels arrive after it
MOST_DAYS_AWAY = 2_000
MOST_SHOWN = 3  # names or lines of one finding

# These columns identify a row.
KEYS: Mapping[str, tuple[str, ...]] = {
    "processes": ("site", "process"),
    "shifts": ("shift",),
    "regions": ("region",),
    "stock": ("site", "product"),
    "stock_need": ("site", "product"),
    "staffing": ("date", "site", "process", "crew", "shift", "since"),
    "payroll": ("site", "crew"),
    "tail_staffing": ("date", "site", "process", "crew", "shift", "since"),
    "people": ("site", "person"),
    "roster": ("date", "site", "person"),
    "costs": ("name",),
    "couriers": ("date", "site", "region", "contract"),
    "replications": ("replication",),
    "dispatch": ("priority",),
    "penalties": ("date", "platform"),
    "targets": ("within_hours",),
    "targets_by_replication": ("replication", "within_hours"),
    "baselines": ("method",),
    "hourly": ("time", "site", "process"),
    "forecast_hourly": ("time", "region"),
    "forecast_daily": ("date", "region"),
    "forecast_peak": ("what",),
    "contracts": ("contract", "region_group"),
    "rules": ("rules", "rule"),
    "rules_cost": ("rules",),
    "path": ("step",),
    "levers": ("levers",),
    "hindsight": ("path",),
    "stress": ("stress",),
    "what_if": ("demand", "agency_fill", "missed_pickup", "promise_hours"),
}
# What the first names must stand in the second.
REFERENCES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    *(
        (table, ("site", "process"), "processes")
        for table in ("staffing", "tail_staffing", "hourly", "roster", "roster_open", "after_hours")
    ),
    *(
        (table, ("site",), "processes")
        for table in (
            "stock",
            "stock_need",
            "hiring",
            "payroll",
            "routing",
            "couriers",
            "extra_collections",
            "people",
            "calendar",
        )
    ),
    *(
        (table, ("shift",), "shifts")
        for table in ("staffing", "tail_staffing", "roster", "roster_open")
    ),
    *((table, ("region",), "regions") for table in ("routing", "couriers")),
    ("roster", ("site", "person"), "people"),
)
# How many names there may be: a page or a table is made for each, or for each pair.
MOST: Mapping[str, int] = {
    "site": 500,
    "process": 200,
    "shift": 200,
    "crew": 2_000,
    "contract": 2_000,
    "region": 10_000,
    "product": 100_000,
    "method": 50,
}
# Tables that hold the same moments for each of these.
GRIDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "hourly": ("time", ("site", "process")),
    "forecast_hourly": ("time", ("region",)),
    "forecast_daily": ("date", ("region",)),
}


def contradictions(folder: Path, run: Mapping[str, Any], tables: Tables) -> list[Finding]:
    """Find everything in which the parts of a run folder contradict each other.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    run : mapping
        Content of run.json.
    tables : Tables
        Tables by name, each valid on its own.

    Returns
    -------
    list of Finding
        The contradictions.
    """
    found = [*_twice(folder, tables), *_unknown(folder, tables), *_too_many(folder, tables)]
    found += [
        *_far_away(folder, run, tables),
        *_uneven(folder, run, tables),
        *_miscounted(folder, run, tables),
    ]
    return [*found, *_misshapen_peak(folder, tables), *_gaps(folder, tables)]


def _finding(folder: Path, name: str, row: int, field: str, words: str) -> Finding:
    """A finding at a row of a table; of the whole table where the row is -1."""
    return Finding(str(folder / "tables" / f"{name}.csv"), row, 0, field, words)


def _at(
    folder: Path, tables: Tables, name: str, bad: Bad, *, field: str, words: str
) -> Iterator[Finding]:
    """A finding for the first rows that are bad, if there are any."""
    rows = np.flatnonzero(bad)[:MOST_SHOWN].tolist()
    for line in lines_of_rows(tables[name], rows):
        yield _finding(folder, name, line, field, words)


def _twice(folder: Path, tables: Tables) -> Iterator[Finding]:
    for name, key in KEYS.items():
        if name in tables:
            bad = tables[name].duplicated(list(key)).to_numpy()
            yield from _at(
                folder,
                tables,
                name,
                bad,
                field=", ".join(key),
                words="stands in an earlier row already",
            )


def _unknown(folder: Path, tables: Tables) -> Iterator[Finding]:
    for name, columns, other in REFERENCES:
        if name in tables and other in tables:
            known = pd.MultiIndex.from_frame(tables[other][list(columns)])
            bad = ~pd.MultiIndex.from_frame(tables[name][list(columns)]).isin(known)
            yield from _at(
                folder,
                tables,
                name,
                bad,
                field=", ".join(columns),
                words=f"does not stand in {other}.csv",
            )


def _too_many(folder: Path, tables: Tables) -> Iterator[Finding]:
    for name, table in tables.items():
        for column, most in MOST.items():
            if column in table and (there := table[column].nunique()) > most:
                yield _finding(
                    folder, name, 0, column, f"holds {there:,} names; a result has at most {most:,}"
                )


def _far_away(folder: Path, run: Mapping[str, Any], tables: Tables) -> Iterator[Finding]:
    """Days that have nothing to do with the horizon; a source may have been read at any time."""
    if "start" not in run:
        return
    start = date.fromisoformat(run["start"][:10])
    first, last = _shifted(start, -MOST_DAYS_AWAY), _shifted(start, run["days"] + MOST_DAYS_AWAY)
    for name, table in tables.items():
        for column in TABLES[name].columns:
            if column.kind in ("date", "moment") and column.name != "retrieved":
                days = table[column.name].str[:10]
                bad = (days != "") & ((days < first) | (days > last))
                yield from _at(
                    folder,
                    tables,
                    name,
                    bad.to_numpy(),
                    field=column.name,
                    words="is far from the days of the run",
                )


def _shifted(day: date, days: int) -> str:
    """A day so many days later, as text; the first or the last there is where the calendar ends."""
    number = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(number).isoformat()


def _uneven(folder: Path, run: Mapping[str, Any], tables: Tables) -> Iterator[Finding]:
    """Moments that do not fill the horizon evenly."""
    for name, (column, key) in GRIDS.items():
        if name not in tables or "start" not in run:
            continue
        for of, cells in tables[name].groupby(list(key), sort=False)[column]:
            if not _fills(cells, run):
                words = f"does not fill the days of the run evenly for {', '.join(map(str, of))}"
                yield _finding(folder, name, 0, column, words)
                break


def _fills(cells: pd.Series, run: Mapping[str, Any]) -> bool:
    """Whether moments begin with the run, end with it, and are equally far apart."""
    moments = np.array(cells.tolist(), dtype="datetime64[s]") - np.datetime64(run["start"])
    seconds = moments.astype("timedelta64[s]").astype(np.int64)
    return np.array_equal(seconds * len(seconds), np.arange(len(seconds)) * run["days"] * DAY_S)


def _miscounted(folder: Path, run: Mapping[str, Any], tables: Tables) -> Iterator[Finding]:
    """A certificate of other replications than those in the table; late orders without the table of
    where they were.
    """
    certificate = run.get("certificate")
    if not certificate or "replications" not in tables:
        return
    rows, said = tables["replications"], certificate["replications"]
    if len(rows) != said:
        yield _finding(
            folder,
            "replications",
            0,
            "",
            f"holds {len(rows):,} replications, run.json says {said:,}",
        )
    failed = rows["late_orders"].sum() + rows["cancelled"].sum()
    if failed and not certificate["certified"] and "misses" not in tables:
        yield _finding(
            folder, "misses", 0, "", "is missing: some orders failed, and the plan is not certified"
        )


def _misshapen_peak(folder: Path, tables: Tables) -> Iterator[Finding]:
    """Orders where a moment must stand, or the other way round."""
    if "forecast_peak" not in tables:
        return
    table = tables["forecast_peak"]
    moment = (table["what"] == "peak_hour_time").to_numpy()
    for column in ("p05", "p50", "p95"):
        cells = table[column].astype(str).tolist()
        bad = np.where(moment, TIME.wrong(cells), ORDERS.wrong(cells))
        words = "must be orders, or a moment in the row peak_hour_time"
        yield from _at(folder, tables, "forecast_peak", bad, field=column, words=words)


def _gaps(folder: Path, tables: Tables) -> Iterator[Finding]:
    """Points that are missing in the grid of what ifs."""
    if "what_if" in tables:
        table, axes = tables["what_if"], KEYS["what_if"]
        if len(table) != math.prod(table[name].nunique(dropna=False) for name in axes):
            words = f"does not hold every combination of {', '.join(axes)}"
            yield _finding(folder, "what_if", 0, "", words)
