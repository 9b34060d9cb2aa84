"""From a plan to the columns of the model: the inverse of `solution.columns_to_plan`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.guarantee import idle_days, scheduled_days
from planner.domain.plan import Plan, on_books
from planner.domain.problem import Problem, ShareRow
from planner.domain.workforce import StaffRow
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.bookings import ramp_class
from planner.planning.formulation.inventory import Stock
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.pickups import Pickups
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.mean_demand import MeanDemand
from planner.planning.milp.builder import MilpBuilder


@dataclass(frozen=True, eq=False)
class Decisions:
    """Columns of what a plan states; all other decisions of the model follow from these."""

    shares: Shares
    stock: Stock
    signed: Ints
    teams: list[CrewVariables]
    pickups: list[Pickups]

    def columns(self) -> Ints:
        """All of them, each once, in order."""
        parts = [self.shares.column, self.stock.placed, self.signed]
        for team in self.teams:
            parts += [team.head, team.books, np.array([team.idle])]
        for pickups in self.pickups:
            parts.append(pickups.vehicles)
        found = np.unique(np.concatenate([p.ravel() for p in parts]))
        return np.asarray(found[found >= 0])


def encode(milp: MilpBuilder, parameters: Parameters, decisions: Decisions, plan: Plan) -> Floats:
    """Values of all columns under a plan, 0 for everything that follows from its decisions.

    Parameters
    ----------
    milp : MilpBuilder
        The model.
    parameters : Parameters
        Its sets and parameters.
    decisions : Decisions
        Columns of what a plan states.
    plan : Plan
        Any plan for the problem, whoever made it.

    Returns
    -------
    Floats
        One value per column.

    Raises
    ------
    ValueError
        A row of the plan names a lane, crew, shift or process that the problem does not have.
    """
    values = np.zeros(milp.columns)
    values[decisions.shares.column] = _shares(parameters, decisions.shares, plan)
    values[decisions.stock.placed] = _placed(parameters, decisions.stock, plan)
    used = {*plan.signed, *(row.contract for row in plan.routing)}
    for name, column in zip(parameters.problem.contract_names, decisions.signed, strict=True):
        if column >= 0:
            values[column] = float(name in used)
    for team in decisions.teams:
        put_people(values, parameters.problem, team, plan.staffing)
    for pickups in decisions.pickups:
        _put_vehicles(values, parameters.problem, pickups, plan)
    return values


def _shares(parameters: Parameters, shares: Shares, plan: Plan) -> Floats:
    """Shares of the lanes [lane, phase] under a plan; those of a region and class sum to 1.

    A row that is for a part of a phase or of a class counts by the mean orders of that part. What
    goes to a lane that refuses the class goes to its other lanes in their proportions, to the
    cheapest where there are none.
    """
    problem, demand = parameters.problem, MeanDemand.of(parameters.problem)
    lanes = _lanes_by_name(problem, shares)
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


def _lanes_by_name(problem: Problem, shares: Shares) -> dict[tuple[str, str, str, int], int]:
    """Number of every lane by site, region, contract ("": none) and weight class."""
    found = {}
    for lane in range(len(shares.site)):
        c = shares.contract[lane]
        site, region = shares.site[lane], shares.region[lane]
        contract = problem.contract_names[c] if c >= 0 else ""
        names = (problem.site_names[site], problem.region_names[region], contract)
        found[(*names, int(shares.weight[lane]))] = lane
    return found


def _covered(problem: Problem, demand: MeanDemand, row: ShareRow, weight: int) -> Floats:
    """Part [phase] of the orders of a weight class that a row is for."""
    above_g, to_g = problem.weight_bands[weight]
    low, high = max(above_g, row.above_g), min(to_g, row.to_g)
    part = np.zeros(len(problem.phases))
    if low >= high:
        return part
    inside = demand.orders(row.region, (low, high))
    all_of_class = demand.orders(row.region, (above_g, to_g))
    start = np.arange(inside.shape[1]) * demand.bucket_s
    for f, phase in enumerate(problem.phases):
        of_phase = (start >= phase.from_s) & (start < phase.to_s)
        held = of_phase & (start >= row.from_s) & (start < row.to_s)
        if (low, high) == (above_g, to_g) and (held == of_phase).all():
            part[f] = 1.0
            continue
        total = float(all_of_class[:, of_phase].sum())
        if total > 0:
            part[f] = float(inside[:, held].sum()) / total
        else:
            part[f] = float(held.sum()) / float(of_phase.sum())
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


def put_people(
    values: Floats, problem: Problem, team: CrewVariables, staffing: tuple[StaffRow, ...]
) -> None:
    """Set the columns of one crew, people at work and people on the books, in place.

    Parameters
    ----------
    values : Floats
        Values of all columns, which are set [column].
    problem : Problem
        The problem of the model.
    team : CrewVariables
        Columns of the crew.
    staffing : tuple of StaffRow
        Who works when; rows of other crews are left out.
    """
    crew = team.crew
    own = tuple(row for row in staffing if (row.site, row.crew) == (crew.site, crew.name))
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
    if team.idle >= 0:
        scheduled = scheduled_days(problem, own)[crew.site, crew.name]
        values[team.idle] = idle_days(problem, crew, scheduled)


def _head(team: CrewVariables, row: StaffRow, at: Ints) -> int:
    """The column of a row among those of the ramp-up classes.

    People who were there before anybody can be booked count as the fastest of those who can be.
    """
    wanted = ramp_class(team.crew, max(team.on.tenure(row.since_day, row.day), 0))
    there = np.flatnonzero(at >= 0)
    if not len(there):
        raise ValueError(f"{row.crew} at {row.site}: nobody can be booked by day {row.day + 1}")
    return int(at[there[there <= wanted].max(initial=there.min())])


def _put_vehicles(values: Floats, problem: Problem, pickups: Pickups, plan: Plan) -> None:
    """Set the extra vehicles of a contract at a site, in place.

    A collection without a limit has no column: there is nothing to count.
    """
    site, contract = problem.site_names[pickups.site], problem.contract_names[pickups.contract]
    column_at = {}
    for k, collection in enumerate(pickups.collections):
        column_at[int(pickups.day[k]), collection.at_s] = int(pickups.vehicles[k])
    for extra in plan.extra:
        if (extra.site, extra.contract) == (site, contract):
            column = column_at.get((extra.day, extra.at_s), -1)
            if column >= 0:
                values[column] += extra.vehicles
