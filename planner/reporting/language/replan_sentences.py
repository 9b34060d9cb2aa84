"""A plan changed in the middle of the promotion, in sentences for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from planner.reporting.language.labels import Labels

Row = Mapping[str, Any]


def replan_lines(labels: Labels, summary: Mapping[str, Any]) -> list[str]:
    """What is known now, what to change by when, and what that does.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    summary : mapping
        What `--json` prints.

    Returns
    -------
    list of str
        The lines.
    """
    changes = summary["changes"]
    return [
        *(_size(labels, row) for row in summary["event_sizes"]),
        *(_waits(labels, row) for row in summary["waiting"]),
        *_heading(labels, changes, summary["change_cost"]),
        *(change_line(labels, row) for row in changes),
        *([labels.many("replan_calls", len(summary["calls"]))] if summary["calls"] else []),
        *_effect(labels, summary["effect"], bool(changes)),
        labels(
            "replan_certified" if summary["certificate"]["certified"] else "replan_not_certified"
        ),
    ]


def _size(labels: Labels, row: Row) -> str:
    return labels(
        "replan_size",
        event=row["event"],
        stated=labels.number(row["stated_p50"]),
        **{key: labels.number(row[key]) for key in ("p05", "p50", "p95", "stated_p95")},
    )


def _waits(labels: Labels, row: Row) -> str:
    stated = row["stated"]
    line = labels(
        "replan_waits",
        site=labels.name("site", row["site"]),
        process=labels.name("process", row["process"]),
        orders=labels.number(row["simulated"] if stated is None else stated),
    )
    if row["rate"] == 1:
        return line
    return line + labels("replan_waits_rate", rate=labels.percent(row["rate"], 0))


def _heading(labels: Labels, changes: list[Row], price: float) -> list[str]:
    money = labels.money(price)
    if not changes:
        return [labels("replan_none", price=money)]
    key = "replan_some_one" if len(changes) == 1 else "replan_some_other"
    return [labels(key, n=len(changes), price=money)]


def change_line(labels: Labels, row: Row) -> str:
    """A change: by when, what, before and after, and what it saves."""
    return labels(
        "replan_by",
        by=labels.moment(datetime.fromisoformat(row["decide_by"])),
        what=change_in_words(labels, row),
        before=level_in_words(labels, row["before"]),
        after=level_in_words(labels, row["after"]),
        saves=labels.money(float(row["saves"])),
    )


def level_in_words(labels: Labels, level: float | str | None) -> str:
    """People, vehicles, hours or orders; a sale that does not stop has no limit."""
    return labels("replan_unlimited") if level in (None, "") else labels.number(float(level or 0))


def change_in_words(labels: Labels, row: Row) -> str:
    """What to do.

    Parameters
    ----------
    labels : Labels
        Language and names.
    row : mapping
        Row of the table `changes`.

    Returns
    -------
    str
        The words.
    """
    names = {
        key: labels.name(key.removeprefix("from_"), str(row[key] or ""))
        for key in (
            "site",
            "process",
            "crew",
            "shift",
            "contract",
            "region",
            "from_process",
            "from_shift",
        )
    }
    return labels(
        f"replan_{row['what']}",
        n=labels.number(float(row["amount"])),
        day=labels.short_day(date.fromisoformat(row["date"])),
        at=row["at"],
        by=f"{datetime.fromisoformat(row['decide_by']):%H:%M}",
        after=level_in_words(labels, row["after"]),
        event=row["event"],
        **names,
    )


def _effect(labels: Labels, effect: Mapping[str, Row], changed: bool) -> list[str]:
    before, after, difference = (effect[row] for row in ("before", "after", "difference"))
    cost = labels("replan_same_cost", before=labels.money(before["cost_mean"]))
    if changed:
        low, high = (difference[key] for key in ("cost_low", "cost_high"))
        cost = labels(
            "replan_cost",
            before=labels.money(before["cost_mean"]),
            after=labels.money(after["cost_mean"]),
            difference=labels.money(difference["cost_mean"]),
            low=labels.money(float("nan") if low is None else low),
            high=labels.money(float("nan") if high is None else high),
        )
    return [
        cost,
        labels(
            "replan_late",
            before=labels.number(before["late_orders_mean"]),
            after=labels.number(after["late_orders_mean"]),
        ),
        labels(
            "replan_kept",
            before=labels.number(before["kept"]),
            after=labels.number(after["kept"]),
            n=labels.number(after["replications"]),
            low=labels.percent(after["kept_low"]),
            high=labels.percent(after["kept_high"]),
        ),
    ]
