"""The surge detector on made-up logs."""

from datetime import datetime

import numpy as np
import pytest

from planner.domain.order_history import History
from planner.forecasting.daily_series import all_days, date_of, day_number, weekday, whole_days
from planner.forecasting.surge_detection import cut_days, examine, find_surges, usual_days
from tests.forecasting.builders import DAY_SHAPE, history

START = datetime(2026, 1, 1)


def _exact(daily: list[int]) -> History:
    """The day's orders all in its hours 10 and 20, half and half."""
    counts = np.zeros((24 * len(daily), 1), dtype=np.int64)
    counts[10::24, 0] = [n // 2 for n in daily]
    counts[20::24, 0] = [n - n // 2 for n in daily]
    return History(start_hour=24 * day_number(START), counts=counts)


def test_a_surge_is_measured_against_the_four_weeks_that_end_before_it() -> None:
    """The factor of a day is its orders over the mean of 28 days that end four days before, and the
    days in between, lifted already, do not count.
    """
    daily = [20] * 28 + [30] * 4 + [140, 60] + [20] * 40
    surges = find_surges(whole_days(_exact(daily)))
    assert [(str(date_of(s.first_day)), s.orders, s.baseline) for s in surges] == [
        ("2026-02-02", (140, 60), 20.0)
    ]
    assert surges[0].factors == (7.0, 3.0)
    assert surges[0].excess == 160.0


def test_half_life_is_the_time_until_half_of_the_excess_was_placed() -> None:
    """With all excess in hour 20 of the second day, half of it is there after one day and 21
    hours.
    """
    daily = [20] * 40 + [40] + [20] * 40
    log = _exact(daily)
    log.counts[24 * 41 + 20, 0] += 400
    surge = find_surges(whole_days(log))[0]
    assert len(surge.orders) == 2
    assert surge.half_life_days == pytest.approx(1 + 21 / 24)


def test_steady_noise_is_no_surge() -> None:
    """Two years of Poisson days around 30, with ordinary day effects, hold no surge."""
    log = history(np.full(730, 30.0), START, day_cv=0.15)
    assert find_surges(whole_days(log)) == []


def test_a_new_level_is_no_surge() -> None:
    """A shop that triples for good, swings around a higher level, or grows steadily, did not have a
    surge.
    """
    tripled = _exact([20] * 60 + [60] * 60)
    swinging = _exact([20] * 60 + [60, 30] * 30)
    growing = _exact([round(10 * 1.03**d) for d in range(120)])
    assert find_surges(whole_days(swinging)) == []
    assert find_surges(whole_days(tripled)) == []
    assert find_surges(whole_days(growing)) == []


def test_a_surge_on_the_last_day_is_seen() -> None:
    """Nothing has to follow a surge for it to be one."""
    surges = find_surges(whole_days(_exact([20] * 40 + [200])))
    assert [s.orders for s in surges] == [(200,)]


def test_an_earlier_surge_is_no_reference_for_a_later_one() -> None:
    """Two surges ten days apart have the same baseline."""
    daily = [20] * 40 + [200] + [20] * 9 + [200] + [20] * 40
    surges = find_surges(whole_days(_exact(daily)))
    assert [s.baseline for s in surges] == [20.0, 20.0]


def test_a_handful_of_orders_is_no_surge() -> None:
    """Below one order a day a factor means nothing."""
    assert find_surges(whole_days(_exact([0, 1] * 30 + [6] + [0, 1] * 20))) == []


@pytest.mark.parametrize("place", [0, 3, 9, 12, 13])
def test_a_surge_in_two_weeks_of_log_is_measured_against_the_other_days(place: int) -> None:
    """Where four weeks before are missing the median of the days on both sides is the reference."""
    daily = [20, 22, 18, 21, 19, 20, 22] * 2
    daily[place] = 80
    surges, high = examine(whole_days(_exact(daily)))
    assert [(s.first_day - day_number(START), s.orders, s.baseline) for s in surges] == [
        (place, (80,), 20.0)
    ]
    assert high == []


def test_a_high_day_that_is_no_surge_has_a_reason() -> None:
    """Too few days, too few orders, wild days, a level that stays, and one that lasts: each is
    named.
    """
    reasons = {
        "too few days": [20] * 3 + [80, 20],
        "too few orders": [0, 1] * 10 + [0] * 4 + [6] + [0, 1] * 20,
        "ordinary spread": [4, 30, 10, 2, 50, 8, 25] * 3 + [75] + [4, 30, 10, 2, 50, 8, 25] * 3,
        "stayed": [20] * 60 + [70, 30] * 30,
        "too long": [20] * 60 + [70] * 20 + [20] * 30,
    }
    for reason, daily in reasons.items():
        high = examine(whole_days(_exact(daily)))[1]
        assert reason in [day.reason for day in high], reason
        assert all(day.orders >= 3 * day.baseline > 0 for day in high)


def test_closed_days_are_no_reference_for_a_surge() -> None:
    """A day of 2.5 times the open ones is a surge in a shop that is closed at weekends too, and its
    baseline is that of the open days.
    """
    daily = [100, 102, 98, 101, 99, 0, 0] * 10
    daily[7 * 6 + 1] = 250
    assert [(s.orders, s.baseline) for s in find_surges(whole_days(_exact(daily)))] == [
        ((250,), 100.0)
    ]


def test_a_high_last_day_that_broke_off_is_reported() -> None:
    """A log that ends at noon of a day that already holds four times the usual: no surge, and the
    reason.
    """
    log = history(np.full(30, 200.0), START)
    log.counts[24 * 29 :, 0] *= 40
    cut = History(start_hour=log.start_hour, counts=log.counts[: 24 * 29 + 12])
    whole = whole_days(cut)
    assert [day.reason for day in cut_days(all_days(cut), whole)] == ["cut off"]
    assert len(whole) == 29
    plain = History(
        start_hour=log.start_hour, counts=history(np.full(30, 200.0), START).counts[: 24 * 29 + 12]
    )
    assert cut_days(all_days(plain), whole_days(plain)) == []


def test_usual_days_leave_out_the_surge_and_the_rest_after_it() -> None:
    """One surge day and three days of rest are not usual."""
    usual = usual_days(whole_days(_exact([20] * 40 + [200] + [20] * 20)), rest_days=3)
    assert np.flatnonzero(~usual).tolist() == [40, 41, 42, 43]


def test_days_have_numbers_dates_and_weekdays() -> None:
    """2 November 2026 is a Monday; numbers and dates are inverse; days count from 1970."""
    monday = day_number(datetime(2026, 11, 2, 13))
    assert str(date_of(monday)) == "2026-11-02"
    assert weekday(np.array([monday, monday + 5])).tolist() == [0, 5]
    assert day_number(datetime(1970, 1, 2)) == 1


def test_a_last_day_that_broke_off_is_left_out() -> None:
    """A log that ends at noon does not show a collapse; one that ends at 23:00 has a whole last
    day.
    """
    log = history(np.full(30, 200.0), START)
    assert (
        len(whole_days(History(start_hour=log.start_hour, counts=log.counts[: 24 * 29 + 12]))) == 29
    )
    assert (
        len(whole_days(History(start_hour=log.start_hour, counts=log.counts[: 24 * 29 + 23]))) == 30
    )
    assert DAY_SHAPE[23] < 0.05


def test_a_first_day_that_began_late_is_left_out() -> None:
    """A log that starts at 20:00 does not begin with a poor day; one that misses only quiet hours
    does begin whole.
    """
    log = history(np.full(30, 200.0), START)
    late = whole_days(History(start_hour=log.start_hour + 20, counts=log.counts[20:]))
    assert (late.first_day, len(late)) == (log.start_hour // 24 + 1, 29)
    both = whole_days(History(start_hour=log.start_hour + 20, counts=log.counts[20:-12]))
    assert (both.first_day, len(both)) == (log.start_hour // 24 + 1, 28)
    quiet = whole_days(History(start_hour=log.start_hour + 3, counts=log.counts[3:]))
    assert (quiet.first_day, len(quiet)) == (log.start_hour // 24, 30)
    assert DAY_SHAPE[:3].sum() < 0.05


def test_a_log_without_a_whole_day_keeps_what_it_has() -> None:
    """An evening and a morning are little, but all there is."""
    log = history(np.full(2, 200.0), START)
    series = whole_days(History(start_hour=log.start_hour + 14, counts=log.counts[14:38]))
    assert (len(series), series.daily.sum()) == (2, log.counts[14:38].sum())
