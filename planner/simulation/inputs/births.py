"""Which orders come, and when: second, region and product, from a path of demand or from a log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.demand import Demand
from planner.domain.demand_path import DemandPath, draw_path
from planner.domain.events import Event
from planner.domain.given_demand import ANY_PRODUCT, GivenDemand
from planner.domain.horizon import SLOT_S
from planner.domain.mix_moves import MixMove, chances
from planner.domain.past_orders import NO_DEADLINE, PastOrders
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Small
from planner.domain.under_way import UNKNOWN

SEEN = "seen orders"  # name of the streams of what has come in a promotion under way
BACKLOG = "opening backlog"  # name of the streams of what is open when the horizon begins
PAST = "past"  # name of the streams of what a log does not say of its orders
SMALLEST_U = 2.0**-54  # the uniforms are in (0, 1): a quantile function never sees 0
_CELLS = 1 << 12  # of the unit interval, in which most numbers are picked by a look into a table


@dataclass(frozen=True, eq=False, slots=True)
class Births:
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

    def after(self, second: int) -> Births:
        """Those that come at a second or later."""
        late = self.second >= second
        return Births(self.component, self.second[late], self.region[late], self.product[late])


def draw_births(problem: Problem, streams: Streams) -> list[Births]:
    """Orders of one replication by component of demand, as the demand that is given says.

    Parameters
    ----------
    problem : Problem
        With the risks that strike the replication.
    streams : Streams
        Its random streams.

    Returns
    -------
    list of Births
        Those of every component, then those that have come in a promotion under way, then those
        that are open when the horizon begins; of a replay those of the log last.
    """
    path, given = draw_path(problem.demand.uncapped, problem.horizon, streams), problem.demand.given
    if path.given is None or given is None:
        drawn = [*_births_by_component(problem, path, streams)]
    else:
        drawn = [_births_as_given(problem.demand, given, path.given, streams)]
    drawn += _births_seen(problem.demand, path, streams)
    past = problem.demand.past
    if past is not None:
        return _with_the_past(problem, past, drawn, streams)
    return [*drawn, *_births_before(problem, path, streams)]


def _with_the_past(
    problem: Problem, past: PastOrders, drawn: Sequence[Births], streams: Streams
) -> list[Births]:
    """The orders of a log, and after its end those that were drawn; the log counts as baseline."""
    came = past.copied(streams.rng("copies", PAST), streams.rng("second", PAST))
    product, region = came.product.astype(np.int16), came.region.astype(np.int16)
    unknown = np.flatnonzero(product == ANY_PRODUCT)
    mix = problem.demand.product_share
    product[unknown] = pick(mix, streams.rng("product", PAST), len(unknown))
    births = Births(PAST, came.second.astype(np.int32), region, product, came)
    return [*(b.after(came.until_s) for b in drawn), births]


def _births_by_component(problem: Problem, path: DemandPath, streams: Streams) -> Iterator[Births]:
    """The baseline slot by slot, events by their shapes; region and product by the mix."""
    regions, products = path.mix.region_share, path.mix.product_share
    for c, name in enumerate(problem.demand.components):
        second = (
            _event_seconds(
                problem.demand.events[c - 1], path.intensity[c], streams, now_s(problem.demand)
            )
            if c > 0
            else _seconds_by_slot(path.intensity[c], name, streams)
        )
        n = len(second)
        yield Births(
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


def _births_before(problem: Problem, path: DemandPath, streams: Streams) -> list[Births]:
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
    return [Births(BACKLOG, second.astype(np.int32), region.astype(np.int16), product)]


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


def _births_as_given(demand: Demand, given: GivenDemand, path: int, streams: Streams) -> Births:
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
    births = Births("given", second.astype(np.int32), region.astype(np.int16), product)
    return births if demand.under_way is None else births.after(now_s(demand))


def now_s(demand: Demand) -> int:
    """Until when orders have come; 0 before the promotion."""
    return 0 if demand.under_way is None else demand.under_way.seen.until_s


def _births_seen(demand: Demand, path: DemandPath, streams: Streams) -> list[Births]:
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
    u = streams.rng("component", SEEN).random(n) * np.maximum(at[-1], SMALLEST_U)
    of = np.minimum((at <= u).sum(axis=0), len(at) - 1)
    region, product = seen.region[row].copy(), seen.product[row].copy()
    _draw_unknown(region, of, path.mix.region_share, streams.rng("region", SEEN))
    _draw_unknown(product, of, path.mix.product_share, streams.rng("product", SEEN))
    return [
        Births(
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
