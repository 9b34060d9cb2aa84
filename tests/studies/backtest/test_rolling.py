"""Forecasts from rolling origins of shops whose law is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.arrays import Floats
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.order_history import History
from planner.forecasting.daily_series import day_number, weekday
from planner.forecasting.rolling_origins import MODELS, OURS, Ahead, Announced, forecast_at
from planner.studies.backtest.origin_range import OriginRange
from planner.studies.backtest.past_demand import PastDemand
from planner.studies.backtest.rolling import promotion_days, roll_origins
from planner.studies.runs.run_context import RunContext
from tests.forecasting.builders import history

START = datetime(2025, 1, 6)  # a Monday
FIRST = day_number(START)
WEEK = np.array([1.1, 1.1, 1.0, 1.0, 1.0, 0.8, 0.9])


def _on(day: int) -> date:
    return (START + timedelta(days=day)).date()


def _shop(per_day: float, days: int, day_cv: float = 0.0, seed: int = 3) -> History:
    of_week = WEEK[weekday(FIRST + np.arange(days))]
    return history(per_day * of_week, START, seed=seed, day_cv=day_cv, regions=1)


def _rolled(
    log: History, first: int, last: int, step: int = 7, paths: int = 200
) -> dict[str, pd.DataFrame]:
    origins = OriginRange(_on(first), _on(last), step)
    return roll_origins(
        PastDemand(name="shop", history=log), origins, Ahead(length=7, paths=paths), RunContext()
    )


def _row(tables: dict[str, pd.DataFrame], model: str, kind: str = "ordinary") -> pd.Series:
    table = tables["backtest_summary"]
    return table[(table["model"] == model) & (table["kind"] == kind)].iloc[0]


@pytest.mark.parametrize(
    ("per_day", "day_cv"), [pytest.param(20.0, 0.0, marks=pytest.mark.slow), (300.0, 0.2)]
)
def test_bands_hold_what_they_say_where_the_model_is_true(per_day: float, day_cv: float) -> None:
    """Two years of a shop without trend, small and Poisson or large with uncertain days: the bands
    of our model hold 50, 80 and 90 % of days and of hours within a few points, ours is better than
    the last same weekday, and no model is biased by more than a few per cent.
    """
    tables = _rolled(_shop(per_day, 728, day_cv), 98, 721, step=14)
    ours = _row(tables, OURS)
    for band in (50, 80, 90):
        assert ours[f"coverage_{band}"] == pytest.approx(band / 100, abs=0.05)
        assert ours[f"hours_{band}"] == pytest.approx(band / 100, abs=0.03)
    assert _row(tables, "seasonal_naive")["ours_minus_high"] < 0
    assert all(abs(_row(tables, model)["bias"]) < 0.03 for model in MODELS)


def test_ours_and_the_regression_follow_a_trend() -> None:
    """Growth of three per cent a week: the mean of the last four weekdays lags by two and a half
    weeks, ours much less.
    """
    days = np.arange(364)
    daily = 60 * np.exp(0.03 * days / 7) * WEEK[weekday(FIRST + days)]
    tables = _rolled(history(daily, START, regions=1), 140, 350)
    assert _row(tables, "mean_of_four")["bias"] == pytest.approx(np.exp(-0.03 * 2.5) - 1, abs=0.01)
    assert abs(_row(tables, OURS)["bias"]) < 0.02
    assert abs(_row(tables, "negative_binomial")["bias"]) < 0.02
    assert _row(tables, "mean_of_four")["ours_minus_high"] < 0


def test_known_holidays_make_forecasts_better() -> None:
    """A holiday every fourth Wednesday with a third of the orders: told of them, our error and that
    of the regression fall; that of the plain models does not change.
    """
    days = np.arange(364)
    off = np.arange(16, 371, 28)  # two days after an origin
    daily = 500.0 * WEEK[weekday(FIRST + days)] * np.where(np.isin(days, off), 1 / 3, 1.0)
    log = history(daily, START, regions=1)
    told = replace(log, holidays=tuple(_on(int(day)) for day in off))
    unknown, known = (_rolled(h, 154, 350, step=28, paths=60) for h in (log, told))
    for model in (OURS, "negative_binomial"):
        assert _row(known, model)["wape"] < _row(unknown, model)["wape"] - 0.02
    for model in ("seasonal_naive", "mean_of_four"):
        assert _row(known, model)["wape"] == _row(unknown, model)["wape"]


def test_a_surge_is_scored_apart_and_nobody_saw_it_coming() -> None:
    """Five times the orders for two days: two promotion days, each forecast by one origin, and none
    of the ordinary rows has them.
    """
    log = _shop(100.0, 240)
    log.counts[24 * 200 : 24 * 202] *= 5
    tables = _rolled(log, 150, 230)
    table = tables["backtest"]
    promoted = table[(table["kind"] == "promotion") & (table["unit"] == "day")]
    assert set(promoted["origin"]) == {_on(199).isoformat()}
    assert (promoted["times"] == 2).all()
    assert (promoted["coverage_90"] == 0).all()
    assert _row(tables, OURS, "promotion")["bias"] < -0.7
    whole = table[(table["unit"] == "day")].groupby("model")["orders"].sum()
    days = table[(table["unit"] == "hour")].groupby("model")["times"].sum()
    assert whole.nunique() == 1
    assert (days == 12 * 7 * 24).all()


def test_an_announced_event_is_in_our_forecast_once_it_is_known() -> None:
    """An event of four days' orders: our forecast of its day holds it from the day on which it was
    announced, not before, and the day is scored as a promotion.
    """
    log = _shop(100.0, 240)
    log.counts[24 * 200 + 8 : 24 * 200 + 20] += 33
    event = Event(
        name="session",
        at_s=(FIRST + 200) * DAY_S + 8 * HOUR_S,
        median=400.0,
        p95=500.0,
        ramp_s=0.0,
        half_life_s=3.0 * HOUR_S,
    )
    past = PastDemand(name="shop", history=log, announced=(Announced(event, _on(190)),))
    assert FIRST + 200 in promotion_days(past)
    late, early = (
        forecast_at(log, FIRST + day, Ahead(length=14, paths=80), MODELS[OURS], past.announced)
        for day in (191, 189)
    )
    assert late.sampled.mean(axis=0)[200 - 191] == pytest.approx(500, rel=0.12)
    assert early.sampled.mean(axis=0)[200 - 189] == pytest.approx(100, rel=0.12)
    origins = OriginRange(_on(180), _on(200), 7)
    tables = roll_origins(past, origins, Ahead(length=7, paths=80), RunContext())
    ours, regression = (
        _row(tables, model, "promotion")["bias"] for model in (OURS, "negative_binomial")
    )
    assert abs(ours) < 0.15
    assert regression < -0.7


@settings(max_examples=8, deadline=None)
@given(
    origin=st.integers(60, 100),
    lead=st.integers(0, 9),
    later=st.lists(st.integers(0, 400), min_size=1, max_size=30),
    model=st.sampled_from(sorted(MODELS)),
)
def test_nothing_after_the_origin_changes_a_forecast(
    origin: int, lead: int, later: list[int], model: str
) -> None:
    """Whatever the log brings from the origin on, the sampled paths are the same bytes."""
    log = _shop(50.0, 140)
    changed = History(start_hour=log.start_hour, counts=log.counts.copy())
    changed.counts[24 * origin : 24 * origin + len(later), 0] = later
    ahead = Ahead(length=7, lead=lead, paths=20)
    one, two = (forecast_at(h, FIRST + origin, ahead, MODELS[model]) for h in (log, changed))
    assert one.sampled_hourly.tobytes() == two.sampled_hourly.tobytes()


def test_closed_weekdays_and_empty_days_are_scored_without_harm() -> None:
    """A shop that is closed at weekends and shut for ten days: every model has its rows, the closed
    days are inside all bands of ours, and nothing is undefined but errors over no orders.
    """
    days = np.arange(200)
    closed: Floats = np.isin(weekday(FIRST + days), (5, 6)) | ((days >= 150) & (days < 160))
    tables = _rolled(history(np.where(closed, 0.0, 80.0), START, regions=1), 100, 190, step=3)
    table = tables["backtest"]
    assert set(table["model"]) == set(MODELS)
    needed = ["coverage_50", "coverage_80", "coverage_90", "missed", "expected"]
    assert np.isfinite(table[needed].to_numpy()).all()
    assert (table["wape"].isna() == (table["orders"] == 0)).all()
    log, ahead = history(np.where(closed, 0.0, 80.0), START, regions=1), Ahead(length=7, paths=50)
    for model in MODELS.values():
        found = forecast_at(log, FIRST + 105, ahead, model)
        assert found.sampled[:, np.isin(weekday(found.days), (5, 6))].max() == 0
        assert found.sampled[:, weekday(found.days) < 5].min() > 20


def test_the_summary_is_the_sum_of_the_origins() -> None:
    """WAPE and bias are those of all days together, differences those of the sums."""
    tables = _rolled(_shop(40.0, 240), 100, 230, paths=60)
    table = tables["backtest"]
    rows = table[table["unit"] == "day"]
    by_model = rows.groupby("model")[["missed", "orders", "expected"]].sum()
    for model in MODELS:
        row, sums = _row(tables, model), by_model.loc[model]
        assert row["wape"] == pytest.approx(sums["missed"] / sums["orders"], abs=1e-6)
        assert row["bias"] == pytest.approx(sums["expected"] / sums["orders"] - 1, abs=1e-6)
        if model != OURS:
            minus = (by_model.loc[OURS, "missed"] - sums["missed"]) / sums["orders"]
            assert row["ours_minus"] == pytest.approx(minus, abs=1e-6)
            assert row["ours_minus_low"] < row["ours_minus"] < row["ours_minus_high"]
