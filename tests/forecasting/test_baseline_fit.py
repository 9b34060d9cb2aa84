"""The fitted baseline against histories with known parameters, and against a real log."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from planner.domain.arrays import Floats
from planner.domain.demand import Baseline
from planner.domain.horizon import Horizon
from planner.domain.order_history import History
from planner.errors import InputError
from planner.forecasting.baseline_fit import fit_baseline
from planner.forecasting.daily_series import day_number, whole_days
from planner.forecasting.surge_detection import usual_days
from tests.forecasting.builders import DAY_SHAPE, history, horizon
from tests.forecasting.real_log import real_history

START = datetime(2026, 1, 5)  # a Monday
TARGET = START + timedelta(days=210)
WEEK = np.array([1.1, 1.1, 1.05, 1.0, 1.0, 0.8, 0.95])


def _fit(daily: Floats, days: int = 7, day_cv: float = 0.0) -> Baseline:
    log = history(daily, START, day_cv=day_cv)
    start = START + timedelta(days=len(daily))
    return fit_baseline(log, Horizon(start, days, 3600, "UTC"))


def test_the_fit_recovers_level_weekday_and_hours() -> None:
    """Known truth: 400 orders a day, weekday factors, an hourly shape; each comes back within a few
    per cent.
    """
    daily = 400.0 * np.tile(WEEK, 30)
    rate = _fit(daily).orders_per_hour.reshape(7, 24)
    assert rate.sum(axis=1) == pytest.approx(400.0 * WEEK, rel=0.05)
    assert (rate.sum(axis=0) / rate.sum())[9:21] == pytest.approx(DAY_SHAPE[9:21], rel=0.05)


def test_the_fit_follows_a_trend() -> None:
    """A shop that grows by 2 % a week is expected to be larger next week than over the last
    months.
    """
    daily = 300.0 * 1.02 ** (np.arange(210) / 7)
    level = _fit(daily).orders_per_hour.sum() / 7
    assert level == pytest.approx(300.0 * 1.02 ** (213 / 7), rel=0.03)
    assert level > 1.05 * daily[-84:].mean()


def test_a_past_surge_does_not_lift_the_baseline() -> None:
    """Three days of eight times the usual, three weeks ago, change the baseline by less than 3
    %.
    """
    daily = np.full(210, 200.0)
    quiet = _fit(daily).orders_per_hour.sum()
    daily[188:191] *= 8
    assert _fit(daily).orders_per_hour.sum() == pytest.approx(quiet, rel=0.03)


@pytest.mark.parametrize("true_cv", [0.0, 0.1, 0.3])
def test_the_day_effect_is_measured(true_cv: float) -> None:
    """The spread of days beyond Poisson is recovered within five points."""
    fitted = _fit(np.full(210, 500.0), days=14, day_cv=true_cv)
    assert np.hypot(fitted.day_cv, fitted.level_cv) == pytest.approx(true_cv, abs=0.05)


def test_pure_poisson_hours_have_no_spread_of_their_own() -> None:
    """hour_cv is 0 or nearly so for Poisson hours, and not for hours that vary by 40 %."""
    assert _fit(np.full(210, 500.0)).hour_cv < 0.06
    log = history(np.full(210, 500.0), START)
    rng = np.random.default_rng(5)
    wild = rng.poisson(500.0 * DAY_SHAPE * rng.gamma(1 / 0.16, 0.16, (210, 24))).reshape(-1, 1)
    fitted = fit_baseline(
        History(start_hour=log.start_hour, counts=wild), Horizon(TARGET, 7, 3600, "UTC")
    )
    assert fitted.hour_cv == pytest.approx(0.4, abs=0.06)


def test_scale_and_lift_multiply_the_expected_orders() -> None:
    """A quarter of the orders (scale 4) in a season 20 % above the usual (lift 1.2): 4.8 times the
    counts, same spread.
    """
    log = history(np.full(100, 50.0), START)
    when = Horizon(START + timedelta(days=100), 7, 3600, "UTC")
    plain, scaled = fit_baseline(log, when), fit_baseline(replace(log, scale=4.0, lift=1.2), when)
    assert scaled.orders_per_hour == pytest.approx(4.8 * plain.orders_per_hour)
    assert (scaled.day_cv, scaled.hour_cv, scaled.level_cv) == (
        plain.day_cv,
        plain.hour_cv,
        plain.level_cv,
    )


def test_what_came_after_the_horizon_began_is_not_used() -> None:
    """The fit is the same whether or not the log continues into the horizon."""
    daily = np.full(120, 80.0)
    log = history(daily, START)
    when = Horizon(START + timedelta(days=100), 7, 3600, "UTC")
    known = History(start_hour=log.start_hour, counts=log.counts[: 24 * 100])
    assert np.array_equal(
        fit_baseline(log, when).orders_per_hour, fit_baseline(known, when).orders_per_hour
    )


def test_a_short_history_still_gives_a_cautious_baseline() -> None:
    """Three days of history: the right level, and a spread that admits ignorance."""
    fitted = _fit(np.full(3, 100.0))
    assert fitted.orders_per_hour.sum() / 7 == pytest.approx(100.0, rel=0.15)
    assert np.hypot(fitted.day_cv, fitted.level_cv) > 0.15


def test_a_log_that_starts_late_in_its_first_day_gives_the_same_level() -> None:
    """Four weeks of which the first 20 hours are missing: the level of the whole days, within half
    a per cent.
    """
    log = history(np.full(28, 400.0), START)
    when = Horizon(START + timedelta(days=28), 7, 3600, "UTC")
    late = fit_baseline(History(start_hour=log.start_hour + 20, counts=log.counts[20:]), when)
    without = fit_baseline(History(start_hour=log.start_hour + 24, counts=log.counts[24:]), when)
    assert late.orders_per_hour.sum() == pytest.approx(without.orders_per_hour.sum(), rel=0.005)


def test_an_empty_history_is_refused() -> None:
    """No orders before the horizon: an input error that names the field, not a baseline of zero."""
    nothing = History(start_hour=24 * day_number(START), counts=np.zeros((240, 2), dtype=np.int64))
    with pytest.raises(InputError, match=r"demand\.history"):
        fit_baseline(nothing, horizon(TARGET))
    later = history(np.full(10, 50.0), TARGET + timedelta(days=30))
    with pytest.raises(InputError, match=r"demand\.history"):
        fit_baseline(later, horizon(TARGET))


def test_real_quiet_days_fall_inside_the_80_percent_interval_four_times_of_five() -> None:
    """Rolling origin on the shipped real counts, a week of lead and two weeks long: 70 to 90 % of
    the usual days lie inside the central 80 %.
    """
    log = real_history()
    series = whole_days(log)
    usual = usual_days(series, rest_days=7)
    rng = np.random.default_rng(0)
    inside = total = 0
    origin = datetime(2017, 4, 3)
    while day_number(origin) + 21 <= series.first_day + len(series):
        known = History(
            start_hour=log.start_hour, counts=log.counts[: 24 * day_number(origin) - log.start_hour]
        )
        when = Horizon(origin + timedelta(days=7), 14, 3600, "America/Sao_Paulo")
        fitted = fit_baseline(known, when)
        rate = fitted.orders_per_hour.reshape(-1, 24).sum(axis=1)
        effect = _unit_gamma(rng, fitted.level_cv, (2000, 1)) * _unit_gamma(
            rng, fitted.day_cv, (2000, 14)
        )
        low, high = np.quantile(rng.poisson(rate * effect), [0.1, 0.9], axis=0)
        first = day_number(when.start) - series.first_day
        came, counted = series.daily[first : first + 14], usual[first : first + 14]
        inside += int(((came >= low) & (came <= high))[counted].sum())
        total += int(counted.sum())
        origin += timedelta(days=7)
    assert total > 350
    assert 0.7 <= inside / total <= 0.9


def _unit_gamma(rng: np.random.Generator, cv: float, shape: tuple[int, int]) -> Floats:
    return rng.gamma(1 / cv**2, cv**2, shape) if cv > 0 else np.ones(shape)
