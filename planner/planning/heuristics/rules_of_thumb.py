"""Plans without the joint model: rules of thumb, and the operation as a scenario states it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.contracts import HEAVIEST_G
from planner.domain.costs import leftover_beyond_inbound_minor
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import DAY_S, HOUR_S, SLOT_S
from planner.domain.plan import ExtraCollection, Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow, StockRow
from planner.domain.risks import number_of_paths, planning_path
from planner.domain.statistics import Z95
from planner.domain.workforce import EVENING_BEFORE, LONG_AGO, StaffRow
from planner.planning.heuristics.cheapest_carrier import cheapest_lanes, cheapest_until_full
from planner.planning.heuristics.crew_allocation import SiteCrews
from planner.planning.heuristics.proportions import largest_remainder
from planner.planning.heuristics.staffing_requirements import (
    by_erlang,
    for_days,
    for_the_peak,
    mean_orders,
    work_of,
)
from planner.planning.mean_demand import MeanDemand, mean_costs
from planner.planning.options import RuleOfThumbOptions
from planner.planning.rostering.unfilled import RosterCheck

OPTIONS = RuleOfThumbOptions()
_Rule = Callable[
    [SiteCrews, Floats], Floats
]  # crews, orders of their site -> people [process, shift, day]


@dataclass(frozen=True, eq=False)
class HeuristicDecisions:
    """Decisions of a rule of thumb; the rest of a plan follows from them.

    Attributes
    ----------
    routing : tuple[ShareRow, ...]
        Rows of the routing.
    needed : tuple[Floats, ...]
        People of each site [process, shift, day], shifts as in `SiteCrews.shifts`.
    extra : tuple[ExtraCollection, ...]
        Extra vehicles.
    stock : Floats | float
        Units in stock as a multiple of the mean demand (of all, or [site, product]).
    """

    routing: tuple[ShareRow, ...]
    needed: tuple[Floats, ...]
    extra: tuple[ExtraCollection, ...] = ()
    stock: Floats | float = OPTIONS.spare_stock

    def draft(
        self, problem: Problem, method: str, status: PlanStatus = PlanStatus.RULE_OF_THUMB
    ) -> Plan:
        """A plan with rosters and stock, but no costs; it may exceed limits.

        Parameters
        ----------
        problem : Problem
            The problem with its levers in force.
        method : str
            Name of the method.
        status : PlanStatus
            Status of the plan.

        Returns
        -------
        Plan
            The plan.
        """
        crews = [SiteCrews(problem, site) for site in problem.sites]
        rows = (
            row
            for of, needed in zip(crews, self.needed, strict=True)
            for row in of.rows_for(needed)
        )
        stock, signed = _stock(problem, self.routing, self.stock), _used(problem, self.routing)
        return Plan(
            method=method,
            status=status,
            staffing=tuple(sorted(rows)),
            routing=self.routing,
            stock=stock,
            extra=self.extra,
            signed=signed,
        )

    def plan(
        self,
        problem: Problem,
        lane_costs: LaneCosts,
        method: str,
        status: PlanStatus = PlanStatus.RULE_OF_THUMB,
    ) -> Plan:
        """The draft with its costs at mean demand.

        Parameters
        ----------
        problem : Problem
            The problem with its levers in force.
        lane_costs : LaneCosts
            Expected costs of a parcel per lane, weight class and day in minor units.
        method : str
            Name of the method.
        status : PlanStatus
            Status of the plan.

        Returns
        -------
        Plan
            The plan.
        """
        return _priced(problem, lane_costs, self.draft(problem, method, status))


def plan_average(problem: Problem, lane_costs: LaneCosts) -> Plan:
    """The spreadsheet: people for the mean orders of a day, cheapest lanes, a tenth spare stock.

    Limits cap the people. Raises NoPlanError when a region has no lane.
    """
    return sketch_average(problem, lane_costs).plan(problem, lane_costs, "average")


def plan_peak(problem: Problem, lane_costs: LaneCosts) -> Plan:
    """The cautious planner: every shift keeps up with the day's busiest hour at mean demand.

    Lanes as `plan_average`, stock for 95 % of the sampled paths (`covering`). Each day by its own
    peak: agency people are booked day by day, and nobody pays for the night of the event all week.
    Every hour by itself: no backlog is carried over, no absence, no learning. Limits cap the
    people. Raises NoPlanError when a region has no lane.
    """
    return sketch_peak(problem, lane_costs).plan(problem, lane_costs, "peak")


def plan_erlang(problem: Problem, lane_costs: LaneCosts) -> Plan:
    """The call centre: people of each hour by Erlang C at mean demand.

    80 % of the orders are started within an hour at every process (`erlang_c`); lanes and stock as
    `plan_peak`. Hours with more work than their stations can do have everybody the stations hold.
    Limits cap the people. Raises NoPlanError when a region has no lane.
    """
    sketch = _for_rule(problem, cheapest_lanes(problem, lane_costs), by_erlang, HOUR_S)
    return sketch.plan(problem, lane_costs, "erlang")


def plan_cheapest(problem: Problem, lane_costs: LaneCosts) -> Plan:
    """Couriers by price until their daily allotment is full at mean demand.

    People for the mean orders of each day, stock as `plan_peak`. Limits cap the people. Raises
    NoPlanError when a region has no lane.
    """
    sketch = _for_rule(problem, cheapest_until_full(problem, lane_costs), for_days, DAY_S)
    return sketch.plan(problem, lane_costs, "cheapest")


def stated_plan(problem: Problem, lane_costs: LaneCosts) -> Plan:
    """The operation as the scenario states it.

    Its roster (else all permanent people every day, by work content), its stock (else unlimited),
    its routing (else the cheapest lane). Raises NoPlanError when a region has no lane.
    """
    routing = (
        problem.routing if problem.routing is not None else cheapest_lanes(problem, lane_costs)
    )
    staffing = problem.roster if problem.roster is not None else _permanents_everywhere(problem)
    signed, ordered = _used(problem, routing), tuple(sorted(routing))
    plan = Plan(
        method="stated",
        status=PlanStatus.AS_STATED,
        staffing=tuple(sorted(staffing)),
        routing=ordered,
        stock=problem.stock,
        signed=signed,
    )
    return _priced(problem, lane_costs, plan)


def sketch_average(problem: Problem, lane_costs: LaneCosts) -> HeuristicDecisions:
    """What `plan_average` decides."""

    def every_day_alike(crews: SiteCrews, per_day: Floats) -> Floats:
        return for_days(crews, np.full_like(per_day, per_day.mean()))

    sketch = _for_rule(problem, cheapest_lanes(problem, lane_costs), every_day_alike, DAY_S)
    return replace(sketch, stock=OPTIONS.spare_stock)


def sketch_peak(problem: Problem, lane_costs: LaneCosts) -> HeuristicDecisions:
    """What `plan_peak` decides."""
    return _for_rule(problem, cheapest_lanes(problem, lane_costs), for_the_peak, HOUR_S)


def _for_rule(
    problem: Problem, routing: tuple[ShareRow, ...], rule: _Rule, bucket_s: int
) -> HeuristicDecisions:
    """People by a rule for the mean orders in buckets of `bucket_s`, within the limits.

    Stock that covers (`covering`).
    """
    orders = mean_orders(problem, routing, bucket_s)
    bare = Plan(
        method="",
        status=PlanStatus.AS_STATED,
        staffing=(),
        routing=routing,
        stock=(),
        signed=_used(problem, routing),
    )
    needed: list[Floats] = []
    check = RosterCheck(problem)
    places = [SiteCrews(problem, site) for site in problem.sites]
    wanted = [rule(crews, comes) for crews, comes in zip(places, orders, strict=True)]
    least = [crews.rows_for(people * 0.0) for crews, people in zip(places, wanted, strict=True)]
    for i, (crews, people) in enumerate(zip(places, wanted, strict=True)):
        elsewhere = tuple(chain.from_iterable(least[:i] + least[i + 1 :]))
        scales = (
            s
            for s in OPTIONS.headcount_scales
            if check.allows(replace(bare, staffing=(*elsewhere, *crews.rows_for(people * s))))
        )
        needed.append(people * next(scales, 0.0))
    return HeuristicDecisions(routing, tuple(needed), stock=covering(problem, routing))


def _priced(problem: Problem, lane_costs: LaneCosts, plan: Plan) -> Plan:
    costs = mean_costs(problem, plan, lane_costs)
    costs["leftover"] = _mean_leftover_minor(problem, plan)
    return replace(plan, costs=costs, objective=sum(costs.values()))


def _mean_leftover_minor(problem: Problem, plan: Plan) -> int:
    """What the units cost, beyond bringing them in, that the mean demand leaves over."""
    if plan.stock is None:
        return 0
    left = -mean_units(problem, plan.routing)
    for row in plan.stock:
        left[problem.site_names.index(row.site), problem.product_names.index(row.product)] += (
            row.units
        )
    return round(float((np.maximum(left, 0.0) * leftover_beyond_inbound_minor(problem)).sum()))


def _used(problem: Problem, routing: tuple[ShareRow, ...]) -> tuple[str, ...]:
    """Contracts that carry something, in the order of the problem."""
    used = {row.contract for row in routing if row.share > 0}
    return tuple(name for name in problem.contract_names if name in used)


def covering(problem: Problem, routing: tuple[ShareRow, ...]) -> Floats:
    """Stock that covers the demand of 95 % of the sampled paths, as a multiple of the mean.

    [site, product]: each product's 95 % point over sampled paths, plus the chance of single orders
    at the site, rounded up.
    """
    need, ratio = mean_units(problem, routing), _high_over_mean(problem)
    extra = np.array([max(p.units_mean - 1.0, 0.0) for p in problem.products])
    units = 1.0 + extra
    high = need * ratio
    # units are 1 + Poisson; the stock is cut
    covered = high + Z95 * np.sqrt(high * (extra + units**2) / units) + 1.0
    return np.where(need > 0, covered / np.where(need > 0, need, 1.0), 0.0)


def _high_over_mean(problem: Problem) -> Floats:
    """95 % point of the promotion's expected orders of every product over sampled paths, by their
    mean.
    """
    end_slot = problem.horizon.reported_end_s // SLOT_S
    number = number_of_paths(problem, OPTIONS.sampled_paths)
    paths = (planning_path(problem, problem.seed, k) for k in range(number))
    of_paths = [path.intensity[:, :end_slot].sum(axis=1) @ path.mix.product_share for path in paths]
    orders = np.array(of_paths)
    mean = orders.mean(axis=0)
    return np.asarray(
        np.quantile(orders, OPTIONS.covered_share, axis=0) / np.where(mean > 0, mean, 1.0)
    )


def mean_units(problem: Problem, routing: tuple[ShareRow, ...]) -> Floats:
    """Units that the promotion's mean demand asks for [site, product]."""
    demand, mixes = MeanDemand.of(problem).of_promotion, problem.demand.product_shares()
    units = np.array([p.units_mean for p in problem.products])
    need = np.zeros((len(problem.sites), len(problem.products)))
    for row in routing:
        whole_band = replace(row, above_g=0, to_g=HEAVIEST_G)
        inside = np.array(
            [p.share_up_to(row.to_g) - p.share_up_to(row.above_g) for p in problem.products]
        )
        orders = demand.of_row(whole_band).sum(axis=1)
        need[problem.site_names.index(row.site)] += (orders @ mixes) * inside * units
    return need


