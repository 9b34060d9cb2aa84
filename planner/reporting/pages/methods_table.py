"""Our plan next to those of other methods, as rows of a table on page 1."""

from __future__ import annotations

import math
from typing import Any

from planner.reporting.language.certificate_sentences import method_cells, method_heads
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import Column
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import is_true, records


def baseline_columns(labels: Labels) -> list[Column]:
    """What is said of each method."""
    shares = (4.2, 1.9, 1.5, 1.4, 1.7, 1.5)
    return [
        Column(head, share, "right" if k else "left", bold=k == len(shares) - 1)
        for k, (head, share) in enumerate(zip(method_heads(labels), shares, strict=True))
    ]


def baseline_rows(context: PageContext) -> list[list[str]]:
    """Our plan first; cost of the others against ours."""
    table = records(context.run.table("baselines"))
    ours = float(table[0]["cost_mean"]) if table else math.nan
    return [
        _row(context.labels, row, ours if place else math.nan) for place, row in enumerate(table)
    ]


def _row(labels: Labels, row: dict[str, Any], ours: float) -> list[str]:
    """One method; `ours`: cost of our plan (NaN for our own row).

    What has no cost was not simulated: its status.
    """
    cost = float(row["cost_mean"])
    kept = (float(row["met"]), float(row["replications"]))
    cells = method_cells(
        labels,
        str(row["method"]),
        costs=(cost, ours),
        on_time=float(row["on_time_share_mean"]),
        kept=kept,
        certified=is_true(str(row["certified"])),
    )
    return cells if math.isfinite(cost) else [*cells[:4], MISSING, str(row["status"])]


def has_others(context: PageContext) -> bool:
    """Whether there is another method to compare our plan with."""
    return len(context.run.table("baselines")) > 1


def not_certified(context: PageContext) -> frozenset[int]:
    """Rows of the methods whose plan is not certified."""
    certified = context.run.table("baselines")["certified"]
    return frozenset(place for place, text in enumerate(certified) if not is_true(str(text)))


def held_out(context: PageContext) -> str:
    """On how many replications all of them were judged, and what the hatching means."""
    table = context.run.table("baselines")
    return context.labels(
        "baselines_note", n=context.labels.number(float(table["replications"].max()))
    )
