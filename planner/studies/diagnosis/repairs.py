"""What would make a plan possible: limits moved in the problem itself, each repair proved by
planning again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

from planner.domain.business_limits import COLLECTION, SERVICE
from planner.domain.costs import staff_cost_minor
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.relaxations import (
    BREAK_S,
    LONGER_PROMISE,
    LONGEST_SHIFT_S,
    LOWER_AIM,
    MORE_PEOPLE,
    MORE_VEHICLES,
    NEW_PICKUP,
    NEW_SHIFT,
    OVERTIME,
    SALES_CAP,
    clock_of,
    collection_named,
    free_of_shifts,
)
from planner.domain.workforce import StaffRow
from planner.errors import Blame, ExtremeNumberError, NoPlanError
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.infeasibility.conflicts import conflict_sets
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.options import PlanningOptions
from planner.planning.solution.lp_bound import relaxed_cost
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from planner.rating.lane_costs import lane_costs
from planner.studies.diagnosis.limit_changes import (
    Key,
    LimitChange,
    apply,
    change_for,
    grown,
)
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import PLANNING_SCENARIOS, SAMPLED_PATHS, require_feasible

MOST_WAYS = 4  # sets of limits without one in common, beside the promise, notice and caps
PLANNED_AT_ONCE, LEAST_PROVED = 4, 3
PROVING = 100  # a repair needs some plan, not the best: one part in so many of the effort
ROUGHLY = PlanningOptions(relative_gap=0.02, accepted_gap=0.1, tree_columns=5_000, proof_work=0)
ATTEMPTS = 7  # plans tried for one repair, a little more each time
# rungs at a time where the solver gives up: it is at the edge that whole people are hard to find
STRIDE = 5
GROWTH = (1.0, 1.05, 1.15, 1.3, 1.5, 2.0, 3.0)
LONGER_H = (6, 12, 24, 36, 48, 72, 96)
LONGER_DAYS_H = (24, 48, 72)
CAP_SHARES = tuple(k / 20 for k in range(20, 1, -1))  # of an event's 95 % point
OVERTIME_H = (1.0, 2.0, 3.0)
VEHICLES = (1, 2, 3, 4, 6, 8)
HALF_HOUR_S = 1800
AIMS = tuple(k / 1000 for k in range(995, 495, -5))

Rung = tuple[LimitChange, ...]


@dataclass(frozen=True)
class Repair:
    """Limits moved so that there is a plan.

    `days`: when the plan uses what is new (empty: not tied to days).

    `price_minor`: what the new people and vehicles cost (None: not known); `objective_minor`: the
    repaired plan. `verified`: the plan was made and keeps every rule.
    """

    change: Rung
    days: tuple[int, ...]
    price_minor: int | None
    objective_minor: int
    verified: bool

    @property
    def key(self) -> tuple[Key, ...]:
        return tuple(c.key for c in self.change)


@dataclass(frozen=True)
class RelaxationSteps:
    """The same repair in growing amounts.

    `sure`: the first rung is known to be enough in fractions of people.
    """

    rungs: tuple[Rung, ...]
    sure: bool = False


@dataclass(frozen=True)
class FeasibleStep:
    """The lowest rung of a ladder that is enough in fractions of people, and what a plan costs
    there at least.
    """

    ladder: RelaxationSteps
    at: int
    least_minor: float


@dataclass(frozen=True)
class FindFeasibleStep:
    """Look for the foothold of one ladder after the other (picklable: what worker processes receive
    once).
    """

    problem: Problem
    ladders: tuple[RelaxationSteps, ...]

    def __call__(self, number: int) -> FeasibleStep | None:
        with suppress(
            ExtremeNumberError
        ):  # a limit moved so far that no solver can work with the numbers
            return in_solver_process(foothold, self.problem, self.ladders[number])
        return None


@dataclass(frozen=True)
class ProveRepair:
    """Climb from one foothold after the other (picklable: what worker processes receive once)."""

    problem: Problem
    footholds: tuple[FeasibleStep, ...]
    effort: int

    def __call__(self, number: int) -> Repair | None:
        with suppress(ExtremeNumberError):
            return in_solver_process(
                prove_repair, self.problem, self.footholds[number], self.effort
            )
        return None


def find_repairs(
    problem: Problem, context: RunContext, blame: Sequence[Blame] = ()
) -> list[Repair]:
    """Repairs that were found and proved, the cheapest plan first; one for each set of limits.

    Every candidate is measured by one linear program after the other; those that may cost least are
    planned in whole people, and more of them as long as fewer than three have been proved. `blame`:
    what the planning that failed has named. Empty where the problem has a plan.
    """
    if any(b.rule == "lanes" for b in blame):
        return []  # where no courier goes no number helps
    ladders = in_solver_process(ladders_of, problem, tuple(blame))
    context.begin("looking for repairs", len(ladders))
    measured = context.replicate("footholds", FindFeasibleStep(problem, ladders), len(ladders))
    left = sorted((f for f in measured if f is not None), key=lambda f: f.least_minor)
    found: list[Repair] = []
    while left and len(_distinct(found)) < LEAST_PROVED:
        now, left = tuple(left[:PLANNED_AT_ONCE]), left[PLANNED_AT_ONCE:]
        context.begin("proving repairs", len(now))
        found += [
            r
            for r in context.replicate(
                "repairs",
                ProveRepair(problem, now, max(context.budget.effort // PROVING, 1)),
                len(now),
            )
            if r is not None
        ]
    return _distinct(found)


def _distinct(found: Sequence[Repair]) -> list[Repair]:
    """The cheapest repair of each set of limits, without those that move more limits than another;
    cheapest first.
    """
    best: dict[frozenset[Key], Repair] = {}
    for repair in found:
        keys = frozenset(repair.key)
        best[keys] = min(best.get(keys, repair), repair, key=lambda r: r.objective_minor)
    minimal = [r for keys, r in best.items() if not any(other < keys for other in best)]
    return sorted(minimal, key=lambda r: (r.objective_minor, r.change))


def ladders_of(problem: Problem, blame: Sequence[Blame]) -> tuple[RelaxationSteps, ...]:
    """What is worth trying: limits that may give way in the planning model, the promise, the aim,
    and less to sell.
    """
    ways = conflict_sets(problem, *_demand(problem), most=MOST_WAYS)
    if blame and not any({b.key for b in way} == {b.key for b in blame if b.key} for way in ways):
        ways.insert(0, [b for b in blame if b.key])
    found = [ladder for way in ways if (ladder := _growing(problem, way)) is not None]
    everywhere: list[Key] = [()]
    remote = tuple(r.name for r in problem.regions if r.remote)
    if (
        remote
        and len(remote) < len(problem.regions)
        and problem.platform.deadline_working_days is None
    ):
        everywhere.append(remote)
    steps = LONGER_H if problem.platform.deadline_working_days is None else LONGER_DAYS_H
    found += [
        RelaxationSteps(tuple((LimitChange((LONGER_PROMISE.key, *r), float(h)),) for h in steps))
        for r in everywhere
    ]
    found += _shifts(problem)
    found += _pickups(problem, {b.key for way in ways for b in way})
    if problem.demand.given is None:
        found += [_capping(e.name, e.p95, e.cap) for e in problem.demand.events]
    aims = [a for a in AIMS if a < problem.service.on_time_share]
    if aims and not any(
        ladder.rungs[0][0].key == (LOWER_AIM.key,) for ladder in found if len(ladder.rungs[0]) == 1
    ):
        found.append(RelaxationSteps(tuple((LimitChange((LOWER_AIM.key,), a),) for a in aims)))
    return tuple(found)


def _shifts(problem: Problem) -> list[RelaxationSteps]:
    """Overtime where there is none, and one more shift in the hours in which nobody works now."""
    longer = [RelaxationSteps(tuple((LimitChange((OVERTIME.key,), h),) for h in OVERTIME_H))]
    if any(s.extends for s in problem.shifts):
        longer = []
    free = free_of_shifts(problem)
    if free is None:
        return longer
    length = free[1] - free[0]
    hours = (length - (BREAK_S if length >= LONGEST_SHIFT_S else 0)) / HOUR_S
    clocks = [clock_of(problem, at_s % DAY_S) for at_s in free]
    return [*longer, RelaxationSteps(((LimitChange((NEW_SHIFT.key, *clocks), hours),),))]


def _pickups(problem: Problem, keys: set[Key]) -> list[RelaxationSteps]:
    """A collection at a new time: in the middle of the longest wait between those of a contract
    that are too few; where the promise itself is in the way, of the contract that serves most from
    a site.
    """
    wanted = {(key[1], key[2]) for key in keys if key[0] == COLLECTION.key}
    if (SERVICE.key,) in keys:
        lanes = Counter((site, contract) for site, _, contract in problem.lanes() if contract)
        for site in {pair[0] for pair in lanes}:
            wanted.add(
                max(
                    (pair for pair in lanes if pair[0] == site),
                    key=lambda pair: (lanes[pair], pair),
                )
            )
    found = []
    for site, contract in sorted(wanted):
        at = sorted(c.at_s for c in problem.site(site).collections if c.contract == contract)
        gaps = [(b - a, a) for a, b in pairwise([*at, at[0] + DAY_S])]
        longest, since = max(gaps, key=lambda gap: (gap[0], -gap[1]))
        middle = (since + longest // 2) % DAY_S // HALF_HOUR_S * HALF_HOUR_S
        key = (NEW_PICKUP.key, site, contract, clock_of(problem, middle))
        found.append(RelaxationSteps(tuple((LimitChange(key, float(n)),) for n in VEHICLES)))
    return found


def _growing(problem: Problem, way: Iterable[Blame]) -> RelaxationSteps | None:
    """The limits of a way out moved together by more and more; None where one of them is no number
    to be moved.
    """
    merged: dict[Key, LimitChange] = {}
    for each in (change_for(problem, blame) for blame in way):
        if each is None:
            return None
        if each.key not in merged or each.amount > merged[each.key].amount:
            merged[each.key] = each
    rungs = _rungs(problem, tuple(sorted(merged.values())))
    return RelaxationSteps(rungs, sure=True) if rungs else None


def _rungs(problem: Problem, first: Rung) -> tuple[Rung, ...]:
    """The changes times each factor, as far as they can grow."""
    found: list[Rung] = []
    for factor in GROWTH:
        rung = [grown(problem, c, factor) for c in first]
        whole = tuple(c for c in rung if c is not None)
        if len(whole) == len(first) > 0 and whole not in found:
            found.append(whole)
    return tuple(found)


def _capping(event: str, p95: float, cap: int | None) -> RelaxationSteps:
    """The sale of an event stops earlier and earlier."""
    orders = sorted({_two_digits(p95 * share) for share in CAP_SHARES}, reverse=True)
    return RelaxationSteps(
        tuple(
            (LimitChange((SALES_CAP.key, event), float(n)),)
            for n in orders
            if cap is None or n < cap
        )
    )


def _two_digits(orders: float) -> int:
    """Down to a number of two digits, as people state a limit."""
    step: int = 10 ** max(len(str(int(orders))) - 2, 0)
    return max(int(orders) // step * step, 1)


def foothold(problem: Problem, ladder: RelaxationSteps) -> FeasibleStep | None:
    """Where to begin on a ladder; None where not even its highest rung is enough."""
    if ladder.sure:
        return FeasibleStep(ladder, 0, _least(problem, ladder.rungs[0]))
    at = _lowest(problem, ladder.rungs)
    return (
        FeasibleStep(ladder, at, _least(problem, ladder.rungs[at]))
        if at < len(ladder.rungs)
        else None
    )


def prove_repair(problem: Problem, start: FeasibleStep, effort: int) -> Repair | None:
    """The lowest rung from the start on with a plan, within some attempts; None where there is
    none.

    Where the plan on a rung fails because of limits that the repair does not move, these move too.
    """
    rungs, at = list(start.ladder.rungs), start.at
    for _ in range(ATTEMPTS):
        if at >= len(rungs):
            return None
        changed = apply(problem, rungs[at])
        try:
            plan = require_feasible(
                changed, plan_joint(changed, *_demand(changed), work_units=effort, options=ROUGHLY)
            )
        except NoPlanError as error:
            more = _more(changed, rungs[at], error.blame)
            if more is None:
                return None
            rungs = [(*rung, *more) for rung in rungs] if more else rungs
            at += 0 if more else 1 if error.blame else STRIDE
            continue
        return _repair(problem, changed, _as_used(problem, rungs[at], plan), plan)
    return None


def _demand(problem: Problem) -> tuple[ScenarioSet, LaneCosts]:
    return sample_scenarios(problem, problem.seed, PLANNING_SCENARIOS, SAMPLED_PATHS), lane_costs(
        problem, problem.seed
    )


def _lowest(problem: Problem, rungs: Sequence[Rung]) -> int:
    """The lowest rung that is enough in fractions of people, by halving; beyond the last where none
    is.
    """
    low, high = 0, len(rungs)
    if not rungs or not _enough(problem, rungs[-1]):
        return high
    high -= 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _enough(problem, rungs[middle]) else (middle + 1, high)
    return low


def _enough(problem: Problem, rung: Rung) -> bool:
    return math.isfinite(_least(problem, rung))


def _least(problem: Problem, rung: Rung) -> float:
    """What a plan costs at least on a rung; infinite where there is none."""
    changed = apply(problem, rung)
    return relaxed_cost(changed, *_demand(changed))


def _more(problem: Problem, rung: Rung, blame: Sequence[Blame]) -> Rung | None:
    """Changes for what is blamed and not yet moved (empty: the same must move further); None:
    nothing helps.
    """
    if not blame:
        return ()
    changes = [change_for(problem, b) for b in blame if b.rule != "whole_people"]
    if any(c is None for c in changes):
        return None
    there = {c.key for c in rung}
    return tuple(sorted(c for c in changes if c is not None and c.key not in there))


def _repair(problem: Problem, changed: Problem, change: Rung, plan: Plan) -> Repair:
    """The repair with what the plan of the changed problem makes of it."""
    days: set[int] = set()
    prices: list[int | None] = []
    for each in change:
        used, price = _USE.get(each.key[0], _not_counted)(problem, changed, each.key, plan)
        days |= used
        prices.append(price)
    known = [p for p in prices if p is not None]
    return Repair(
        change=tuple(sorted(change)),
        days=tuple(sorted(days)),
        price_minor=sum(known) if len(known) == len(prices) else None,
        objective_minor=plan.objective or 0,
        verified=True,
    )


def _as_used(problem: Problem, change: Rung, plan: Plan) -> Rung:
    """The change with no more people and vehicles than the plan uses, where plain arithmetic finds
    it kept then too.
    """
    used = tuple(
        replace(c, amount=min(_used(problem, c.key, plan) or c.amount, c.amount)) for c in change
    )
    return change if violations(apply(problem, used), plan) else used


def _used(problem: Problem, key: Key, plan: Plan) -> float | None:
    """The most that a plan uses beyond what there is now, on any day; None where it does not, or
    nobody counts it.
    """
    over = [0]
    if key[0] == MORE_PEOPLE.key:
        crew, people = problem.crew(*key[1:]), Counter[int]()
        for row in plan.staffing:
            people[row.day] += row.headcount if (row.site, row.crew) == key[1:] else 0
        over += [n - crew.limit for n in people.values()]
    elif key[0] == MORE_VEHICLES.key:
        found = collection_named(problem, key[1:])
        booked = [e for e in plan.extra if (e.site, e.contract, e.at_s) == (*key[1:3], found.at_s)]
        over += [e.vehicles - found.max_extra for e in booked]
    return float(max(over)) if max(over) > 0 else None


def _not_counted(
    problem: Problem, changed: Problem, key: Key, plan: Plan
) -> tuple[set[int], int | None]:
    """A limit that is tied to no day, at a price that only the plan shows."""
    return set(), None


def _people_used(problem: Problem, changed: Problem, key: Key, plan: Plan) -> tuple[set[int], int]:
    """Days with more people than there are now, and what those cost by their share of the day's
    wages and fees.
    """
    crew = problem.crew(*key[1:])
    rows: dict[int, list[StaffRow]] = {}
    for row in plan.staffing:
        if (row.site, row.crew) == (crew.site, crew.name):
            rows.setdefault(row.day, []).append(row)
    days, price, most = set(), 0.0, 0
    for day, of_day in rows.items():
        people = sum(r.headcount for r in of_day)
        over = people - crew.limit
        if over > 0:
            days.add(day)
            most = max(most, over)
            price += over / people * sum(staff_cost_minor(changed, r) for r in of_day)
    return days, round(price) + most * crew.hire_cost_minor


def _vehicles_used(
    problem: Problem, changed: Problem, key: Key, plan: Plan
) -> tuple[set[int], int]:
    """Days with more vehicles than could be booked now, and their price."""
    site, contract = key[1:3]
    found = collection_named(problem, key[1:])
    over = {
        e.day: e.vehicles - found.max_extra
        for e in plan.extra
        if (e.site, e.contract, e.at_s) == (site, contract, found.at_s)
        and e.vehicles > found.max_extra
    }
    fee = found.extra_cost_minor + problem.contract(contract).collection_fee_minor
    return set(over), sum(over.values()) * fee


_USE: dict[str, Callable[[Problem, Problem, Key, Plan], tuple[set[int], int | None]]] = {
    MORE_PEOPLE.key: _people_used,
    MORE_VEHICLES.key: _vehicles_used,
}
