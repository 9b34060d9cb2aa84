"""From a solution to a plan: integer headcounts, whole units, shares that add up to one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.costs import committed_costs, foreseen_names
from planner.domain.lever_effects import chosen_levers
from planner.domain.plan import ExtraCollection, Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow, StockRow
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.formulation.bookings import ramp_class
from planner.planning.formulation.lever_costs import lever_costs
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import TAIL
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.answer import Answer
from planner.planning.options import rounding_minor
from planner.planning.solution.booking_days import works_of
from planner.planning.solution.stock_disaggregation import PlacedStock

PARTS = 1_000_000  # shares are written in millionths
SMALLEST_SHARE = 1e-4  # less than one parcel in ten thousand is rounding by the solver


def read_plan_from(
    full: Model,
    answer: Answer,
    expected: dict[str, float],
    *,
    reproducible: bool,
    placed: PlacedStock | None = None,
) -> Plan:
    """The plan behind a solution, with its costs by name and what was proved of the joint problem.

    The costs are those of the promotion's own days. The model pays for the tail as well, so what
    the solver proved is stated of all days: another plan may spend less on the promotion and more
    in the tail.

    Parameters
    ----------
    full : Model
        The model over all scenarios.
    answer : Answer
        Its solution with integer headcounts, and the best bound of all days in minor units.
    expected : dict[str, float]
        Expected on-time shares (`recourse.expected`).
    reproducible : bool
        Whether another run gives the same plan: no limit in seconds was set.
    placed : PlacedStock | None
        The stock by product where products were aggregated; its costs count then.

    Returns
    -------
    Plan
        Status "optimal" where the gap is no more than rounding, otherwise "feasible".
    """
    problem = full.parameters.problem
    chosen = chosen_levers(problem)
    shares = _shares_in_millionths(full, answer)
    plan = _decisions(full, answer, shares, placed)
    plan = replace(
        plan,
        expected=expected,
        reproducible=reproducible,
        promises=chosen.promised,
        caps=chosen.capped,
        margins=full.parameters.options.margins(),
    )
    levers = {name: round(amount) for name, amount in lever_costs(full.parameters).items()}
    costs = _costs(full, plan, answer, shares)
    if placed is not None:
        costs["lost_orders"] = round(placed.lost_minor)
        costs["leftover"] = round(placed.leftover_minor)
    for name, amount in levers.items():
        costs[name] += amount
    objective = sum(costs.values())
    of_all_days = objective + round(_tail_minor(full, answer, shares))
    bound = None
    proven = answer.bound + sum(levers.values())
    # of sampled paths the model knows the stock only roughly: what it proves is not of the plan
    if np.isfinite(proven) and full.parameters.scenarios.paths is None:
        bound = min(int(np.floor(proven)), of_all_days)
    proved = _is_proved(plan, of_all_days, bound, problem, placed)
    return replace(
        plan,
        status=PlanStatus.OPTIMAL if proved else PlanStatus.FEASIBLE,
        objective=objective,
        model_objective=of_all_days,
        model_bound=bound,
        model_gap=None if bound is None else (of_all_days - bound) / max(abs(of_all_days), 1),
        costs=costs,
    )


def _shares_in_millionths(full: Model, answer: Answer) -> Ints:
    """Shares of the solution in millionths [lane, phase]."""
    classes = full.parameters.classes
    group = full.shares.region * classes + full.shares.weight
    groups = len(full.parameters.problem.regions) * classes
    return clean_shares(answer.solution[full.shares.column], group, groups)


def _decisions(full: Model, answer: Answer, shares: Ints, placed: PlacedStock | None) -> Plan:
    """The plan's decisions alone."""
    problem, values = full.parameters.problem, answer.solution
    units = _whole_units(problem, values[full.stock.placed]) if placed is None else placed.units
    return Plan(
        method="joint",
        status=PlanStatus.FEASIBLE,
        staffing=_staffing(full.teams, values),
        routing=_routing(full, shares),
        stock=_stock(problem, units),
        extra=_extra(full, values),
        signed=_signed(full, values, shares),
    )


