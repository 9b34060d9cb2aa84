"""The promotion as it stands now: a problem whose past is what happened, and the plan under it.

Every replication of it has the orders that came, and the people and pick-ups that are known to have
come; what is not known is simulated from the start of the promotion under the plan. Where orders
are said to wait, the rates of work are estimated from them, as the rest will be worked at the same
rates; where stock is said to be left, the plan's stock is set right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.dates import day_clock
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.lever_effects import effective_problem
from planner.domain.on_call import with_on_call
from planner.domain.plan import Plan
from planner.domain.problem import Disruption, Problem, StockRow
from planner.domain.random_streams import Streams
from planner.domain.records import NEVER, Records
from planner.domain.under_way import SeenOrders
from planner.forecasting.posterior import Learned, learn
from planner.formats.actuals import Actuals
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.orders import sold
from planner.studies.certification.common_replications import simulate_every_day
from planner.studies.replan.terms import ReplanTerms
from planner.studies.runs.run_context import RunContext

NOW = "now"  # name of the stream set in which the state of the building is compared
COMPARED = 6  # replications
ROUNDS = 7  # of halving the interval of a rate
LEAST_DIFFERENCE = 5.0  # orders: fewer say nothing of the rate
SLOWEST, FASTEST = 0.5, 2.0  # of the rate that the scenario states


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Orders that wait for a process now.

    Attributes
    ----------
    site, process : str
        The place.
    simulated : float
        As simulated under the plan, mean over replications.
    stated : int or None
        As the actuals say.
    rate : float
        Estimated rate of work, relative to that of the scenario; 1 where nothing is stated.
    """

    site: str
    process: str
    simulated: float
    stated: int | None
    rate: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Situation:
    """The promotion as it stands now.

    Attributes
    ----------
    problem : Problem
        Given what happened.
    plan : Plan
        The plan as it stands.
    learned : Learned
        What the orders say.
    waiting : tuple of Waiting
        Orders that wait at each process.
    notes : tuple of str
        What was simulated for want of actuals, and what does not fit.
    """

    problem: Problem
    plan: Plan
    learned: Learned
    waiting: tuple[Waiting, ...]
    notes: tuple[str, ...] = ()


def situation(
    problem: Problem, plan: Plan, actuals: Actuals, terms: ReplanTerms, context: RunContext
) -> Situation:
    """What is known of a promotion at a moment.

    Parameters
    ----------
    problem : Problem
        The problem before the promotion.
    plan : Plan
        The plan that is carried out.
    actuals : Actuals
        What happened until now.
    terms : ReplanTerms
        The moment.
    context : RunContext
        Engine, and who is told of stages.

    Returns
    -------
    Situation
        The problem given what happened.
    """
    context.begin("learning from the orders until now")
    learned = learned_under(problem, plan, actuals.seen)
    missed = tuple(
        Disruption(
            kind="missed_collection",
            from_s=p.day * DAY_S + p.at_s,
            to_s=p.day * DAY_S + p.at_s + 1,
            site=p.site,
            contract=p.contract,
        )
        for p in actuals.pickups
        if not p.came
    )
    now = replace(
        with_on_call(problem),
        demand=learned.demand,
        came=actuals.came,
        disruptions=(*problem.disruptions, *missed),
    )
    notes = notes_of(problem, learned, actuals)
    rates: dict[tuple[str, str], float] = {}
    if actuals.backlog:
        context.begin("estimating the rates of work from the orders that wait")
        rates = _rates(now, plan, actuals.backlog, terms, context)
        notes += [_note_of_rate(rate, *place) for place, rate in rates.items()]
        now = _with_rates(now, rates)
    context.begin("simulating the promotion until now")
    found = [_until_now(now, plan, k, context) for k in range(COMPARED)]
    mean = np.mean([_waiting(now, r, terms.now_s) for r in found], axis=0)
    waiting = tuple(
        Waiting(
            site=site.name,
            process=process.name,
            simulated=round(float(mean[s, now.process_names.index(process.name)]), 1),
            stated=actuals.backlog.get((site.name, process.name)),
            rate=round(rates.get((site.name, process.name), 1.0), 4),
        )
        for s, site in enumerate(now.sites)
        for process in site.processes
    )
    return Situation(
        problem=now,
        plan=_with_stock(now, plan, actuals.stock, found, terms),
        learned=learned,
        waiting=waiting,
        notes=tuple(notes),
    )


