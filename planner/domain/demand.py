"""Demand: a baseline, events of uncertain size, a day effect; and one sampled path of it.

rate[component](t) = baseline * profile * G(day) for component 0, Size[e] * shape[e](t) for
component 1 + e.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.domain.demand_mix import Mix, drawn_shares
from planner.domain.horizon import DAY_S, HOUR_S, Horizon
from planner.domain.mix_moves import MixMove
from planner.domain.random_streams import Streams
from planner.domain.statistics import lognormal_sigma

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Seconds = NDArray[
    np.int32
]  # moments and lengths of time of many orders: half the memory, enough for 68 years

# planning and forecast add intensity up over five minutes; the simulation draws events to the
# second
SLOT_S = 300
SLOTS_PER_HOUR = HOUR_S // SLOT_S
SLOTS_PER_DAY = DAY_S // SLOT_S
PULL_FORWARD_DAYS = (
    7  # the dip after an event is spread over the week that follows, falling linearly
)
ANY_PRODUCT = -1  # of given orders whose product nobody stated
GIVEN_STEPS_S = tuple(n * SLOT_S for n in range(1, SLOTS_PER_HOUR + 1) if SLOTS_PER_HOUR % n == 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A burst of orders with a lognormal total, a linear ramp, a peak, and exponential decay.

    Parameters
    ----------
    name : str
        Unique among the events.
    at_s : int
        Start in seconds of the horizon.
    median, p95 : float
        Median and 95 % point of the total number of orders.
    ramp_s, half_life_s : float
        Seconds from the start to the peak; half-life of the decay after it.
    pull_forward : float
        Share of the event's orders that the baseline of the following week loses (`PullForward`).
    region_share, product_share : tuple of float, optional
        Mix of this event, sums to 1, in the order of the problem; None: the promotion's own.
    region_concentration, mix_concentration : float, optional
        How well its mix of regions and of products is known (`demand_mix`); None: like that of the
        whole demand.
    cap : int, optional
        The shop stops the event's sale after so many orders; later ones are refused and lost.
    """

    name: str
    at_s: int
    median: float
    p95: float
    ramp_s: float
    half_life_s: float
    pull_forward: float = 0.0
    region_share: tuple[float, ...] | None = None
    product_share: tuple[float, ...] | None = None
    region_concentration: float | None = None
    mix_concentration: float | None = None
    cap: int | None = None

    @property
    def sigma(self) -> float:
        """Standard deviation of log size."""
        return lognormal_sigma(self.median, self.p95)

    @property
    def mean(self) -> float:
        """Expected size, in orders."""
        return self.median * math.exp(self.sigma**2 / 2)

    def placed_by(self, second: Floats | float) -> Floats:
        """Share of the event's orders placed by `second`; 1 at infinity."""
        t = np.asarray(second, dtype=float) - self.at_s
        ramp, tail = float(self.ramp_s), self._tail_s
        rising = np.clip(t, 0, ramp) ** 2 / (2 * ramp) if ramp else np.zeros_like(t)
        falling = tail * -np.expm1(-np.clip(t - ramp, 0, None) / tail)
        return np.asarray((rising + falling) / (ramp / 2 + tail))

    def second_at(self, share: Floats) -> Floats:
        """Moment by which a share in [0, 1) of the orders is placed: inverse of `placed_by`."""
        ramp, tail = float(self.ramp_s), self._tail_s
        whole = ramp / 2 + tail
        rising = np.sqrt(2 * ramp * whole * share)
        falling = ramp - tail * np.log(np.minimum((1.0 - share) * whole / tail, 1.0))
        return np.asarray(self.at_s + np.where(whole * share < ramp / 2, rising, falling))

    @property
    def _tail_s(self) -> float:
        """Mean of the exponential decay after the peak."""
        return self.half_life_s / math.log(2)

    def sold(self, size: float, share: Floats) -> Floats:
        """Orders taken when this share of an event of this size has been asked for, at most the
        cap.
        """
        return np.asarray(np.minimum(size * share, np.inf if self.cap is None else self.cap))

    def mean_sold(self, share: Floats) -> Floats:
        """Expected orders taken, over all sizes: the limited expected value of a lognormal number.

        Notes ----- E min(S, c) = mean * Phi((ln(c / median) - sigma^2) / sigma) + c * (1 - Phi(ln(c
        / median) / sigma)).

        References
        ----------
        Klugman, Panjer and Willmot, Loss Models, appendix A.
        """
        if self.cap is None or self.sigma == 0:
            return self.sold(self.mean, share)
        at = np.where(share > 0, self.cap / np.maximum(share, 1e-300) / self.median, np.inf)
        z = np.log(at) / self.sigma
        below, above = _normal_below(z - self.sigma), 1.0 - _normal_below(z)
        return np.asarray(share * self.mean * below + np.where(above > 0, self.cap * above, 0.0))


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


