"""What a plan costs, before an order arrives and in a simulation, and who has to be booked.

Arithmetic on Problem, Plan and Summary; money in minor units. All of it covers the promotion's own
days: of the tail, pay, vehicles and bookings that begin there are left out. Who plans all days asks
for the costs of `every_day_reported`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from math import ceil

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.contracts import Contract
from planner.domain.crew_days import crew_days
from planner.domain.disruptions import collection_comes
from planner.domain.guarantee import idle_pay_minor
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.lever_effects import promises_minor
from planner.domain.plan import Booking, Plan, on_books
from planner.domain.problem import Problem
from planner.domain.records import PERIOD_LINES, Summary
from planner.domain.workforce import Crew, StaffRow

# Every cost term, in the order it is shown; those from "after_hours" on depend on the demand that
# comes.
COST_NAMES = (
    "wages",
    "overtime",
    "idle_pay",
    "hiring",
    "stock",
    "extra_collections",
    "collection_fees",
    "fixed_fees",
    "after_hours",
    "courier",
    "volume_surcharges",
    "volume_discounts",
    "late_refunds",
    "shortfall",
    "losses",
    "compensation",
    "longer_promises",
    "leftover",
    "lost_orders",
)


def foreseen_names(problem: Problem) -> tuple[str, ...]:
    """The cost terms that a plan foresees.

    No planning model knows what is worked after hours: where somebody does, the term is left out,
    and only the simulation gives it.
    """
    return tuple(
        name for name in COST_NAMES if name != "after_hours" or not problem.works_after_hours
    )


@lru_cache(maxsize=16)  # asked again for every plan that is made
def every_day_reported(problem: Problem) -> Problem:
    """The same days, with the tail as days of the promotion: what planning all of them costs."""
    return replace(problem, horizon=replace(problem.horizon, tail_days=0))


def tail_minor(problem: Problem, plan: Plan) -> int:
    """What a plan commits to in the tail, which no cost by name shows.

    Who changes a plan counts it, so that nothing is put off to where it is free. No days are
    guaranteed in it.
    """
    if not problem.horizon.tail_days:
        return 0
    in_all, own = (committed_costs(p, plan) for p in (every_day_reported(problem), problem))
    return sum(in_all[name] - own[name] for name in own if name != "idle_pay")


def planned_minor(problem: Problem, plan: Plan) -> int:
    """What a plan commits to on all days that are planned."""
    return sum(committed_costs(problem, plan).values()) + tail_minor(problem, plan)


def committed_costs(problem: Problem, plan: Plan) -> dict[str, int]:
    """Costs that the plan fixes whatever the demand, by name, in minor units."""
    days = problem.horizon.reported_days
    wages = overtime = 0
    for row in plan.staffing:
        regular, beyond = shift_pay_minor(
            problem, problem.crew(row.site, row.crew), problem.shift(row.shift), row.day
        )
        wages += row.headcount * regular
        overtime += row.headcount * beyond
    idle = idle_pay_minor(problem, plan.staffing)
    booked = bookings(problem, plan.staffing)
    hiring = sum(
        b.people * problem.crew(b.site, b.crew).hire_cost_minor
        for b in booked
        if b.since_day < days
    )
    inbound = {site.name: site.inbound_cost_minor for site in problem.sites}
    stock = sum(row.units * inbound[row.site] for row in plan.stock or ())
    extra = 0
    for e in (e for e in plan.extra if e.day < days):
        extra += e.vehicles * next(
            c.extra_cost_minor
            for c in problem.site(e.site).collections
            if (c.contract, c.at_s) == (e.contract, e.at_s)
        )
    fees = sum(problem.contract(name).commitment.fixed_fee_minor for name in plan.signed)
    amounts = (wages, overtime, idle, hiring, stock, extra, _collection_fees(problem, plan), fees)
    return dict(zip(COST_NAMES, amounts, strict=False))


def simulated_costs(
    problem: Problem, plan: Plan, summaries: Sequence[Summary]
) -> dict[str, Floats]:
    """Cost of each replication by name: what the plan commits to, and what the demand then costs.

    Parameters
    ----------
    problem : Problem
        The problem that was simulated.
    plan : Plan
        The plan that was simulated.
    summaries : Sequence[Summary]
        One for each replication.

    Returns
    -------
    dict[str, Floats]
        Name of each cost term, in the order of `COST_NAMES`, to its amounts [replication] in minor
        units.
    """

    def per_replication(amount: Callable[[Summary], float]) -> Floats:
        return np.array([amount(summary) for summary in summaries], dtype=float)

    committed = committed_costs(problem, plan)
    costs = {name: np.full(len(summaries), float(amount)) for name, amount in committed.items()}
    for line, name in enumerate(PERIOD_LINES):
        costs[name] = np.array([s.period_minor[:, line].sum() for s in summaries], dtype=float)
    costs["after_hours"] = per_replication(
        lambda s: after_hours_minor(problem, s.after_hours_s).sum()
    )
    costs["courier"] = per_replication(lambda s: s.courier_minor.sum())
    costs["shortfall"] = per_replication(
        lambda s: shortfall_fees_minor(problem, plan, s.parcels.sum(axis=(0, 1, 2))).sum()
    )
    costs["losses"] = per_replication(lambda s: s.losses_minor)
    costs["compensation"] = per_replication(lambda s: s.compensation_minor)
    costs["longer_promises"] = per_replication(
        lambda s: promises_minor(problem, plan.promises, s.placed_by_region, s.seen_by_region)
    )
    beyond = leftover_beyond_inbound_minor(problem)
    costs["leftover"] = per_replication(lambda s: float((s.stock_left * beyond).sum()))
    costs["lost_orders"] = per_replication(lambda s: s.lost_minor)
    return {name: costs[name] for name in COST_NAMES}


def leftover_minor(problem: Problem) -> Ints:
    """What a unit costs in all that is left over, minor units [site, product]."""
    return np.array(
        [
            [product.leftover_minor(site.inbound_cost_minor) for product in problem.products]
            for site in problem.sites
        ],
        dtype=np.int64,
    )


def leftover_beyond_inbound_minor(problem: Problem) -> Ints:
    """What a unit left over costs beyond bringing it in, which every unit placed has cost.

    Minor units [site, product].
    """
    inbound = np.array([site.inbound_cost_minor for site in problem.sites], dtype=np.int64)
    return np.asarray(leftover_minor(problem) - inbound[:, None])


def shortfall_fees_minor(problem: Problem, plan: Plan, parcels: Ints) -> Ints:
    """Shortfall fee of every contract, 0 of one that the plan does not sign.

    Parameters
    ----------
    problem : Problem
        Its contracts, in their order.
    plan : Plan
        Which of them are signed.
    parcels : Ints
        Parcels [contract] carried over the promotion; their sum is what a commitment to a share is
        measured by. What no contract carried may follow the contracts.

    Returns
    -------
    Ints
        Fees [contract] in minor units.
    """
    everything = int(parcels.sum())
    fees = [
        contract.commitment.shortfall_fee_minor(int(carried), everything)
        if contract.name in plan.signed
        else 0
        for contract, carried in zip(problem.contracts, parcels, strict=False)
    ]
    return np.array(fees, dtype=np.int64)


def expected_shortfall_minor(contract: Contract, parcels: float, all_parcels: float) -> float:
    """Shortfall fee of a signed contract at expected numbers of parcels.

    Parameters
    ----------
    contract : Contract
        The signed contract.
    parcels : float
        Expected parcels that it carries over the promotion.
    all_parcels : float
        Expected parcels of the whole shop; the committed share of them is not rounded.

    Returns
    -------
    float
        Fee in minor units.
    """
    committed = max(float(contract.commitment.parcels), contract.commitment.share * all_parcels)
    return max(committed - parcels, 0.0) * contract.commitment.shortfall_minor


def _collection_fees(problem: Problem, plan: Plan) -> int:
    """Fees for every vehicle of a signed contract that comes, booked ones included."""
    fees = {name: problem.contract(name).commitment.collection_fee_minor for name in plan.signed}
    more = Counter[tuple[int, str, str, int]]()
    for e in plan.extra:
        more[e.day, e.site, e.contract, e.at_s] += e.vehicles
    return sum(
        fees[c.contract] * (1 + more[day, site.name, c.contract, c.at_s])
        for site in problem.sites
        for c in site.collections
        if fees.get(c.contract)
        for day in range(problem.horizon.reported_days)
        if collection_comes(problem, site, c, day)
    )


def paid_seconds(problem: Problem, shift: Shift, day: int) -> int:
    """Paid seconds of a person in a shift, if it begins on a day of the promotion.

    A shift belongs to the day on which it begins: the last night counts and is paid whole, though
    it ends in the tail. What began on the evening before is not paid by the promotion.

    Parameters
    ----------
    problem : Problem
        Its horizon.
    shift : Shift
        The shift.
    day : int
        Day on which it begins, counted from the start of the horizon.

    Returns
    -------
    int
        Seconds; 0 for a shift of another day.
    """
    return shift.paid_s if problem.horizon.reports(day) else 0


def shift_pay_minor(problem: Problem, crew: Crew, shift: Shift, day: int) -> tuple[int, int]:
    """Pay of one person for a shift, if it begins on a day of the promotion (`paid_seconds`).

    Parameters
    ----------
    problem : Problem
        Its horizon.
    crew : Crew
        Its wage and overtime.
    shift : Shift
        The shift.
    day : int
        Day on which it begins, counted from the start of the horizon.

    Returns
    -------
    tuple[int, int]
        Regular pay and overtime, minor units.
    """
    return crew.shift_pay_minor(paid_seconds(problem, shift, day))


def after_hours_minor(problem: Problem, after_hours_s: Ints) -> Ints:
    """Overtime pay of the seconds [process, crew] worked after hours.

    Each amount is rounded half up to the minor unit.
    """
    per_s = np.array(
        [crew.wage_minor_per_hour * crew.overtime_factor / HOUR_S for crew in problem.crews]
    )
    return np.asarray(np.floor(after_hours_s * per_s + 0.5), dtype=np.int64)


@lru_cache(maxsize=CASES_KEPT)
def handling_minor(problem: Problem) -> tuple[int, ...]:
    """What the work on one order costs at each site, in overtime of the crew that earns most.

    Returns
    -------
    tuple of int
        Minor units by site, 0 without crews; a mean order.
    """
    found = []
    for site in problem.sites:
        work_s = sum(p.mean_s + p.batch_setup_s / p.batch_orders for p in site.processes)
        crews = [crew for crew in problem.crews if crew.site == site.name]
        hour = [crew.wage_minor_per_hour * crew.overtime_factor for crew in crews]
        found.append(ceil(work_s * max(hour, default=0.0) / HOUR_S))
    return tuple(found)


def staff_cost_minor(problem: Problem, row: StaffRow) -> int:
    """Wage of a row of the staffing plan, overtime included."""
    pay = shift_pay_minor(
        problem, problem.crew(row.site, row.crew), problem.shift(row.shift), row.day
    )
    return row.headcount * sum(pay)


def bookings(problem: Problem, staffing: tuple[StaffRow, ...]) -> tuple[Booking, ...]:
    """Who has to be booked from when to when: temporaries grouped by start and last day.

    People of one start day leave in any order, so each drop in their number ends that many
    bookings. Who is on the books since before the horizon, and since before their first shift here,
    is booked already.
    """
    books = on_books(staffing)
    found = []
    for site, crew_name, since in sorted({key[:3] for key in books}):
        days = sorted(day for s, c, b, day in books if (s, c, b) == (site, crew_name, since))
        if since < min(days[0], 0) or not problem.crew(site, crew_name).temporary:
            continue
        on = crew_days(problem, problem.crew(site, crew_name))
        for day in days:
            leaving = books[site, crew_name, since, day] - books.get(
                (site, crew_name, since, on.after(day)), 0
            )
            if leaving > 0:
                found.append(Booking(site, crew_name, since, day, leaving))
    return tuple(found)
