"""Closed weekdays and hours: nothing is expected of them, and what sells a little stays open."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from planner.domain.arrays import Floats
from planner.domain.horizon import Horizon
from planner.domain.order_history import History, OpenDay
from planner.errors import InputError
from planner.forecasting.baseline_fit import fit_baseline
from planner.forecasting.closed_times import closed_weekdays
from planner.forecasting.daily_series import whole_days
from tests.forecasting.builders import DAY_SHAPE, history

START = datetime(2026, 1, 5)  # a Monday
SATURDAY = 5
OPEN_HOURS = np.where((np.arange(24) >= 9) & (np.arange(24) < 21), 1 / 12, 0.0)


def _days(weeks: int, per_day: float = 60.0, saturday: float = 0.0) -> Floats:
    daily = np.full(7 * weeks, per_day)
    daily[SATURDAY::7] = saturday
    return daily


def _closed(daily: Floats) -> dict[int, int]:
    return closed_weekdays(whole_days(history(daily, START)))


def _week(log: History, weeks: int, shape: bool = False) -> Floats:
    """Expected orders of the week after the log: per day, or [day, hour]."""
    rate = fit_baseline(
        log, Horizon(START + timedelta(weeks=weeks), 7, 3600, "UTC")
    ).orders_per_hour.reshape(7, 24)
    return rate if shape else np.asarray(rate.sum(axis=1))


@pytest.mark.parametrize("per_day", [12.0, 60.0, 1000.0])
def test_a_weekday_that_never_sold_is_expected_to_sell_nothing(per_day: float) -> None:
    """Half a year without an order on a Saturday: exactly 0, and the other days as if Saturdays
    were not there.
    """
    rate = _week(history(_days(26, per_day), START), 26)
    assert rate[SATURDAY] == 0.0
    assert np.delete(rate, SATURDAY) == pytest.approx(per_day, rel=0.2)
    assert np.delete(rate, SATURDAY).mean() == pytest.approx(per_day, rel=0.08)


def test_closed_days_do_not_count_as_spread() -> None:
    """A closed weekday leaves the measured spread of a Poisson shop near 0."""
    fitted = fit_baseline(
        history(_days(26, 500.0), START), Horizon(START + timedelta(weeks=26), 14, 3600, "UTC")
    )
    assert np.hypot(fitted.day_cv, fitted.level_cv) < 0.05
    assert fitted.hour_cv < 0.06


@pytest.mark.parametrize(("few", "most"), [(0.4, 1.0), (4.0, 5.5)])
def test_a_weekday_with_few_orders_stays_open_and_small(few: float, most: float) -> None:
    """Saturdays with an order now and then are neither closed nor pulled up to the other days."""
    log = history(_days(30, 100.0, few), START)
    seen = whole_days(log).daily[-84:][SATURDAY::7].mean()
    assert SATURDAY not in closed_weekdays(whole_days(log))
    assert 0 < _week(log, 30)[SATURDAY] < most
    assert _week(log, 30)[SATURDAY] == pytest.approx(seen, abs=0.6)


def test_what_is_closed_is_decided_by_evidence() -> None:
    """Three Saturdays prove nothing and four of a busy shop do; a shop of three orders a day needs
    half a year.
    """
    assert _closed(_days(3, 300.0)) == {}
    assert _closed(_days(4, 300.0)) == {SATURDAY: 4}
    assert _closed(_days(20, 3.0)) == {}
    assert _closed(_days(40, 3.0)) == {SATURDAY: 40}


def test_a_shop_that_closed_on_some_mondays_is_not_closed_on_mondays() -> None:
    """Every second Monday, or a third of them at random: Monday stays open, at its mean."""
    daily = np.full(7 * 30, 100.0)
    daily[0::14] = 0
    log = history(daily, START)
    assert closed_weekdays(whole_days(log)) == {}
    assert _week(log, 30)[0] == pytest.approx(50.0, rel=0.2)
    rng = np.random.default_rng(4)
    for _ in range(20):
        daily = np.full(7 * 52, 100.0)
        daily[0::7] *= rng.random(52) > 1 / 3
        assert _closed(daily) == {}


def test_holidays_of_the_whole_shop_say_nothing_of_a_weekday() -> None:
    """Five weeks of summer holidays, the same public holiday weekday twice in a row: nothing is
    closed.
    """
    daily = np.full(7 * 30, 100.0)
    daily[7 * 12 : 7 * 17] = 0
    daily[[7 * 28, 7 * 29]] = 0
    assert _closed(daily) == {}
    assert _closed(daily[: 7 * 17 + 3]) == {}


def test_a_weekday_given_up_half_a_year_ago_is_closed() -> None:
    """What counts is the silence since its last sale; a weekday that was opened lately is open."""
    given_up, opened = _days(52, 60.0), _days(52, 60.0)
    given_up[SATURDAY : 7 * 26 : 7] = 60
    opened[7 * 49 + SATURDAY :: 7] = 60
    assert _closed(given_up) == {SATURDAY: 26}
    assert _closed(opened) == {}


def test_hours_that_never_sold_are_expected_to_sell_nothing() -> None:
    """A shop open from 9 to 21: no order outside, not even in the hours next to it; inside as it
    was.
    """
    log = history(np.full(7 * 26, 120.0), START, shape=OPEN_HOURS)
    rate = _week(log, 26, shape=True)
    assert rate[:, OPEN_HOURS == 0].sum() == 0.0
    assert (rate.sum(axis=0) / rate.sum())[9:21] == pytest.approx(1 / 12, rel=0.06)


def test_a_weekday_that_closes_early_is_expected_to() -> None:
    """Saturdays until 14:00 in a shop open until 21:00: nothing after 14:00 on Saturdays, something
    on Fridays.
    """
    counts = history(np.full(7 * 52, 200.0), START, shape=OPEN_HOURS, regions=1).counts.reshape(
        -1, 24
    )
    counts[SATURDAY::7, 14:] = 0
    rate = _week(
        History(start_hour=history(np.ones(1), START).start_hour, counts=counts.reshape(-1, 1)),
        52,
        shape=True,
    )
    assert rate[SATURDAY, 14:].sum() == 0.0
    assert rate[SATURDAY, 9:14].min() > 10
    assert rate[4, 14:21].min() > 10


def test_quiet_nights_of_a_small_shop_are_not_closed() -> None:
    """Thirty days of twenty orders say little about the hour from 4 to 5 in which none came."""
    log = history(np.full(30, 20.0), START)
    log.counts[4::24] = 0
    assert _week(log, 30, shape=True)[:, 4].min() > 0


def test_a_shop_opens_on_a_closed_weekday_when_it_says_so() -> None:
    """Without a word like the nearest open weekday, else like the one that is named, hours
    included.
    """
    log = history(_days(26, 60.0) * np.tile([1, 1, 1, 1, 2, 1, 0.5], 26), START)
    saturday = (START + timedelta(weeks=26, days=SATURDAY)).date()
    plain = _week(log, 26, shape=True)
    opened = _week(replace(log, open_days=(OpenDay(saturday),)), 26, shape=True)
    like_sunday = _week(replace(log, open_days=(OpenDay(saturday, like=6),)), 26, shape=True)
    assert plain[SATURDAY].sum() == 0.0
    assert opened[SATURDAY] == pytest.approx(plain[4], rel=0.01)
    assert like_sunday[SATURDAY] == pytest.approx(plain[6], rel=0.01)
    assert (
        np.delete(opened, SATURDAY, axis=0).tolist() == np.delete(plain, SATURDAY, axis=0).tolist()
    )


def test_a_shop_closes_on_an_open_weekday_when_it_says_so() -> None:
    """A stated closed day has no orders; a weekday may trade like another one for a day."""
    log = history(np.tile([100.0] * 5 + [20.0] * 2, 26), START)
    monday = (START + timedelta(weeks=26)).date()
    stated = replace(
        log, closed_days=(monday,), open_days=(OpenDay(monday + timedelta(days=6), like=0),)
    )
    rate, plain = _week(stated, 26), _week(log, 26)
    assert rate[0] == 0.0
    assert rate[6] == pytest.approx(plain[0], rel=0.02)
    assert rate[1:6].tolist() == plain[1:6].tolist()


def test_a_day_cannot_be_like_a_closed_weekday() -> None:
    """It would open without orders: refused, with the field's name."""
    log = replace(history(_days(26), START), open_days=(OpenDay(date(2026, 7, 6), like=SATURDAY),))
    with pytest.raises(InputError, match=r"demand\.history\.open_days.*closed"):
        _week(log, 26)


def test_the_same_history_gives_the_same_baseline() -> None:
    """Bit by bit, whatever was fitted before."""
    log = history(_days(20, 50.0), START, shape=DAY_SHAPE)
    first = _week(log, 20, shape=True)
    _week(history(_days(9, 5.0), START), 9)
    assert _week(log, 20, shape=True).tobytes() == first.tobytes()
