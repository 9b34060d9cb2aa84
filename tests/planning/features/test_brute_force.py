"""Plans against full enumeration, with the consequences computed again in plain loops: 70 tiny
problems each time, 2,000 when asked.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from math import ceil

import numpy as np
import pytest
from scipy.optimize import linprog

from planner.domain.demand import Baseline, Demand
from planner.domain.demand_path import mean_path
from planner.domain.horizon import DAY_S, HOUR_S, SLOT_S, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Region
from planner.domain.site import CLOSED, Process
from planner.domain.workforce import Crew
from planner.errors import NoPlanError
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from tests.planning.builders import (
    EXACT,
    collections,
    contract,
    courier_problem,
    crew,
    lane_prices,
    problem,
    scenarios,
    site,
)

EFFICIENCY, LATE_FACTOR = EXACT.efficiency, EXACT.late_factor
Heads = dict[tuple[str, str, int, int], int]  # (crew, shift, since, day) -> people


def some_of(count: int, by_default: int) -> list[object]:
    """Numbers below `count`; those from `by_default` on only when asked."""
    return [n if n < by_default else pytest.param(n, marks=pytest.mark.slow) for n in range(count)]


def bucket_edges(given: Problem) -> list[int]:
    """Midnights, starts, ends and breaks of shifts, when the first order is due, and no bucket
    longer than a quarter of the promise or 3 hours.
    """
    end = given.horizon.end_s
    marks = {
        *range(0, end + 1, DAY_S),
        *(s for s in [int(given.platform.deadline_hours * HOUR_S)] if s <= end),
    }
    for day in range(given.horizon.days):
        for shift in (s for s in given.shifts if given.sites[0].works_on(s, day)):
            times = [shift.start_s, shift.end_s, *(t for b in shift.breaks for t in b)]
            marks.update(day * DAY_S + t for t in times if day * DAY_S + t <= end)
    longest = min(3 * HOUR_S, int(given.platform.deadline_hours * HOUR_S) // 4)
    edges: list[int] = []
    ordered = sorted(marks)
    for a, b in pairwise(ordered):
        pieces = -(-(b - a) // longest)
        edges += [a + (b - a) * n // pieces for n in range(pieces)]
    return [*edges, end]


def seconds_of_work(shift: Shift, day: int, a: int, b: int) -> int:
    """Seconds of [a, b) somebody on the shift of the day is at work."""
    start, end = day * DAY_S + shift.start_s, day * DAY_S + shift.end_s
    at_work = max(0, min(b, end) - max(a, start))
    for p, q in shift.breaks:
        at_work -= max(0, min(b, day * DAY_S + q) - max(a, day * DAY_S + p))
    return at_work


def failures(given: Problem, heads: Heads, per_slot: np.ndarray) -> tuple[float, float]:
    """(late orders, compensation) of one site with one process, everybody working as early as they
    can.
    """
    edges = bucket_edges(given)
    crews = {c.name: c for c in given.crews}
    shifts = {s.name: s for s in given.shifts}
    work_s = 3600.0 / given.sites[0].processes[0].orders_per_hour
    ordered = np.concatenate([[0.0], np.cumsum(per_slot)])
    done, packed = 0.0, {0: 0.0}
    for a, b in pairwise(edges):
        room = 0.0
        for (name, shift, since, day), people in heads.items():
            c = crews[name]
            speed = c.ramp[min(day - since, len(c.ramp) - 1)] if c.temporary else c.ramp[-1]
            room += people * seconds_of_work(shifts[shift], day, a, b) * speed * (1 - c.absence)
        done = min(
            float(np.interp(b, np.arange(len(ordered)) * SLOT_S, ordered)),
            done + room * EFFICIENCY / work_s,
        )
        packed[b] = done
    start = np.arange(len(per_slot)) * SLOT_S
    deadline = start + int(given.platform.deadline_hours * HOUR_S)
    counted = (deadline < given.horizon.end_s) | (start < may_stay_from(given))
    latest = np.minimum(deadline + 1, given.horizon.end_s)[counted]
    by_edge = np.bincount(
        np.searchsorted(edges, latest, side="right") - 1, per_slot[counted], len(edges)
    )
    due = {edge: float(orders) for edge, orders in zip(edges, by_edge, strict=True) if orders > 0}
    owed, late, worst = 0.0, 0.0, {}
    for by in sorted(due):
        owed += due[by]
        short = max(0.0, owed - packed[by])
        late += short
        worst[by // DAY_S] = max(worst.get(by // DAY_S, 0.0), short)
    return late, sum(worst.values()) * given.platform.compensation_minor(
        given.products[0].paid_minor
    )


def counted_orders(given: Problem, per_slot: np.ndarray) -> float:
    """Orders whose being late or not is decided within the horizon."""
    deadline = np.arange(len(per_slot)) * SLOT_S + int(given.platform.deadline_hours * HOUR_S)
    young = np.arange(len(per_slot)) * SLOT_S >= may_stay_from(given)
    return float(per_slot[~((deadline >= given.horizon.end_s) & young)].sum())


def may_stay_from(given: Problem) -> int:
    """Orders from an hour before the last work on may be left to the day after the horizon."""
    end = given.horizon.end_s
    return max(min(d * DAY_S + s.end_s, end) for d, s in worked(given)) - HOUR_S


def worked(given: Problem) -> list[tuple[int, Shift]]:
    """(day, shift) that are worked."""
    cells = product(range(given.horizon.days), given.shifts)
    return [(day, shift) for day, shift in cells if given.sites[0].works_on(shift, day)]


def permanent_rosters(given: Problem, c: Crew) -> list[Heads]:
    """Every way to put permanent people on shifts, day by day."""
    days, names = given.horizon.days, [s.name for s in given.shifts]
    one_day = [n for n in product(range(c.limit + 1), repeat=len(names)) if sum(n) <= c.limit]
    nobody, found = [(0,) * len(names)], []
    open_days = {day for day, _ in worked(given)}
    for week in product(*(one_day if day in open_days else nobody for day in range(days))):
        rested = all(
            week[d][a] + week[d + 1][b] <= c.limit
            for d in range(days - 1)
            for a, first in enumerate(given.shifts)
            for b, then in enumerate(given.shifts)
            if DAY_S + then.start_s - first.end_s < c.min_rest_hours * HOUR_S
        )
        if rested:
            found.append(
                {
                    (c.name, names[h], -1, d): week[d][h]
                    for d in range(days)
                    for h in range(len(names))
                }
            )
    return found


def temporary_rosters(given: Problem, c: Crew) -> list[Heads]:
    """Every way to book temporaries over two days of work with a single shift.

    Who stays from the first to the second counts as booked since the day before that, so that the
    difference is the days of work in between.
    """
    (one, _), (two, _) = worked(given)
    found = []
    for first, stay, second in product(range(c.limit + 1), repeat=3):
        kept = stay <= first if c.min_days < 2 else (stay == first and second == 0)
        if kept and stay + second <= c.limit:
            name = given.shifts[0].name
            found.append(
                {
                    (c.name, name, one, one): first,
                    (c.name, name, two - 1, two): stay,
                    (c.name, name, two, two): second,
                }
            )
    return found


def roster_cost(given: Problem, heads: Heads) -> int:
    crews, shifts = {c.name: c for c in given.crews}, {s.name: s for s in given.shifts}
    cost = 0
    for (name, shift, since, day), people in heads.items():
        cost += people * crews[name].shift_cost_minor(shifts[shift].paid_s)
        cost += people * crews[name].hire_cost_minor if since == day else 0
    return cost + idle_pay(given, heads)


def idle_pay(given: Problem, heads: Heads) -> int:
    """Guaranteed days that nobody works, at the wage of a regular day."""
    cost = 0
    for c in given.crews:
        guaranteed = (c.guaranteed_days_per_week or 0) * c.limit * given.horizon.days / 7
        worked = sum(n for (name, *_), n in heads.items() if name == c.name)
        idle = max(ceil(guaranteed - 1e-9) - worked, 0)
        cost += idle * round(c.regular_hours * c.wage_minor_per_hour)
    return cost


def keeps_presence(given: Problem, heads: Heads) -> bool:
    """Whether every shift of every day has its people, and permanents enough for its temporaries."""
    process, crews = given.sites[0].processes[0], {c.name: c for c in given.crews}
    for day, shift in ((day, s.name) for day, s in worked(given)):
        there = [
            (crews[name], since == day, n)
            for (name, at, since, on), n in heads.items()
            if (at, on) == (shift, day)
        ]
        everybody = sum(n for _, _, n in there)
        temporary = sum(n for c, _, n in there if c.temporary)
        starting = sum(n for c, first, n in there if c.temporary and first)
        each = process.starters_per_permanent
        if everybody < process.min_people:
            return False
        if temporary > process.max_temporary_share * everybody + 1e-9:
            return False
        if each is not None and starting > each * (everybody - temporary) + 1e-9:
            return False
    return True


def cheapest_by_enumeration(given: Problem) -> float | None:
    """The least cost over every roster that keeps the aim; None when none does."""
    per_slot = mean_path(given.demand, given.horizon).intensity.sum(axis=0)
    allowed = LATE_FACTOR * (1 - given.service.on_time_share) * counted_orders(given, per_slot)
    choices = [
        temporary_rosters(given, c) if c.temporary else permanent_rosters(given, c)
        for c in given.crews
    ]
    plans = [
        {k: n for part in combined for k, n in part.items() if n} for combined in product(*choices)
    ]
    plans = [heads for heads in plans if keeps_presence(given, heads)]
    best = None
    for heads in sorted(plans, key=lambda h: roster_cost(given, h)):
        cost = roster_cost(given, heads)
        if best is not None and cost >= best:
            break
        late, compensation = failures(given, heads, per_slot)
        if late <= allowed + 1e-6:
            best = cost + compensation if best is None else min(best, cost + compensation)
    return best


def random_staffing(number: int) -> Problem:
    """One site, one process, two days; two shifts for permanent people, or one shift for both
    kinds.
    """
    rng = np.random.default_rng([1, number])
    early = Shift(
        "early",
        6 * HOUR_S,
        14 * HOUR_S,
        ((10 * HOUR_S, 11 * HOUR_S),) if rng.random() < 0.5 else (),
    )
    late = Shift("late", 14 * HOUR_S, 22 * HOUR_S)
    own = crew(
        limit=3,
        wage_minor_per_hour=int(rng.integers(1_500, 3_000)),
        absence=float(rng.choice([0.0, 0.1])),
    )
    agency = crew(
        name="agency",
        temporary=True,
        limit=3,
        wage_minor_per_hour=int(rng.integers(1_500, 3_000)),
        min_days=int(rng.integers(1, 3)),
        ramp=(float(rng.choice([0.5, 0.8])), 1.0),
        hire_cost_minor=int(rng.integers(0, 3)) * 3_000,
    )
    both = rng.random() < 0.6
    hours = np.repeat(rng.uniform(2.0, 14.0, 2), 24) * rng.uniform(0.5, 1.5, 48)
    return problem(
        demand=Demand(
            events=(), region_share=np.ones(1), product_share=np.ones(1), baseline=Baseline(hours)
        ),
        sites=(
            site(processes=(Process(name="pack", orders_per_hour=float(rng.integers(12, 30))),)),
        ),
        shifts=(early,) if both else (early, late),
        crews=(own, agency) if both else (own,),
        platform=PlatformRule(
            name="plain",
            counts="label",
            deadline_hours=float(rng.choice([16.0, 24.0])),
            floor_minor=300,
        ),
        service=Service(float(rng.choice([0.9, 0.95, 1.0])), 0.95),
    )


@pytest.mark.parametrize("block", some_of(70, 2))
def test_staffing_costs_what_enumeration_finds(block: int) -> None:
    """On 40 tiny problems (1,400) a plan costs the cheapest roster of all, or there is none and
    none is given.
    """
    found = 0
    for number in range(block * 20, block * 20 + 20):
        given = random_staffing(number)
        best = cheapest_by_enumeration(given)
        if best is None:
            with pytest.raises(NoPlanError):
                plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
        else:
            plan = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
            assert plan.objective == pytest.approx(best, abs=1.0), number
            found += 1
    assert found >= 5  # most of them can be planned: the comparison means something


def with_presence(number: int) -> Problem:
    """A tiny problem in which people are guaranteed days and asked for side by side."""
    given, rng = random_staffing(number), np.random.default_rng([4, number])
    own, *others = given.crews
    own = replace(own, guaranteed_days_per_week=float(rng.choice([2.0, 3.5, 5.0, 7.0])))
    packing = replace(
        given.sites[0].processes[0],
        min_people=int(rng.integers(0, 3)),
        max_temporary_share=float(rng.choice([0.0, 0.4, 0.5, 0.7, 1.0])),
        starters_per_permanent=[None, 0.5, 1.0, 2.0][int(rng.integers(4))],
    )
    place = replace(given.sites[0], processes=(packing,))
    return replace(given, sites=(place,), crews=(own, *others))


@pytest.mark.parametrize("block", some_of(10, 2))
def test_guarantees_and_presence_cost_what_enumeration_finds(block: int) -> None:
    """On 40 tiny problems (200) with idle pay and limits on the mix of people."""
    found, bound = 0, 0
    for number in range(block * 20, block * 20 + 20):
        given = with_presence(number)
        best = cheapest_by_enumeration(given)
        if best is None:
            with pytest.raises(NoPlanError):
                plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
            continue
        plan = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
        assert plan.objective == pytest.approx(best, abs=1.0), number
        assert violations(given, plan) == ()
        found += 1
        free = cheapest_by_enumeration(random_staffing(number))
        bound += free is not None and best > free + 1
    assert found >= 5  # most of them can be planned
    assert bound >= 3  # and the rules cost something


def with_a_day_off(number: int) -> Problem:
    """A tiny problem of three days, on one of which the site is closed."""
    given, rng = random_staffing(number), np.random.default_rng([5, number])
    hours = given.demand.baseline.orders_per_hour
    more = replace(given.demand, baseline=Baseline(np.concatenate([hours, hours[:24]])))
    off = int(rng.integers(3))
    return replace(
        given,
        horizon=replace(given.horizon, days=3),
        demand=more,
        sites=(replace(given.sites[0], hours=((off, CLOSED),)),),
        platform=replace(given.platform, deadline_hours=float(rng.choice([40.0, 48.0]))),
    )


@pytest.mark.parametrize("block", some_of(15, 2))
def test_a_day_off_costs_what_enumeration_finds(block: int) -> None:
    """On 40 tiny problems (300): nobody is planned on the day off, and bookings go on after it."""
    found, spanning = 0, 0
    for number in range(block * 20, block * 20 + 20):
        given = with_a_day_off(number)
        best = cheapest_by_enumeration(given)
        if best is None:
            with pytest.raises(NoPlanError):
                plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
            continue
        plan = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
        assert plan.objective == pytest.approx(best, abs=1.0), number
        assert violations(given, plan) == ()
        assert not any(given.sites[0].is_closed(row.day) for row in plan.staffing)
        found += 1
        spanning += any(row.day - row.since_day == 2 for row in plan.staffing)
    assert found >= 5  # most of them can be planned
    assert spanning >= 1  # and some bookings go on after a day off in the middle


@pytest.mark.parametrize("number", some_of(300, 15))
def test_two_sites_share_the_orders_as_enumeration_would(number: int) -> None:
    """With two sites and permanent people, no late orders allowed, the plan finds the best staff
    and the best split.
    """
    rng = np.random.default_rng([2, number])
    base = problem(per_hour=float(rng.uniform(4, 20)), service=Service(1.0, 0.95))
    crews = tuple(
        crew(site=name, limit=3, wage_minor_per_hour=int(rng.integers(1_500, 3_000)))
        for name in ("east", "coast")
    )
    given = replace(
        base,
        sites=tuple(
            site(n, processes=(Process(name="pack", orders_per_hour=float(rng.integers(12, 30))),))
            for n in ("east", "coast")
        ),
        crews=crews,
    )
    per_slot = mean_path(given.demand, given.horizon).intensity.sum(axis=0)
    rosters = list(product(range(4), repeat=2))  # people on day 0, on day 1
    most = [{r: largest_share(given, i, r, per_slot) for r in rosters} for i in (0, 1)]
    pay = [c.shift_cost_minor(given.shifts[0].paid_s) for c in crews]
    enough = [(a, b) for a in rosters for b in rosters if most[0][a] + most[1][b] >= 1 - 1e-9]
    best = min((sum(a) * pay[0] + sum(b) * pay[1] for a, b in enough), default=None)
    if best is None:
        with pytest.raises(NoPlanError):
            plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
    else:
        plan = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
        assert plan.objective == best


def largest_share(given: Problem, i: int, heads: tuple[int, ...], per_slot: np.ndarray) -> float:
    """The largest share of the orders that a site can pack without a late one, by bisection."""
    alone = replace(given, sites=(given.sites[i],), crews=(given.crews[i],))
    roster = {("own", "day", -1, day): n for day, n in enumerate(heads)}
    low, high = 0.0, 1.0
    if failures(alone, roster, per_slot)[0] <= 1e-9:
        return 1.0
    for _ in range(35):
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if failures(alone, roster, per_slot * middle)[0] <= 1e-9
            else (low, middle)
        )
    return low


@pytest.mark.parametrize("number", some_of(300, 15))
def test_contracts_cost_what_enumeration_over_signatures_finds(number: int) -> None:
    """With fees and commitments, the courier cost is the least over all sets of signed
    contracts.
    """
    rng = np.random.default_rng([3, number])
    regions = ("north", "south")
    names = ("fast", "slow", "post")
    terms = [
        {
            "fixed_fee_minor": int(rng.integers(0, 4)) * 20_000,
            "commitment_parcels": int(rng.integers(0, 3)) * 200,
            "shortfall_minor": int(rng.integers(0, 3)) * 100,
        }
        for _ in names
    ]
    base = courier_problem()
    given = replace(
        base,
        regions=(Region("north", "North", 0.6), Region("south", "South", 0.4)),
        contracts=tuple(contract(n, regions, **t) for n, t in zip(names, terms, strict=True)),
        sites=(site(collections=collections(*names)),),
        crews=(crew(limit=40, wage_minor_per_hour=0),),
    )
    prices = {lane: float(rng.integers(200, 500)) for lane in given.lanes()}
    plan = plan_joint(
        given, scenarios(given, (0.8, 1.2)), lane_prices(given, prices), options=EXACT
    )
    orders = mean_path(given.demand, given.horizon).intensity.sum()
    best = min(
        couriers_if_signed(given, prices, terms, signed, float(orders))
        for signed in product((False, True), repeat=3)
        if any(signed)
    )
    paid = plan.costs["courier"] + plan.costs["fixed_fees"] + plan.costs["shortfall"]
    assert paid == pytest.approx(best, rel=2e-6, abs=2.0)


def couriers_if_signed(
    given: Problem,
    prices: dict[tuple[str, str, str], float],
    terms: list[dict[str, int]],
    signed: tuple[bool, ...],
    orders: float,
) -> float:
    """Least courier cost with exactly these contracts signed: a small linear program of its own.

    Variables: share[region, contract] (6), then missing parcels [scenario, contract] (6).
    """
    share = np.array([0.6, 0.4])
    price = np.array(
        [[prices["east", r, c] for c in given.contract_names] for r in given.region_names]
    )
    cost = np.concatenate([(price * share[:, None] * orders).ravel(), np.zeros(6)])
    rows, rhs = [], []
    for s, factor in enumerate((0.8, 1.2)):
        for c in range(3):
            row = np.zeros(12)
            row[[c, 3 + c]] = -share * orders * factor
            row[6 + 3 * s + c] = -1.0
            cost[6 + 3 * s + c] = 0.5 * terms[c]["shortfall_minor"]
            rows.append(row)
            rhs.append(-float(terms[c]["commitment_parcels"] * signed[c]))
    equal = np.zeros((2, 12))
    equal[0, :3] = equal[1, 3:6] = 1.0
    bounds = [(0, 1 if signed[k % 3] else 0) for k in range(6)] + [(0, None)] * 6
    found = linprog(cost, np.array(rows), rhs, equal, np.ones(2), bounds)
    return float(found.fun) + sum(
        t["fixed_fee_minor"] for t, s in zip(terms, signed, strict=True) if s
    )
