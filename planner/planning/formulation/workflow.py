"""Rules on the flow of work: cumulative work done per process, what is due at each cut-off, what is
late.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from planner.domain.business_limits import SERVICE
from planner.domain.demand import Floats, Ints
from planner.domain.horizon import DAY_S
from planner.planning.formulation.assignment_and_stock import Shares, Stock, add_mixed_shares
from planner.planning.formulation.cutoffs import (
    DOOMED,
    NEVER_DUE,
    Pattern,
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
    """Orders of a site that are due alike: columns `mixed[mix, phase]` of their share, and when
    they are due.
    """

    mixed: Ints
    due_s: Ints


@dataclass(frozen=True, eq=False)
class Missed:
    """Orders of one kind that are missed, cumulative: columns [scenario, cut-off] at the cut-offs
    `at_s[cut-off]`.
    """

    columns: Ints
    at_s: Ints

    def by(self, seconds: Ints) -> Ints:
        """Columns [scenario, second] of those that are missed at some seconds (NOBODY before the
        first cut-off).
        """
        columns = np.pad(self.columns, ((0, 0), (1, 0)), constant_values=NOBODY)
        return np.asarray(columns[:, np.searchsorted(self.at_s, seconds, side="right")])


def add_parts(milp: MilpBuilder, parameters: Parameters, shares: Shares, site: int) -> list[Part]:
    """The orders of a site, by due times."""
    found: list[Pattern] = packing_patterns(parameters, shares, site)
    name = parameters.problem.site_names[site]
    return [
        Part(add_mixed_shares(milp, parameters, shares, p.lanes, f"part {name} {n}"), p.due_s)
        for n, p in enumerate(found)
    ]


def join_parts(milp: MilpBuilder, parameters: Parameters, parts: list[Part]) -> Ints:
    """Columns [mix, phase] of all a site's orders."""
    if len(parts) == 1:
        return parts[0].mixed
    shape = (parameters.mixes, len(parameters.problem.phases))
    joined = milp.variables("joined", shape, upper=len(parts))
    row = np.arange(joined.size).reshape(shape)
    terms = [Term(row, joined), *(Term(row, part.mixed, -1.0) for part in parts)]
    milp.constraints("link_parts", joined.size, terms, 0.0, 0.0)
    return joined


@dataclass(frozen=True, eq=False)
class Flow:
    """Cumulative work at a site (columns; NOBODY before the first work): orders done [kind,
    scenario, process, bucket], and returns dealt with [scenario, bucket], with what there is of
    them. Both are counted, not weighed: work comes in only where people's time runs out.
    """

    done: Ints
    received: Ints | None
    returned: Returned | None


def add_flow(
    milp: MilpBuilder,
    parameters: Parameters,
    teams: list[CrewVariables],
    site: int,
    parts: list[Part],
    at_site: Ints,
    missed: list[Missed] | None = None,
) -> Flow:
    """done[k,p,t] <= done[k,p-1,t]; done[k,0,t] <= ordered until t; the work of what is done in a
    bucket, summed over the kinds k of orders, <= people on shift x rate.

    Returns share the people of one process: their growth, by their work, counts against the same
    capacity. `missed`: orders of each kind that need no work, since they are late already.
    """
    problem, line = parameters.problem, parameters.timelines[site]
    place = problem.sites[site]
    local = [team for team in teams if team.crew.site == place.name]
    seconds = {n: presence(parameters, team) for n, team in enumerate(local)}
    kinds = len(parameters.kind_work)
    done = np.full(
        (kinds, len(parameters.weight), len(place.processes), line.buckets), NOBODY, dtype=np.int64
    )
    received, back = None, None
    for p, process in enumerate(place.processes):
        able = [n for n, team in enumerate(local) if process.name in team.processes]
        terms = [work_terms(parameters, local[n], process.name, seconds[n]) for n in able]
        returned = returned_at(parameters, place, process, [part.due_s[0] for part in parts])
        works = [
            work_seconds(process, w) / work_seconds(process, parameters.mean_work)
            for w in parameters.kind_work
        ]
        if returned is not None:
            works.append(returned.work)
        name = f"{place.name} {process.name}"
        flows = _add_done(milp, parameters, name, terms, line.buckets, works)
        done[:, :, p] = flows[:kinds]
        for k in range(kinds):
            _follow(
                milp,
                parameters,
                done[k],
                (site, p, k),
                at_site,
                None if missed is None else missed[k],
            )
        if returned is not None:
            received, back = flows[-1], returned
            _no_more_than(
                milp,
                received,
                partial(_came_back, parameters, returned, at_site, line.edges[1:]),
            )
    return Flow(done, received, back)


