"""Draw the orders of one replication: every attribute of an order is drawn with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.backlog import component_of
from planner.domain.contracts import Contract
from planner.domain.deadline_classes import deadlines, platform_shares
from planner.domain.demand_levers import ChosenLevers
from planner.domain.lever_effects import chosen_levers, effective_problem, given_problem
from planner.domain.past_orders import NO_DEADLINE, UNKNOWN_WEIGHT
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Instants, Orders, Small
from planner.domain.risks import struck
from planner.domain.weight_units import rounding
from planner.simulation.inputs.births import (
    BACKLOG,
    PAST,
    SMALLEST_U,
    Births,
    draw_births,
    now_s,
)
from planner.simulation.inputs.service_times import FAR_S, Quantiles, contents, lognormal, work_us
from planner.simulation.inputs.ticks import INSTANT_BITS, arrival_ticks


def draw_orders(problem: Problem, streams: Streams) -> Orders:
    """Orders of one replication by tick; within a tick, baseline first, then event by event.

    Each component of demand draws each of its properties from a stream of its own: one more event,
    product or process leaves every other number as it was. What no rule of the problem asks for is
    not drawn (and is one half, a normal number 0). Whatever the caps of the events, what is asked
    for is drawn, and then `sold`: the orders below a cap are the same orders.
    """
    problem = struck(problem, streams)
    given = problem.demand.given
    births = draw_births(problem, streams)
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
    now = now_s(problem.demand)
    over = [np.flatnonzero(orders.component == c)[cap:] for c, cap in caps]
    over = [late[orders.ordered_at_s[late] >= now] for late in over]  # what came, was taken
    if any(len(late) for late in over):
        late = np.concatenate(over)
        counted = late[orders.ordered_at_s[late] < problem.horizon.reported_end_s]
        refused = np.bincount(orders.product[counted], minlength=len(problem.products)) + np.array(
            orders.refused or 0
        )
        orders = replace(
            orders.at(np.delete(np.arange(len(orders)), late)), refused=tuple(refused.tolist())
        )
    known = problem.demand.under_way
    if known is None:
        return _due_as_promised(problem, orders)
    # nobody changes a promise that was made in a promotion under way
    then = effective_problem(problem, ChosenLevers(known.promised))
    before, after = (_due_as_promised(p, orders).deadline_s for p in (then, problem))
    came = orders.ordered_at_s < known.seen.until_s
    return replace(orders, deadline_s=np.where(came, before, after))


def _due_as_promised(problem: Problem, orders: Orders) -> Orders:
    """Orders with the longer promises of the levers.

    Of an order of the past the log states the deadline, which only a longer promise for its region
    moves.
    """
    if not chosen_levers(problem).promised:
        return orders
    promised = orders.due_under(problem)
    if problem.demand.past is None:
        return promised
    usual = orders.due_under(given_problem(problem))
    longer = promised.deadline_s > usual.deadline_s
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


def _sorted_orders(problem: Problem, births: Sequence[Births], streams: Streams) -> Orders:
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
        np.maximum(drawn, SMALLEST_U, out=drawn)
        return drawn

    def uniform_if(asked: bool, *purpose: str) -> Floats:
        return uniform(*purpose) if asked else np.broadcast_to(0.5, n)

    def normal_if(asked: bool, purpose: str) -> Floats:
        return np.asarray(ndtri(uniform(purpose))) if asked else np.broadcast_to(0.0, n)

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
        scan_z=normal_if(any(_scanned_later(c) for c in problem.contracts), "scan"),
        transit_z=normal_if(
            any(c.service.transit or (c.hub and c.hub.onward_days) for c in problem.contracts),
            "transit",
        ),
        loss_u=uniform_if(problem.counts_losses, "loss"),
        residential_u=uniform_if(
            any(c.tariff.by_residence for c in problem.contracts), "residential"
        ),
    )


def _platforms(problem: Problem, births: Sequence[Births], streams: Streams) -> Small:
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


def _components(c: int, births: Births) -> Small:
    """Number of the component of each order; those of before the horizon count as baseline."""
    if births.of is not None:
        return births.of
    return np.full(len(births), 0 if births.component in (BACKLOG, PAST) else c, dtype=np.int16)


def _instants(births: Births, streams: Streams) -> Instants:
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
    z = ndtri(uniform("return lag"))
    lag = np.rint(lognormal(math.log(median), problem.returns.sigma, z))
    return np.where(uniform("return") < share[product], np.clip(lag, 1, FAR_S), 0).astype(np.int32)


def _loads(problem: Problem, births: Births, streams: Streams) -> tuple[Ints, Ints, Ints]:
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