def learned_under(problem: Problem, plan: Plan, seen: SeenOrders) -> Learned:
    """What the orders say of the demand, whatever the plan does to it.

    Where the plan stops a sale, fewer orders came than were asked for.

    Parameters
    ----------
    problem : Problem
        The problem before the promotion.
    plan : Plan
        The plan that is carried out, with its levers.
    seen : SeenOrders
        The orders until now.

    Returns
    -------
    Learned
        The demand of the rest, without caps; the orders that came keep the promises of the plan.
    """
    learned = learn(effective_problem(problem, plan.levers), seen)
    known = learned.demand.under_way
    under_way = None if known is None else replace(known, promised=plan.promises)
    return replace(learned, demand=replace(problem.demand, under_way=under_way))


def notes_of(problem: Problem, learned: Learned, actuals: Actuals) -> list[str]:
    """What was simulated for want of actuals, and what does not fit.

    Parameters
    ----------
    problem : Problem
        Gives the days.
    learned : Learned
        What the orders say.
    actuals : Actuals
        What was stated.

    Returns
    -------
    list of str
        The sentences.
    """
    missing = [
        words
        for words, stated in (
            ("how many orders wait", actuals.backlog),
            ("who came", actuals.came),
            ("which pick-ups came", actuals.pickups),
            ("what stock is left", actuals.stock),
        )
        if not stated
    ]
    found = list(actuals.warnings)
    if missing:
        found.append(
            f"the actuals do not say {', '.join(missing)}: simulated under the plan until now"
        )
    if learned.odd_hours:
        hours = ", ".join(day_clock(problem.horizon.at(h * HOUR_S)) for h in learned.odd_hours[:3])
        more = f" and {len(learned.odd_hours) - 3} more" if len(learned.odd_hours) > 3 else ""
        found.append(
            f"orders of {hours}{more} came otherwise than baseline and events explain, whatever "
            "their sizes: the rest is less certain than the figures say"
        )
    return found


def _until_now(problem: Problem, plan: Plan, k: int, context: RunContext) -> Records:
    streams = Streams(problem.seed, NOW, k)
    orders = drawn_orders(problem, streams)
    problem = effective_problem(problem, plan.levers)
    orders = sold(problem, orders)
    return simulate_every_day(problem, plan, orders, streams, context.executor.engine)


def _waiting(problem: Problem, records: Records, now_s: int) -> Floats:
    """Orders that have come to a process and not begun there [site, process of the problem]."""
    found = np.zeros((len(problem.sites), len(problem.process_names)))
    for s, site in enumerate(problem.sites):
        here = np.flatnonzero((records.site == s) & (records.orders.ordered_at_s < now_s))
        there = np.ones(len(here), dtype=bool)
        for process in site.processes:
            row = problem.process_names.index(process.name)
            begun, ended = records.start_s[row, here], records.end_s[row, here]
            waits = there & ((begun == NEVER) | (begun >= now_s))
            found[s, row] = np.count_nonzero(waits)
            there = there & (ended != NEVER) & (ended < now_s)
    return found