def _add_done(
    milp: MilpBuilder,
    parameters: Parameters,
    name: str,
    terms: list[Term],
    buckets: int,
    works: list[float],
) -> list[Ints]:
    """What is done at one process [scenario, bucket] of everything that takes `works` times the
    mean work: a new variable in each bucket somebody can work in, the one before it otherwise.
    """
    staffed = np.zeros(buckets, dtype=bool)
    for term in terms:
        staffed[np.asarray(term.row)] = True
    working = np.flatnonzero(staffed)
    scenarios = len(parameters.weight)
    if not len(working):
        return [np.full((scenarios, buckets), NOBODY, dtype=np.int64) for _ in works]
    number = np.cumsum(staffed) - 1
    capacity = milp.variables(f"capacity {name}", len(working), unit=parameters.unit_orders)
    moved = [Term(number[np.asarray(t.row)], t.column, -np.asarray(t.factor)) for t in terms]
    milp.constraints(
        "link_capacity", len(working), [Term(np.arange(len(working)), capacity), *moved], upper=0.0
    )
    row = np.arange(scenarios * len(working)).reshape(scenarios, len(working))
    growth = [Term(row, capacity[None], -1.0)]
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


def _follow(
    milp: MilpBuilder,
    parameters: Parameters,
    done: Ints,
    where: tuple[int, int, int],
    at_site: Ints,
    missed: Missed | None,
) -> None:
    """No more of a kind than what was ordered of it and is not missed (first process) or done by
    the process before.
    """
    site, p, kind = where
    ends = parameters.timelines[site].edges[1:]

    def ordered(row: Ints, k: Ints) -> list[Term]:
        came = arrivals(parameters, parameters.kind_orders[kind], at_site, ends[k], row, -1.0)
        return [came] if missed is None else [came, present(row, missed.by(ends[k]), 1.0)]

    def before(row: Ints, k: Ints) -> list[Term]:
        return [present(row, done[:, p - 1, k], -1.0)]

    _no_more_than(milp, done[:, p], before if p else ordered)


def _came_back(
    parameters: Parameters, returned: Returned, at_site: Ints, ends: Ints, row: Ints, buckets: Ints
) -> list[Term]:
    return [arrivals(parameters, returned.amounts, at_site, ends[buckets], row, -1.0)]


def _no_more_than(
    milp: MilpBuilder, here: Ints, source: Callable[[Ints, Ints], list[Term]]
) -> None:
    """Cumulative columns [scenario, bucket] <= a source, given as (negative) terms for rows and
    buckets.
    """
    changed = np.flatnonzero(np.diff(here[0], prepend=NOBODY) != 0)
    if len(changed):
        row = np.arange(len(here) * len(changed)).reshape(len(here), len(changed))
        milp.constraints(
            "balance_work",
            row.size,
            [Term(row, here[:, changed]), *source(row, changed)],
            upper=0.0,
        )


def present(row: Ints, column: Ints, factor: float) -> Term:
    """A term over columns, leaving out NOBODY."""
    there = column != NOBODY
    return Term(row[there], column[there], factor)


