"""Draw the orders of one replication: everything an order needs is known when it is born."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.demand import SLOT_S, DemandPath, Floats, Ints, draw_path
from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.domain.records import Orders, Small
from planner.domain.streams import Streams

_SMALLEST_U = 2.0**-54  # the uniforms are in (0, 1): a quantile function never sees 0
RECEIVE = "receive"  # name of the stream for the work on parcels that come back


def draw_orders(problem: Problem, streams: Streams) -> Orders:
    """Orders of one replication, sorted by second (orders of the same second: baseline first, then event by event).

    Each component of demand draws each of its properties from a stream of its own: one more event, product or process
    leaves every other number as it was.
    """
    path, given = draw_path(problem.demand, problem.horizon, streams), problem.demand.given
    if path.given is None or given is None:
        return _sorted_orders(problem, _births_by_component(problem, path, streams), streams)
    orders = _sorted_orders(problem, [_births_as_given(path.given, streams)], streams)
    return replace(orders, component=np.searchsorted(given.regions, orders.region).astype(np.int16))


@dataclass(frozen=True, eq=False, slots=True)
class _Births:
    """Second, region and product of the orders of one component, in the order in which they were drawn."""

    component: str
    second: Ints
    region: Small
    product: Small

    def __len__(self) -> int:
        return len(self.second)


def _births_by_component(problem: Problem, path: DemandPath, streams: Streams) -> list[_Births]:
    """Poisson counts per five minutes; seconds uniform within them; region and product by the component's mix."""
    regions, products = problem.demand.region_shares(), problem.demand.product_shares()
    slots = np.arange(path.intensity.shape[1], dtype=np.int64) * SLOT_S
    births = []
    for c, name in enumerate(problem.demand.components):
        counts = streams.rng("count", name).poisson(path.intensity[c])
        begins = np.repeat(slots, counts)
        n = len(begins)
        births.append(
            _Births(
                component=name,
                second=begins + streams.rng("second", name).integers(SLOT_S, size=n),
                region=_pick(regions[c], streams.rng("region", name), n),
                product=_pick(products[c], streams.rng("product", name), n),
            )
        )
    return births


def _births_as_given(given: Floats, streams: Streams) -> _Births:
    """The user's own counts per hour, region and product, taken exactly: the integer part, and the fraction as the
    chance of one more; seconds uniform within the hour."""
    whole = np.floor(given)
    counts = (whole + (streams.rng("count", "given").random(given.shape) < given - whole)).astype(np.int64)
    hour, region, product = np.unravel_index(np.repeat(np.arange(given.size), counts.ravel()), given.shape)
    second = hour * HOUR_S + streams.rng("second", "given").integers(HOUR_S, size=len(hour))
    return _Births("given", second, region.astype(np.int16), product.astype(np.int16))


def _pick(share: Floats, rng: np.random.Generator, n: int) -> Small:
    """n indices, each with the chance of its share."""
    if len(share) == 1:
        return np.zeros(n, dtype=np.int16)
    upper = np.cumsum(share) / np.sum(share)
    index = np.searchsorted(upper, rng.random(n), side="right")
    return np.minimum(index, len(share) - 1).astype(np.int16)


def _sorted_orders(problem: Problem, births: Sequence[_Births], streams: Streams) -> Orders:
    """Put the components together in order of time, and draw what each order carries."""
    at = np.argsort(np.concatenate([b.second for b in births]), kind="stable")
    second = np.concatenate([b.second for b in births])[at]
    region = np.concatenate([b.region for b in births])[at]
    loads = [_loads(problem, b, streams) for b in births]
    units, weight_g, volume_cm3 = (np.concatenate([load[k] for load in loads])[at] for k in range(3))

    def uniform(*purpose: str) -> Floats:
        drawn = np.concatenate([streams.rng(*purpose, b.component).random(len(b)) for b in births])
        return np.asarray(np.maximum(drawn[at], _SMALLEST_U))

    works = [("work", name) for name in problem.process_names]
    return Orders(
        ordered_at_s=second,
        deadline_s=problem.platform.deadlines(second, region.astype(np.int64), problem.region_names, problem.horizon),
        region=region,
        product=np.concatenate([b.product for b in births])[at],
        component=np.repeat(np.arange(len(births), dtype=np.int16), [len(b) for b in births])[at],
        units=units,
        weight_g=weight_g,
        volume_cm3=volume_cm3,
        work_u=np.array([uniform(*name) for name in [*works, (RECEIVE,)]]),
        route_u=uniform("route"),
        scan_u=uniform("scan"),
        transit_u=uniform("transit"),
        return_u=uniform("return"),
        return_lag_u=uniform("return lag"),
    )


def _loads(problem: Problem, births: _Births, streams: Streams) -> tuple[Ints, Ints, Ints]:
    """Units, grams and cubic centimetres of each order: units 1 + Poisson, weight lognormal around the median."""
    products, product = problem.products, births.product
    extra = np.array([max(p.units_mean - 1.0, 0.0) for p in products])
    sigma = np.array([math.sqrt(math.log1p(p.weight_cv**2)) for p in products])
    units = np.ones(len(births), dtype=np.int64)
    if extra.any():
        units += streams.rng("units", births.component).poisson(extra[product])
    weight = units * np.array([float(p.weight_g) for p in products])[product]
    if sigma.any():
        weight *= np.exp(sigma[product] * streams.rng("weight", births.component).standard_normal(len(births)))
    volume = units * np.array([float(p.volume_cm3) for p in products])[product]
    return units, np.maximum(np.rint(weight), 1).astype(np.int64), np.rint(volume).astype(np.int64)
