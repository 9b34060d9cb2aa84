"""Late orders: due at a cut-off and not done by then, failed orders, and what lateness costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.business_limits import SERVICE, TARGET
from planner.domain.deadline_classes import rules_of
from planner.domain.exemptions import exempt_over_hub
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.domain.records import Mask
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.cutoffs import DOOMED, NEVER_DUE, level_weights, pickup_patterns
from planner.planning.formulation.inventory import Stock, failed_per_unit
from planner.planning.formulation.parameters import TAIL, Parameters
from planner.planning.formulation.parcel_losses import LostParcels, mean_compensation
from planner.planning.formulation.pickups import Pickups
from planner.planning.formulation.workflow import (
    NOBODY,
    Flow,
    Part,
    SiteOrders,
    parts_of,
    present,
)
from planner.planning.milp.builder import Limit, MilpBuilder, Term


def add_failed(milp: MilpBuilder, parameters: Parameters, shares: Shares) -> Ints:
    """Add the failed orders of the deadline and of each target of one's own, and their limits.

    failed[a,s] <= allowed[a] x (orders due[a,s] - sum over lanes of orders that a hub exempts x
    share[lane,f]), for every aim a in every scenario s that must meet the service level, less the
    reserve for products (see `allowed_failures`).

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.

    Returns
    -------
    Ints
        Columns of the failed orders [aim, scenario].
    """
    shape = len(parameters.aims), len(parameters.weight)
    failed = milp.variables("failed", shape, unit=parameters.unit_orders)
    kept = parameters.kept
    due = orders_due(parameters)[:, kept]
    part = allowed_failures(parameters)
    allowed = part[:, None] * due
    limit = partial(_service_limit, parameters, allowed, due)
    if parameters.reserve is not None:
        reserved = parameters.reserve.failed[list(parameters.active)][kept]
        most = parameters.options.search.aggregation.reserve_share * allowed
        allowed = allowed - np.minimum(reserved, most)
    row = np.arange(allowed.size).reshape(allowed.shape)
    terms = [Term(row, failed[:, kept])]
    columns, exempt = _exempt_over_hubs(parameters, shares)
    if columns.size:
        exempt = part[:, None, None, None] * exempt[kept]
        terms.append(Term(row[..., None, None], columns[None, None], exempt))
    milp.constraints(
        "limit_failed",
        row.size,
        terms,
        upper=allowed.ravel(),
        limit=limit,
    )
    return failed


def allowed_failures(parameters: Parameters) -> Floats:
    """Share of the orders due that may fail on paper [aim].

    The deadline's is `late_factor` of the share that may fail; the same part of the orders, at
    most, is the margin of a target, which may allow many more to be late.
    """
    deadline, *own = (1.0 - share for share in parameters.problem.service.shares)
    factor = parameters.options.late_factor
    return np.array([factor * deadline, *(s - (1.0 - factor) * min(s, deadline) for s in own)])


def orders_due(parameters: Parameters) -> Floats:
    """Orders that the service level counts [aim, scenario].

    Those of the promotion's own days, but for those that may still be open at the end, or were late
    before it began.
    """
    return np.array([_due_under(parameters, aim) for aim in parameters.aims])


def _due_under(parameters: Parameters, aim: Problem) -> Floats:
    """Orders that count under the deadline of an aim [scenario]."""
    problem = parameters.problem
    due = np.zeros(len(parameters.weight))
    for r, k in np.ndindex(parameters.deadline_share.shape[1:]):
        region = np.full(len(parameters.slot_start_s), r)
        deadline = rules_of(aim)[k].deadlines(
            parameters.slot_start_s, region, problem.region_names, problem.horizon
        )
        counted = parameters.of_promotion & ~parameters.excused(deadline, parameters.first_open_s)
        counted &= (deadline >= 0) & ~parameters.exempt_slots(k, r)
        part = parameters.region_share[:, r] * parameters.deadline_share[:, r, k]
        due += np.einsum("smt,m->s", parameters.orders[:, :, counted], part)
    return due


def _exempt_over_hubs(parameters: Parameters, shares: Shares) -> tuple[Ints, Floats]:
    """Columns of lanes [lane, phase] over hubs, and orders that are not scored there.

    Orders of a whole share [scenario, lane, phase], without those that are exempt everywhere.
    """
    problem, rules = parameters.problem, rules_of(parameters.problem)
    found = np.zeros((len(parameters.weight), *shares.column.shape))
    for lane in np.flatnonzero(shares.contract >= 0):
        contract, r = problem.contracts[shares.contract[lane]], int(shares.region[lane])
        part = shares.part_of(parameters, np.array([lane]))[:, 0]
        for k, rule in enumerate(rules):
            if exempt_over_hub(rule, contract, problem.region_names[r]):
                scored = parameters.of_promotion & ~parameters.exempt_slots(k, r)
                of_class = part * parameters.deadline_share[:, r, k]
                orders = parameters.phase_orders[..., scored].sum(axis=-1)
                found[:, lane] += np.einsum("smf,m->sf", orders, of_class)
    lanes = np.flatnonzero(found.any(axis=(0, 2)))
    return shares.column[lanes], found[:, lanes]


def _service_limit(parameters: Parameters, allowed: Floats, due: Floats, row: int) -> Limit:
    """The limit on failures of an aim in a scenario, by its row.

    Late orders count on paper at every cut-off they miss; the limit never needs to exceed the
    orders due.
    """
    aim, scenario = divmod(row, allowed.shape[1])
    service, in_which = parameters.problem.service, "in the hardest scenario that counts"
    kind = SERVICE
    names: tuple[str, ...] = ()
    what = f"orders late or without stock {in_which} ({service.on_time_share:.1%} on time)"
    if aim > 0:
        target = service.also[aim - 1]
        kind, names = TARGET, (f"{target.within_hours:g}",)
        what = f"orders that take longer than {names[0]} h, or without stock, {in_which}"
    return Limit(
        kind=kind,
        names=names,
        what=what,
        allowed=float(allowed[aim, scenario]),
        most=float(due[aim, scenario]),
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
    due : Floats
        Orders due at each cut-off [scenario, cut-off], those of all lanes.
    own_due : Floats
        Those of them that are the promotion's, not the tail's [scenario, cut-off].
    of_tail : Mask
        Cut-offs at which none of the promotion's can be due, all of them were before.
    doomed : list[Term]
        Orders that are late whatever is done (row: scenario; negative).
    """

    short: Ints
    at_s: Ints
    share: float
    due: Floats
    own_due: Floats
    of_tail: Mask
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
    """Count the failed orders of an aim in each scenario s.

    failed[s] >= sum over cut-offs of share x short[s,cut] + doomed[s] + sum over i, k of
    lost[s,i,k] x orders per unit[k] + late_factor x lost parcels[s]. Lost parcels are known and
    need no margin.

    Cut-offs that only orders of the tail have do not count. An over-count, on the safe side: an
    order that is short at several cut-offs, or both unpacked and (with a contract of limited
    collections) not handed over, counts each time; a late return counts as the order it holds up.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    failed : Ints
        Columns of its failed orders [scenario].
    late : list[Late]
        Its late orders by site and level.
    stock : Stock
        Columns of stock and of units missing.
    lost : LostParcels
        Expected lost parcels.
    """
    row = np.arange(len(failed))
    per_unit = failed_per_unit(parameters, stock.families)
    terms = [Term(row, failed), Term(row[:, None, None], stock.lost, -per_unit)]
    for part in late:
        # the limit is a share of the promotion's orders: the tail's are none of them
        own = part.short[:, ~part.of_tail]
        terms.append(Term(row[:, None], own, -part.share))
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
    of_level = [replace(part, due_s=part.due_s[level]) for part in parts]
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
    found = _packed_late(milp, parameters, orders.parts, flow, edges)
    if flow.returned is not None and flow.received is not None:
        due_s = flow.returned.due_s
        due = DueOrders(
            parts=[_every_order(parameters, orders.column, due_s)],
            at_s=cuts_of([due_s]),
            share=1.0,
            amounts=flow.returned.amounts,
        )
        received = _at_cuts(flow.received, edges, due.at_s)
        found.append(_add_shortage(milp, parameters, due, received))
    return found


