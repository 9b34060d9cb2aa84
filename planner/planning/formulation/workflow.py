"""Flow of work: cumulative work done per process, what is due at each cut-off, what is late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from planner.domain.business_limits import SERVICE
from planner.domain.demand import Floats, Ints
from planner.domain.horizon import DAY_S
from planner.planning.formulation.assignment_and_stock import Shares, Stock, add_mixed_shares
from planner.planning.formulation.cutoffs import (
    DOOMED,
    NEVER_DUE,
    level_weights,
    packing_patterns,
    pickup_patterns,
)
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.parcel_losses import LostParcels, mean_compensation
from planner.planning.formulation.pickups import Pickups, arrivals
from planner.planning.formulation.returns import Returned, returned_at
from planner.planning.formulation.staffing import presence, work_terms
from planner.planning.formulation.time_buckets import work_seconds
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.builder import Limit, MilpBuilder, Term

NOBODY = -1  # column of work done before anybody ever worked


@dataclass(frozen=True, eq=False)
class Part:
    """Orders of a site that are due at the same times.

    Attributes
    ----------
    mixed : Ints
        Columns of their share of the orders [mix, phase].
    due_s : Ints
        Second by which they must be done [level, slot]; DOOMED or NEVER_DUE.
    """

    mixed: Ints
    due_s: Ints


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
    patterns = packing_patterns(parameters, shares, site)
    parts = []
    for n, pattern in enumerate(patterns):
        name = f"part {parameters.problem.site_names[site]} {n}"
        parts.append(
            Part(
                add_mixed_shares(milp, parameters, shares, lanes=pattern.lanes, name=name),
                pattern.due_s,
            )
        )
    return SiteOrders(site, parts, _joined(milp, parameters, parts))


def _joined(milp: MilpBuilder, parameters: Parameters, parts: list[Part]) -> Ints:
    """Columns [mix, phase] of all orders in some parts."""
    if len(parts) == 1:
        return parts[0].mixed
    shape = (parameters.mixes, len(parameters.problem.phases))
    joined = milp.variables("joined", shape, upper=len(parts))
    row = np.arange(joined.size).reshape(shape)
    terms = [Term(row, joined), *(Term(row, part.mixed, -1.0) for part in parts)]
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


def add_failed(milp: MilpBuilder, parameters: Parameters) -> Ints:
    """Add the failed orders and their limit.

    failed[s] <= late_factor (1 - on-time share) x orders due, in every scenario s that must meet
    the service level, less the reserve for products.
    """
    failed = milp.variables("failed", len(parameters.weight), unit=parameters.unit_orders)
    kept = parameters.kept
    allowed = allowed_failures(parameters) * orders_due(parameters)[kept]
    limit = partial(_service_limit, parameters, allowed, orders_due(parameters)[kept])
    if parameters.reserve is not None:
        reserved = parameters.reserve.failed[list(parameters.active)][kept]
        most = parameters.options.search.aggregation.reserve_share * allowed
        allowed = allowed - np.minimum(reserved, most)
    milp.constraints(
        "limit_failed",
        len(kept),
        [Term(np.arange(len(kept)), failed[kept])],
        upper=allowed,
        limit=limit,
    )
    return failed


def allowed_failures(parameters: Parameters) -> float:
    """Share of the orders due that may fail on paper."""
    return parameters.options.late_factor * (1.0 - parameters.problem.service.on_time_share)


def orders_due(parameters: Parameters) -> Floats:
    """Orders that the on-time share counts [scenario].

    All but those that may still be open at the end.
    """
    problem = parameters.problem
    due = np.zeros(len(parameters.weight))
    for r in range(len(problem.regions)):
        region = np.full(len(parameters.slot_start_s), r)
        deadline = problem.platform.deadlines(
            parameters.slot_start_s, region, problem.region_names, problem.horizon
        )
        counted = ~parameters.excused(deadline, parameters.first_open_s)
        due += np.einsum(
            "smt,m->s", parameters.orders[:, :, counted], parameters.region_share[:, r]
        )
    return due


def _service_limit(parameters: Parameters, allowed: Floats, due: Floats, row: int) -> Limit:
    """The limit on failures of a scenario.

    Late orders count on paper at every cut-off they miss; the limit never needs to exceed the
    orders due.
    """
    service = parameters.problem.service
    what = (
        "orders late or without stock in the hardest scenario that counts "
        f"({service.on_time_share:.1%} on time)"
    )
    return Limit(
        kind=SERVICE, names=(), what=what, allowed=float(allowed[row]), most=float(due[row])
    )


@dataclass(frozen=True, eq=False)
class Late:
    """Late orders of one level.

    Attributes
    ----------
    short : Ints
        Columns of the orders due and not done at each cut-off [scenario, cut-off].
    at_s : Ints
        Second of each cut-off.
    share : float
        Share of the orders that are of this level.
    doomed : list[Term]
        Orders that are late whatever is done (row: scenario; negative).
    """

    short: Ints
    at_s: Ints
    share: float
    doomed: list[Term]


def count_failed(
    milp: MilpBuilder,
    parameters: Parameters,
    failed: Ints,
    *,
    late: list[Late],
    stock: Stock,
    lost: LostParcels,
) -> None:
    """Count the failed orders of each scenario s.

    failed[s] >= sum over cut-offs of share x short[s,cut] + doomed[s] + sum over i, k of
    lost[s,i,k] / units of an order[k] + late_factor x lost parcels[s]. Lost parcels are known and
    need no margin.

    An over-count, on the safe side: an order that is short at several cut-offs, or both unpacked
    and (with a contract of limited collections) not handed over, counts each time; a late return
    counts as the order it holds up.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    failed : Ints
        Columns of the failed orders [scenario].
    late : list[Late]
        Late orders by site and level.
    stock : Stock
        Columns of stock and of units missing.
    lost : LostParcels
        Expected lost parcels.
    """
    row = np.arange(len(failed))
    terms = [Term(row, failed), Term(row[:, None, None], stock.lost, -1.0 / stock.families.units)]
    for part in late:
        terms.append(Term(row[:, None], part.short, -part.share))
        terms += part.doomed
    parcels = -parameters.options.late_factor * lost.parcels
    terms.append(Term(row[:, None, None], lost.column, parcels))
    milp.constraints("count_failed", len(failed), terms, lower=0.0)


@dataclass(frozen=True, eq=False, kw_only=True)
class DueOrders:
    """Orders that are due, of one level.

    Attributes
    ----------
    parts : list[Part]
        The orders by due time [slot].
    at_s : Ints
        Second of each cut-off.
    share : float
        Share of the orders that are of this level.
    amounts : Floats
        Expected orders (or returns) [scenario, mix, phase, slot].
    """

    parts: list[Part]
    at_s: Ints
    share: float
    amounts: Floats


def _due_at(parts: list[Part], amounts: Floats, level: int, share: float) -> DueOrders:
    """The orders of some parts at one level."""
    of_level = [Part(part.mixed, part.due_s[level]) for part in parts]
    at_s = cuts_of([part.due_s for part in of_level])
    return DueOrders(parts=of_level, at_s=at_s, share=share, amounts=amounts)


def add_lateness(
    milp: MilpBuilder, parameters: Parameters, orders: SiteOrders, flow: Flow
) -> list[Late]:
    """Add the orders of a site that are packed late.

    short[s,cut] >= orders due by the cut-off - orders packed by then, for every level and workload
    class; the same for returns, which hold up the orders behind them.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    orders : SiteOrders
        Orders of one site.
    flow : Flow
        Work done at the site.

    Returns
    -------
    list[Late]
        Late orders by level and workload class.
    """
    edges = parameters.timelines[orders.site].edges
    found = []
    for level, share in enumerate(level_weights(parameters)):
        for done, amounts in zip(flow.done, parameters.workload_orders, strict=True):
            due = _due_at(orders.parts, amounts, level, float(share))
            packed = _at_cuts(done[:, -1], edges, due.at_s)
            found.append(_add_shortage(milp, parameters, due, packed))
    if flow.returned is not None and flow.received is not None:
        due_s = flow.returned.due_s
        due = DueOrders(
            parts=[Part(orders.column, due_s)],
            at_s=cuts_of([due_s]),
            share=1.0,
            amounts=flow.returned.amounts,
        )
        received = _at_cuts(flow.received, edges, due.at_s)
        found.append(_add_shortage(milp, parameters, due, received))
    return found


def _at_cuts(done: Ints, edges: Ints, cuts: Ints) -> Ints:
    """Columns of what is done by each cut-off: the bucket that ends there, or last before."""
    reached = np.searchsorted(edges, cuts, side="right") - 2
    return np.asarray(np.where(reached >= 0, done[:, np.maximum(reached, 0)], NOBODY))


def add_lateness_of_pickups(
    milp: MilpBuilder, parameters: Parameters, shares: Shares, pickups: Pickups
) -> list[Late]:
    """Add the parcels of a contract at a site that are handed over late.

    short[s,cut] >= parcels due by the cut-off - parcels handed over by then, for every level.
    Doomed orders are counted once, in packing.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    pickups : Pickups
        Columns of the limited collections.

    Returns
    -------
    list[Late]
        Late parcels by level.
    """
    patterns = pickup_patterns(parameters, shares, pickups.site, pickups.contract)
    parts = []
    for n, pattern in enumerate(patterns):
        mixed = pickups.mixed
        if len(patterns) > 1:
            name = f"due {pickups.site} {pickups.contract} {n}"
            mixed = add_mixed_shares(milp, parameters, shares, lanes=pattern.lanes, name=name)
        parts.append(Part(mixed, pattern.due_s))
    found = []
    for level, share in enumerate(level_weights(parameters)):
        due = _due_at(parts, parameters.phase_orders, level, float(share))
        reached = np.searchsorted(pickups.at_s, due.at_s, side="right") - 1
        handed = np.where(reached >= 0, pickups.handed[:, np.maximum(reached, 0)], NOBODY)
        late = _add_shortage(milp, parameters, due, handed)
        found.append(replace(late, doomed=[]))
    return found


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


def cuts_of(due: list[Ints]) -> Ints:
    """Distinct seconds at which something is due."""
    moments = np.unique(np.concatenate(due)) if due else np.empty(0, dtype=np.int64)
    return np.asarray(moments[(moments != DOOMED) & (moments != NEVER_DUE)])


def _add_shortage(milp: MilpBuilder, parameters: Parameters, due: DueOrders, done: Ints) -> Late:
    """Orders due and not done at each cut-off; `done`: columns [scenario, cut-off].

    total[cut] = total[cut-1] + orders due at the cut-off: a chain, so that every row stays short.
    """
    scenarios = len(parameters.weight)
    row = np.arange(scenarios * len(due.at_s)).reshape(scenarios, len(due.at_s))
    short = milp.variables("short", row.shape, unit=parameters.unit_orders)
    total = milp.variables("due", row.shape, unit=parameters.unit_orders)
    terms = [Term(row, total), Term(row[:, 1:], total[:, :-1], -1.0)]
    doomed = []
    for part in due.parts:
        for k, cut in enumerate(due.at_s):
            now = due.amounts[..., part.due_s == cut].sum(axis=-1)
            terms.append(Term(row[:, k, None, None], part.mixed[None], -now))
        never = due.amounts[..., part.due_s == DOOMED].sum(axis=-1) * due.share
        doomed.append(Term(np.arange(scenarios)[:, None, None], part.mixed[None], -never))
    milp.constraints("balance_due", row.size, terms, lower=0.0, upper=0.0)
    counted = [Term(row, short), Term(row, total, -1.0), present(row, done, 1.0)]
    milp.constraints("count_short", row.size, counted, lower=0.0)
    if parameters.options.by_deadline:
        most = due.amounts.sum(axis=(1, 2, 3))
        short = _late_once(milp, parameters, short, total=total, most=most[:, None])
    return Late(short, due.at_s, due.share, doomed)


def _late_once(
    milp: MilpBuilder, parameters: Parameters, short: Ints, *, total: Ints, most: Floats
) -> Ints:
    """Late orders of those due at each cut-off alone, where people work by deadline.

    late = min(short, due there): late >= short - most x none and late >= due there - most x
    (1 - none), with none = 1 where no order due there is in time.
    """
    late = milp.variables("late", short.shape, unit=parameters.unit_orders)
    none_in_time = milp.variables("none in time", short.shape, 1.0, integer=True, decision=True)
    row = np.arange(short.size).reshape(short.shape)
    terms = [Term(row, late), Term(row, short, -1.0), Term(row, none_in_time, most)]
    milp.constraints("count_late_at", row.size, terms, lower=0.0)
    due_there = [Term(row, total, -1.0), Term(row[:, 1:], total[:, :-1], 1.0)]
    terms = [Term(row, late), *due_there, Term(row, none_in_time, -most)]
    lower = np.broadcast_to(-most, short.shape).ravel()
    milp.constraints("count_late_at", row.size, terms, lower=lower)
    return late


def price_lateness(milp: MilpBuilder, parameters: Parameters, late: list[Late]) -> None:
    """Price the largest shortage of each day with the mean compensation.

    What is short at several cut-offs of a day is mostly the same orders. Still an over-count where
    orders stay short for days, are short at packing and at hand-over, or where returns are late:
    the planned compensation is an upper estimate, the simulated one is the figure to go by.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    late : list[Late]
        Late orders by site and level.
    """
    amount = mean_compensation(parameters)
    if amount == 0:
        return
    for part in late:
        each = parameters.weight[:, None] * part.share * amount
        if parameters.options.by_deadline:
            milp.price("compensation", part.short, each, np.array(parameters.active)[:, None])
            continue
        day = part.at_s // DAY_S
        days = np.unique(day)
        worst = milp.variables(
            "late of day", (len(parameters.weight), len(days)), unit=parameters.unit_orders
        )
        row = np.arange(part.short.size).reshape(part.short.shape)
        terms = [Term(row, worst[:, np.searchsorted(days, day)]), Term(row, part.short, -1.0)]
        milp.constraints("count_late", row.size, terms, lower=0.0)
        milp.price("compensation", worst, each, np.array(parameters.active)[:, None])
