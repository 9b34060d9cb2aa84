"""Demand, as it is known before it happens: a baseline or a forecast, and events of uncertain size.

`demand_path` draws paths of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.demand_mix import Mix, drawn_shares
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.mix_moves import MixMove
from planner.domain.order_history import History
from planner.domain.past_orders import PastOrders
from planner.domain.random_streams import Streams
from planner.domain.under_way import UnderWay


@dataclass(frozen=True, eq=False)
class Baseline:
    """Orders without events, and their spread.

    Parameters
    ----------
    orders_per_hour : Floats
        Expected orders per hour of the horizon [days * 24].
    day_cv : float
        Coefficient of variation of the day effect G, whose mean is 1.
    hour_cv : float
        Coefficient of variation of an hour's rate beyond Poisson and G.
    level_cv : float
        Coefficient of variation of the level of the whole path: a fitted level may be off for every
        day by the same factor.
    """

    orders_per_hour: Floats
    day_cv: float = 0.0
    hour_cv: float = 0.0
    level_cv: float = 0.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Demand:
    """What is known of demand before it happens.

    Either `given`, or a baseline (stated, or fitted to `history`).

    Parameters
    ----------
    events : tuple of Event
        Bursts in addition to the baseline.
    region_share, product_share : Floats
        Expected mix, of every component that has none of its own.
    baseline, history, given : optional
        Where the orders come from.
    region_concentration, mix_concentration : float, optional
        How well the mix of regions and of products is known (`demand_mix`), of every component that
        states nothing of its own; None: for certain.
    size_correlation : float
        Correlation of the log sizes of any two events, in [0, 1].
    priority_share : float
        Share of all orders, such as those of repeat buyers, that go first whatever they ask for.
    moves : tuple of MixMove
        Points of the product mix that a stress moves; all shares are those before it.
    past : PastOrders, optional
        Orders of a log that are replayed; then only what comes after the log is drawn.
    under_way : UnderWay, optional
        What is known while the promotion runs; None: before it.
    """

    events: tuple[Event, ...]
    region_share: Floats
    product_share: Floats
    baseline: Baseline | None = None
    history: History | None = None
    given: GivenDemand | None = None
    region_concentration: float | None = None
    mix_concentration: float | None = None
    size_correlation: float = 0.0
    priority_share: float = 0.0
    moves: tuple[MixMove, ...] = ()
    past: PastOrders | None = None
    under_way: UnderWay | None = None

    @cached_property
    def components(self) -> tuple[str, ...]:
        """Names of the components of a path: what the demand is made of."""
        if self.given is not None:
            return tuple(f"given:{region}" for region in self.given.regions)
        return ("baseline", *(e.name for e in self.events))

    @property
    def uncapped(self) -> Demand:
        """What is asked for, whether the shop sells it or not."""
        if all(e.cap is None for e in self.events):
            return self
        return replace(self, events=tuple(replace(e, cap=None) for e in self.events))

    def region_shares(self) -> Floats:
        """Expected shares [component, region], rows sum to 1."""
        return self.expected_mix.region_share

    def product_shares(self) -> Floats:
        """Expected shares [component, product], rows sum to 1."""
        return self.expected_mix.product_share

    @cached_property
    def expected_mix(self) -> Mix:
        """The mean of the mix over all promotions."""
        if self.given is not None:
            ordered = self.given.orders.sum(axis=(0, 1))[self.given.regions]
            regions = np.eye(self.given.orders.shape[2])[self.given.regions]
            return Mix(regions, self._given_products(ordered, self.product_share))
        own = [(e.region_share, e.product_share) for e in self.events]
        return Mix(
            np.array([self.region_share, *(self.region_share if r is None else r for r, _ in own)]),
            np.array(
                [self.product_share, *(self.product_share if p is None else p for _, p in own)]
            ),
        )

    def _given_products(self, ordered: Floats, otherwise: Floats) -> Floats:
        """Shares [component, product] of orders [component, kind], `otherwise` of none."""
        if self.given is None:
            raise ValueError("the demand is not given")
        found = self.given.per_product(ordered, self.product_share)
        total = found.sum(axis=1, keepdims=True)
        return np.where(total > 0, found / np.where(total > 0, total, 1.0), otherwise)

    @property
    def mix_is_certain(self) -> bool:
        """Whether every promotion has the same shares of regions and products."""
        if self.given is not None:
            return len(self.given.orders) == 1
        stated = (*self.region_concentrations, *self.mix_concentrations)
        return all(concentration is None for concentration in stated)

    @property
    def region_concentrations(self) -> tuple[float | None, ...]:
        """How well the mix of regions of every component is known; None: for certain."""
        own = tuple(e.region_concentration for e in self.events)
        return tuple(self.region_concentration if c is None else c for c in (None, *own))

    @property
    def mix_concentrations(self) -> tuple[float | None, ...]:
        """How well the mix of products of every component is known; None: for certain."""
        own = tuple(e.mix_concentration for e in self.events)
        return tuple(self.mix_concentration if c is None else c for c in (None, *own))

    def draw_mix(self, streams: Streams) -> Mix:
        """The mix of one promotion; of given demand it goes with the path (`given_mix`)."""
        return Mix(
            drawn_shares(
                self.region_shares(),
                self.region_concentrations,
                streams,
                what="region mix",
                components=self.components,
            ),
            drawn_shares(
                self.product_shares(),
                self.mix_concentrations,
                streams,
                what="product mix",
                components=self.components,
            ),
        )

    def given_mix(self, path: int) -> Mix:
        """The mix of one of the user's own paths."""
        if self.given is None:
            raise ValueError("the demand is not given")
        ordered = self.given.orders[path].sum(axis=0)[self.given.regions]
        return Mix(self.region_shares(), self._given_products(ordered, self.product_shares()))


def scaled(demand: Demand, factor: float) -> Demand:
    """Demand of which every part is larger by a factor; caps of events stay.

    While the promotion runs, every part of what is still to come: what came stays as it is.
    """
    events = tuple(replace(e, median=e.median * factor, p95=e.p95 * factor) for e in demand.events)
    baseline, history, given = demand.baseline, demand.history, demand.given
    under_way = demand.under_way
    if baseline is not None:
        baseline = replace(baseline, orders_per_hour=baseline.orders_per_hour * factor)
    if history is not None:
        history = replace(history, lift=history.lift * factor)
    if given is not None:
        given = replace(given, orders=given.orders * factor)
    if under_way is not None:
        under_way = replace(under_way, sizes=under_way.sizes * factor)
    return replace(
        demand,
        events=events,
        baseline=baseline,
        history=history,
        given=given,
        under_way=under_way,
    )
