"""Draw the orders of one replication: every attribute of an order is drawn with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.backlog import component_of
from planner.domain.contracts import Contract
from planner.domain.deadline_classes import deadlines, platform_shares
from planner.domain.demand import Demand
from planner.domain.demand_path import DemandPath, draw_path
from planner.domain.events import Event
from planner.domain.given_demand import ANY_PRODUCT, GivenDemand
from planner.domain.horizon import SLOT_S
from planner.domain.lever_effects import chosen_levers, given_problem
from planner.domain.mix_moves import MixMove, chances
from planner.domain.past_orders import NO_DEADLINE, UNKNOWN_WEIGHT, PastOrders
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Instants, Orders, Small
from planner.domain.risks import struck
from planner.domain.under_way import UNKNOWN
from planner.domain.weight_units import rounding
from planner.simulation.inputs.service_times import FAR_S, Quantiles, contents, lognormal, work_us
from planner.simulation.inputs.ticks import INSTANT_BITS, arrival_ticks

SEEN = "seen orders"  # name of the streams of what has come in a promotion under way
BACKLOG = "opening backlog"  # name of the streams of what is open when the horizon begins
PAST = "past"  # name of the streams of what a log does not say of its orders
_SMALLEST_U = 2.0**-54  # the uniforms are in (0, 1): a quantile function never sees 0
_CELLS = 1 << 12  # of the unit interval, in which most numbers are picked by a look into a table


def draw_orders(problem: Problem, streams: Streams) -> Orders:
    """Orders of one replication by tick; within a tick, baseline first, then event by event.

    Each component of demand draws each of its properties from a stream of its own: one more event,
    product or process leaves every other number as it was. What no rule of the problem asks for is
    not drawn (and is one half). Whatever the caps of the events, what is asked for is drawn, and
    then `sold`: the orders below a cap are the same orders.
    """
    problem = struck(problem, streams)
    path, given = draw_path(problem.demand.uncapped, problem.horizon, streams), problem.demand.given
    if path.given is None or given is None:
        drawn = [*_births_by_component(problem, path, streams)]
    else:
        drawn = [_births_as_given(problem.demand, given, path.given, streams)]
    drawn += _births_seen(problem.demand, path, streams)
    past = problem.demand.past
    before = _births_before(problem, path, streams)
    births = [*drawn, *before] if past is None else _with_the_past(problem, past, drawn, streams)
    orders = _sorted_orders(problem, births, streams)
    if given is None:
        return sold(problem, orders)
    component = component_of(given.regions, orders.region)
    return replace(orders, component=component.astype(np.int16))


def sold(problem: Problem, orders: Orders) -> Orders:
    """Orders that the shop takes: of every event the first up to its cap, due as promised here.

    Refused orders of the promotion's own days are counted by product. A second call changes
    nothing.
    """
    caps = [(c, e.cap) for c, e in enumerate(problem.demand.events, start=1) if e.cap is not None]
    now_s = _now_s(problem.demand)
    over = [np.flatnonzero(orders.component == c)[cap:] for c, cap in caps]
    over = [late[orders.ordered_at_s[late] >= now_s] for late in over]  # what came, was taken
    if any(len(late) for late in over):
        late = np.concatenate(over)
        counted = late[orders.ordered_at_s[late] < problem.horizon.reported_end_s]
        refused = np.bincount(orders.product[counted], minlength=len(problem.products)) + np.array(
            orders.refused or 0
        )
        orders = replace(
            orders.at(np.delete(np.arange(len(orders)), late)), refused=tuple(refused.tolist())
        )
    return _due_as_promised(problem, orders) if chosen_levers(problem).promised else orders


def _due_as_promised(problem: Problem, orders: Orders) -> Orders:
    """Orders with the longer promises of the levers.

    Nobody extends a promise that was made in a promotion under way; and of an order of the past the
    log states the deadline, which only a longer promise for its region moves.
    """
    promised = orders.due_under(problem)
    now_s = _now_s(problem.demand)
    if problem.demand.past is None and not now_s:
        return promised
    usual = orders.due_under(given_problem(problem))
    longer = promised.deadline_s > usual.deadline_s
    if now_s:
        longer &= orders.ordered_at_s >= now_s
    later = np.maximum(orders.deadline_s, promised.deadline_s)
    return replace(orders, deadline_s=np.where(longer, later, orders.deadline_s))


def stable_order(moments: Seconds | Ints) -> Ints:
    """The positions of `moments`, sorted; equal ones stay in their order.

    One sort of unique integers: several times as fast as numpy's stable argsort, and the same on
    every machine.
    """
    bits = max(len(moments) - 1, 1).bit_length()
    key: Ints = moments.astype(np.int64)
    key <<= bits
    key |= np.arange(len(moments))
    key.sort()
    key &= (1 << bits) - 1
    return key


@dataclass(frozen=True, eq=False, slots=True)
class _Births:
    """Second, region and product of a component's orders, in the order in which they are drawn.

    `of`: numbers of the components, where these orders are of several.
    """

    component: str
    second: Seconds
    region: Small
    product: Small
    past: PastOrders | None = None
    of: Small | None = None

    def __len__(self) -> int:
        return len(self.second)

    @property
    def deadlines(self) -> Ints:
        """Deadlines that are known of each."""
        return self.past.deadline_s if self.past else np.full(len(self), NO_DEADLINE)

    def after(self, second: int) -> _Births:
        """Those that come at a second or later."""
        late = self.second >= second
        return _Births(self.component, self.second[late], self.region[late], self.product[late])


def _with_the_past(
    problem: Problem, past: PastOrders, drawn: Sequence[_Births], streams: Streams
) -> list[_Births]:
    """The orders of a log, and after its end those that were drawn; the log counts as baseline."""
    came = past.copied(streams.rng("copies", PAST), streams.rng("second", PAST))
    product, region = came.product.astype(np.int16), came.region.astype(np.int16)
    unknown = np.flatnonzero(product == ANY_PRODUCT)
    mix = problem.demand.product_share
    product[unknown] = pick(mix, streams.rng("product", PAST), len(unknown))
    births = _Births(PAST, came.second.astype(np.int32), region, product, came)
    return [*(b.after(came.until_s) for b in drawn), births]


def _births_by_component(problem: Problem, path: DemandPath, streams: Streams) -> Iterator[_Births]:
    """The baseline slot by slot, events by their shapes; region and product by the mix."""
    regions, products = path.mix.region_share, path.mix.product_share
    for c, name in enumerate(problem.demand.components):
        second = (
            _event_seconds(
                problem.demand.events[c - 1], path.intensity[c], streams, _now_s(problem.demand)
            )
            if c > 0
            else _seconds_by_slot(path.intensity[c], name, streams)
        )
        n = len(second)
        yield _Births(
            component=name,
            second=second,
            region=pick(regions[c], streams.rng("region", name), n),
            product=_moved(
                pick(products[c], streams.rng("product", name), n),
                products[c],
                problem.demand.moves,
                streams.rng("moved product", name),
            ),
        )


def _births_before(problem: Problem, path: DemandPath, streams: Streams) -> list[_Births]:
    """Orders that are open when the horizon begins, from streams of their own; they count as
    baseline.
    """
    backlog, demand = problem.backlog, problem.demand
    if backlog is None:
        return []
    if backlog.stated is not None:
        second, region, product = backlog.stated.T
    else:
        rates, rng = backlog.rates(demand, path), streams.rng("count", BACKLOG)
        if backlog.orders is None:
            cell = np.repeat(np.arange(rates.size), rng.poisson(rates.ravel()))
        else:
            chance = rates.ravel() / rates.sum()
            cell = np.repeat(np.arange(rates.size), rng.multinomial(backlog.orders, chance))
        component, slot = np.divmod(cell, rates.shape[1])
        within = streams.rng("second", BACKLOG).integers(SLOT_S, size=len(slot))
        second = backlog.begins_s + slot * SLOT_S + within
        region = pick(path.mix.region_share[0], streams.rng("region", BACKLOG), len(slot))
        if demand.given is not None:
            region = demand.given.regions[component]
        product = np.full(len(slot), ANY_PRODUCT)
    product = product.astype(np.int16)
    drawn = np.flatnonzero(product == ANY_PRODUCT)
    mix = demand.product_share if demand.given is not None else path.mix.product_share[0]
    product[drawn] = pick(mix, streams.rng("product", BACKLOG), len(drawn))
    return [_Births(BACKLOG, second.astype(np.int32), region.astype(np.int16), product)]


def _seconds_by_slot(intensity: Floats, name: str, streams: Streams) -> Seconds:
    """A Poisson number of orders in every five minutes; seconds uniform within them."""
    slots = np.arange(len(intensity), dtype=np.int32) * np.int32(SLOT_S)
    second = np.repeat(slots, streams.rng("count", name).poisson(intensity))
    second += streams.rng("second", name).integers(SLOT_S, size=len(second)).astype(np.int32)
    return second


def _event_seconds(event: Event, intensity: Floats, streams: Streams, now_s: int) -> Seconds:
    """A Poisson number of orders; their seconds from the event's shape, by inverse transform.

    None comes before `now_s`, of a promotion under way.

    They are sorted, so that what is put in order of time later lies close together in memory.
    """
    end_s = len(intensity) * SLOT_S
    n = int(streams.rng("count", event.name).poisson(intensity.sum()))
    share = streams.rng("second", event.name).random(n)
    if now_s:
        placed = float(event.placed_by(now_s))
        share = placed + share * (event.placed_by(end_s) - placed)
    else:
        share *= event.placed_by(end_s)
    second = np.minimum(event.second_at(share), end_s - 1).astype(
        np.int32
    )  # rounding may reach the end itself
    second.sort()
    return second


def _births_as_given(demand: Demand, given: GivenDemand, path: int, streams: Streams) -> _Births:
    """The user's own counts per step, region and kind; seconds uniform within the step."""
    counts = given.counts(path, streams.rng("count", "given"))
    step, region, kind = np.unravel_index(
        np.repeat(np.arange(counts.size), counts.ravel()), counts.shape
    )
    second = step * given.step_s + streams.rng("second", "given").integers(
        given.lasts_s(path)[step]
    )
    product = given.product_of_kind.astype(np.int16)[kind]
    drawn = np.flatnonzero(product == ANY_PRODUCT)
    product[drawn] = pick(demand.product_share, streams.rng("product", "given"), len(drawn))
    share = np.bincount(product, minlength=len(demand.product_share)) / max(len(product), 1)
    product = _moved(product, share, demand.moves, streams.rng("moved product", "given"))
    births = _Births("given", second.astype(np.int32), region.astype(np.int16), product)
    return births if demand.under_way is None else births.after(_now_s(demand))