def _rates(
    problem: Problem,
    plan: Plan,
    stated: dict[tuple[str, str], int],
    terms: ReplanTerms,
    context: RunContext,
) -> dict[tuple[str, str], float]:
    """Rates of work at which as many orders wait as are stated, in the order of the line.

    Where the stated number lies within the spread of the replications, the rate stays 1.
    """
    rates: dict[tuple[str, str], float] = {}
    for site in problem.sites:
        for process in site.processes:
            if (site.name, process.name) in stated:
                compared = _Compared(problem, plan, (site.name, process.name), dict(rates))
                rate = _rate(compared, stated[site.name, process.name], terms.now_s, context)
                rates[site.name, process.name] = rate
    return {place: rate for place, rate in rates.items() if rate != 1.0}


@dataclass(frozen=True, eq=False)
class _Compared:
    """Orders that wait at a place, as a function of its rate of work."""

    problem: Problem
    plan: Plan
    place: tuple[str, str]
    others: dict[tuple[str, str], float]

    def waiting(self, rate: float, now_s: int, context: RunContext) -> Floats:
        """Orders that wait [replication]."""
        tried = _with_rates(self.problem, {**self.others, self.place: rate})
        s = tried.site_names.index(self.place[0])
        row = tried.process_names.index(self.place[1])
        records = (_until_now(tried, self.plan, k, context) for k in range(COMPARED))
        return np.array([_waiting(tried, r, now_s)[s, row] for r in records])


def _rate(compared: _Compared, stated: int, now_s: int, context: RunContext) -> float:
    """The rate at which the stated number waits, by bisection; 1 where that is as likely."""
    as_planned = compared.waiting(1.0, now_s, context)
    mean, spread = float(as_planned.mean()), float(as_planned.std(ddof=1))
    if abs(stated - mean) <= max(2 * spread, 0.02 * mean, LEAST_DIFFERENCE):
        return 1.0
    low, high = (SLOWEST, 1.0) if stated > mean else (1.0, FASTEST)
    for _ in range(ROUNDS):
        middle = float(np.sqrt(low * high))
        more = float(compared.waiting(middle, now_s, context).mean()) > stated
        low, high = (middle, high) if more else (low, middle)
    return float(np.sqrt(low * high))


def _note_of_rate(rate: float, site: str, process: str) -> str:
    if not 1.02 * SLOWEST < rate < 0.98 * FASTEST:
        return (
            f"{site}, {process}: no rate of work between {SLOWEST:g} and {FASTEST:g} times "
            "that of the scenario leaves as many orders waiting as stated: check backlog and people"
        )
    return (
        f"{site}, {process}: people work at {rate:.0%} of the rate of the scenario, as "
        "the orders that wait say; the rest is simulated at that rate"
    )


def _with_rates(problem: Problem, rates: dict[tuple[str, str], float]) -> Problem:
    """The problem with other rates of work."""
    if not rates:
        return problem
    sites = tuple(
        replace(
            site,
            processes=tuple(
                replace(p, orders_per_hour=p.orders_per_hour * rates.get((site.name, p.name), 1.0))
                for p in site.processes
            ),
        )
        for site in problem.sites
    )
    return replace(problem, sites=sites)


def _with_stock(
    problem: Problem,
    plan: Plan,
    left: dict[tuple[str, str], int],
    found: Sequence[Records],
    terms: ReplanTerms,
) -> Plan:
    """The plan with as much stock placed as leaves the stated units now, on average."""
    if not left or plan.stock is None:
        return plan
    rows = {(row.site, row.product): row.units for row in plan.stock}
    for (site, product), units in sorted(left.items()):
        s, p = problem.site_names.index(site), problem.product_names.index(product)
        used = float(np.mean([_used(r, s, p, terms.now_s) for r in found]))
        rows[site, product] = max(round(units + used), 0)
    stock = tuple(StockRow(site, product, units) for (site, product), units in rows.items())
    return replace(plan, stock=stock)


def _used(records: Records, site: int, product: int, now_s: int) -> int:
    """Units of a product that orders until now have taken from a site."""
    orders = records.orders
    taken = (records.site == site) & (orders.product == product) & (orders.ordered_at_s < now_s)
    return int(orders.units[taken].sum())
