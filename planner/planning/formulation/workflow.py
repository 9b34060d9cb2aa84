"""Flow of work: orders by due time, and the cumulative work done at every process of a site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.problem import Problem
from planner.domain.records import Mask
from planner.planning.formulation.assignment import Shares, add_mixed_shares
from planner.planning.formulation.cutoffs import Pattern, packing_patterns
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.pickups import Pickups, arrivals
from planner.planning.formulation.returns import Returned, returned_at
from planner.planning.formulation.staffing import presence, work_terms
from planner.planning.formulation.time_buckets import work_seconds
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.builder import MilpBuilder, Term

NOBODY = -1  # column of work done before anybody ever worked


@dataclass(frozen=True, eq=False)
class Part:
    """Orders of one deadline class at a site that are due at the same times.

    Attributes
    ----------
    mixed : Ints
        Columns of the share of the orders on their lanes, of all classes [mix, phase].
    due_s : Ints
        Second by which they must be done [level, slot]; DOOMED or NEVER_DUE.
    share : Floats
        Share of the class in these orders [mix].
    own : Mask
        Slots of the promotion whose orders are scored [slot].
    """

    mixed: Ints
    due_s: Ints
    share: Floats
    own: Mask


@dataclass(frozen=True, eq=False)
class SiteOrders:
    """Orders of one site.

    Attributes
    ----------
    site : int
        Number of the site.
    parts : list[Part]
        The orders by due time.
    column : Ints
        Columns of the share of all of them [mix, phase].
    """

    site: int
    parts: list[Part]
    column: Ints


@dataclass(frozen=True, eq=False)
class Missed:
    """Orders of one workload class that are missed.

    Attributes
    ----------
    columns : Ints
        Columns of the cumulative number [scenario, cut-off].
    at_s : Ints
        Second of each cut-off.
    """

    columns: Ints
    at_s: Ints

    def by(self, seconds: Ints) -> Ints:
        """Columns of those missed by some seconds [scenario, second] (NOBODY: none yet)."""
        columns = np.pad(self.columns, ((0, 0), (1, 0)), constant_values=NOBODY)
        return np.asarray(columns[:, np.searchsorted(self.at_s, seconds, side="right")])


def add_site_orders(
    milp: MilpBuilder, parameters: Parameters, shares: Shares, site: int
) -> SiteOrders:
    """Add the orders of a site by due time.

    all[m,f] = sum over parts of part[m,f], the site's share of the orders of mix m in phase f.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    site : int
        Number of the site.

    Returns
    -------
    SiteOrders
        The orders with their columns.
    """
    parts = add_parts(milp, parameters, shares, site, aim=parameters.problem)
    return SiteOrders(site, parts, _joined(milp, parameters, parts))


def add_parts(
    milp: MilpBuilder, parameters: Parameters, shares: Shares, site: int, *, aim: Problem
) -> list[Part]:
    """Add the orders of a site by the time at which they must be packed.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    site : int
        Number of the site.
    aim : Problem
        The problem whose deadline they have: the scenario's, or that of a target of one's own.

    Returns
    -------
    list[Part]
        The orders.
    """
    patterns = packing_patterns(parameters, shares, site, aim=aim)
    name = f"part {parameters.problem.site_names[site]}"
    return parts_of(milp, parameters, shares, patterns, name=name)


def parts_of(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    patterns: list[Pattern],
    *,
    name: str,
    whole: Ints | None = None,
) -> list[Part]:
    """Add the orders of some patterns; deadline classes on the same lanes have the same columns.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    patterns : list[Pattern]
        The patterns.
    name : str
        Name of the columns, to inspect a model.
    whole : Ints | None
        Columns of all the orders together, for where all lanes are due at the same times.

    Returns
    -------
    list[Part]
        One part per pattern.
    """
    different = dict.fromkeys(pattern.lanes.tobytes() for pattern in patterns)
    columns: dict[bytes, Ints] = {}
    if whole is not None and len(different) == 1:
        columns = dict.fromkeys(different, whole)
    for pattern in patterns:
        key = pattern.lanes.tobytes()
        if key not in columns:
            title = f"{name} {len(columns)}"
            columns[key] = add_mixed_shares(
                milp, parameters, shares, lanes=pattern.lanes, name=title
            )
    return [Part(columns[p.lanes.tobytes()], p.due_s, p.share, p.own) for p in patterns]


def _joined(milp: MilpBuilder, parameters: Parameters, parts: list[Part]) -> Ints:
    """Columns [mix, phase] of all orders in some parts."""
    of_lanes = list({part.mixed.tobytes(): part.mixed for part in parts}.values())
    if len(of_lanes) == 1:
        return of_lanes[0]
    shape = (parameters.mixes, len(parameters.problem.phases))
    joined = milp.variables("joined", shape, upper=len(of_lanes))
    row = np.arange(joined.size).reshape(shape)
    terms = [Term(row, joined), *(Term(row, mixed, -1.0) for mixed in of_lanes)]
    milp.constraints("link_parts", joined.size, terms, lower=0.0, upper=0.0)
    return joined


@dataclass(frozen=True, eq=False)
class Flow:
    """Cumulative work at a site, in orders and parcels; NOBODY before the first work.

    It is counted, not weighed: the work of an order matters only in the limit on people's time.

    Attributes
    ----------
    done : Ints
        Columns of the orders done [workload class, scenario, process, bucket].
    received : Ints | None
        Columns of the returns processed [scenario, bucket].
    returned : Returned | None
        The returns there are.
    """

    done: Ints
    received: Ints | None
    returned: Returned | None


def add_flow(
    milp: MilpBuilder,
    parameters: Parameters,
    teams: list[CrewVariables],
    orders: SiteOrders,
    *,
    missed: list[Missed] | None = None,
) -> Flow:
    """Add the work done at every process of a site.

    For workload class k, process p and end of bucket t, in orders: done[k,p,t] <= done[k,p-1,t];
    done[k,0,t] <= orders placed until t; sum over k of work[k] (done[k,p,t] - done[k,p,t-1]) <=
    what the people on shift can do in the bucket (orders of mean work).

    Returns share the people of one process: their growth, times their work, counts against the same
    capacity.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    teams : list[CrewVariables]
        Columns of every crew.
    orders : SiteOrders
        Orders of one site.
    missed : list[Missed] | None
        Orders of each workload class that need no work, because they are late already (None: all
        need it).

    Returns
    -------
    Flow
        Columns of the work done.
    """
    problem, line = parameters.problem, parameters.timelines[orders.site]
    site = problem.sites[orders.site]
    local = [team for team in teams if team.crew.site == site.name]
    seconds = [presence(parameters, team) for team in local]
    workloads = len(parameters.workload_factor)
    shape = (workloads, len(parameters.weight), len(site.processes), line.buckets)
    done = np.full(shape, NOBODY, dtype=np.int64)
    received, returns = None, None
    for p, process in enumerate(site.processes):
        capacity = [
            work_terms(parameters, team, process.name, of_team)
            for team, of_team in zip(local, seconds, strict=True)
            if process.name in team.processes
        ]
        returned = returned_at(parameters, site, process, [part.due_s[0] for part in orders.parts])
        mean_s = work_seconds(process, parameters.mean_work)
        works = [work_seconds(process, w) / mean_s for w in parameters.workload_factor]
        if returned is not None:
            works.append(returned.work)
        flows = _add_done(
            milp,
            parameters,
            f"{site.name} {process.name}",
            capacity=capacity,
            buckets=line.buckets,
            works=works,
        )
        done[:, :, p] = flows[:workloads]
        for k in range(workloads):
            if p == 0:
                gone = None if missed is None else missed[k]
                _follow_orders(milp, parameters, done[k, :, p], orders, workload=k, missed=gone)
            else:
                _follow_process(milp, done[k, :, p], before=done[k, :, p - 1])
        if returned is not None:
            received, returns = flows[-1], returned
            _follow_returns(milp, parameters, received, orders, returned)
    return Flow(done, received, returns)


def _add_done(
    milp: MilpBuilder,
    parameters: Parameters,
    name: str,
    *,
    capacity: list[Term],
    buckets: int,
    works: list[float],
) -> list[Ints]:
    """Columns of what is done at one process [scenario, bucket], for each of `works`.

    `works` are multiples of the mean work of an order, `capacity` terms of what the people can do
    in each bucket. A bucket in which nobody can work has the column of the bucket before.
    """
    staffed = np.zeros(buckets, dtype=bool)
    for term in capacity:
        staffed[np.asarray(term.row)] = True
    working = np.flatnonzero(staffed)
    scenarios = len(parameters.weight)
    if not len(working):
        return [np.full((scenarios, buckets), NOBODY, dtype=np.int64) for _ in works]
    number = np.cumsum(staffed) - 1
    usable = milp.variables(f"capacity {name}", len(working), unit=parameters.unit_orders)
    terms = [Term(np.arange(len(working)), usable)]
    for term in capacity:
        terms.append(Term(number[np.asarray(term.row)], term.column, -np.asarray(term.factor)))
    milp.constraints("link_capacity", len(working), terms, upper=0.0)
    row = np.arange(scenarios * len(working)).reshape(scenarios, len(working))
    growth = [Term(row, usable[None], -1.0)]
    flows = []
    for k, work in enumerate(works):
        flows.append(milp.variables(f"done {name} {k}", row.shape, unit=parameters.unit_orders))
        growth += _growth(row, flows[k], work)
        if len(works) > 1:  # none makes room for another by being undone
            milp.constraints("balance_undone", row.size, _growth(row, flows[k], 1.0), lower=0.0)
    milp.constraints("limit_work", row.size, growth, upper=0.0)
    return [np.where(number >= 0, each[:, np.maximum(number, 0)], NOBODY) for each in flows]


def _growth(row: Ints, columns: Ints, factor: float) -> list[Term]:
    """Terms of `factor` times the growth of cumulative columns from bucket to bucket."""
    return [Term(row, columns, factor), Term(row[:, 1:], columns[:, :-1], -factor)]


def _follow_orders(
    milp: MilpBuilder,
    parameters: Parameters,
    done: Ints,
    orders: SiteOrders,
    *,
    workload: int,
    missed: Missed | None,
) -> None:
    """done[t] <= orders of a workload class placed until t that are not missed by then."""
    buckets = _changes(done)
    row, ends = _rows(done, buckets), parameters.timelines[orders.site].edges[1:][buckets]
    amounts = parameters.workload_orders[workload]
    placed = arrivals(parameters, amounts, orders.column, seconds=ends, row=row, factor=-1.0)
    terms = [Term(row, done[:, buckets]), placed]
    if missed is not None:
        terms.append(present(row, missed.by(ends), 1.0))
    milp.constraints("balance_work", row.size, terms, upper=0.0)


def _follow_process(milp: MilpBuilder, done: Ints, before: Ints) -> None:
    """done[t] <= before[t]: what the process before has done."""
    buckets = _changes(done)
    row = _rows(done, buckets)
    terms = [Term(row, done[:, buckets]), present(row, before[:, buckets], -1.0)]
    milp.constraints("balance_work", row.size, terms, upper=0.0)


def _follow_returns(
    milp: MilpBuilder,
    parameters: Parameters,
    received: Ints,
    orders: SiteOrders,
    returned: Returned,
) -> None:
    """received[t] <= returns that have come back until t."""
    buckets = _changes(received)
    row, ends = _rows(received, buckets), parameters.timelines[orders.site].edges[1:][buckets]
    back = arrivals(parameters, returned.amounts, orders.column, seconds=ends, row=row, factor=-1.0)
    milp.constraints("balance_work", row.size, [Term(row, received[:, buckets]), back], upper=0.0)


def _changes(columns: Ints) -> Ints:
    """Buckets that have a column of their own, of cumulative columns [scenario, bucket]."""
    return np.flatnonzero(np.diff(columns[0], prepend=NOBODY) != 0)


def _rows(columns: Ints, buckets: Ints) -> Ints:
    """Numbers of the rows [scenario, bucket]."""
    return np.arange(len(columns) * len(buckets)).reshape(len(columns), len(buckets))


def present(row: Ints, column: Ints, factor: float) -> Term:
    """A term over columns, leaving out NOBODY.

    Parameters
    ----------
    row : Ints
        Number of the row within the constraints.
    column : Ints
        Columns in the shape of `row`, NOBODY where there is none.
    factor : float
        Coefficient of every column.

    Returns
    -------
    Term
        The entries.
    """
    there = column != NOBODY
    return Term(row[there], column[there], factor)


def hand_over_packed(
    milp: MilpBuilder, parameters: Parameters, pickups: list[Pickups], done: Ints
) -> None:
    """Parcels handed over by a collection <= orders packed by then, at one site.

    Of the contracts whose collections are limited.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    pickups : list[Pickups]
        Limited collections of the site.
    done : Ints
        Columns of the orders done [workload class, scenario, process, bucket].
    """
    if not pickups:
        return
    edges = parameters.timelines[pickups[0].site].edges
    moments = np.unique(np.concatenate([p.at_s for p in pickups]))
    row = np.arange(len(parameters.weight) * len(moments)).reshape(-1, len(moments))
    reached = np.searchsorted(edges, moments, side="right") - 2
    packed = np.where(reached >= 0, done[:, :, -1, np.maximum(reached, 0)], NOBODY)
    terms = [present(row, of_kind, -1.0) for of_kind in packed]
    for each in pickups:
        last = np.searchsorted(each.at_s, moments, side="right") - 1
        terms.append(
            present(row, np.where(last >= 0, each.handed[:, np.maximum(last, 0)], NOBODY), 1.0)
        )
    milp.constraints("balance_packed", row.size, terms, upper=0.0)
