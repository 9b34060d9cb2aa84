"""The orders a day that a plan can promise, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from planner.reporting.language.labels import MISSING, Labels

Row = Mapping[str, Any]


def busiest_day(rows: list[Row]) -> Row:
    """The row of all sites on the day that brings most orders."""
    days = [row for row in rows if row["date"] and not row["site"]]
    return max(days, key=lambda row: float(row["forecast_p50"]))


def every_day(rows: list[Row]) -> Row:
    """The row of all sites on every day."""
    return next(row for row in rows if not row["date"] and not row["site"])


def where_in_words(labels: Labels, row: Row) -> str:
    """The place of a row: `Yiwu, every day`; a day of all sites by its date alone."""
    on = str(row["date"] or "")
    when = labels.short_day(date.fromisoformat(on)) if on else labels("capacity_every_day")
    if not row["site"]:
        return when if on else labels("capacity_here", site=labels("capacity_all_sites"), when=when)
    return labels("capacity_here", site=labels.name("site", str(row["site"])), when=when)


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
    n, high = (labels.number(float(row[name])) for name in ("orders_per_day", "high"))
    if row["or_more"] or not float(row["orders_per_day"]):
        key = "capacity_or_more" if row["or_more"] else "capacity_zero"
        return labels(key, where=where_in_words(labels, row), n=n)
    if not row["date"] and not row["site"]:
        sure, on_time = (labels.exact(float(found[k])) for k in ("confidence", "on_time_share"))
        return labels("capacity_every", share=on_time, sure=sure, n=n, high=high)
    if not row["date"]:
        site = labels.name("site", str(row["site"]))
        return labels("capacity_site", site=site, n=n, high=high)
    forecast = {q: labels.number(float(row[f"forecast_{q}"])) for q in ("p50", "p95")}
    day = labels.short_day(date.fromisoformat(str(row["date"])))
    return labels("capacity_day", day=day, n=n, high=high, **forecast)


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
    if not there:
        return ""
    when = labels.short_day(date.fromisoformat(on)) if on else labels("capacity_every_day")
    best = there[0]
    if float(best["orders_added"]) <= 0:
        return labels("capacity_more_none", when=when)
    return labels(
        "capacity_more",
        what=_resource_in_words(labels, best),
        added=labels.number(float(best["orders_added"])),
        when=when,
        cost=labels.money(float(best["cost"])),
    )


def _resource_in_words(labels: Labels, row: Row) -> str:
    """One more person or vehicle."""
    kinds = ("site", "crew", "process", "shift", "contract")
    names = {kind: labels.name(kind, str(row[kind] or "")) for kind in kinds}
    day = labels.short_day(date.fromisoformat(str(row["since"])))
    return labels("unit_vehicle" if row["contract"] else "unit_person", day=day, **names)


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
    none, *rows = (row for row in found["declare"] if float(row["demand"]) == times)
    best = _best(rows)
    values = {
        "platform": platform,
        "demand": demand,
        "n": labels.number(float(best["declared"])),
        "kept": labels.number(float(best["kept"])),
        "of": labels.number(float(best["replications"])),
        "before": labels.number(float(none["kept"])),
        "effect": _effect(labels, best),
    }
    if to_declare["orders_per_day"] is None:
        needed = labels.number(float(found["every_day"]["needed"]))
        told = labels("capacity_declare_none", needed=needed, **values)
    else:
        interval = _interval(labels, to_declare["high"])
        told = labels("capacity_declare", interval=interval, **values)
    parts = [told, _paced(labels, best, to_declare["pacing"])]
    if times != 1.0:
        parts.insert(0, _without(labels, found["declare"][0]))
    return ("" if labels.lang == "zh" else " ").join(part for part in parts if part)


def _best(rows: list[Row]) -> Row:
    """The number to declare, else the largest with which most promotions keep the promise."""
    chosen = [row for row in rows if row["recommended"]]
    most = max(float(row["kept"]) for row in rows)
    enough = chosen or [row for row in rows if float(row["kept"]) == most]
    return max(enough, key=lambda row: float(row["declared"]))


def _effect(labels: Labels, row: Row) -> str:
    """What a declared number does to the orders."""
    counts = {
        "avoided": "late_avoided",
        "low": "late_avoided_low",
        "high": "late_avoided_high",
        "extended": "orders_extended",
        "delayed": "orders_delayed",
    }
    values = {
        name: MISSING if row[column] is None else labels.number(float(row[column]))
        for name, column in counts.items()
    }
    hours = labels.number(float(row["delay_hours"]), 1)
    return labels("capacity_declare_effect", hours=hours, **values)


def _interval(labels: Labels, high: int | None) -> str:
    """How sure a number is the largest one."""
    if high is None:
        return labels("capacity_declare_open")
    return labels("capacity_declare_sure", high=labels.number(float(high)))


def _paced(labels: Labels, row: Row, pacing: float | None) -> str:
    """When the platform would hold orders back; "" where it never does."""
    share = float(row["paced_share"])
    if pacing is None or not share:
        return ""
    most = labels.number(float(row["declared"]) * pacing)
    return labels(
        "capacity_declare_paced",
        most=most,
        pacing=labels.plain(pacing),
        share=labels.percent(share, 0),
    )


def _without(labels: Labels, row: Row) -> str:
    """What becomes of the stated demand without a declaration."""
    kept, of = (labels.number(float(row[name])) for name in ("kept", "replications"))
    return labels("capacity_declare_stated", kept=kept, of=of)


def told_rows(rows: list[Row]) -> list[Row]:
    """The rows that are told in words: every day, each site on every day, the busiest day."""
    sites = [row for row in rows if row["site"] and not row["date"]]
    return [every_day(rows), *sites, busiest_day(rows)]


def _row_sentences(labels: Labels, row: Row, found: Row) -> list[str]:
    """All that is said of a row."""
    more = "" if row["site"] else str(row["date"] or "")
    parts = [
        promise_sentence(labels, row, found),
        checked_sentence(labels, row),
        limit_sentence(labels, row),
        "" if row["site"] else more_sentence(labels, found["capacity_more"], more),
    ]
    return [part for part in parts if part]


def capacity_lines(labels: Labels, found: Row) -> list[str]:
    """What a terminal says of a study."""
    gap = "" if labels.lang == "zh" else " "
    rows = told_rows(found["capacity"])
    return [
        *(gap.join(_row_sentences(labels, row, found)) for row in rows),
        declare_sentence(labels, found),
    ]
