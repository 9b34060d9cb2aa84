"""Our plan beside those of other methods, as rows of a table on page 1."""

from __future__ import annotations

import math
from typing import Any

from planner.reporting.labels import MISSING, Labels
from planner.reporting.pages.press import Press
from planner.reporting.run_folder import is_true, records
from planner.reporting.sheet import Column


def baseline_columns(labels: Labels) -> list[Column]:
    """What is told of each method."""
    return [
        Column(labels("col_method"), 4.2),
        Column(labels("col_cost", unit=labels.unit), 1.9, "right"),
        Column(labels("col_against"), 1.5, "right"),
        Column(labels("col_on_time"), 1.4, "right"),
        Column(labels("col_kept_of"), 1.7, "right"),
        Column(labels("col_certified"), 1.5, "right", bold=True),
    ]


def baseline_rows(press: Press) -> list[list[str]]:
    """Our plan first; cost of the others against ours."""
    table = records(press.run.table("baselines"))
    ours = float(table[0]["cost_mean"]) if table else math.nan
    return [_row(press.labels, row, ours if place else math.nan) for place, row in enumerate(table)]


def _row(labels: Labels, row: dict[str, Any], ours: float) -> list[str]:
    """One method; `ours`: cost of our plan (NaN for our own row)."""
    cost = float(row["cost_mean"])
    known = math.isfinite(cost)
    more = cost / ours - 1.0 if math.isfinite(ours) and ours else math.nan
    against = ("+" if more > 0 else "") + labels.percent(more)
    kept = (labels.number(float(row["met"])), labels.number(float(row["replications"]))) if known else ("", "")
    return [
        labels.name("method", str(row["method"])),
        labels.number(cost),
        "" if math.isnan(ours) else against,
        labels.percent(float(row["on_time_share_mean"]), 2),
        labels("kept_of", met=kept[0], n=kept[1]) if known else MISSING,
        labels("yes" if is_true(str(row["certified"])) else "no") if known else str(row["status"]),
    ]


def not_certified(press: Press) -> frozenset[int]:
    """Rows of the methods whose plan is not certified."""
    certified = press.run.table("baselines")["certified"]
    return frozenset(place for place, text in enumerate(certified) if not is_true(str(text)))


def held_out(press: Press) -> str:
    """On how many promotions all of them were judged, and what the hatching means."""
    table = press.run.table("baselines")
    return press.labels("baselines_note", n=press.labels.number(float(table["replications"].max())))