def add_failed(milp: MilpBuilder, parameters: Parameters) -> Ints:
    """Columns of failed orders [scenario]: late or without stock; few enough in the scenarios that
    count.

    failed[s] <= late_factor x (1 - on-time share) x orders due.
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
    """Orders [scenario] that the on-time share counts: all but those that may still be open at the
    end.
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
    """Late orders are counted on paper at every cut-off they miss: no more than there are can need
    the limit.
    """
    service = parameters.problem.service
    what = (
        "orders late or without stock in the hardest promotion that counts "
        f"({service.on_time_share:.1%} on time)"
    )
    return Limit(
        kind=SERVICE, names=(), what=what, allowed=float(allowed[row]), most=float(due[row])
    )


def count_failed(
    milp: MilpBuilder,
    parameters: Parameters,
    failed: Ints,
    late: list[Late],
    stock: Stock,
    lost: LostParcels,
) -> None:
    """failed[s] >= sum of the shortages at all cut-offs + orders that are doomed + lost units per
    order + late_factor x lost parcels (these are known, and need no margin).

    An over-count, on the safe side: an order that is short at several cut-offs, or both unpacked
    and (with a contract of limited collections) not handed over, counts each time; a return that is
    late counts as the order it holds up.
    """
    row = np.arange(len(failed))
    terms = [Term(row, failed), Term(row[:, None, None], stock.lost, -1.0 / stock.families.units)]
    for part in late:
        terms.append(Term(row[:, None], part.short, -part.share))
        terms += part.doomed
    terms.append(
        Term(row[:, None, None], lost.column, -parameters.options.late_factor * lost.parcels)
    )
    milp.constraints("count_failed", len(failed), terms, lower=0.0)


@dataclass(frozen=True, eq=False)
class Late:
    """Shortages `short[scenario, cut]` of one level (`share` of the orders) at cut-offs
    `at_s[cut]`, and terms of the orders that are late whatever is done (rows: scenario).
    """

    short: Ints
    at_s: Ints
    share: float
    doomed: list[Term]


def add_lateness(
    milp: MilpBuilder,
    parameters: Parameters,
    site: int,
    parts: list[Part],
    flow: Flow,
    at_site: Ints,
) -> list[Late]:
    """short[cut] >= due by the cut-off - packed by then, for every level and kind of a site's
    orders.

    The same for returns, which hold up the orders behind them.
    """
    edges = parameters.timelines[site].edges
    found = []
    for level, share in enumerate(level_weights(parameters)):
        cuts = cuts_of([part.due_s[level] for part in parts])
        due = [(part.mixed, part.due_s[level]) for part in parts]
        for done, orders in zip(flow.done, parameters.kind_orders, strict=True):
            packed = _at_cuts(done[:, -1], edges, cuts)
            found.append(_add_shortage(milp, parameters, (due, cuts, float(share)), packed, orders))
    if flow.returned is not None and flow.received is not None:
        cuts = cuts_of([flow.returned.due_s])
        owed = ([(at_site, flow.returned.due_s)], cuts, 1.0)
        received = _at_cuts(flow.received, edges, cuts)
        found.append(_add_shortage(milp, parameters, owed, received, flow.returned.amounts))
    return found


def _at_cuts(done: Ints, edges: Ints, cuts: Ints) -> Ints:
    """Columns of what is done by each cut-off: the bucket that ends there, or last before."""
    reached = np.searchsorted(edges, cuts, side="right") - 2
    return np.asarray(np.where(reached >= 0, done[:, np.maximum(reached, 0)], NOBODY))


def add_lateness_of_pickups(
    milp: MilpBuilder, parameters: Parameters, shares: Shares, pickups: Pickups
) -> list[Late]:
    """short[cut] >= parcels of a contract due by the cut-off - handed over by then."""
    found = []
    own = pickup_patterns(parameters, shares, pickups.site, pickups.contract)
    names = f"{pickups.site} {pickups.contract}"
    parts = [
        Part(
            pickups.mixed
            if len(own) == 1
            else add_mixed_shares(milp, parameters, shares, p.lanes, f"due {names} {n}"),
            p.due_s,
        )
        for n, p in enumerate(own)
    ]
    for level, share in enumerate(level_weights(parameters)):
        cuts = cuts_of([part.due_s[level] for part in parts])
        reached = np.searchsorted(pickups.at_s, cuts, side="right") - 1
        columns = np.where(reached >= 0, pickups.handed[:, np.maximum(reached, 0)], NOBODY)
        due = [(part.mixed, part.due_s[level]) for part in parts]
        late = _add_shortage(
            milp, parameters, (due, cuts, float(share)), columns, parameters.phase_orders
        )
        found.append(
            Late(late.short, late.at_s, late.share, [])
        )  # doomed orders are counted once, at packing
    return found