def _now_s(demand: Demand) -> int:
    """Until when orders have come; 0 before the promotion."""
    return 0 if demand.under_way is None else demand.under_way.seen.until_s


def _births_seen(demand: Demand, path: DemandPath, streams: Streams) -> list[_Births]:
    """Orders that have come, each of a component as likely as it was expected of it.

    What is not known of an order is drawn by the mix of its component.
    """
    if demand.under_way is None or path.before is None:
        return []
    seen = demand.under_way.seen
    row = np.repeat(np.arange(len(seen.orders)), seen.orders)
    n = len(row)
    within = (streams.rng("second", SEEN).random(n) * seen.lasts_s[row]).astype(np.int64)
    second = seen.begins_s[row] + within
    expected = np.cumsum(path.before, axis=0)
    at = expected[:, second // SLOT_S]
    u = streams.rng("component", SEEN).random(n) * np.maximum(at[-1], _SMALLEST_U)
    of = np.minimum((at <= u).sum(axis=0), len(at) - 1)
    region, product = seen.region[row].copy(), seen.product[row].copy()
    _draw_unknown(region, of, path.mix.region_share, streams.rng("region", SEEN))
    _draw_unknown(product, of, path.mix.product_share, streams.rng("product", SEEN))
    return [
        _Births(
            SEEN,
            second.astype(np.int32),
            region.astype(np.int16),
            product.astype(np.int16),
            of=of.astype(np.int16),
        )
    ]


def _draw_unknown(index: Ints, of: Ints, share: Floats, rng: np.random.Generator) -> None:
    """Fill in what is `UNKNOWN` by the shares of the component, in place."""
    for c in range(len(share)):
        missing = np.flatnonzero((index == UNKNOWN) & (of == c))
        index[missing] = pick(share[c], rng, len(missing))


def pick(share: Floats, rng: np.random.Generator, n: int) -> Small:
    """Draw indices, each with the chance of its share.

    An indexed search: where a cell of the unit interval lies within one share, the index is known
    without a search.

    Parameters
    ----------
    share : Floats
        Shares, not all 0; they need not sum to 1.
    rng : np.random.Generator
        Where the uniform numbers come from.
    n : int
        How many indices.

    Returns
    -------
    Small
        Indices into `share`.

    References
    ----------
    Chen and Asau 1974, doi 10.1080/05695557408974949.
    """
    if len(share) == 1:
        return np.zeros(n, dtype=np.int16)
    upper = np.cumsum(share) / np.sum(share)
    edges = np.arange(_CELLS + 1) / _CELLS
    lowest = np.searchsorted(upper, edges[:-1], side="right")
    known = lowest == np.searchsorted(upper, edges[1:], side="left")
    table = np.where(known, np.minimum(lowest, len(share) - 1), -1).astype(np.int16)
    u = rng.random(n)
    index = table[(u * _CELLS).astype(np.int16)]
    unknown = np.flatnonzero(index < 0)
    found = np.searchsorted(upper, u[unknown], side="right")
    index[unknown] = np.minimum(found, len(share) - 1)
    return index


def _moved(
    product: Small, share: Floats, moves: Sequence[MixMove], rng: np.random.Generator
) -> Small:
    """Products of orders after the mix has moved; no other order asks for another product."""
    if not moves:
        return product
    product = product.copy()
    for move, chance in zip(moves, chances(share, moves), strict=True):
        leaves = (product == move.less) & (rng.random(len(product)) < chance)
        product[leaves] = move.more
    return product


def _sorted_orders(problem: Problem, births: Sequence[_Births], streams: Streams) -> Orders:
    """Put the components together in order of time, and draw what each order carries."""
    second = np.concatenate([b.second for b in births])
    instant = np.concatenate([_instants(b, streams) for b in births])
    at = stable_order(arrival_ticks(second, instant))
    second, instant = second[at], instant[at]
    region = np.concatenate([b.region for b in births])[at]
    product = np.concatenate([b.product for b in births])[at]
    n = len(at)

    def uniform(*purpose: str) -> Floats:
        drawn = np.concatenate([streams.rng(*purpose, b.component).random(len(b)) for b in births])[
            at
        ]
        np.maximum(drawn, _SMALLEST_U, out=drawn)
        return drawn

    def uniform_if(asked: bool, *purpose: str) -> Floats:
        return uniform(*purpose) if asked else np.broadcast_to(0.5, n)

    rows = contents(problem)
    work = np.empty((len(rows), n), dtype=np.int64)
    for stream in dict.fromkeys(content.stream for content in rows):
        at_quantiles = Quantiles(uniform(*stream))
        for row, content in enumerate(rows):
            if content.stream == stream:
                work[row] = work_us(problem, content.process, at_quantiles, product)
    loads = [_loads(problem, b, streams) for b in births]
    component = np.concatenate([_components(c, b) for c, b in enumerate(births)])[at]
    platform = _platforms(problem, births, streams)[at]
    units, weight_g, volume_cm3 = (
        np.concatenate([load[k] for load in loads])[at] for k in range(3)
    )
    promised = deadlines(problem, second, region, platform=platform, component=component)
    due = np.concatenate([b.deadlines for b in births])[at]
    return Orders(
        ordered_at_s=second,
        instant=instant,
        deadline_s=np.where(due == NO_DEADLINE, promised, due).astype(promised.dtype),
        region=region,
        product=product,
        component=component,
        platform=platform,
        priority=_priorities(problem, product, uniform),
        units=units.astype(np.int32),
        weight_g=weight_g,
        volume_cm3=volume_cm3,
        work_us=work,
        return_lag_s=_return_lags(problem, product, uniform),
        route_u=uniform_if(len(problem.sites) * max(len(problem.contracts), 1) > 1, "route"),
        scan_u=uniform_if(any(_scanned_later(c) for c in problem.contracts), "scan"),
        transit_u=uniform_if(
            any(c.service.transit or (c.hub and c.hub.onward_days) for c in problem.contracts),
            "transit",
        ),
        loss_u=uniform_if(problem.counts_losses, "loss"),
        residential_u=uniform_if(
            any(c.tariff.by_residence for c in problem.contracts), "residential"
        ),
    )


def _platforms(problem: Problem, births: Sequence[_Births], streams: Streams) -> Small:
    """The platform of each order, from a stream of its own: one more shifts no other number."""
    sizes = [len(b) for b in births]
    if not problem.other_platforms:
        return np.broadcast_to(np.int16(0), sum(sizes))
    shares, names = platform_shares(problem), problem.demand.components
    found = []
    for b in births:
        of = names.index(b.component) if b.component in names else 0
        shares_of = shares[of if b.of is None else b.of, b.region]
        lowest = shares_of.cumsum(axis=1)[:, :-1]
        u = streams.rng("platform", b.component).random(len(b))
        found.append((u[:, None] >= lowest).sum(axis=1))
    return np.concatenate(found).astype(np.int16)


def _components(c: int, births: _Births) -> Small:
    """Number of the component of each order; those of before the horizon count as baseline."""
    if births.of is not None:
        return births.of
    return np.full(len(births), 0 if births.component in (BACKLOG, PAST) else c, dtype=np.int16)


def _instants(births: _Births, streams: Streams) -> Instants:
    """Where in its second each order of a component comes (see `ticks`)."""
    return streams.rng("instant", births.component).integers(
        1 << INSTANT_BITS, size=len(births), dtype=np.uint16
    )


def _scanned_later(contract: Contract) -> bool:
    """Whether there is a zone in which parcels are not scanned at once."""
    return contract.service.scan_delay.median_s > 0 or any(
        delay.median_s > 0 for delay in contract.service.scan_delay_by_zone.values()
    )


def _priorities(problem: Problem, product: Small, uniform: Callable[[str], Floats]) -> Small:
    """The priority of the product, and at least 1 for the share of the orders that go first."""
    of_product = np.array([p.priority for p in problem.products], dtype=np.int16)
    share = problem.demand.priority_share
    if not (share or of_product.any()):
        return np.broadcast_to(np.int16(0), len(product))
    if not share:
        return np.asarray(of_product[product])
    first: Small = (uniform("priority") < share).astype(np.int16)
    return np.maximum(of_product[product], first)


def _return_lags(problem: Problem, product: Small, uniform: Callable[[str], Floats]) -> Seconds:
    """Seconds from hand-over until an order comes back (at least 1), 0 if it does not."""
    share = np.array([p.return_share for p in problem.products])
    if (
        problem.returns is None
        or not any(site.receive for site in problem.sites)
        or not share.any()
    ):
        return np.broadcast_to(np.int32(0), len(product))
    median = max(problem.returns.median_s, 1)
    quantiles = Quantiles(uniform("return lag"))
    lag = np.rint(lognormal(math.log(median), problem.returns.sigma, quantiles))
    return np.where(uniform("return") < share[product], np.clip(lag, 1, FAR_S), 0).astype(np.int32)


def _loads(problem: Problem, births: _Births, streams: Streams) -> tuple[Ints, Ints, Ints]:
    """Units (1 + Poisson), grams (lognormal around the median) and cubic centimetres."""
    products, product = problem.products, births.product
    extra = np.array([max(p.units_mean - 1.0, 0.0) for p in products])
    sigma = np.array([math.sqrt(math.log1p(p.weight_cv**2)) for p in products])
    units = np.ones(len(births), dtype=np.int64)
    if extra.any():
        units += streams.rng("units", births.component).poisson(extra[product])
    weight = units * np.array([float(p.weight_g) for p in products])[product]
    if sigma.any():
        weight *= np.exp(
            sigma[product] * streams.rng("weight", births.component).standard_normal(len(births))
        )
    if births.past is not None:
        weighed = births.past.weight_g
        weight = np.where(weighed == UNKNOWN_WEIGHT, weight, weighed)
    volume = units * np.array([float(p.volume_cm3) for p in products])[product]
    weight += rounding(p.weight_g for p in products)[product]
    volume += rounding(p.volume_cm3 for p in products)[product]
    np.maximum(np.floor(weight, out=weight), 1, out=weight)
    return units, weight.astype(np.int64), np.floor(volume, out=volume).astype(np.int64)
