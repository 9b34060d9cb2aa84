"""One path of the demand over the promotion: sampled, given, or the mean.

rate[component](t) = baseline * profile * G(day) for component 0, Size[e] * shape[e](t) for
component 1 + e.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.demand import Baseline, Demand
from planner.domain.demand_mix import Mix
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, SLOT_S, SLOTS_PER_DAY, SLOTS_PER_HOUR, Horizon
from planner.domain.random_streams import Streams
from planner.domain.under_way import UnderWay

# the dip after an event is spread over the week that follows, falling linearly
PULL_FORWARD_DAYS = 7
EVENTS_KEPT = 64  # whose course over the slots is kept: some tens of kilobytes each


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
    before : Floats, optional
        While the promotion runs: orders that were expected of what has come [component, slot]:
        they say of which component an order may be. `intensity` then begins at that moment.
    """

    sizes: Floats
    day_effect: Floats
    intensity: Floats
    mix: Mix
    given: int | None = None
    refused: Floats | None = None
    pull_forward: PullForward | None = None
    before: Floats | None = None

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
    if demand.under_way is not None:
        return _rest_of_path(demand, demand.under_way, horizon, streams)
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


def _rest_of_path(
    demand: Demand, known: UnderWay, horizon: Horizon, streams: Streams
) -> DemandPath:
    """Draw one path of what is still to come, given what has come."""
    k = int(streams.rng("draw").integers(len(known.day_effect)))
    if known.paths is not None:
        return _from_now(given_path(demand, int(known.paths[k]), horizon), known)
    if demand.baseline is None:
        raise ValueError("the baseline must be stated or fitted before a path is drawn")
    path = _lay_out(
        demand,
        demand.baseline,
        horizon,
        sizes=known.sizes[k],
        day_effect=known.day_effect[k],
        hour_effect=_unit_gamma(streams, "hour", demand.baseline.hour_cv, horizon.days * 24),
        mix=demand.draw_mix(streams),
    )
    return _from_now(path, known)


def _from_now(path: DemandPath, known: UnderWay) -> DemandPath:
    """The path with nothing more to come before now."""
    now = known.first_slot
    rest = path.intensity.copy()
    rest[:, :now] = 0.0
    return replace(path, intensity=rest, before=path.intensity[:, :now])


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
    """The path of expected values: mean event sizes, no day effect, the expected mix.

    While the promotion runs: what came until now, and the mean of what is still to come.
    """
    if demand.under_way is not None:
        return _mean_under_way(demand, demand.under_way, horizon)
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


def _mean_under_way(demand: Demand, known: UnderWay, horizon: Horizon) -> DemandPath:
    """What came, by component in proportion to what was expected, and the mean of the rest."""
    if known.paths is not None:
        found = [given_path(demand, int(p), horizon) for p in np.unique(known.paths)]
        weight = np.unique(known.paths, return_counts=True)[1] / len(known.paths)
        intensity = np.asarray(sum(w * p.intensity for w, p in zip(weight, found, strict=True)))
        path = replace(found[0], intensity=intensity, mix=demand.expected_mix, given=None)
    elif demand.baseline is None:
        raise ValueError("the baseline must be stated or fitted before a path is drawn")
    else:
        path = _lay_out(
            demand,
            demand.baseline,
            horizon,
            sizes=known.sizes.mean(axis=0),
            day_effect=known.day_effect.mean(axis=0),
            hour_effect=np.ones(horizon.days * 24),
            mix=demand.expected_mix,
        )
    now = known.first_slot
    expected = path.intensity[:, :now]
    counted = np.bincount(known.seen.begins_s // SLOT_S, known.seen.orders, minlength=now)[:now]
    # counts of an hour stand in its first slot: spread them as they were expected
    came = _spread_by_hour(counted.astype(float), expected.sum(axis=0))
    share = expected / np.maximum(expected.sum(axis=0), 1e-300)
    return replace(path, intensity=np.hstack([share * came, path.intensity[:, now:]]))


def _spread_by_hour(came: Floats, expected: Floats) -> Floats:
    """Orders of each hour over its slots, in proportion to what was expected of them."""
    hour = np.arange(len(came)) // SLOTS_PER_HOUR
    orders, rate = np.bincount(hour, came), np.bincount(hour, expected)
    even = 1.0 / np.bincount(hour)
    part = np.where(rate[hour] > 0, expected / np.maximum(rate[hour], 1e-300), even[hour])
    return np.asarray(orders[hour] * part)


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
    slots = horizon.days * SLOTS_PER_DAY
    promotion = horizon.reported_days * SLOTS_PER_DAY  # the edge at which its own days end
    intensity = np.empty((1 + len(demand.events), slots))
    refused = np.zeros(len(intensity))
    for e, event in enumerate(demand.events):
        share = _asked_by_slot(event, slots)
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


@lru_cache(maxsize=EVENTS_KEPT)
def _asked_by_slot(event: Event, slots: int) -> Floats:
    """Share of an event's orders asked for by the beginning of each slot, and by the end."""
    share = event.placed_by(np.arange(slots + 1, dtype=float) * SLOT_S)
    share.flags.writeable = False
    return share


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


def _unit_gamma(streams: Streams, name: str, cv: float, n: int) -> Floats:
    """Gamma numbers [n] of mean 1 and coefficient of variation `cv`."""
    if cv <= 0:
        return np.ones(n)
    shape = 1.0 / cv**2
    return np.asarray(streams.rng(name).gamma(shape, 1.0 / shape, n))