def hand_over_packed(
    milp: MilpBuilder, parameters: Parameters, pickups: list[Pickups], done: Ints
) -> None:
    """Parcels handed over by a collection (of the contracts that are limited) <= packed by then, at
    one site.
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
    """Distinct moments at which something is due."""
    moments = np.unique(np.concatenate(due)) if due else np.empty(0, dtype=np.int64)
    return np.asarray(moments[(moments != DOOMED) & (moments != NEVER_DUE)])


def _add_shortage(
    milp: MilpBuilder,
    parameters: Parameters,
    owed: tuple[list[tuple[Ints, Ints]], Ints, float],
    done: Ints,
    amounts: Floats,
) -> Late:
    """Shortage variables at each cut-off; what is due runs along in a chain so that every row stays
    short.
    """
    due, cuts, share = owed
    scenarios = len(parameters.weight)
    row = np.arange(scenarios * len(cuts)).reshape(scenarios, len(cuts))
    short = milp.variables("short", row.shape, unit=parameters.unit_orders)
    total = milp.variables("due", row.shape, unit=parameters.unit_orders)
    terms = [Term(row, total), Term(row[:, 1:], total[:, :-1], -1.0)]
    doomed = []
    for mixed, due_s in due:
        for k, cut in enumerate(cuts):
            now = amounts[..., due_s == cut].sum(axis=-1)
            terms.append(Term(row[:, k, None, None], mixed[None], -now))
        lost = amounts[..., due_s == DOOMED].sum(axis=-1) * share
        doomed.append(Term(np.arange(scenarios)[:, None, None], mixed[None], -lost))
    milp.constraints("balance_due", row.size, terms, 0.0, 0.0)
    milp.constraints(
        "count_short",
        row.size,
        [Term(row, short), Term(row, total, -1.0), present(row, done, 1.0)],
        0.0,
    )
    if parameters.options.by_deadline:
        short = _late_once(milp, parameters, short, (total, amounts.sum(axis=(1, 2, 3))))
    return Late(short, cuts, share, doomed)


def _late_once(
    milp: MilpBuilder, parameters: Parameters, short: Ints, owed: tuple[Ints, Floats]
) -> Ints:
    """Late orders of those due at each cut-off alone, where people work by deadline: late =
    min(short, due there), by late >= short - most x all and late >= due there - most x (1 - all),
    with all = 1 where none is in time.
    """
    total, most = owed[0], owed[1][:, None]
    late = milp.variables("late", short.shape, unit=parameters.unit_orders)
    none_in_time = milp.variables("none in time", short.shape, 1.0, integer=True, decision=True)
    row = np.arange(short.size).reshape(short.shape)
    terms = [Term(row, late), Term(row, short, -1.0), Term(row, none_in_time, most)]
    milp.constraints("count_late_at", row.size, terms, lower=0.0)
    due = [Term(row, total, -1.0), Term(row[:, 1:], total[:, :-1], 1.0)]
    lower = np.broadcast_to(-most, short.shape).ravel()
    milp.constraints(
        "count_late_at",
        row.size,
        [Term(row, late), *due, Term(row, none_in_time, -most)],
        lower=lower,
    )
    return late


def price_lateness(milp: MilpBuilder, parameters: Parameters, late: list[Late]) -> None:
    """Compensation for the largest shortage of each day: what is short at several cut-offs of a day
    is mostly the same orders.

    Still an over-count where orders stay short for days, are short at packing and at hand-over
    alike, or where returns are late: the compensation planned is an upper estimate, the simulated
    one is the figure to go by.
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
