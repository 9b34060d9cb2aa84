"""How far forecasts of a log have been off: measured from forecasts made at its own past moments.

Any way of forecasting days is a `Predict`; its errors are those it would have made with the same
lead, so they hold whatever it does not know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.forecasting.closed_times import Mask
from planner.forecasting.daily_series import DaySeries, weekday

BACK_TESTS = 8
BACK_TEST_STEP_DAYS = 7
RECENT_DAYS = 84  # what is measured comes from these last days
_MIN_FIT_DAYS = 28  # shorter histories are not back-tested
# assumed spread of level and day where the history is too short to measure it
_UNKNOWN_LEVEL_CV = 0.3

# what is known, its usual days, and the days to forecast -> expected orders of each
Predict = Callable[[DaySeries, Mask, Ints], Floats]


@dataclass(frozen=True, slots=True)
class Spread:
    """Coefficients of variation of what the model does not know.

    They belong to the level of a whole path, to a day and to an hour.
    """

    level_cv: float
    day_cv: float
    hour_cv: float


def measure_spread(
    series: DaySeries, usual: Mask, days: Ints, profile: Floats, predict: Predict
) -> Spread:
    """Spread beyond Poisson by the method of moments, from forecasts made at past moments.

    Parameters
    ----------
    series : DaySeries
        Whole days of the log before the horizon.
    usual : Mask
        [day of the series] True on days that the fit may use.
    days : Ints
        Days of the horizon, numbers since 1970-01-01; the past forecasts have its lead and length.
    profile : Floats
        [weekday, hour] share of the day's orders, see `week_profile`.
    predict : Predict
        How days are forecast.

    Returns
    -------
    Spread
        Assumed values where the log is too short for a single past forecast.
    """
    hour_cv = _hour_cv(series, usual, profile)
    lead = int(days[0]) - int(series.days[-1]) - 1
    errors = _past_errors(series, usual, lead, len(days), predict)
    if not errors:
        return Spread(_UNKNOWN_LEVEL_CV / 2, _UNKNOWN_LEVEL_CV / 2, hour_cv)
    squares = sum(float((mu**2).sum()) for _, mu in errors)
    beyond_poisson = sum(float(((y - mu) ** 2 - mu).sum()) for y, mu in errors)
    total_cv2 = max(beyond_poisson / squares, 0.0) if squares > 0 else 0.0
    common = sum(float((y - mu).sum() ** 2 - ((y - mu) ** 2).sum()) for y, mu in errors)
    pairs = sum(float(mu.sum() ** 2 - (mu**2).sum()) for _, mu in errors)
    level_cv2 = min(max(common / pairs, 0.0), total_cv2) if pairs > 0 else 0.0
    return Spread(level_cv2**0.5, (total_cv2 - level_cv2) ** 0.5, hour_cv)


def _past_errors(
    series: DaySeries, usual: Mask, lead: int, length: int, predict: Predict
) -> list[tuple[Floats, Floats]]:
    """(orders, forecast) of the usual days of each back-test, latest first."""
    found = []
    for k in range(BACK_TESTS):
        known = len(series) - lead - length - k * BACK_TEST_STEP_DAYS
        if known < _MIN_FIT_DAYS or usual[:known].sum() < _MIN_FIT_DAYS:
            break
        start = known + lead
        target = np.flatnonzero(usual[start : start + length]) + start
        if not len(target) or series.daily[:known][usual[:known]].sum() == 0:
            continue
        before = DaySeries(series.first_day, series.hourly[:known])
        expected = predict(before, usual[:known], series.days[target])
        found.append((series.daily[target].astype(float), expected))
    return found


def _hour_cv(series: DaySeries, usual: Mask, profile: Floats) -> float:
    """Spread of an hour's rate, given the day's total: excess over the multinomial variance."""
    chosen = np.flatnonzero(usual)[-RECENT_DAYS:]
    share = profile[weekday(series.days[chosen])]
    total = series.daily[chosen][:, None].astype(float)
    expected = total * share
    excess = (series.hourly[chosen] - expected) ** 2 - expected * (1 - share)
    squares = float((expected**2).sum())
    return float(max(excess.sum() / squares, 0.0) ** 0.5) if squares > 0 else 0.0
