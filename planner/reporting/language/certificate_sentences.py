"""The verdict on a plan in sentences, the same on paper and in a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from planner.reporting.language.labels import Labels

MOST_CREWS, MOST_DATES = 1, 3  # crews with empty places, and days of each, that are named


def verdict_sentences(verdict: Mapping[str, Any] | None, labels: Labels) -> list[str]:
    """Why a plan is certified or not.

    `verdict`: the certificate, None when no held-out replications were simulated.

    Empty places come first: whatever was met was simulated with somebody in them. What was reached
    is rounded down, so that no figure claims more than was proven.
    """
    if verdict is None:
        return [labels("verdict_none")]
    reached, n = service_reached(verdict), int(verdict["replications"])
    empty = empty_sentences(verdict, labels)
    confidence, level = float(verdict["confidence"]), float(verdict["level"])
    met = labels(
        "verdict_met",
        met=labels.number(int(verdict["met"])),
        n=labels.number(n),
        target=labels.exact(float(verdict["on_time_share"])),
        also=_own_targets(verdict.get("also") or [], labels),
    )
    bound = labels(
        "verdict_yes" if reached else "verdict_no",
        level=labels.at_least(level),
        bound=labels.at_least(float(verdict["lower_bound"])),
        confidence=labels.exact(confidence),
    )
    needed = fewest_replications(confidence, level)
    if reached or n >= needed:
        return [*empty, met, bound]
    few = labels("verdict_few", confidence=labels.exact(confidence), needed=labels.number(needed))
    return [*empty, met, bound, few]


def service_reached(verdict: Mapping[str, Any]) -> bool:
    """Whether the service level is proven, whoever fills the places."""
    return float(verdict["lower_bound"]) >= float(verdict["confidence"])


def empty_sentences(verdict: Mapping[str, Any], labels: Labels) -> list[str]:
    """Which places the roster leaves empty, and whether that is proved."""
    crews = verdict.get("empty_places") or []
    found = [
        labels.many(
            "verdict_empty" if empty["proved"] else "verdict_undecided",
            int(empty["places"]),
            crew=labels.name("crew", str(empty["crew"])),
            site=labels.name("site", str(empty["site"])),
            dates=_dates(empty["dates"], labels),
        )
        for empty in crews[:MOST_CREWS]
    ]
    if len(crews) > MOST_CREWS:
        found.append(labels.many("verdict_empty_crews", len(crews) - MOST_CREWS))
    return found


def repair_sentences(verdict: Mapping[str, Any], labels: Labels) -> list[str]:
    """What to do about empty places, where there are any."""
    return [labels("verdict_repair")] if verdict.get("empty_places") else []


def _dates(dates: Sequence[str], labels: Labels) -> str:
    """The first days of a list, and how many more there are."""
    named = [labels.short_day(date.fromisoformat(text)) for text in dates[:MOST_DATES]]
    more = len(dates) - len(named)
    return labels.listed([*named, labels.many("verdict_empty_more", more)] if more else named)


def _own_targets(also: Sequence[Mapping[str, float]], labels: Labels) -> str:
    """The targets of one's own that had to be met too, as the end of a sentence."""
    if not also:
        return ""
    targets = [target_in_words(target["within_hours"], target["share"], labels) for target in also]
    return labels("verdict_also", targets=labels.listed(targets))


def target_in_words(within_hours: float, share: float, labels: Labels) -> str:
    """Say a target of one's own, such as 70% within 24 h.

    Parameters
    ----------
    within_hours : float
        Hours from the order to the counted clock.
    share : float
        Share of the orders.
    labels : Labels
        Language, currency and names.

    Returns
    -------
    str
        Part of a sentence.
    """
    return labels("target_within", share=labels.exact(share), hours=f"{within_hours:g}")


def certain_sentences(certain: Sequence[str], labels: Labels) -> list[str]:
    """That demand was taken as certain, where it was; `certain`: its components."""
    if not certain:
        return []
    return [
        labels(
            "verdict_certain",
            names=labels.listed(labels.name("demand", str(name)) for name in certain),
        )
    ]


def open_sentences(inside: float, late: float, labels: Labels) -> list[str]:
    """Say how many orders are open at the end on average, and how many of them late.

    Parameters
    ----------
    inside : float
        Orders open at the end.
    late : float
        Those of them that count as late.
    labels : Labels
        Language, currency and names.

    Returns
    -------
    list of str
        The sentences; none where no order is open.
    """
    if round(inside) <= 0:
        return []
    if round(late) <= 0:
        return [labels("verdict_open", inside=labels.number(inside))]
    key = "verdict_open_late_one" if round(late) == 1 else "verdict_open_late"
    return [labels(key, inside=labels.number(inside), late=labels.number(late))]


def fewest_replications(confidence: float, level: float) -> int:
    """Replications that certify when all of them meet the target: (1 - level)^(1/n) >= confidence
    (Clopper-Pearson).
    """
    return math.ceil(math.log(1.0 - level) / math.log(confidence) - 1e-9)


def method_heads(labels: Labels) -> list[str]:
    """Headings of the table of methods."""
    return [
        labels("col_method"),
        labels("col_cost", unit=labels.unit),
        labels("col_against"),
        labels("col_on_time"),
        labels("col_kept_of"),
        labels("col_certified"),
    ]


def method_cells(
    labels: Labels,
    method: str,
    *,
    costs: tuple[float, float],
    on_time: float,
    kept: tuple[float, float],
    certified: bool,
) -> list[str]:
    """Cells of a method's row.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    method : str
        Name of the method.
    costs : (float, float)
        Its cost and that of our plan (NaN in our own row).
    on_time : float
        Mean share on time.
    kept : (float, float)
        Replications that met the service level, and all.
    certified : bool
        Whether it is certified.

    Returns
    -------
    list of str
        The cells.
    """
    cost, ours = costs
    more = cost / ours - 1.0 if math.isfinite(ours) and ours else math.nan
    return [
        labels.name("method", method),
        labels.number(cost),
        "" if math.isnan(ours) else ("+" if more > 0 else "") + labels.percent(more),
        labels.at_least(on_time, 2),
        labels("kept_of", met=labels.number(kept[0]), n=labels.number(kept[1])),
        labels("yes" if certified else "no"),
    ]
