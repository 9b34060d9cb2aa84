"""Forecasts from every origin, scored: the task of one origin, and the tables of all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.arrays import Ints
from planner.domain.horizon import DAY_S
from planner.domain.order_history import History
from planner.forecasting.daily_series import date_of, whole_days
from planner.forecasting.forecast_score import BANDS, Bands, covered, score_bands
from planner.forecasting.paired_comparison import Interval, ratio_interval
from planner.forecasting.rolling_origins import MODELS, OURS, Ahead, Announced, Origin, forecast_at
from planner.forecasting.surge_detection import find_surges
from planner.reporting.tables.backtest_tables import BACKTEST_TABLE, SUMMARY_TABLE
from planner.studies.backtest.origin_range import OriginRange
from planner.studies.backtest.past_demand import PastDemand
from planner.studies.runs.run_context import RunContext

KINDS = ("ordinary", "promotion")
UNITS = ("day", "hour")
_DIGITS = 6
BAND_SUMS = ("width_80", "interval_score")
NOTHING = Interval(math.nan, math.nan, math.nan)
COVERAGES = [f"coverage_{round(100 * band)}" for band in BANDS]


@dataclass(frozen=True, kw_only=True)
class Score:
    """How one model's forecast from one origin did, on days of one kind, by day or by hour.

    Attributes
    ----------
    model, kind, unit : str
        Which.
    times : int
        Days or hours.
    covered : tuple of float
        Share of them inside each of `BANDS`.
    missed, orders, expected : float
        Sum of |median - actual|, orders that came, and the mean of those forecast.
    bands : Bands
        Width and interval score.
    """

    model: str
    kind: str
    unit: str
    times: int
    covered: tuple[float, ...]
    missed: float
    orders: float
    expected: float
    bands: Bands


@dataclass(frozen=True, eq=False, kw_only=True)
class OriginTask:
    """Forecasts of all models from origin k; equal for the same k in any process."""

    history: History
    announced: tuple[Announced, ...]
    origins: tuple[int, ...]
    promotion_days: tuple[int, ...]
    ahead: Ahead

    def __call__(self, k: int) -> list[Score]:
        """Scores of all models, kinds of days that occur, and units."""
        found = []
        for name, model in MODELS.items():
            known = self.announced if name == OURS else ()
            forecast = forecast_at(self.history, self.origins[k], self.ahead, model, known)
            found += list(self._scores(name, forecast))
        return found

    def _scores(self, model: str, forecast: Origin) -> Iterator[Score]:
        promoted = np.isin(forecast.days, self.promotion_days)
        for kind, days in zip(KINDS, (~promoted, promoted), strict=True):
            if days.any():
                hours = days.repeat(24)
                yield _score((model, kind, "day"), forecast.sampled[:, days], forecast.actual[days])
                yield _score(
                    (model, kind, "hour"),
                    forecast.sampled_hourly[:, hours],
                    forecast.actual_hourly[hours],
                )


def _score(of: tuple[str, str, str], paths: Ints, came: Ints) -> Score:
    """Score paths[path, time] against what came; `of`: model, kind and unit."""
    model, kind, unit = of
    return Score(
        model=model,
        kind=kind,
        unit=unit,
        times=len(came),
        covered=tuple(float(covered(paths, came, band).mean()) for band in BANDS),
        missed=float(np.abs(np.median(paths, axis=0) - came).sum()),
        orders=float(came.sum()),
        expected=float(paths.mean(axis=0).sum()),
        bands=score_bands(paths, came),
    )


def promotion_days(past: PastDemand) -> tuple[int, ...]:
    """Days of surges of the whole log, and days on which an announced event begins.

    With what is known today: they tell which days are scored as promotion, no forecast sees them.
    """
    surges = find_surges(whole_days(past.history))
    days = {d for surge in surges for d in range(surge.first_day, surge.last_day + 1)}
    return tuple(sorted(days | {known.event.at_s // DAY_S for known in past.announced}))


def roll_origins(
    past: PastDemand, origins: OriginRange, ahead: Ahead, context: RunContext
) -> dict[str, pd.DataFrame]:
    """Forecast from every origin and score.

    Parameters
    ----------
    past : PastDemand
        The log.
    origins : OriginRange
        The origins.
    ahead : Ahead
        What is forecast from each.
    context : RunContext
        Where origins are worked on.

    Returns
    -------
    dict of DataFrame
        The tables `backtest` and `backtest_summary`.
    """
    days = tuple(origins.days)
    task = OriginTask(
        history=past.history,
        announced=past.announced,
        origins=days,
        promotion_days=promotion_days(past),
        ahead=ahead,
    )
    context.begin("forecasting from every origin", len(days))
    scores = context.replicate("origins", task, len(days))
    table = backtest_table(days, scores, ahead.length)
    summary = summary_table(table, origins.overlap(ahead.length))
    return {"backtest": table, "backtest_summary": summary}


def backtest_table(
    origins: Sequence[int], scores: Sequence[Sequence[Score]], length: int
) -> pd.DataFrame:
    """Tabulate the scores.

    Parameters
    ----------
    origins : sequence of int
        Day numbers since 1970-01-01.
    scores : sequence of sequence of Score
        Those of each origin.
    length : int
        Days that are forecast.

    Returns
    -------
    pd.DataFrame
        The table `backtest`: a row for each origin, model, kind of days and unit.
    """
    rows = [
        (
            date_of(origin).isoformat(),
            length,
            score.model,
            *(round(share, _DIGITS) for share in score.covered),
            _over(score.missed, score.orders),
            _over(score.expected - score.orders, score.orders),
            score.kind,
            score.unit,
            score.times,
            round(score.orders),
            round(score.expected, 3),
            round(score.missed, 3),
            round(score.bands.width_80, 3),
            round(score.bands.score, 3),
        )
        for origin, found in zip(origins, scores, strict=True)
        for score in found
    ]
    return BACKTEST_TABLE.frame(rows)


def summary_table(table: pd.DataFrame, overlap: int) -> pd.DataFrame:
    """A row for each model and kind of days, from the rows of all origins.

    Parameters
    ----------
    table : pd.DataFrame
        The table `backtest`.
    overlap : int
        How many later origins forecast days that an origin forecasts too.

    Returns
    -------
    pd.DataFrame
        The table `backtest_summary`; differences are ours minus the model's.
    """
    rows = []
    for kind in KINDS:
        of_kind = table[table["kind"] == kind]
        ours = _of(of_kind, OURS, "day")
        for model in MODELS:
            days, hours = (_of(of_kind, model, unit) for unit in UNITS)
            if len(days):
                rows.append(_summary_row(model, kind, days, hours, ours=ours, overlap=overlap))
    return SUMMARY_TABLE.frame(rows)


def _of(table: pd.DataFrame, model: str, unit: str) -> pd.DataFrame:
    return table[(table["model"] == model) & (table["unit"] == unit)]


def _summary_row(
    model: str,
    kind: str,
    days: pd.DataFrame,
    hours: pd.DataFrame,
    *,
    ours: pd.DataFrame,
    overlap: int,
) -> tuple[object, ...]:
    """Cells of one model and kind."""
    sums = {name: float(days[name].sum()) for name in ("orders", "expected", "missed", *BAND_SUMS)}
    times = days["times"].to_numpy(dtype=float)
    inside = ratio_interval(days["coverage_80"].to_numpy(dtype=float) * times, times, overlap)
    wape, score = (
        NOTHING if model == OURS else _against(ours, days, name, overlap)
        for name in ("missed", "interval_score")
    )
    return (
        model,
        kind,
        len(days),
        int(times.sum()),
        round(sums["orders"]),
        *(_mean(days, name) for name in COVERAGES),
        *map(_cell, (inside.low, inside.high)),
        *(_mean(hours, name) for name in COVERAGES),
        _over(sums["missed"], sums["orders"]),
        _over(float(hours["missed"].sum()), sums["orders"]),
        _over(sums["expected"] - sums["orders"], sums["orders"]),
        *(_over(sums[name], sums["orders"]) for name in BAND_SUMS),
        *map(_cell, (wape.value, wape.low, wape.high)),
        *map(_cell, (score.value, score.low, score.high)),
    )


def _against(ours: pd.DataFrame, theirs: pd.DataFrame, name: str, overlap: int) -> Interval:
    """Ours minus theirs, over the orders that came, paired over origins."""
    difference = ours[name].to_numpy(dtype=float) - theirs[name].to_numpy(dtype=float)
    return ratio_interval(difference, theirs["orders"].to_numpy(dtype=float), overlap)


def _mean(rows: pd.DataFrame, name: str) -> float:
    """Mean over all days or hours."""
    return round(float((rows[name] * rows["times"]).sum() / rows["times"].sum()), _DIGITS)


def _over(part: float, whole: float) -> float | None:
    return round(part / whole, _DIGITS) if whole > 0 else None


def _cell(value: float) -> float | None:
    return round(value, _DIGITS) if math.isfinite(value) else None


def as_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows for `--json`."""
    plain = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
