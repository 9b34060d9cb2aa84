"""The grid of what ifs for the sliders of report.html; `what_if.js` interpolates in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from planner.reporting.language.labels import Labels
from planner.reporting.language.stress_sentences import place_in_words
from planner.reporting.pages.headline import rule_words, rules_of
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import RunFolder, records
from planner.reporting.webpage.both import Bilinguals, Both, same, words

OWN = math.inf  # the platform's own deadlines, as a value of the axis
TEXTS = (
    "demand_change",
    "cost_mean",
    "on_time_mean",
    "chance",
    "simulated",
    "here",
    "against_plan",
    "interpolated",
    "simulated_point",
    "interpolated_point",
)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the template and the scripts need.

    Attributes
    ----------
    data : dict
        Axes, points and where the sliders stand at first.
    note : Both
        What is varied, and what is not.
    pickup : Both, optional
        The pick-up that may be missed; None where none can be.
    promises : list of Both
        The promises to choose from.
    has_fill : bool
        Whether the plan books people who may not come.
    """

    data: dict[str, Any]
    note: Both
    pickup: Both | None
    promises: list[Both]
    has_fill: bool


def what_if(both: Bilinguals) -> WhatIf | None:
    """The grid of a run; None where it has none."""
    run = both.one.run
    if not run.has("what_if"):
        return None
    rows = records(run.table("what_if"))
    demand, fill, pickups, hours = (
        sorted({_value(row, name) for row in rows})
        for name in ("demand", "agency_fill", "missed_pickup", "promise_hours")
    )
    by_place = {_place(row): row for row in rows}
    points = [
        [[[_point(both, by_place[d, f, p, h]) for h in hours] for p in pickups] for f in fill]
        for d in demand
    ]
    # mypy infers no type of a lambda with a default
    promises = [both.say(lambda c, h=h: _promise(c, h)) for h in hours]  # type: ignore[misc]
    own = OWN if OWN in hours else _own_hours(run)
    data = {
        "demand": demand,
        "fill": fill,
        "points": points,
        "texts": {key: words(f"web_{key}").pair for key in TEXTS},
        "units": [both.say(lambda c: c.labels.unit).pair, ["%", "%"], ["%", "%"]],
        "target": both.say(_target).pair,
        "money": [_money_ends(context.labels) for context in both.contexts],
        "now": {
            "demand": min(demand, key=abs),
            "fill": fill[-1],
            "promise": hours.index(own) if own in hours else len(hours) - 1,
        },
    }
    note = both.say(lambda c: _note(c, int(rows[0]["replications"])))
    pickup = both.say(lambda c: place_in_words(c.labels, pickups[-1])) if len(pickups) > 1 else None
    return WhatIf(data, note, pickup, promises, len(fill) > 1)


def _value(row: Row, name: str) -> Any:
    """A value of an axis."""
    value = row[name]
    if name == "missed_pickup":
        return str(value)
    return OWN if value != value else float(value)


def _place(row: Row) -> tuple[Any, ...]:
    """Where a row stands in the grid."""
    names = ("demand", "agency_fill", "missed_pickup", "promise_hours")
    return tuple(_value(row, name) for name in names)


def _point(both: Bilinguals, row: Row) -> dict[str, Any]:
    """The numbers of a point, and how the other reports write them."""
    cost, on_time = float(row["cost_mean"]), float(row["on_time_share"])
    kept = both.say(
        lambda c: c.labels(
            "web_kept",
            kept=c.labels.number(float(row["kept"])),
            n=c.labels.number(float(row["replications"])),
        )
    )
    return {
        "values": [cost, on_time, float(row["kept_share"])],
        "texts": [
            both.say(lambda c: c.labels.money(cost)).pair,
            same(both.one.labels.percent(on_time, 2)).pair,
            same(both.one.labels.percent(float(row["kept_share"]))).pair,
        ],
        "kept": kept.pair,
    }


def _own_hours(run: RunFolder) -> float:
    """The platform's deadline as a value of the axis."""
    rule = run.run.get("platform") or {}
    hours = rule.get("deadline_hours")
    return OWN if rule.get("deadline_working_days") or hours is None else float(hours)


def _promise(context: PageContext, hours: float) -> str:
    """What is promised, in words."""
    if hours == OWN:
        return context.labels("web_own_promise")
    return context.labels("hours", n=context.labels.plain(hours))


def _money_ends(labels: Labels) -> list[str]:
    """What stands before and after an amount."""
    before, _, after = labels.money(0.0).partition("0")
    return [before, after]


def _target(context: PageContext) -> str:
    """The share of orders on time that is asked for."""
    asked = float(context.run.run["service"]["on_time_share"])
    return context.labels("kpi_target_only", target=context.labels.exact(asked))


def _note(context: PageContext, replications: int) -> str:
    labels = context.labels
    clocks = dict.fromkeys(rule_words(context, r)["clock"] for r in rules_of(context.run))
    clock = labels.listed(list(clocks))
    return labels("web_what_if_note", n=labels.number(replications), clock=clock)
