"""From the solver's numbers to a plan people can read: whole people, whole units, shares that add
up to one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.costs import committed_costs, foreseen_names
from planner.domain.demand import Floats, Ints
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem, ShareRow, StockRow
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.formulation.lever_costs import lever_costs
from planner.planning.formulation.model import Model
from planner.planning.formulation.staffing import ramp_class
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.solver import Answer
from planner.planning.options import rounding_minor
from planner.planning.solution.stock_disaggregation import Placed

PARTS = 1_000_000  # shares are written in millionths
SMALLEST_SHARE = 1e-4  # less than one parcel in ten thousand is noise of the solver


def read_plan_from(
    model: Model,
    answer: Answer,
    expected: dict[str, float],
    reproducible: bool,
    placed: Placed | None = None,
) -> Plan:
    """The plan behind a solution, with its costs by name and what the solver proved of the joint
    problem.

    `placed`: the stock of every product where products are planned in families; its costs are what
    counts then.
    """
    problem, values = model.parameters.problem, answer.solution
    classes = model.parameters.classes
    of = model.shares.region * classes + model.shares.weight
    shares = clean_shares(values[model.shares.column], of, len(problem.regions) * classes)
    plan = Plan(
        method="joint",
        status="feasible",
        staffing=_staffing(problem, model.teams, values),
        routing=_routing(model, shares),
        stock=_stock(
            problem,
            _whole_units(problem, values[model.stock.placed]) if placed is None else placed.units,
        ),
        extra=_extra(model, values),
        signed=_signed(model, values, shares),
        expected=expected,
        reproducible=reproducible,
        promises=problem.levers.promised,
        caps=problem.levers.capped,
        margins=model.parameters.options.margins(),
    )
    exact = values.copy()
    exact[model.shares.column] = shares / PARTS
    costs = committed_costs(problem, plan)
    for name in foreseen_names(problem):
        if name not in costs:
            costs[name] = round(float(model.program.cost(name) @ exact))
    if placed is not None:
        costs["lost_orders"] = round(placed.lost_minor)
    settled = {name: round(amount) for name, amount in lever_costs(model.parameters).items()}
    costs |= {name: costs[name] + amount for name, amount in settled.items()}
    objective = sum(costs.values())
    proven = answer.bound + sum(settled.values())
    bound = min(int(np.floor(proven)), objective) if np.isfinite(proven) else None
    gap = None if bound is None else (objective - bound) / max(abs(objective), 1)
    rounding = _rounding(problem, plan) if placed is None else placed.rounding_minor
    asked = rounding_minor(objective) + rounding
    proved = bound is not None and objective - bound <= asked and (placed is None or placed.keeps)
    status = "optimal" if proved else "feasible"
    return replace(plan, status=status, objective=objective, bound=bound, gap=gap, costs=costs)


def _rounding(problem: Problem, plan: Plan) -> int:
    """What whole goods may cost at most beyond the model's: optimal is within the gap asked for but
    for that (and for whole minor units).
    """
    return sum(problem.site(row.site).inbound_cost_minor for row in plan.stock or ())


def clean_shares(shares: Floats, of: Ints, groups: int) -> Ints:
    """Shares [lane, phase] in millionths: traces dropped, every (group, phase) adds up exactly; a
    group `of` lanes has the same region and weight class.
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


def _routing(model: Model, shares: Ints) -> tuple[ShareRow, ...]:
    problem = model.parameters.problem
    bands, rows = problem.weight_bands, []
    for lane, f in np.argwhere(shares > 0):
        phase, c = problem.phases[f], model.shares.contract[lane]
        rows.append(
            ShareRow(
                problem.region_names[model.shares.region[lane]],
                problem.site_names[model.shares.site[lane]],
                problem.contract_names[c] if c >= 0 else "",
                phase.from_s,
                phase.to_s,
                int(shares[lane, f]) / PARTS,
                *bands[model.shares.weight[lane]],
            )
        )
    return tuple(sorted(rows))


def _staffing(problem: Problem, teams: list[CrewVariables], values: Floats) -> tuple[StaffRow, ...]:
    rows: list[StaffRow] = []
    for team in teams:
        heads = np.where(team.head >= 0, np.rint(values[np.maximum(team.head, 0)]), 0).astype(
            np.int64
        )
        if not team.crew.temporary:
            for p, h, day, _ in np.argwhere(heads > 0):
                rows.append(_row(team, (p, h, day), LONG_AGO, int(heads[p, h, day, 0])))
        else:
            books = np.where(team.books >= 0, np.rint(values[np.maximum(team.books, 0)]), 0).astype(
                np.int64
            )
            rows += _place_booked(team, heads, books)
    return tuple(sorted(rows))


def _row(team: CrewVariables, where: tuple[int, int, int], since: int, people: int) -> StaffRow:
    p, h, day = (int(x) for x in where)
    return StaffRow(
        day, team.crew.site, team.processes[p], team.crew.name, team.shifts[h].name, since, people
    )


def _place_booked(team: CrewVariables, heads: Ints, books: Ints) -> list[StaffRow]:
    """Give the places of each day to the people booked, class by class, the longest booked
    first.
    """
    rows = []
    for day in range(heads.shape[2]):
        for k in range(heads.shape[3]):
            places = [
                [p, h, int(heads[p, h, day, k])] for p, h in np.argwhere(heads[:, :, day, k] > 0)
            ]
            for since in range(day + 1):
                people = int(books[since, day]) if ramp_class(team.crew, day - since) == k else 0
                while people:
                    p, h, free = places[0]
                    placed = min(people, free)
                    rows.append(_row(team, (p, h, day), since, placed))
                    people -= placed
                    places[0][2] -= placed
                    if not places[0][2]:
                        places.pop(0)
    return rows


def _whole_units(problem: Problem, placed: Floats) -> Ints:
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
    """Rounding up may break a limit by a few units: take them from the largest, in place."""
    while limit is not None and units.sum() > limit:
        units[units.argmax()] -= 1


def _extra(model: Model, values: Floats) -> tuple[ExtraCollection, ...]:
    problem, rows = model.parameters.problem, []
    for pickups in model.pickups:
        for k, column in enumerate(pickups.vehicles):
            vehicles = round(float(values[column])) if column >= 0 else 0
            if vehicles > 0:
                site, contract = (
                    problem.site_names[pickups.site],
                    problem.contract_names[pickups.contract],
                )
                at_s = pickups.collections[k].at_s
                rows.append(ExtraCollection(int(pickups.day[k]), site, contract, at_s, vehicles))
    return tuple(sorted(rows))


def _signed(model: Model, values: Floats, shares: Ints) -> tuple[str, ...]:
    """Contracts that are signed or simply used, in the order of the problem."""
    names = model.parameters.problem.contract_names
    used = {int(c) for c in model.shares.contract[shares.sum(axis=1) > 0]}
    chosen = {c for c, column in enumerate(model.signed) if column >= 0 and values[column] > 0.5}
    return tuple(name for c, name in enumerate(names) if c in used | chosen)