@dataclass(frozen=True, eq=False)
class GivenDemand:
    """The user's own forecast, taken as it is, on equally likely paths.

    Parameters
    ----------
    orders : Floats
        Orders as stated [path, step, region, kind].
    product : Ints, optional
        Product of every kind, or `ANY_PRODUCT` where the forecast names none and each order's is
        drawn by the promotion's mix; None: the kinds are the products, in order.
    step_s : int
        Seconds of a step, one of `GIVEN_STEPS_S`.
    begins : Ints, optional
        Step whose orders are spread over this one too, because nothing is stated of it [path,
        step]; None: the orders of a step come within it.

    Notes
    -----
    Every region with orders is a component of its own, so that what one path says of a region stays
    with that path.
    """

    orders: Floats
    product: Ints | None = None
    step_s: int = HOUR_S
    begins: Ints | None = None

    @cached_property
    def regions(self) -> Ints:
        """Region of every component: those that order anything on any path, else the first."""
        ordering = np.flatnonzero(self.orders.sum(axis=(0, 1, 3)) > 0)
        return np.asarray(ordering if len(ordering) else np.zeros(1), dtype=np.int64)

    @property
    def product_of_kind(self) -> Ints:
        """Product of every kind, or `ANY_PRODUCT`."""
        return np.arange(self.orders.shape[3]) if self.product is None else self.product

    def per_product(self, orders: Floats, mix: Floats) -> Floats:
        """Orders [row, kind] -> [row, product], those of any product by the promotion's mix."""
        product = self.product_of_kind
        found: Floats = orders[:, product == ANY_PRODUCT].sum(axis=1, keepdims=True) * mix
        found[:, product[product != ANY_PRODUCT]] += orders[:, product != ANY_PRODUCT]
        return found

    def intensity(self, path: int) -> Floats:
        """Expected orders [component, slot] of a path, spread evenly over the time they are stated
        of.
        """
        per_step, begins = self.orders[path].sum(axis=2).T[self.regions], self._begins(path)
        slots = self.step_s // SLOT_S
        return np.repeat((per_step / (self.lasts_s(path) // SLOT_S))[:, begins], slots, axis=1)

    def lasts_s(self, path: int) -> Ints:
        """Seconds over which the orders of a step are spread [step]; one step if it has none of its
        own.
        """
        begins = self._begins(path)
        return np.maximum(np.bincount(begins, minlength=len(begins)), 1) * self.step_s

    def counts(self, path: int, rng: np.random.Generator) -> Ints:
        """Integer orders of every stated cell [step, region, kind].

        The fraction of a stated number is the chance of one more order.
        """
        orders = self.orders[path]
        whole = np.floor(orders)
        return np.asarray(whole + (rng.random(orders.shape) < orders - whole), dtype=np.int64)

    def _begins(self, path: int) -> Ints:
        return np.arange(self.orders.shape[1]) if self.begins is None else self.begins[path]


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A date on which the shop trades as on a weekday.

    Parameters
    ----------
    day : date
        Date of the horizon.
    like : int, optional
        Weekday (Monday 0); None: its own, or the nearest one that is open.
    """

    day: date
    like: int | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class History:
    """Counted orders per hour and region, before the horizon.

    Parameters
    ----------
    start_hour : int
        Hours from 1970-01-01 (local wall clock) to the first count.
    counts : Ints
        Orders [hour, region].
    scale : float
        Orders per counted order: 1 if the log is complete, 4 if it is a random quarter of all
        orders.
    lift : float
        Expected level of the horizon relative to what the history alone says (season, known
        growth).
    open_days, closed_days : tuple
        Dates of the horizon on which the shop trades, or does not, whatever the history says.
    """

    start_hour: int
    counts: Ints
    scale: float = 1.0
    lift: float = 1.0
    open_days: tuple[OpenDay, ...] = ()
    closed_days: tuple[date, ...] = ()


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


@dataclass(frozen=True, eq=False)
class PullForward:
    """Orders that the baseline loses because events have brought them forward.

    Parameters
    ----------
    taken : Floats
        Orders taken from the baseline [day], on the days of the tail too.
    stated : float
        Orders that the events bring forward in all.
    after : float
        Those of them that fall after the promotion's own days.
    missing : float
        Those that the baseline of the promotion's own days was too small to give.

    Notes
    -----
    Every event takes its share of its size from the seven days after it, with weights 7, 6, ..., 1;
    what a day's baseline cannot give is taken from the days after. Only `taken` counts the tail,
    so that no figure that is shown depends on the length of the tail.
    """

    taken: Floats
    stated: float
    after: float
    missing: float

    @property
    def within(self) -> float:
        """Orders taken from the baseline of the promotion's own days."""
        return self.stated - self.after - self.missing


@dataclass(frozen=True, eq=False, kw_only=True)
class DemandPath:
    """A sampled path of the demand over the promotion.

    Parameters
    ----------
    sizes : Floats
        Orders asked for of every event [event].
    day_effect : Floats
        Factor of the baseline [day].
    intensity : Floats
        Expected orders per five minutes [component, slot].
    mix : Mix
        Regions and products of every component's orders.
    given : int, optional
        Which of the user's own paths it is.
    refused : Floats, optional
        Orders of the promotion's own days that the shop does not take because of a cap [component].
    pull_forward : PullForward, optional
        What the events took from the baseline.
    """

    sizes: Floats
    day_effect: Floats
    intensity: Floats
    mix: Mix
    given: int | None = None
    refused: Floats | None = None
    pull_forward: PullForward | None = None

    def hourly(self) -> Floats:
        """Expected orders [component, hour]."""
        return np.asarray(
            self.intensity.reshape(len(self.intensity), -1, SLOTS_PER_HOUR).sum(axis=2)
        )

    def daily(self) -> Floats:
        """Expected orders of all components [day]."""
        return np.asarray(self.intensity.sum(axis=0).reshape(-1, SLOTS_PER_DAY).sum(axis=1))


def draw_path(demand: Demand, horizon: Horizon, streams: Streams) -> DemandPath:
    """Draw one path: sizes, day effects, hour noise and mix, each from its own stream.

    Parameters
    ----------
    demand : Demand
        With a baseline (stated or fitted), or given paths.
    horizon : Horizon
        Days over which the intensity is laid out.
    streams : Streams
        Random streams of the replication.

    Returns
    -------
    DemandPath
        The path; of given demand, one of the user's own.

    Raises
    ------
    ValueError
        The baseline has been neither stated nor fitted.
    """
    if demand.given is not None:
        path = int(streams.rng("path").integers(len(demand.given.orders)))
        return given_path(demand, path, horizon)
    if demand.baseline is None:
        raise ValueError("the baseline must be stated or fitted before a path is drawn")
    level = _unit_gamma(streams, "level", demand.baseline.level_cv, 1)
    day_effect = level * _unit_gamma(streams, "day", demand.baseline.day_cv, horizon.days)
    hour_effect = _unit_gamma(streams, "hour", demand.baseline.hour_cv, horizon.days * 24)
    return _lay_out(
        demand,
        demand.baseline,
        horizon,
        sizes=_draw_sizes(demand, streams),
        day_effect=day_effect,
        hour_effect=hour_effect,
        mix=demand.draw_mix(streams),
    )


def _draw_sizes(demand: Demand, streams: Streams) -> Floats:
    """Lognormal sizes [event]; their logs share a normal number (an equicorrelated copula)."""
    own = math.sqrt(1.0 - demand.size_correlation)
    shared = 0.0
    if demand.size_correlation > 0:
        common = streams.rng("sizes in common").standard_normal()
        shared = math.sqrt(demand.size_correlation) * common
    return np.array(
        [
            e.median
            * math.exp(e.sigma * (shared + own * streams.rng("size", e.name).standard_normal()))
            for e in demand.events
        ]
    )


def given_path(demand: Demand, path: int, horizon: Horizon) -> DemandPath:
    """One of the paths that the user gave.

    Parameters
    ----------
    demand : Demand
        The user's own forecast.
    path : int
        Number of the path.
    horizon : Horizon
        Days of the promotion.

    Returns
    -------
    DemandPath
        The path, without events or day effects.
    """
    if demand.given is None:
        raise ValueError("the demand is not given")
    return DemandPath(
        sizes=np.empty(0),
        day_effect=np.ones(horizon.days),
        intensity=demand.given.intensity(path),
        mix=demand.given_mix(path),
        given=path,
    )


def mean_path(demand: Demand, horizon: Horizon) -> DemandPath:
    """The path of expected values: mean event sizes, no day effect, the expected mix."""
    if demand.given is not None:
        paths = len(demand.given.orders)
        intensity = np.asarray(sum(demand.given.intensity(k) for k in range(paths)) / paths)
        return DemandPath(
            sizes=np.empty(0),
            day_effect=np.ones(horizon.days),
            intensity=intensity,
            mix=demand.expected_mix,
        )
    if demand.baseline is None:
        raise ValueError("the baseline must be stated or fitted before a path is drawn")
    sizes = np.array([e.mean for e in demand.events])
    days, hours = np.ones(horizon.days), np.ones(horizon.days * 24)
    return _lay_out(
        demand,
        demand.baseline,
        horizon,
        sizes=sizes,
        day_effect=days,
        hour_effect=hours,
        mix=demand.expected_mix,
        sold=lambda e, _, share: e.mean_sold(share),
    )


def _lay_out(
    demand: Demand,
    baseline: Baseline,
    horizon: Horizon,
    *,
    sizes: Floats,
    day_effect: Floats,
    hour_effect: Floats,
    mix: Mix,
    sold: Callable[[Event, float, Floats], Floats] = Event.sold,
) -> DemandPath:
    """Lay the intensity out over the horizon, with caps and pull-forward."""
    edges = np.arange(horizon.days * SLOTS_PER_DAY + 1, dtype=float) * SLOT_S
    promotion = horizon.reported_days * SLOTS_PER_DAY  # the edge at which its own days end
    intensity = np.empty((1 + len(demand.events), len(edges) - 1))
    refused = np.zeros(len(intensity))
    for e, event in enumerate(demand.events):
        share = event.placed_by(edges)
        intensity[1 + e] = sizes[e] * np.diff(share)
        if event.cap is not None:
            taken = sold(event, float(sizes[e]), share)
            intensity[1 + e] = np.diff(taken)
            refused[1 + e] = sizes[e] * share[promotion] - taken[promotion]
    hourly = (baseline.orders_per_hour * hour_effect).reshape(horizon.days, 24) * day_effect[
        :, None
    ]
    per_day = hourly.sum(axis=1)
    pulled = _pull_forward(demand.events, sizes, per_day, horizon.reported_days)
    left = 1.0 - pulled.taken / np.where(per_day > 0, per_day, 1.0)
    intensity[0] = np.repeat((hourly * left[:, None]).ravel() / SLOTS_PER_HOUR, SLOTS_PER_HOUR)
    return DemandPath(
        sizes=sizes,
        day_effect=day_effect,
        intensity=intensity,
        mix=mix,
        refused=refused,
        pull_forward=pulled,
    )


def _pull_forward(
    events: tuple[Event, ...], sizes: Floats, per_day: Floats, reported_days: int
) -> PullForward:
    """Sum up what all events take from the baseline; no order is taken twice.

    Parameters
    ----------
    events : tuple of Event
        The events.
    sizes : Floats
        Their orders [event].
    per_day : Floats
        Orders of the baseline [day], the tail included.
    reported_days : int
        The promotion's own days.

    Returns
    -------
    PullForward
        What is taken from every day, and what the promotion's own days could not give.
    """
    stated = np.array([event.pull_forward for event in events]) * sizes
    weights = np.arange(PULL_FORWARD_DAYS, 0, -1, dtype=float)
    wanted = np.zeros(len(per_day))
    for event, amount in zip(events, stated.tolist(), strict=True):
        days = event.at_s // DAY_S + 1 + np.arange(PULL_FORWARD_DAYS)
        inside = (days >= 0) & (days < len(wanted))
        wanted[days[inside]] += amount * weights[inside] / weights.sum()
    taken, open_ = np.zeros(len(per_day)), 0.0
    for day, there in enumerate(per_day.tolist()):
        open_ += wanted[day]
        taken[day] = min(open_, there)
        open_ -= taken[day]
    total, due = float(stated.sum()), float(wanted[:reported_days].sum())
    return PullForward(taken, total, total - due, due - float(taken[:reported_days].sum()))


def _normal_below(z: Floats) -> Floats:
    """Standard normal distribution function."""
    return np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in z.tolist()])


def _unit_gamma(streams: Streams, name: str, cv: float, n: int) -> Floats:
    """Gamma numbers [n] of mean 1 and coefficient of variation `cv`."""
    if cv <= 0:
        return np.ones(n)
    shape = 1.0 / cv**2
    return np.asarray(streams.rng(name).gamma(shape, 1.0 / shape, n))
