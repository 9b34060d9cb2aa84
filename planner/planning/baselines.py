"""What planners do without a model: rules of thumb, and the operation as a scenario states it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.domain.horizon import DAY_S, Phase
from planner.domain.plan import Plan
from planner.domain.problem import HEAVIEST_G, Problem, ShareRow, StockRow
from planner.domain.scenarios import LaneCosts
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.costing import Lane, MeanDemand, lane_price, mean_component_days, mean_costs
from planner.planning.feasibility import violations
from planner.planning.network import refuse_unreachable
from planner.planning.rosters import SiteCrews, largest_remainder
from planner.planning.timeline import work_seconds

SPARE_STOCK = 1.1  # stock of a rule of thumb: a tenth more than the mean demand
# Where whole people and shifts do not fit under the limits at once, fewer people are tried.
_SCALES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5, 0.3, 0.1, 0.0)

Cell = tuple[str, int]  # region, weight class


def plan_average(problem: Problem, lane_costs: LaneCosts) -> Plan:
    """The spreadsheet: people for the mean orders of a day, the cheapest lane for every region, stock with a tenth to
    spare. Limits cap the people. Raises NoPlanError when a region has no lane."""
    routing = _cheapest_lanes(problem, lane_costs)
    per_site = _site_days(problem, routing)
    flat = np.repeat(per_site.mean(axis=1, keepdims=True), per_site.shape[1], axis=1)
    return _staffed(problem, lane_costs, "average", routing, flat)


def plan_cheapest(problem: Problem, lane_costs: LaneCosts) -> Plan:
    """Couriers by price until their daily allotment is full at mean demand, people for the mean orders of each day.
    Limits cap the people. Raises NoPlanError when a region has no lane."""
    routing = _cheapest_until_full(problem, lane_costs)
    return _staffed(problem, lane_costs, "cheapest", routing, _site_days(problem, routing))


def stated_plan(problem: Problem, lane_costs: LaneCosts) -> Plan:
    """What the scenario states: its roster (else all permanent people every day, by work content), its stock (else
    unlimited), its routing (else the cheapest lane). Raises NoPlanError when a region has no lane."""
    routing = problem.routing if problem.routing is not None else _cheapest_lanes(problem, lane_costs)
    staffing = problem.roster if problem.roster is not None else _permanents_everywhere(problem)
    plan = Plan("stated", "as stated", tuple(sorted(staffing)), tuple(sorted(routing)), stock=problem.stock)
    return _priced(problem, lane_costs, plan)


def _staffed(
    problem: Problem, lane_costs: LaneCosts, method: str, routing: tuple[ShareRow, ...], per_site: Floats
) -> Plan:
    """A plan with people for the given orders [site, day]."""
    plan = Plan(method, "rule of thumb", (), routing, stock=_spare_stock(problem, routing))
    staffing: list[StaffRow] = []
    for i, site in enumerate(problem.sites):
        crews = SiteCrews(problem, site)
        for scale in _SCALES:
            tried = crews.rows_for(_needed(problem, i, per_site[i]) * scale)
            if not violations(problem, replace(plan, staffing=tried, signed=_used(problem, routing))):
                staffing += tried
                break
    return _priced(problem, lane_costs, replace(plan, staffing=tuple(sorted(staffing))))


def _priced(problem: Problem, lane_costs: LaneCosts, plan: Plan) -> Plan:
    plan = replace(plan, signed=_used(problem, plan.routing))
    costs = mean_costs(problem, plan, lane_costs)
    return replace(plan, costs=costs, objective=sum(costs.values()))


def _used(problem: Problem, routing: tuple[ShareRow, ...]) -> tuple[str, ...]:
    """Contracts that carry something, in the order of the problem."""
    used = {row.contract for row in routing if row.share > 0}
    return tuple(name for name in problem.contract_names if name in used)


def _needed(problem: Problem, site: int, per_day: Floats) -> Floats:
    """People needed [process, day]: orders x seconds of work / seconds of a shift, as a spreadsheet would reckon."""
    place = problem.sites[site]
    shifts = [s for s in problem.shifts if not s.extends and s.working(0, place.opening)]
    seconds = float(np.mean([sum(b - a for a, b in s.working(0, place.opening)) for s in shifts])) if shifts else np.inf
    mean_work = _mean_work(problem)
    work = np.array([work_seconds(process, mean_work) for process in place.processes])
    return np.asarray(work[:, None] * per_day[None, :] / seconds)


def _mean_work(problem: Problem) -> float:
    expected = mean_component_days(problem).sum(axis=1)
    mix = expected @ problem.demand.product_shares() if expected.sum() > 0 else problem.demand.product_share
    return float(mix @ np.array([p.work for p in problem.products]) / mix.sum())


def _lanes_by_cell(problem: Problem, lane_costs: LaneCosts) -> dict[Cell, list[Lane]]:
    """Lanes of every region and weight class, the cheapest on mean days first (ties: order of the problem)."""
    found: dict[Cell, list[Lane]] = {
        (name, k): [] for name in problem.region_names for k in range(len(problem.weight_bands))
    }
    for lane in problem.lanes():
        for k in range(len(problem.weight_bands)):
            if np.isfinite(lane_price(problem, lane_costs.mean, lane, k)).all():
                found[lane[1], k].append(lane)
    refuse_unreachable(problem, {(problem.region_names.index(r), k) for (r, k), lanes in found.items() if lanes})
    return _without_quarrels(
        problem,
        {
            (name, k): sorted(lanes, key=lambda lane: float(lane_price(problem, lane_costs.mean, lane, k).mean()))
            for (name, k), lanes in found.items()
        },
    )


def _without_quarrels(problem: Problem, lanes: dict[Cell, list[Lane]]) -> dict[Cell, list[Lane]]:
    """A contract that wants regions to itself gets them where it is the cheapest in all of them (or nobody else could
    do without it); otherwise it is left alone."""
    for contract in problem.contracts:
        own = [cell for cell in lanes if cell[0] in contract.exclusive]
        without = {cell: [lane for lane in of if lane[2] != contract.name] for cell, of in lanes.items()}
        if own and (
            all(lanes[cell] and lanes[cell][0][2] == contract.name for cell in own) or not all(without.values())
        ):
            lanes |= {cell: [lane for lane in lanes[cell] if lane[2] in ("", contract.name)] for cell in own}
        elif own:
            lanes = without
    refuse_unreachable(problem, {(problem.region_names.index(r), k) for (r, k), of in lanes.items() if of})
    return lanes


def _row(problem: Problem, cell: Cell, lane: Lane, phase: Phase, share: float) -> ShareRow:
    return ShareRow(cell[0], lane[0], lane[2], phase.from_s, phase.to_s, share, *problem.weight_bands[cell[1]])


def _cheapest_lanes(problem: Problem, lane_costs: LaneCosts) -> tuple[ShareRow, ...]:
    best = {cell: lanes[0] for cell, lanes in _lanes_by_cell(problem, lane_costs).items()}
    return tuple(
        sorted(_row(problem, cell, lane, phase, 1.0) for cell, lane in best.items() for phase in problem.phases)
    )


def _cheapest_until_full(problem: Problem, lane_costs: LaneCosts) -> tuple[ShareRow, ...]:
    """Phase by phase: regions take their cheapest lane as long as its contract has allotment left on the mean of the
    phase's busiest day; what finds none goes to the region's cheapest lane after all. Each weight class by itself."""
    demand, lanes = MeanDemand.of(problem), _lanes_by_cell(problem, lane_costs)
    days = {(r, k): demand.orders(r, problem.weight_bands[k]).sum(axis=0) for r, k in lanes}
    rows: list[ShareRow] = []
    for phase in problem.phases:
        held = slice(phase.from_s // DAY_S, phase.to_s // DAY_S)
        left = {
            c.name: np.inf if c.allotment_per_day is None else float(c.allotment_per_day) for c in problem.contracts
        }
        for cell, of in lanes.items():
            for lane, millionths in _fill(of, float(days[cell][held].max()), left):
                rows.append(_row(problem, cell, lane, phase, millionths / 1_000_000))
    return tuple(sorted(rows))


def _fill(lanes: list[Lane], orders: float, left: dict[str, float]) -> list[tuple[Lane, int]]:
    """Millionths of a region's orders per lane; takes them off the allotments left."""
    open_share, taken = 1_000_000, []
    for lane in lanes:
        room = left.get(lane[2], np.inf)
        share = open_share if room >= orders * open_share / 1e6 else int(room / orders * 1e6)
        if share > 0:
            taken.append((lane, share))
            open_share -= share
            if lane[2] in left:
                left[lane[2]] -= share / 1e6 * orders
        if open_share == 0:
            return taken
    over = dict(taken)
    over[lanes[0]] = over.get(lanes[0], 0) + open_share
    return list(over.items())


