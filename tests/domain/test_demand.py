"""Demand: shapes that integrate to one, sizes with the stated quantiles, nothing shifted by a new source."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from scipy.stats import norm

from planner.domain.demand import Baseline, Demand, Event, GivenDemand, draw_path, mean_path
from planner.domain.horizon import DAY_S, HOUR_S, Horizon
from planner.domain.streams import Streams

HORIZON = Horizon(datetime(2026, 11, 8), 9, HOUR_S, "Asia/Shanghai")
EVENT = Event("opening", 2 * DAY_S + 20 * HOUR_S, 12_000, 30_000, 1200, 9000, 0.15)


def demand(*events: Event, per_hour: float = 100.0, day_cv: float = 0.0) -> Demand:
    baseline = Baseline(np.full(9 * 24, per_hour), day_cv)
    return Demand(events, np.array([0.5, 0.5]), np.array([1.0]), baseline)


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
    left = 1 - EVENT.placed_by(np.array([peak, peak + EVENT.half_life_s, peak + 2 * EVENT.half_life_s], dtype=float))
    assert left[1] / left[0] == pytest.approx(0.5)
    assert left[2] / left[0] == pytest.approx(0.25)


def test_sizes_have_the_stated_median_and_p95() -> None:
    """Of 4,000 drawn sizes half lie below the median and 95 % below p95, within four standard errors."""
    spec = demand(EVENT)
    sizes = np.array([draw_path(spec, HORIZON, Streams(1, "test", k)).sizes[0] for k in range(4000)])
    assert abs((sizes < EVENT.median).mean() - 0.5) < 4 * np.sqrt(0.25 / 4000)
    assert abs((sizes < EVENT.p95).mean() - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 4000)
    assert pytest.approx(np.log(EVENT.p95 / EVENT.median) / norm.ppf(0.95)) == EVENT.sigma


def test_pull_forward_takes_its_share_from_the_week_after() -> None:
    """15 % of the event's orders are missing from the baseline of the days after it, none before it."""
    path = mean_path(demand(EVENT, per_hour=1000.0), HORIZON)
    daily = path.hourly()[0].reshape(9, 24).sum(axis=1)
    assert daily[:3] == pytest.approx(24_000)
    # days 3 .. 8 hold six of the seven weights 7, 6, ..., 1
    assert (24_000 - daily[3:]).sum() == pytest.approx(0.15 * EVENT.mean * 27 / 28)


def test_a_new_event_does_not_shift_the_others() -> None:
    """Adding a source of randomness leaves every other stream as it was."""
    other = replace(EVENT, name="second", at_s=5 * DAY_S)
    one = draw_path(demand(EVENT, day_cv=0.2), HORIZON, Streams(1, "test", 3))
    two = draw_path(demand(other, EVENT, day_cv=0.2), HORIZON, Streams(1, "test", 3))
    assert one.sizes[0] == two.sizes[1]
    assert (one.day_effect == two.day_effect).all()


def test_given_demand_is_taken_as_it_is() -> None:
    """The hourly sums of a drawn path are exactly one of the given paths, each about equally often."""
    paths = np.stack([np.full((9 * 24, 2, 1), 3.0), np.full((9 * 24, 2, 1), 5.0)])
    spec = Demand((), np.array([0.5, 0.5]), np.array([1.0]), given=GivenDemand(paths))
    totals = [draw_path(spec, HORIZON, Streams(1, "test", k)).hourly().sum() for k in range(400)]
    assert set(np.round(totals)) == {3 * 2 * 216, 5 * 2 * 216}
    assert abs(np.mean(np.round(totals) == 3 * 2 * 216) - 0.5) < 4 * np.sqrt(0.25 / 400)