def _stock(
    problem: Problem, routing: tuple[ShareRow, ...], multiple: Floats | float
) -> tuple[StockRow, ...]:
    """A multiple of the mean demand at every site, reduced evenly to space and supply."""
    need = mean_units(problem, routing)
    need *= multiple
    for i, site in enumerate(problem.sites):
        if site.stock_capacity_units is not None and need[i].sum() > site.stock_capacity_units:
            need[i] *= site.stock_capacity_units / need[i].sum()
    for k, product in enumerate(problem.products):
        if product.supply_units is not None and need[:, k].sum() > product.supply_units:
            need[:, k] *= product.supply_units / need[:, k].sum()
    whole: Ints = np.floor(need + 1e-9).astype(np.int64)
    return tuple(
        StockRow(site.name, product.name, int(whole[i, k]))
        for i, site in enumerate(problem.sites)
        for k, product in enumerate(problem.products)
        if whole[i, k] > 0
    )


def _permanents_everywhere(problem: Problem) -> tuple[StaffRow, ...]:
    """All permanent people on every day, by work content and evenly over shifts.

    Those whose shift goes past midnight on the evening before the horizon as well, like rows of a
    roster without a date.
    """
    rows: list[StaffRow] = []
    for crew in (c for c in problem.crews if not c.temporary):
        site = problem.site(crew.site)
        shifts = [s for s in problem.shifts if not s.extends and site.works_in(s)]
        able = [p for p in site.processes if crew.may_do(p.name)]
        cells = [(p, s) for p in able for s in shifts]
        work = dict(zip(site.processes, work_of(problem, site), strict=True))
        people = largest_remainder(crew.limit, np.array([work[p] for p, _ in cells]))
        for (process, shift), n in zip(cells, people, strict=True):
            if n == 0:
                continue
            first = EVENING_BEFORE if site.reaches_next_day(shift, EVENING_BEFORE) else 0
            for day in range(first, problem.horizon.days):
                if not site.works_on(shift, day):
                    continue
                rows.append(
                    StaffRow(
                        day=day,
                        site=site.name,
                        process=process.name,
                        crew=crew.name,
                        shift=shift.name,
                        since_day=LONG_AGO,
                        headcount=int(n),
                    )
                )
    return tuple(rows)
