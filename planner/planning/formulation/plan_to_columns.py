"""From a plan, whoever made it, to the columns of the planning model: the inverse of `decode`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.domain.plan import Plan, on_books
from planner.domain.problem import Problem, ShareRow
from planner.domain.workforce import StaffRow
from planner.planning.formulation.assignment_and_stock import Shares, Stock
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.pickups import Pickups
from planner.planning.formulation.staffing import ramp_class
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.mean_demand import MeanDemand
from planner.planning.milp.builder import MilpBuilder


@dataclass(frozen=True, eq=False)
class Decisions:
    """Columns of what a plan says outright; all other decisions of the program follow from
    these.
    """

    shares: Shares
    stock: Stock
    signed: Ints
    teams: list[CrewVariables]
    pickups: list[Pickups]

    def columns(self) -> Ints:
        """All of them, each once, in order."""
        parts = [self.shares.column, self.stock.placed, self.signed]
        parts += [columns for team in self.teams for columns in (team.head, team.books)]
        parts += [pickups.vehicles for pickups in self.pickups]
        found = np.unique(np.concatenate([p.ravel() for p in parts]))
        return np.asarray(found[found >= 0])


def encode(milp: MilpBuilder, parameters: Parameters, decisions: Decisions, plan: Plan) -> Floats:
    """Values of all columns of the program under a plan, 0 for everything that follows from its
    decisions.

    Raises ValueError in words for rows the problem knows nothing of: no such lane, crew, shift,
    process.
    """
    values = np.zeros(milp.columns)
    values[decisions.shares.column] = _shares(parameters, decisions.shares, plan)
    values[decisions.stock.placed] = _placed(parameters, decisions.stock, plan)
    used = {*plan.signed, *(row.contract for row in plan.routing)}
    for name, column in zip(parameters.problem.contract_names, decisions.signed, strict=True):
        if column >= 0:
            values[column] = float(name in used)
    for team in decisions.teams:
        _put_people(values, parameters.problem, team, plan)
    for pickups in decisions.pickups:
        _put_vehicles(values, parameters.problem, pickups, plan)
    return values


def _shares(parameters: Parameters, shares: Shares, plan: Plan) -> Floats:
    """[lane, phase]: what the rows give to a weight class of a region in a phase; together all of
    it.

    A row that is for a part of a phase or of a class counts by the mean orders of that part. What
    goes to a lane that refuses the class goes to its other lanes in their proportions, to the
    cheapest where there are none.
    """
    problem, demand = parameters.problem, MeanDemand.of(parameters.problem)
    lanes = {
        (
            problem.site_names[i],
            problem.region_names[r],
            problem.contract_names[c] if c >= 0 else "",
            int(k),
        ): lane
        for lane, (i, r, c, k) in enumerate(
            zip(shares.site, shares.region, shares.contract, shares.weight, strict=True)
        )
    }
    given = np.zeros(shares.column.shape)
    for row in plan.routing:
        if (row.site, row.region, row.contract) not in problem.lanes():
            raise ValueError(
                f"{row.region} from {row.site} with {row.contract or 'no courier'}: there is no "
                "such lane"
            )
        for k in range(parameters.classes):
            lane = lanes.get((row.site, row.region, row.contract, k))
            if lane is not None:
                given[lane] += row.share * _covered(problem, demand, row, k)
    return _completed(parameters, shares, given)


def _covered(problem: Problem, demand: MeanDemand, row: ShareRow, weight: int) -> Floats:
    """Part [phase] of the orders of a weight class that a row is for."""
    above_g, to_g = problem.weight_bands[weight]
    low, high = max(above_g, row.above_g), min(to_g, row.to_g)
    part = np.zeros(len(problem.phases))
    if low >= high:
        return part
    inside, all_of_it = (
        demand.orders(row.region, (low, high)),
        demand.orders(row.region, (above_g, to_g)),
    )
    start = np.arange(inside.shape[1]) * demand.bucket_s
    for f, phase in enumerate(problem.phases):
        of_phase = (start >= phase.from_s) & (start < phase.to_s)
        held = of_phase & (start >= row.from_s) & (start < row.to_s)
        if (low, high) == (above_g, to_g) and (held == of_phase).all():
            part[f] = 1.0
            continue
        total = float(all_of_it[:, of_phase].sum())
        part[f] = (
            float(inside[:, held].sum()) / total
            if total > 0
            else float(held.sum()) / float(of_phase.sum())
        )
    return part


def _completed(parameters: Parameters, shares: Shares, given: Floats) -> Floats:
    """The shares with every (region, class, phase) adding up to 1."""
    mean = parameters.lane_costs.mean[
        shares.site, shares.region, np.maximum(shares.contract, 0), shares.weight
    ]
    of = shares.region * parameters.classes + shares.weight
    for group in np.unique(of):
        lanes = np.flatnonzero(of == group)
        cheapest = lanes[mean[lanes].mean(axis=1).argmin()]
        given[cheapest] += given[lanes].sum(axis=0) <= 0
        given[lanes] /= given[lanes].sum(axis=0)
    return given


def _placed(parameters: Parameters, stock: Stock, plan: Plan) -> Floats:
    """Units [site, family]; where a plan says nothing of stock, as much as is ever asked for."""
    problem = parameters.problem
    if plan.stock is None:
        return np.broadcast_to(stock.families.need.sum(axis=(1, 2)).max(axis=0), stock.placed.shape)
    placed = np.zeros(stock.placed.shape)
    for row in plan.stock:
        product = problem.product_names.index(row.product)
        placed[problem.site_names.index(row.site), stock.families.of[product]] += row.units
    return placed


def _put_people(values: Floats, problem: Problem, team: CrewVariables, plan: Plan) -> None:
    """People at work and people on the books of one crew, in place."""
    own = tuple(
        row for row in plan.staffing if (row.site, row.crew) == (team.crew.site, team.crew.name)
    )
    shifts = [shift.name for shift in team.shifts]
    for row in own:
        if (
            row.process not in team.processes
            or row.shift not in shifts
            or not 0 <= row.day < problem.horizon.days
        ):
            raise ValueError(
                f"{row.crew} at {row.site}: no work at {row.process} in the {row.shift} shift"
            )
        at = team.head[team.processes.index(row.process), shifts.index(row.shift), row.day]
        values[_head(team, row, at)] += row.headcount
    started: dict[int, int] = defaultdict(int)
    for (_, _, since, day), people in on_books(own).items():
        column = team.books[since, day] if team.crew.temporary and since >= 0 else -1
        if column >= 0 and column not in started:
            started[column] = people
    for column, people in started.items():
        values[column] = people


def _head(team: CrewVariables, row: StaffRow, at: Ints) -> int:
    """The column of a row, of [class]; people who were there before anybody can be booked count as
    the fastest of those who can be.
    """
    wanted = ramp_class(team.crew, max(row.day - row.since_day, 0))
    there = np.flatnonzero(at >= 0)
    if not len(there):
        raise ValueError(f"{row.crew} at {row.site}: nobody can be booked by day {row.day + 1}")
    return int(at[there[there <= wanted].max(initial=there.min())])


def _put_vehicles(values: Floats, problem: Problem, pickups: Pickups, plan: Plan) -> None:
    """Extra vehicles of a contract at a site, in place; where a collection takes everything anyway
    there is nothing to count.
    """
    site, contract = problem.site_names[pickups.site], problem.contract_names[pickups.contract]
    number = {
        (int(d), c.at_s): k
        for k, (d, c) in enumerate(zip(pickups.day, pickups.collections, strict=True))
    }
    for extra in plan.extra:
        if (extra.site, extra.contract) == (site, contract):
            k = number.get((extra.day, extra.at_s))
            if k is not None and pickups.vehicles[k] >= 0:
                values[pickups.vehicles[k]] += extra.vehicles