def _costs(full: Model, plan: Plan, answer: Answer, shares: Ints) -> dict[str, int]:
    """Costs by name in minor units: committed ones of the plan, the others of the solution."""
    problem = full.parameters.problem
    exact = answer.solution.copy()
    exact[full.shares.column] = shares / PARTS
    costs = committed_costs(problem, plan)
    for name in foreseen_names(problem):
        if name not in costs:
            costs[name] = round(float(full.milp.cost(name) @ exact))
    return costs


def _tail_minor(full: Model, answer: Answer, shares: Ints) -> float:
    """What the solution spends in the tail, in minor units."""
    exact = answer.solution.copy()
    exact[full.shares.column] = shares / PARTS
    return float(full.milp.cost(TAIL) @ exact)


def _is_proved(
    plan: Plan, objective: int, bound: int | None, problem: Problem, placed: PlacedStock | None
) -> bool:
    """Whether cost and bound differ by rounding only: of minor units, and of stock."""
    if bound is None:
        return False
    rounding = rounding_minor(objective)
    if placed is None:
        rounding += _rounding_of_stock(problem, plan)
    else:
        rounding += placed.rounding_minor
    return objective - bound <= rounding and (placed is None or placed.keeps)


def _rounding_of_stock(problem: Problem, plan: Plan) -> int:
    """What rounding up to whole units costs at most, in minor units: one unit per row."""
    return sum(problem.site(row.site).inbound_cost_minor for row in plan.stock or ())


def clean_shares(shares: Floats, of: Ints, groups: int) -> Ints:
    """Shares in millionths: traces dropped, and every group adds up exactly.

    Parameters
    ----------
    shares : Floats
        Shares of the solution [lane, phase].
    of : Ints
        Group of every lane (its region and weight class) [lane].
    groups : int
        Number of groups.

    Returns
    -------
    Ints
        Millionths [lane, phase]; what rounding leaves over goes to the largest share.
    """
    parts = np.where(shares < SMALLEST_SHARE, 0.0, shares)
    whole = np.zeros(parts.shape, dtype=np.int64)
    for group in range(groups):
        lanes = np.flatnonzero(of == group)
        total = parts[lanes].sum(axis=0)
        whole[lanes] = np.floor(parts[lanes] / total * PARTS + 1e-6)
        largest = lanes[whole[lanes].argmax(axis=0)]
        whole[largest, np.arange(parts.shape[1])] += PARTS - whole[lanes].sum(axis=0)
    return whole


def _routing(full: Model, shares: Ints) -> tuple[ShareRow, ...]:
    """Rows of the routing from shares in millionths."""
    problem, lanes, rows = full.parameters.problem, full.shares, []
    for lane, f in np.argwhere(shares > 0):
        phase, c = problem.phases[f], lanes.contract[lane]
        above_g, to_g = problem.weight_bands[lanes.weight[lane]]
        rows.append(
            ShareRow(
                region=problem.region_names[lanes.region[lane]],
                site=problem.site_names[lanes.site[lane]],
                contract=problem.contract_names[c] if c >= 0 else "",
                from_s=phase.from_s,
                to_s=phase.to_s,
                share=int(shares[lane, f]) / PARTS,
                above_g=above_g,
                to_g=to_g,
            )
        )
    return tuple(sorted(rows))


def _staffing(teams: list[CrewVariables], values: Floats) -> tuple[StaffRow, ...]:
    """Rows of the staffing, of temporaries with the day they are booked from."""
    rows: list[StaffRow] = []
    for team in teams:
        heads = _integers(values, team.head)
        if team.crew.temporary:
            rows += _place_booked(team, heads, _integers(values, team.books))
            continue
        for p, h, day, _ in np.argwhere(heads > 0):
            rows.append(_row(team, (p, h, day), LONG_AGO, int(heads[p, h, day, 0])))
    return tuple(sorted(rows))


def _integers(values: Floats, columns: Ints) -> Ints:
    """Rounded values of columns, 0 where there is none (-1)."""
    rounded = np.where(columns >= 0, np.rint(values[np.maximum(columns, 0)]), 0)
    return np.asarray(rounded.astype(np.int64))


