"""What a back-test has shown, in sentences: bands first, then ours against each other model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from planner.reporting.language.labels import Labels

OURS = "planner"
NOMINAL = 0.8


def backtest_lines(summary: pd.DataFrame, about: Mapping[str, Any], labels: Labels) -> list[str]:
    """The result for people.

    Parameters
    ----------
    summary : pd.DataFrame
        The table `backtest_summary`.
    about : mapping
        What was asked: `origins` (how many), `first`, `last` (dates), `length` (days), and whether
        events were `announced`.
    labels : Labels
        Language.

    Returns
    -------
    list of str
        Sentences.
    """
    rows = {(row["model"], row["kind"]): row for row in summary.to_dict("records")}
    ordinary, promotion = (rows.get((OURS, kind)) for kind in ("ordinary", "promotion"))
    lines = [_head(ordinary, promotion, about, labels)]
    if ordinary is not None:
        lines += _bands(ordinary, labels)
        others = [row for (model, kind), row in rows.items() if kind == "ordinary"]
        lines += [_against(ordinary, row, labels) for row in others if row["model"] != OURS]
        lines += _scores(others, labels)
        if pd.notna(ordinary["coverage_80_low"]):
            lines.append(labels("backtest_paired"))
    promotions = [row for (_, kind), row in rows.items() if kind == "promotion"]
    lines.append(_promotions(promotions, labels))
    if promotions:
        lines.append(labels("backtest_announced" if about["announced"] else "backtest_unannounced"))
    return lines


def _head(
    ordinary: dict[Any, Any] | None,
    promotion: dict[Any, Any] | None,
    about: Mapping[str, Any],
    labels: Labels,
) -> str:
    days = [0 if row is None else int(row["days"]) for row in (ordinary, promotion)]
    return labels(
        "backtest_head",
        origins=labels.number(about["origins"]),
        first=_day(about["first"]),
        last=_day(about["last"]),
        length=about["length"],
        ordinary=labels.number(days[0]),
        promotion=labels.number(days[1]),
    )


def _day(on: date) -> str:
    return on.isoformat()


def _bands(row: dict[Any, Any], labels: Labels) -> list[str]:
    """How many days and hours the bands held, and whether the 80 % band is as wide as it says."""
    shares = {f"c{band}": labels.percent(row[f"coverage_{band}"]) for band in (50, 80, 90)}
    shares |= {f"h{band}": labels.percent(row[f"hours_{band}"]) for band in (50, 80, 90)}
    low, high = row["coverage_80_low"], row["coverage_80_high"]
    lines = [labels("backtest_bands", **shares)]
    if pd.notna(low):
        key = "narrow" if high < NOMINAL else "wide" if low > NOMINAL else "held"
        ends = {"low": labels.percent(max(low, 0.0)), "high": labels.percent(min(high, 1.0))}
        lines.append(labels(f"backtest_{key}", **ends))
    return lines


def _against(ours: dict[Any, Any], theirs: dict[Any, Any], labels: Labels) -> str:
    """Ours against one other model, on ordinary days."""
    by, low, high = (theirs[f"ours_minus{end}"] for end in ("", "_low", "_high"))
    told = {
        "model": labels.name("model", theirs["model"]),
        "ours": _percent(ours["wape"], labels),
        "theirs": _percent(theirs["wape"], labels),
    }
    if pd.isna(low):
        return labels("backtest_few", **told)
    if low <= 0 <= high:
        return labels("backtest_even", **told, low=_points(low, labels), high=_points(high, labels))
    key, ends = ("beats", (-high, -low)) if high < 0 else ("loses", (low, high))
    told |= {"by": _points(abs(by), labels)}
    return labels(
        f"backtest_{key}", **told, low=_points(ends[0], labels), high=_points(ends[1], labels)
    )


def _scores(rows: list[dict[Any, Any]], labels: Labels) -> list[str]:
    """Whose bands are worse than ours, and whose are not shown to be, by the interval score."""
    judged = [row for row in rows if pd.notna(row["score_minus_high"])]
    lines = []
    for key, better in (("best", True), ("rest", False)):
        found = [row["model"] for row in judged if (row["score_minus_high"] < 0) == better]
        if found:
            names = labels.listed(labels.name("model", model) for model in found)
            lines.append(labels(f"backtest_score_{key}", models=names))
    return lines


def _percent(share: Any, labels: Labels) -> str:
    return labels.percent(float("nan") if share is None else float(share))


def _points(share: float, labels: Labels) -> str:
    """Percentage points."""
    return labels.number(100 * share, 1)


def _promotions(rows: list[dict[Any, Any]], labels: Labels) -> str:
    """Orders of promotions, ours and the error of every model."""
    ours = next((row for row in rows if row["model"] == OURS), None)
    if ours is None:
        return labels("backtest_no_promotions")
    orders = float(ours["orders"])
    bias = 0.0 if pd.isna(ours["bias"]) else float(ours["bias"])
    wapes = (
        labels(
            "backtest_of",
            name=labels.name("model", row["model"]),
            value=_percent(row["wape"], labels),
        )
        for row in rows
    )
    return labels(
        "backtest_promotions",
        days=labels.number(ours["days"]),
        orders=labels.number(orders),
        expected=labels.number(orders * (1 + bias)),
        wapes=labels.listed(wapes),
    )
