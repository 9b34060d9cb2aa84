"""The first and the last day of a log: whole, or cut."""

from __future__ import annotations

import numpy as np
import pytest

from planner.domain.order_history import History
from planner.forecasting.daily_series import whole_days
from tests.forecasting.real_log import real_history


def log_until(history: History, end: int) -> History:
    """The orders before an hour, as a log shows them: it ends with its last order."""
    counts = history.counts[: end - history.start_hour]
    last = int(np.flatnonzero(counts.sum(axis=1))[-1])
    return History(start_hour=history.start_hour, counts=counts[: last + 1])


def shop(orders_per_day: float, days: int = 120) -> History:
    """A shop that sells from 08:00 on, most in the evening."""
    profile = np.r_[np.zeros(8), np.linspace(1, 3, 14), 1.0, 0.5]
    rate = np.tile(orders_per_day * profile / profile.sum(), days)
    return History(start_hour=0, counts=np.random.default_rng(5).poisson(rate)[:, None])


def test_the_last_day_of_a_real_log_stays_whatever_the_hour_of_its_last_order() -> None:
    """215 logs cut at midnight, some 27 orders a day: at most two in a hundred lose their last
    day.
    """
    history = real_history()
    day = (history.start_hour + len(history.counts)) // 24
    cuts = range(day - 215, day)
    lost = [cut for cut in cuts if whole_days(log_until(history, 24 * cut)).days[-1] != cut - 1]
    assert len(lost) <= 0.02 * len(cuts), len(lost)


@pytest.mark.parametrize("orders_per_day", [10, 100, 1000])
def test_days_cut_at_midnight_are_whole_at_either_end(orders_per_day: float) -> None:
    """Whatever the size of the shop, few days are taken as cut by chance."""
    history = shop(orders_per_day)
    ends = [whole_days(log_until(history, 24 * cut)).days[-1] == cut - 1 for cut in range(60, 119)]
    begins = []
    for cut in range(1, 60):
        counts = history.counts[24 * cut :]
        first = int(np.flatnonzero(counts.sum(axis=1))[0])
        begins.append(
            whole_days(History(start_hour=24 * cut + first, counts=counts[first:])).first_day == cut
        )
    assert np.mean(ends) >= 0.9
    assert np.mean(begins) >= 0.9


@pytest.mark.parametrize("hour", [10, 14, 18])
def test_a_day_that_broke_off_is_left_out(hour: int) -> None:
    """An export of the afternoon does not hold the evening: that day is no level to learn from."""
    history = shop(300)
    assert {
        whole_days(log_until(history, 24 * cut + hour)).days[-1] - cut for cut in range(60, 119)
    } == {-1}