def _site_days(problem: Problem, routing: tuple[ShareRow, ...]) -> Floats:
    """Mean orders [site, day] under a routing."""
    demand, orders = MeanDemand.of(problem), np.zeros((len(problem.sites), problem.horizon.days))
    for row in routing:
        orders[problem.site_names.index(row.site)] += demand.of_row(row).sum(axis=0)
    return orders


def _spare_stock(problem: Problem, routing: tuple[ShareRow, ...]) -> tuple[StockRow, ...]:
    """Mean demand and a tenth more at every site, cut down evenly to its space and to the supply."""
    demand, mixes = MeanDemand.of(problem), problem.demand.product_shares()
    units = np.array([p.units_mean for p in problem.products])
    need = np.zeros((len(problem.sites), len(problem.products)))
    for row in routing:
        whole_band = replace(row, above_g=0, to_g=HEAVIEST_G)
        inside = np.array([p.share_up_to(row.to_g) - p.share_up_to(row.above_g) for p in problem.products])
        orders = demand.of_row(whole_band).sum(axis=1)
        need[problem.site_names.index(row.site)] += (orders @ mixes) * inside * units
    need *= SPARE_STOCK
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
    """All permanent people on every day, over processes by work content and evenly over shifts."""
    rows: list[StaffRow] = []
    mean_work = _mean_work(problem)
    for crew in (c for c in problem.crews if not c.temporary):
        site = problem.site(crew.site)
        shifts = [s.name for s in problem.shifts if not s.extends and s.working(0, site.opening)]
        able = [p for p in site.processes if crew.may_do(p.name)]
        cells = [(p, s) for p in able for s in shifts]
        people = largest_remainder(crew.limit, np.array([work_seconds(p, mean_work) for p, _ in cells]))
        rows += [
            StaffRow(day, site.name, process.name, crew.name, shift, LONG_AGO, int(n))
            for day in range(problem.horizon.days)
            for (process, shift), n in zip(cells, people, strict=True)
            if n > 0
        ]
    return tuple(rows)