def add_lateness_of_target(
    milp: MilpBuilder, parameters: Parameters, parts: list[Part], flow: Flow, *, site: int
) -> list[Late]:
    """Add the orders of a site that are packed too late for a target of one's own.

    As `add_lateness`; returns hold up the orders behind them by the deadline alone.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    parts : list[Part]
        Orders of the site by the time at which the target wants them packed.
    flow : Flow
        Work done at the site.
    site : int
        Number of the site.

    Returns
    -------
    list[Late]
        Late orders by level and workload class.
    """
    return _packed_late(milp, parameters, parts, flow, parameters.timelines[site].edges)


def _every_order(parameters: Parameters, mixed: Ints, due_s: Ints) -> Part:
    """A part of all deadline classes."""
    return Part(mixed, due_s, np.ones(parameters.mixes), parameters.of_promotion)


def _packed_late(
    milp: MilpBuilder, parameters: Parameters, parts: list[Part], flow: Flow, edges: Ints
) -> list[Late]:
    found = []
    for level, share in enumerate(level_weights(parameters)):
        for done, amounts in zip(flow.done, parameters.workload_orders, strict=True):
            due = _due_at(parts, amounts, level, float(share))
            packed = _at_cuts(done[:, -1], edges, due.at_s)
            found.append(_add_shortage(milp, parameters, due, packed))
    return found


