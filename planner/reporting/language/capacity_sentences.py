"""The orders a day that a plan can promise, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from planner.reporting.language.labels import Labels

Row = Mapping[str, Any]


def busiest_day(rows: list[Row]) -> Row:
    """The row of all sites on the day that brings most orders."""
    days = [row for row in rows if row["date"] and not row["site"]]
    return max(days, key=lambda row: float(row["forecast_p50"]))


def every_day(rows: list[Row]) -> Row:
    """The row of all sites on every day."""
    return next(row for row in rows if not row["date"] and not row["site"])


def promise_sentence(labels: Labels, row: Row, found: Row) -> str:
    """The orders a day of a row, with their interval.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    row : Row
        A row of the table `capacity`.
    found : Row
        The whole result, which states the service level.

    Returns
    -------
    str
        The sentence.
    """
    if row["or_more"]:
        return labels("capacity_or_more", n=labels.number(float(row["orders_per_day"])))
    values = {name: labels.number(float(row[name])) for name in ("low", "high")}
    values["n"] = labels.number(float(row["orders_per_day"]))
    if not row["date"]:
        sure, on_time = (labels.exact(float(found[k])) for k in ("confidence", "on_time_share"))
        return labels("capacity_every", share=on_time, sure=sure, **values)
    forecast = {q: labels.number(float(row[f"forecast_{q}"])) for q in ("p50", "p95")}
    day = labels.short_day(date.fromisoformat(str(row["date"])))
    return labels("capacity_day", day=day, **values, **forecast)


def checked_sentence(labels: Labels, row: Row) -> str:
    """How many held-out promotions keep the promise at the number, and above it."""
    columns = ("met", "replications", "met_above", "needed")
    met, of, above, needed = (labels.number(float(row[name])) for name in columns)
    if not row["holds"]:
        n = labels.number(float(row["orders_per_day"]))
        return labels("capacity_unconfirmed", n=n, met=met, of=of)
    return labels("capacity_checked", met=met, of=of, above=above, needed=needed)


def limit_sentence(labels: Labels, row: Row) -> str:
    """What limits the orders a day; "" where nothing is known to."""
    if not row["binding"]:
        return ""
    at = str(row["binding_at"])
    return labels(
        f"capacity_{row['binding']}",
        site=labels.name("site", str(row["binding_site"])),
        process=labels.name("process", at),
        contract=labels.name("contract", at),
    )


def more_sentence(labels: Labels, rows: list[Row], on: str) -> str:
    """What adds most orders.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    rows : list of Row
        Rows of the table `capacity_more`.
    on : str
        The day; "" for every day.

    Returns
    -------
    str
        The sentence; "" where nothing was tried.
    """
    there = [row for row in rows if str(row["date"] or "") == on]
    when = labels.short_day(date.fromisoformat(on)) if on else labels("capacity_any_day")
    if not there:
        return ""
    if float(there[0]["orders_added"]) <= 0:
        return labels("capacity_more_none", when=when)
    best = there[0]
    return labels(
        "capacity_more",
        what=best["words"],
        added=labels.number(float(best["orders_added"])),
        when=when,
        cost=labels.money(float(best["cost"])),
    )


def declare_sentence(labels: Labels, found: Mapping[str, Any]) -> str:
    """What to declare to the platform, and what that does."""
    to_declare = found["to_declare"]
    if to_declare is None:
        platform = labels.name("platform", str(found["platform"]))
        return labels("capacity_not_asked", platform=platform)
    platform = labels.name("platform", str(to_declare["platform"]))
    times = float(to_declare["demand"])
    demand = (
        labels("capacity_demand_stated")
        if times == 1.0
        else labels("capacity_demand_times", times=labels.plain(times))
    )
    if not to_declare["needed"]:
        return labels("capacity_declare_needless", demand=demand)
    rows = [row for row in found["declare"] if float(row["demand"]) == times]
    of = labels.number(float(rows[0]["replications"]))
    if to_declare["orders_per_day"] is None:
        best = max(float(row["kept"]) for row in rows)
        return labels("capacity_declare_none", demand=demand, kept=labels.number(best), of=of)
    row = next(row for row in rows if row["recommended"])
    high = to_declare["high"]
    interval = (
        labels("capacity_declare_open")
        if high is None
        else labels("capacity_declare_sure", high=labels.number(float(high)))
    )
    return labels(
        "capacity_declare",
        platform=platform,
        n=labels.number(float(row["declared"])),
        interval=interval,
        demand=demand,
        kept=labels.number(float(row["kept"])),
        of=of,
        before=labels.number(float(rows[0]["kept"])),
        avoided=labels.number(float(row["late_avoided"])),
        extended=labels.number(float(row["orders_extended"])),
        delayed=labels.number(float(row["orders_delayed"])),
        hours=labels.number(float(row["delay_hours"]), 1),
    )


def capacity_lines(labels: Labels, found: Mapping[str, Any]) -> list[str]:
    """What a terminal says of a study."""
    lines = []
    for row in (every_day(found["capacity"]), busiest_day(found["capacity"])):
        parts = [
            promise_sentence(labels, row, found),
            checked_sentence(labels, row),
            limit_sentence(labels, row),
            more_sentence(labels, found["capacity_more"], str(row["date"] or "")),
        ]
        lines.append(" ".join(part for part in parts if part))
    return [*lines, declare_sentence(labels, found)]