def _row(team: CrewVariables, place: tuple[int, int, int], since: int, people: int) -> StaffRow:
    p, h, day = (int(x) for x in place)
    return StaffRow(
        day=day,
        site=team.crew.site,
        process=team.processes[p],
        crew=team.crew.name,
        shift=team.shifts[h].name,
        since_day=since,
        headcount=people,
    )


def _place_booked(team: CrewVariables, heads: Ints, books: Ints) -> list[StaffRow]:
    """Rows that give each day's places to the people booked, class by class.

    Where shifts conflict, everybody can rest between them; otherwise, and among the processes of a
    shift, whoever has been booked longest comes first.
    """
    works = works_of(team, heads, books) if team.works.size else None
    rows = []
    for day in team.on.within(0, heads.shape[2] - 1):
        tenure = [team.on.tenure(b, day) for b in range(day + 1)]
        for k in range(heads.shape[3]):
            booked = [b for b, t in enumerate(tenure) if ramp_class(team.crew, t) == k]
            if works is None:
                rows += _in_turn(team, day, heads[:, :, day, k], {b: books[b, day] for b in booked})
                continue
            for h in range(heads.shape[1]):
                places = np.zeros_like(heads[:, :, day, k])
                places[:, h] = heads[:, h, day, k]
                rows += _in_turn(team, day, places, {b: works[h, b, day] for b in booked})
    return rows


def _in_turn(team: CrewVariables, day: int, places: Ints, booked: dict[int, int]) -> list[StaffRow]:
    """Rows of a day's places [process, shift] for people by booking day, the first ones first."""
    rows = []
    cells = np.argwhere(places > 0)
    free = [int(places[p, h]) for p, h in cells]
    first = 0  # the first place with somebody missing
    for since, count in booked.items():
        people = int(count)
        while people:
            placed = min(people, free[first])
            p, h = cells[first]
            rows.append(_row(team, (p, h, day), since, placed))
            people -= placed
            free[first] -= placed
            if not free[first]:
                first += 1
    return rows


def _whole_units(problem: Problem, placed: Floats) -> Ints:
    """Units [site, product] rounded up, within the space of the sites and the supply."""
    units = np.ceil(placed - 1e-6).astype(np.int64)
    for i, site in enumerate(problem.sites):
        _give_back(units[i], site.stock_capacity_units)
    for k, product in enumerate(problem.products):
        _give_back(units[:, k], product.supply_units)
    return units


def _stock(problem: Problem, units: Ints) -> tuple[StockRow, ...]:
    return tuple(
        StockRow(site.name, product.name, int(units[i, k]))
        for i, site in enumerate(problem.sites)
        for k, product in enumerate(problem.products)
        if units[i, k] > 0
    )


def _give_back(units: Ints, limit: int | None) -> None:
    """Take units beyond a limit, which rounding up may exceed, from the largest, in place."""
    while limit is not None and units.sum() > limit:
        units[units.argmax()] -= 1


def _extra(full: Model, values: Floats) -> tuple[ExtraCollection, ...]:
    """Extra vehicles booked."""
    problem, rows = full.parameters.problem, []
    for pickups in full.pickups:
        site = problem.site_names[pickups.site]
        contract = problem.contract_names[pickups.contract]
        for k, vehicles in enumerate(_integers(values, pickups.vehicles)):
            if vehicles > 0:
                day, at_s = int(pickups.day[k]), pickups.collections[k].at_s
                rows.append(ExtraCollection(day, site, contract, at_s, int(vehicles)))
    return tuple(sorted(rows))


def _signed(full: Model, values: Floats, shares: Ints) -> tuple[str, ...]:
    """Contracts that are signed or simply used, in the order of the problem."""
    names = full.parameters.problem.contract_names
    used = {int(c) for c in full.shares.contract[shares.sum(axis=1) > 0]}
    chosen = {c for c, column in enumerate(full.signed) if column >= 0 and values[column] > 0.5}
    return tuple(name for c, name in enumerate(names) if c in used | chosen)