def _at_cuts(done: Ints, edges: Ints, cuts: Ints) -> Ints:
    """Columns of what is done by each cut-off: the bucket that ends there, or last before."""
    reached = np.searchsorted(edges, cuts, side="right") - 2
    return np.asarray(np.where(reached >= 0, done[:, np.maximum(reached, 0)], NOBODY))


def add_lateness_of_pickups(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    pickups: Pickups,
    *,
    aim: Problem,
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
    aim : Problem
        The problem whose deadline they have: the scenario's, or that of a target of one's own.

    Returns
    -------
    list[Late]
        Late parcels by level.
    """
    patterns = pickup_patterns(parameters, shares, pickups.site, pickups.contract, aim=aim)
    name = f"due {pickups.site} {pickups.contract}"
    parts = parts_of(milp, parameters, shares, patterns, name=name, whole=pickups.mixed)
    found = []
    for level, share in enumerate(level_weights(parameters)):
        due = _due_at(parts, parameters.phase_orders, level, float(share))
        reached = np.searchsorted(pickups.at_s, due.at_s, side="right") - 1
        handed = np.where(reached >= 0, pickups.handed[:, np.maximum(reached, 0)], NOBODY)
        late = _add_shortage(milp, parameters, due, handed)
        found.append(replace(late, doomed=[]))
    return found


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
        cuts, now = _sums_by_cut(due.amounts, part.due_s, due.at_s)
        now *= part.share[:, None, None]
        terms.append(Term(row[:, None, None, cuts], part.mixed[None, ..., None], -now))
        never = due.amounts[..., part.due_s == DOOMED].sum(axis=-1) * part.share[:, None]
        never = never * due.share
        doomed.append(Term(np.arange(scenarios)[:, None, None], part.mixed[None], -never))
    milp.constraints("balance_due", row.size, terms, lower=0.0, upper=0.0)
    counted = [Term(row, short), Term(row, total, -1.0), present(row, done, 1.0)]
    milp.constraints("count_short", row.size, counted, lower=0.0)
    if parameters.options.by_deadline:
        most = due.amounts.sum(axis=(1, 2, 3))
        short = _late_once(milp, parameters, short, total=total, most=most[:, None])
    return Late(
        short=short,
        at_s=due.at_s,
        share=due.share,
        due=_due_at_cuts(due, scored_only=False),
        own_due=_due_at_cuts(due, scored_only=True),
        of_tail=_after_promotion(due),
        doomed=doomed,
    )


def _due_at_cuts(due: DueOrders, *, scored_only: bool) -> Floats:
    """Orders by the cut-off at which they are due [scenario, cut-off], as if every lane had all.

    `scored_only`: those of the promotion that are scored.
    """
    of_all = due.amounts.sum(axis=(1, 2))
    found = np.zeros((len(of_all), len(due.at_s)))
    for part in due.parts:
        of_slot = of_all
        if not (part.share == 1.0).all():
            of_slot = np.einsum("smft,m->st", due.amounts, part.share)
        of_slot = of_slot * (part.own if scored_only else 1.0)
        cuts, sums = _sums_by_cut(of_slot, part.due_s, due.at_s)
        found[:, cuts] += sums
    return found


def _sums_by_cut(amounts: Floats, due_s: Ints, at_s: Ints) -> tuple[Ints, Floats]:
    """Cut-offs at which some slot is due, and what is due there [..., cut-off].

    `amounts` [..., slot] fall due at `due_s` [slot], of which those of `at_s` are cut-offs.
    """
    cuts = np.flatnonzero(np.isin(at_s, due_s))
    sums = np.empty((*amounts.shape[:-1], len(cuts)))
    for k, cut in enumerate(cuts):
        sums[..., k] = amounts[..., due_s == at_s[cut]].sum(axis=-1)
    return cuts, sums


def _after_promotion(due: DueOrders) -> Mask:
    """Cut-offs after the last one at which scored orders of the promotion are due [cut-off]."""
    of_promotion = cuts_of([part.due_s[part.own] for part in due.parts])
    return np.asarray(due.at_s > of_promotion.max(initial=DOOMED))


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

    The promotion pays for its own orders: of what is short at cut-offs at which orders of the tail
    are due as well, the share that is its own; the rest, and what is short after its last order was
    due, belongs to the tail.

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
        if parameters.options.by_deadline:
            short, own = part.short, _own_share(part.own_due, part.due, part.of_tail)
        else:
            short, own = _worst_of_days(milp, parameters, part)
        each = parameters.weight[:, None] * part.share * amount
        scenario = np.array(parameters.active)[:, None]
        milp.price("compensation", short, each * own, scenario)
        milp.price(TAIL, short, each * (1.0 - own), scenario)


def _worst_of_days(milp: MilpBuilder, parameters: Parameters, late: Late) -> tuple[Ints, Floats]:
    """Columns of the largest shortage of each day [scenario, day], and the promotion's share of it.

    The day on which the promotion's last orders are due is two: until then, and after it.
    """
    groups, day = np.unique(2 * (late.at_s // DAY_S) + late.of_tail, return_inverse=True)
    shape = len(parameters.weight), len(groups)
    worst = milp.variables("late of day", shape, unit=parameters.unit_orders)
    row = np.arange(late.short.size).reshape(late.short.shape)
    terms = [Term(row, worst[:, day]), Term(row, late.short, -1.0)]
    milp.constraints("count_late", row.size, terms, lower=0.0)
    own_due, due = np.zeros(shape), np.zeros(shape)
    for total, at_cuts in ((own_due, late.own_due), (due, late.due)):
        np.add.at(total.T, day, at_cuts.T)
    return worst, _own_share(own_due, due, groups % 2 == 1)


def _own_share(own_due: Floats, due: Floats, of_tail: Mask) -> Floats:
    """The promotion's share of the orders due; whole or nothing where none are due."""
    share = np.divide(own_due, due, where=due > 0, out=np.zeros_like(due))
    return np.asarray(np.where(due > 0, share, ~of_tail))
