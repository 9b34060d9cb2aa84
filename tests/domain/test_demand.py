"""Demand: shapes that integrate to one, sizes with the stated quantiles, nothing shifted by a new
source.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from scipy.stats import norm

from planner.domain.arrays import Floats
from planner.domain.demand import Baseline, Demand
from planner.domain.demand_path import DemandPath, draw_path, mean_path
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, Horizon
from planner.domain.random_streams import Streams

HORIZON = Horizon(datetime(2026, 11, 8), 9, HOUR_S, "Asia/Shanghai")
EVENT = Event(
    name="opening",
    at_s=2 * DAY_S + 20 * HOUR_S,
    median=12_000,
    p95=30_000,
    ramp_s=1200,
    half_life_s=9000,
    pull_forward=0.15,
)


def demand(
    *events: Event, per_hour: float = 100.0, day_cv: float = 0.0, per_day: Floats | None = None
) -> Demand:
    hours = np.full(9 * 24, per_hour) if per_day is None else np.repeat(per_day / 24, 24)
    baseline = Baseline(hours, day_cv)
    return Demand(
        events=events,
        region_share=np.array([0.5, 0.5]),
        product_share=np.array([1.0]),
        baseline=baseline,
    )


def test_event_shape_starts_at_zero_and_ends_at_one() -> None:
    """Nothing is placed before the event; everything in the end; the share placed never falls."""
    t = np.arange(0, 60 * DAY_S, 300.0)
    placed = EVENT.placed_by(t)
    assert placed[t <= EVENT.at_s].max() == 0.0
    assert placed[-1] == pytest.approx(1.0, abs=1e-9)
    assert (np.diff(placed) >= 0).all()


def test_half_of_the_tail_is_gone_after_one_half_life() -> None:
    """After the ramp the share still to come halves with every half-life."""
    peak = EVENT.at_s + EVENT.ramp_s
    left = 1 - EVENT.placed_by(
        np.array([peak, peak + EVENT.half_life_s, peak + 2 * EVENT.half_life_s], dtype=float)
    )
    assert left[1] / left[0] == pytest.approx(0.5)
    assert left[2] / left[0] == pytest.approx(0.25)


def test_sizes_have_the_stated_median_and_p95() -> None:
    """Of 4,000 drawn sizes half lie below the median and 95 % below p95, within four standard
    errors.
    """
    spec = demand(EVENT)
    sizes = np.array(
        [draw_path(spec, HORIZON, Streams(1, "test", k)).sizes[0] for k in range(4000)]
    )
    assert abs((sizes < EVENT.median).mean() - 0.5) < 4 * np.sqrt(0.25 / 4000)
    assert abs((sizes < EVENT.p95).mean() - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 4000)
    assert pytest.approx(np.log(EVENT.p95 / EVENT.median) / norm.ppf(0.95)) == EVENT.sigma


def test_pull_forward_takes_its_share_from_the_week_after() -> None:
    """15 % of the event's orders are missing from the baseline of the days after it, none before
    it.
    """
    path = mean_path(demand(EVENT, per_hour=1000.0), HORIZON)
    daily = path.hourly()[0].reshape(9, 24).sum(axis=1)
    assert daily[:3] == pytest.approx(24_000)
    # days 3 .. 8 hold six of the seven weights 7, 6, ..., 1
    assert (24_000 - daily[3:]).sum() == pytest.approx(0.15 * EVENT.mean * 27 / 28)


def lost(path: DemandPath, without: DemandPath) -> Floats:
    """Orders [day] that a path's baseline has less than the same path without pull-forward."""
    return np.asarray((without.hourly()[0] - path.hourly()[0]).reshape(-1, 24).sum(axis=1))


def test_what_a_day_lacks_is_taken_from_later_days() -> None:
    """Days without baseline, and days that have too little, give what they have; the days after
    give the rest.
    """
    certain = replace(EVENT, median=10_000.0, p95=10_000.0)
    per_day = np.array([4000, 4000, 4000, 0, 100, 0, 5000, 5000, 5000], dtype=float)
    path = mean_path(demand(certain, per_day=per_day), HORIZON)
    taken = lost(
        path, mean_path(demand(replace(certain, pull_forward=0.0), per_day=per_day), HORIZON)
    )
    unit = 1500 / 28  # weights 7, 6, ..., 1
    assert taken == pytest.approx(
        [0, 0, 0, 0, 100, 0, (7 + 6 + 5 + 4) * unit - 100, 3 * unit, 2 * unit]
    )
    pulled = path.pull_forward
    assert pulled is not None
    assert (pulled.stated, pulled.after, pulled.missing) == pytest.approx((1500, unit, 0))
    assert pulled.taken == pytest.approx(taken)


