"""The regression finds what was planted: hours, trend, holidays and dispersion."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from planner.domain.horizon import HOUR_S, Horizon
from planner.forecasting.daily_series import day_number, weekday
from planner.forecasting.negative_binomial import negative_binomial
from tests.forecasting.builders import DAY_SHAPE, history

START = datetime(2026, 1, 5)
WEEK = np.array([1.2, 1.0, 1.0, 1.0, 1.1, 0.6, 0.4])


def _horizon(days_known: int, days: int = 7) -> Horizon:
    return Horizon(START + timedelta(days=days_known), days, HOUR_S, "UTC")


def test_it_finds_weekdays_hours_trend_and_dispersion() -> None:
    """Twelve weeks of a large shop that grows by two per cent a week, with days of a coefficient of
    variation of 0.1: the week ahead within a few per cent, hours as planted.
    """
    n = 84
    days = day_number(START) + np.arange(n)
    daily = 2000 * WEEK[weekday(days)] * np.exp(0.02 * np.arange(n) / 7)
    found = negative_binomial(history(daily, START, day_cv=0.1, regions=1), _horizon(n))
    per_day = found.orders_per_hour.reshape(7, 24).sum(axis=1)
    ahead = days[-1] + 1 + np.arange(7)
    truth = 2000 * WEEK[weekday(ahead)] * np.exp(0.02 * np.arange(n, n + 7) / 7)
    assert per_day == pytest.approx(truth, rel=0.1)
    assert per_day.sum() == pytest.approx(truth.sum(), rel=0.05)
    shares = found.orders_per_hour.reshape(7, 24) / per_day[:, None]
    assert np.abs(shares - DAY_SHAPE).max() < 0.01
    assert found.day_cv == pytest.approx(0.1, abs=0.03)
    assert found.hour_cv < 0.08


def test_it_knows_holidays_that_it_is_told() -> None:
    """Three holidays with half the orders: the fourth is expected at about half, if it is known."""
    n = 84
    holidays = [20, 41, 62, n + 2]
    daily = np.full(n, 2000.0)
    daily[holidays[:3]] *= 0.5
    log = history(daily, START, regions=1)
    told = replace(log, holidays=tuple((START + timedelta(days=d)).date() for d in holidays))
    with_, without = (
        negative_binomial(h, _horizon(n)).orders_per_hour.reshape(7, 24).sum(axis=1)
        for h in (told, log)
    )
    assert with_[2] / with_[3] == pytest.approx(0.5, abs=0.07)
    assert without[2] / without[3] > 0.85
