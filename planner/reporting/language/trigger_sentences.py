"""A trigger card in words: what is counted, what is done, what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import pandas as pd

from planner.reporting.language.labels import Labels

Row = Mapping[str, Any]


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Rows of a table, "" where nothing stands."""
    known = table.astype(object).where(table.notna(), "")
    return [{str(k): v for k, v in row.items()} for row in known.to_dict("records")]


def moment_of(row: Row, column: str = "checkpoint") -> datetime:
    """A moment of a row."""
    return datetime.fromisoformat(str(row[column]))


def short_moment(labels: Labels, at: datetime, day: datetime) -> str:
    """A time, with its day where it is another one.

    Parameters
    ----------
    labels : Labels
        Language and names.
    at : datetime
        The time.
    day : datetime
        A moment of the day that need not be said.

    Returns
    -------
    str
        The words.
    """
    if at.date() == day.date():
        return f"{at:%H:%M}"
    return f"{labels.short_day(at)} {at:%H:%M}"


def measure_in_words(labels: Labels, row: Row) -> str:
    """What is counted."""
    if row["measure"] == "orders":
        since = short_moment(labels, moment_of(row, "since"), moment_of(row))
        return labels("trigger_orders", since=since)
    if row["counted_at"]:
        return labels("trigger_waiting_at", site=labels.name("site", str(row["counted_at"])))
    return labels("trigger_waiting")


def threshold_in_words(labels: Labels, row: Row) -> str:
    """Between which counts the row of a level applies (`levels_of`): the next level ends it."""
    ends = "" if row["next_threshold"] == "" else labels.number(float(row["next_threshold"]))
    if row["threshold"] == "":
        return labels("trigger_up_to", high=ends) if ends else labels("trigger_always")
    above = float(row["threshold"])
    if ends:
        return labels("trigger_between", low=labels.number(above + 1), high=ends)
    return labels("trigger_more", n=labels.number(above))


def action_in_words(labels: Labels, row: Row) -> str:
    """What is done."""
    if row["action"] == "promise":
        regions = (labels.name("region", name) for name in str(row["regions"]).split("; "))
        hours = labels.plain(float(row["number"]))
        return labels("trigger_promise", hours=hours, regions=labels.listed(regions))
    if row["action"] == "cap":
        orders = labels.number(float(row["number"]))
        return labels("trigger_cap", n=orders, event=row["event"])
    kinds = ("site", "crew", "process", "shift", "contract")
    shown = {kind: labels.name(kind, str(row[kind])) for kind in kinds}
    on = labels.short_day(datetime.fromisoformat(str(row["date"])))
    key = "trigger_pickup" if row["action"] == "pickup" else "trigger_call"
    return labels.many(key, int(row["number"]), day=on, at=row["at"], **shown)


def quiet_moments(labels: Labels, rows: Sequence[Row]) -> str:
    """The checkpoints at which nothing needs to be done, in a sentence; "" where there is none."""
    quiet = [moment_of(row) for row in rows if row["action"] == "none"]
    if not quiet:
        return ""
    if len(quiet) == len(rows):
        return labels("trigger_nothing")
    return labels("trigger_nothing_at", moments=labels.listed(labels.moment(at) for at in quiet))


def levels_of(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of each level at which something is done, in their order, with the threshold of the next
    level of their checkpoint (`next_threshold`; empty: none).
    """
    acting = [row for row in rows if row["action"] != "none"]
    levels = [list(of) for _, of in groupby(acting, key=lambda r: (r["checkpoint"], r["level"]))]
    following = [level[0] for level in levels[1:]]
    ends = [
        after["threshold"] if after["checkpoint"] == level[0]["checkpoint"] else ""
        for level, after in zip(levels, following, strict=False)
    ]
    return [
        [{**row, "next_threshold": end} for row in level]
        for level, end in zip(levels, [*ends, ""], strict=False)
    ]


def card_lines(labels: Labels, rows: Sequence[Row]) -> list[str]:
    """The card as lines for a terminal."""
    lines = []
    for level in levels_of(rows):
        first = level[0]
        always = first["threshold"] == "" and first["next_threshold"] == ""
        words = labels(
            "trigger_sentence_always" if always else "trigger_sentence",
            what=measure_in_words(labels, first),
            over=threshold_in_words(labels, first),
            do=labels("repair_mark").join(action_in_words(labels, row) for row in level),
        )
        lines.append(labels("trigger_line", moment=labels.moment(moment_of(first)), words=words))
    quiet = quiet_moments(labels, rows)
    return [*lines, quiet] if quiet else lines


def worth_sentences(labels: Labels, policies: Sequence[Row], naive_above: float) -> list[str]:
    """What the card is worth, next to the plan alone and the naive threshold.

    Parameters
    ----------
    labels : Labels
        Language and currency.
    policies : sequence of Row
        Rows of the table `triggers_policy`.
    naive_above : float
        The naive threshold.

    Returns
    -------
    list of str
        The sentences.
    """
    by_name = {str(row["policy"]): row for row in policies}
    static, card, naive = (by_name[name] for name in ("static", "triggers", "naive"))
    n = labels.number(int(card["replications"]))
    found = [_difference(labels, static, card)] if int(card["fired"]) else []
    if not found:
        found.append(labels("trigger_enough", cost=labels.money(float(static["cost_mean"]))))
    kept = labels(
        "trigger_kept",
        kept=labels.number(int(card["kept"])),
        n=n,
        static=labels.number(int(static["kept"])),
    )
    rule_of_thumb = labels(
        "trigger_naive",
        share=labels.percent(naive_above, 0),
        cost=labels.money(float(naive["cost_mean"])),
        kept=labels.number(int(naive["kept"])),
    )
    return [*found, kept, rule_of_thumb, labels("trigger_judged", n=n)]


def _difference(labels: Labels, static: Row, card: Row) -> str:
    """The saving with its interval; whether it may be chance."""
    unknown = card["difference_high"] == ""
    low, high = (
        -float(card[name]) if card[name] != "" else float("nan")
        for name in ("difference_high", "difference_low")
    )
    key = "trigger_better" if not unknown and low > 0 else "trigger_not_better"
    return labels(
        key,
        cost=labels.money(float(card["cost_mean"])),
        saving=labels.money(-float(card["difference"])),
        static=labels.money(float(static["cost_mean"])),
        low=labels.money(low),
        high=labels.money(high),
    )
