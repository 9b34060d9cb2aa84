"""What was changed in a plan and what that does, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from planner.domain.dates import day_month
from planner.reporting.language.labels import Labels

MOST_LINES = 10
_SAME_COST = 0.005  # major units


def change_lines(changes: pd.DataFrame, files: Sequence[str], labels: Labels) -> list[str]:
    """Say what was changed.

    Parameters
    ----------
    changes : DataFrame
        The table `plan_changes`.
    files : sequence of str
        Files that hold the edits.
    labels : Labels
        The language.

    Returns
    -------
    list of str
        A heading, and a line for each of the first changes.
    """
    rows = [{str(k): v for k, v in row.items()} for row in changes.to_dict("records")]
    named, count = ", ".join(files), len(rows)
    head = labels("edits_one" if count == 1 else "edits_many", count=count, files=named)
    lines = [f"  {_change(row, labels)}" for row in rows[:MOST_LINES]]
    if count > MOST_LINES:
        lines.append(f"  {labels('edits_more', count=count - MOST_LINES)}")
    return [head, *lines]


def _change(row: dict[str, Any], labels: Labels) -> str:
    """One change: `people: yiwu, pack, own, day, 11 Nov: 6 -> 5`."""
    kinds = ("site", "process", "crew", "shift")
    parts = [labels.name(kind, row[kind]) for kind in kinds if row[kind]]
    if row["date"]:
        parts.append(day_month(date.fromisoformat(row["date"])))
    if row["item"]:
        parts.append(row["item"])
    before, after = (row[k] or labels("edits_unlimited") for k in ("before", "after"))
    return f"{labels.name('edited', row['what'])}: {', '.join(parts)}: {before} -> {after}"


def effect_lines(effect: pd.DataFrame, replications: int, labels: Labels) -> list[str]:
    """Say what the changes do to cost, share on time and certificate.

    Parameters
    ----------
    effect : DataFrame
        The table `plan_effect`.
    replications : int
        Replications of both plans.
    labels : Labels
        The language.

    Returns
    -------
    list of str
        One sentence on each.
    """
    rows = {row["plan"]: row for row in effect.to_dict("records")}
    before, after, apart = (rows[name] for name in ("before", "after", "difference"))
    low, high = rows["difference_low"], rows["difference_high"]

    def money(row: Any) -> str:
        return labels.money(float(row["cost_mean"]), 0)

    def points(row: Any) -> str:
        return _signed(labels, 100 * float(row["on_time_share_mean"]), 2)

    spread = {"cost": "", "share": ""}
    if low["cost_mean"] != "":
        spread["cost"] = labels("edits_spread", low=money(low), high=money(high))
        spread["share"] = labels("edits_spread", low=points(low), high=points(high))
    difference = float(apart["cost_mean"])
    sign = "+" if difference > _SAME_COST else ""
    return [
        labels(
            "edits_cost",
            difference=sign + money(apart),
            before=money(before),
            after=money(after),
            spread=spread["cost"],
        ),
        labels(
            "edits_on_time",
            before=labels.at_least(float(before["on_time_share_mean"]), 2),
            after=labels.at_least(float(after["on_time_share_mean"]), 2),
            difference=points(apart),
            spread=spread["share"],
        ),
        labels(
            "edits_certificate",
            before=_verdict(before, labels),
            after=_verdict(after, labels),
            met_before=before["met"],
            met_after=after["met"],
            of=replications,
        ),
    ]


def _signed(labels: Labels, value: float, digits: int) -> str:
    text = labels.number(value, digits)
    return f"+{text}" if value > 0 and float(f"{value:.{digits}f}") else text


def _verdict(row: Any, labels: Labels) -> str:
    return labels("edits_certified" if row["certified"] == "True" else "edits_not_certified")
