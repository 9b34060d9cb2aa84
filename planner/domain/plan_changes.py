"""What tells a plan from another one: decision by decision, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from planner.domain.contracts import HEAVIEST_G
from planner.domain.dates import day_clock
from planner.domain.horizon import HOUR_S, Horizon
from planner.domain.plan import Plan
from planner.domain.problem import Problem, ShareRow
from planner.domain.workforce import LONG_AGO

SAME_SHARE = 1e-9  # shares that differ by less are the same: files round the last digit
WHAT = ("staffing", "stock", "routing", "extra_collections", "signed")

_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """One decision that differs.

    Attributes
    ----------
    what : str
        One of `WHAT`.
    day : int or None
        Day of the horizon, where it is of one.
    site, process, crew, shift : str
        Where and who; empty where the decision has none.
    item : str
        What else tells it from others: product, region, contract, period.
    before, after : float or None
        People, units, share, vehicles, or 1 for signed; None for stock without limit.
    """

    what: str
    day: int | None = None
    site: str = ""
    process: str = ""
    crew: str = ""
    shift: str = ""
    item: str = ""
    before: float | None
    after: float | None


def plan_changes(problem: Problem, before: Plan, after: Plan) -> tuple[PlanChange, ...]:
    """List every decision in which two plans differ.

    Parameters
    ----------
    problem : Problem
        What both are for.
    before, after : Plan
        The plans.

    Returns
    -------
    tuple of PlanChange
        In the order of the tables.
    """
    return tuple(
        change
        for found in (
            _people(problem.horizon, before, after),
            _stock(before, after),
            _routing(problem.horizon, before, after),
            _vehicles(before, after),
            _signed(before, after),
        )
        for change in found
    )


def _different(
    before: Mapping[_Key, float], after: Mapping[_Key, float]
) -> Iterator[tuple[_Key, float, float]]:
    """Keys whose values differ, each with both; what is missing is 0."""
    for key in sorted(before.keys() | after.keys()):
        values = before.get(key, 0), after.get(key, 0)
        if abs(values[0] - values[1]) > SAME_SHARE:
            yield key, *values


def _people(horizon: Horizon, before: Plan, after: Plan) -> Iterator[PlanChange]:
    def headcounts(plan: Plan) -> dict[_Key, float]:
        found: dict[_Key, float] = {}
        for row in plan.staffing:
            key = (row.day, row.site, row.process, row.crew, row.shift, row.since_day)
            found[key] = found.get(key, 0) + row.headcount
        return found

    for key, old, new in _different(headcounts(before), headcounts(after)):
        day, site, process, crew, shift, since = key
        yield PlanChange(
            what="staffing",
            day=day,
            site=site,
            process=process,
            crew=crew,
            shift=shift,
            item="" if since == LONG_AGO else f"booked from {horizon.date_of(since)}",
            before=old,
            after=new,
        )


def _stock(before: Plan, after: Plan) -> Iterator[PlanChange]:
    old, new = _units(before), _units(after)
    if old is not None and new is not None:
        for (site, product), was, becomes in _different(old, new):
            yield PlanChange(what="stock", site=site, item=product, before=was, after=becomes)
        return
    for site, product in sorted((old or new or {}) if old != new else {}):
        key = (site, product)
        yield PlanChange(
            what="stock",
            site=site,
            item=product,
            before=None if old is None else old[key],
            after=None if new is None else new[key],
        )


def _units(plan: Plan) -> dict[_Key, float] | None:
    """Units placed; None for stock without limit."""
    return None if plan.stock is None else {(r.site, r.product): r.units for r in plan.stock}


def _routing(horizon: Horizon, before: Plan, after: Plan) -> Iterator[PlanChange]:
    def shares(plan: Plan) -> dict[_Key, float]:
        found: dict[_Key, float] = {}
        for row in plan.routing:
            key = (
                (row.region, row.from_s, row.to_s, row.above_g, row.to_g),
                row.site,
                row.contract,
            )
            found[key] = found.get(key, 0) + row.share
        return found

    for key, old, new in _different(shares(before), shares(after)):
        (region, from_s, to_s, above_g, to_g), site, contract = key
        row = ShareRow(
            region=region,
            site=site,
            contract=contract,
            from_s=from_s,
            to_s=to_s,
            share=new,
            above_g=above_g,
            to_g=to_g,
        )
        yield PlanChange(
            what="routing", site=site, item=lane_in_words(row, horizon), before=old, after=new
        )


def lane_in_words(row: ShareRow, horizon: Horizon) -> str:
    """Region, contract, and the period and weights where they are not all there are."""
    parts = [row.region, row.contract or "no courier"]
    if row.from_s > 0 or row.to_s < horizon.reported_end_s:
        until = horizon.at(min(row.to_s, horizon.reported_end_s))
        parts.append(f"{day_clock(horizon.at(row.from_s))} to {day_clock(until)}")
    if row.above_g:
        parts.append(f"above {row.above_g:,} g")
    if row.to_g != HEAVIEST_G:
        parts.append(f"up to {row.to_g:,} g")
    return ", ".join(parts)


def _vehicles(before: Plan, after: Plan) -> Iterator[PlanChange]:
    def booked(plan: Plan) -> dict[_Key, float]:
        found: dict[_Key, float] = {}
        for e in plan.extra:
            key = (e.day, e.site, e.contract, e.at_s)
            found[key] = found.get(key, 0) + e.vehicles
        return found

    for (day, site, contract, at_s), old, new in _different(booked(before), booked(after)):
        clock = f"{at_s // HOUR_S:02d}:{at_s % HOUR_S // 60:02d}"
        item = f"{contract}, {clock}"
        yield PlanChange(
            what="extra_collections", day=day, site=site, item=item, before=old, after=new
        )


def _signed(before: Plan, after: Plan) -> Iterator[PlanChange]:
    signed = ({(name,): 1.0 for name in plan.signed} for plan in (before, after))
    for (name,), old, new in _different(*signed):
        yield PlanChange(what="signed", item=name, before=old, after=new)


def with_decisions(plan: Plan, decisions: Mapping[str, Any]) -> dict[str, Any]:
    """Edited decisions in canonical order, where they are those of the plan its own rows.

    Shares that a file has rounded in the last digit are taken from the plan.

    Parameters
    ----------
    plan : Plan
        The plan that was edited.
    decisions : mapping
        Staffing, routing, stock and vehicles as fields of a `Plan`.

    Returns
    -------
    dict
        The same fields.
    """
    exact = {_lane(row): row for row in plan.routing}
    routing = [
        exact[_lane(row)]
        if _lane(row) in exact and abs(exact[_lane(row)].share - row.share) <= SAME_SHARE
        else row
        for row in decisions["routing"]
    ]
    found: dict[str, list[Any]] = {**decisions, "routing": routing}
    return {
        name: _ordered(getattr(plan, name), rows) if rows is not None else None
        for name, rows in found.items()
    }


def _ordered(before: Any, rows: Any) -> tuple[Any, ...]:
    """Rows in the order of the plan where they are the same, else sorted."""
    known = tuple(before or ())
    if len(known) == len(rows) and set(known) == set(rows):
        return known
    return tuple(sorted(rows, key=astuple))


def _lane(row: ShareRow) -> _Key:
    return row.region, row.site, row.contract, row.from_s, row.to_s, row.above_g, row.to_g