def test_events_share_a_baseline_and_say_what_is_missing() -> None:
    """Two events that want more than is available take all of it once; no intensity is negative;
    the rest is reported.
    """
    first = replace(EVENT, median=10_000.0, p95=10_000.0, pull_forward=0.5)
    second = replace(first, name="second", at_s=4 * DAY_S)
    path = mean_path(demand(first, second, per_hour=20.0), HORIZON)
    assert path.intensity.min() >= 0
    daily = path.hourly()[0].reshape(9, 24).sum(axis=1)
    assert daily == pytest.approx([480, 480, 480, *[0] * 6])
    pulled = path.pull_forward
    assert pulled is not None
    assert pulled.taken.sum() == pytest.approx(6 * 480)
    assert pulled.taken.sum() + pulled.after + pulled.missing == pytest.approx(10_000)
    assert pulled.after == pytest.approx(5000 * (1 + 1 + 2 + 3) / 28)


def test_the_tail_changes_no_figure_of_what_events_take() -> None:
    """Days of a tail lose orders too, but what is taken, falls after and is missing is that of the
    promotion's own days.
    """
    certain = replace(EVENT, median=10_000.0, p95=10_000.0, pull_forward=0.5)
    per_day = np.full(9, 600.0)
    own = mean_path(demand(certain, per_day=per_day[:7]), replace(HORIZON, days=7)).pull_forward
    tailed = mean_path(demand(certain, per_day=per_day), replace(HORIZON, tail_days=2)).pull_forward
    assert own is not None
    assert tailed is not None
    figures = (own.stated, own.within, own.after, own.missing)
    assert min(figures) > 0
    assert (tailed.stated, tailed.within, tailed.after, tailed.missing) == pytest.approx(figures)
    assert tailed.taken[:7] == pytest.approx(own.taken)
    assert tailed.taken[7:].min() > 0


@pytest.mark.parametrize("replication", range(20))
def test_a_drawn_path_loses_the_share_of_its_own_size(replication: int) -> None:
    """Whatever the day and hour effects, the baseline loses the stated share of the drawn size to
    the last order.
    """
    early = replace(EVENT, at_s=DAY_S // 2)
    spread = Baseline(np.full(9 * 24, 400.0), day_cv=0.4, hour_cv=0.3)
    streams = Streams(1, "test", replication)
    path = draw_path(replace(demand(early), baseline=spread), HORIZON, streams)
    without = draw_path(
        replace(demand(replace(early, pull_forward=0.0)), baseline=spread), HORIZON, streams
    )
    assert lost(path, without).sum() == pytest.approx(0.15 * path.sizes[0])


def test_a_new_event_does_not_shift_the_others() -> None:
    """Adding a source of randomness leaves every other stream as it was."""
    other = replace(EVENT, name="second", at_s=5 * DAY_S)
    one = draw_path(demand(EVENT, day_cv=0.2), HORIZON, Streams(1, "test", 3))
    two = draw_path(demand(other, EVENT, day_cv=0.2), HORIZON, Streams(1, "test", 3))
    assert one.sizes[0] == two.sizes[1]
    assert (one.day_effect == two.day_effect).all()


@pytest.mark.parametrize(
    "event", [EVENT, replace(EVENT, ramp_s=0), replace(EVENT, ramp_s=0, half_life_s=3.6)]
)
def test_the_moment_of_a_share_is_the_inverse_of_the_share_by_a_moment(event: Event) -> None:
    """By `second_at(u)` exactly the share u is placed, in the ramp and in the decay."""
    share = np.linspace(0, 1, 1001)[:-1]
    moment = event.second_at(share)
    assert event.placed_by(moment) == pytest.approx(share, abs=1e-9)
    assert moment[0] == event.at_s
    assert (np.diff(moment) > 0).all()


def test_given_demand_is_taken_as_it_is() -> None:
    """The hourly sums of a drawn path are exactly one of the given paths, each about equally
    often.
    """
    paths = np.stack([np.full((9 * 24, 2, 1), 3.0), np.full((9 * 24, 2, 1), 5.0)])
    spec = Demand(
        events=(),
        region_share=np.array([0.5, 0.5]),
        product_share=np.array([1.0]),
        given=GivenDemand(paths),
    )
    totals = [draw_path(spec, HORIZON, Streams(1, "test", k)).hourly().sum() for k in range(400)]
    assert set(np.round(totals)) == {3 * 2 * 216, 5 * 2 * 216}
    assert abs(np.mean(np.round(totals) == 3 * 2 * 216) - 0.5) < 4 * np.sqrt(0.25 / 400)
