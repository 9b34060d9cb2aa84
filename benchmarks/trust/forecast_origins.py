"""Rolling origins of the forecast.

    python benchmarks/trust/forecast_origins.py [LOG] [--columns ordered_at=...,region=...]

Without a log: synthetic shops whose truth is known, closed on Saturdays or not. Every week a
forecast is made from what was known by then and compared with the actual orders. Printed for each
model: days, share of days inside the 50, 80 and 90 % band, WAPE (of the median) and bias (of the
mean); of all days, of those with orders, and of those that are neither part of a surge nor in the
week after one.
"""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from planner.domain.demand_path import PULL_FORWARD_DAYS
from planner.domain.order_history import History
from planner.forecasting.daily_series import day_number, weekday, whole_days
from planner.forecasting.forecast_score import accuracy
from planner.forecasting.rolling_origins import MODELS, Ahead, Origin, possible_origins, roll
from planner.forecasting.surge_detection import usual_days
from planner.formats.order_log.options import LogForm
from planner.studies.import_orders import count_by_hour, read_log

BEGIN = datetime(2024, 1, 1)  # a Monday
WEEK = np.array([1.1, 1.1, 1.05, 1.0, 1.0, 0.8, 0.95])
HOURS = np.array([1.0] * 8 + [4.0] * 14 + [2.0] * 2) / 68.0
SHOPS = {  # orders per day, day_cv, closed weekdays
    "open every day": (120.0, 0.2, ()),
    "closed on Saturdays": (120.0, 0.2, (5,)),
    "small, closed on Saturdays": (20.0, 0.2, (5,)),
    "closed at weekends": (400.0, 0.25, (5, 6)),
}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "log", nargs="?", type=Path, help="a raw order log; without it the synthetic shops"
    )
    parser.add_argument(
        "--columns", default="", help="our column=the log's, as for `planner import`"
    )
    parser.add_argument(
        "--origins", help="FROM:TO:STEP, dates and days (default: weekly from the 13th week on)"
    )
    parser.add_argument("--days", type=int, default=14, help="days of each forecast")
    parser.add_argument(
        "--lead", type=int, default=0, help="days between what is known and what is forecast"
    )
    parser.add_argument("--paths", type=int, default=400)
    parser.add_argument("--weeks", type=int, default=60, help="weeks of the synthetic shops")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    asked = parser.parse_args()
    if asked.log:
        columns = dict(pair.split("=", 1) for pair in asked.columns.split(",") if pair)
        history, _ = count_by_hour(read_log(asked.log, LogForm(columns)))
        shops = {asked.log.name: history}
    else:
        shops = {name: synthetic(*how, asked.weeks) for name, how in SHOPS.items()}
    found = [row for name, history in shops.items() for row in score_shop(name, history, asked)]
    print(json.dumps({"rows": found}) if asked.json else readable(found))


def synthetic(
    per_day: float, day_cv: float, closed: tuple[int, ...], weeks: int, seed: int = 11
) -> History:
    """Generate a shop with a weekday pattern, two per cent of level drift a week, closed weekdays.

    Parameters
    ----------
    per_day : float
        Mean orders per day.
    day_cv : float
        Coefficient of variation of the days.
    closed : tuple of int
        Closed weekdays, Monday is 0.
    weeks : int
        Length of the history.
    seed : int
        Seed of the draws.

    Returns
    -------
    History
        Its hourly orders.
    """
    rng = np.random.default_rng(seed)
    days = day_number(BEGIN) + np.arange(7 * weeks)
    drift = np.exp(np.repeat(np.cumsum(rng.normal(0.0, 0.02, weeks)), 7))
    effect = rng.gamma(1 / day_cv**2, day_cv**2, len(days))
    rate = per_day * WEEK[weekday(days)] * drift * effect * ~np.isin(weekday(days), closed)
    return History(
        start_hour=24 * day_number(BEGIN), counts=rng.poisson(rate[:, None] * HOURS).reshape(-1, 1)
    )


def score_shop(name: str, history: History, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Score the forecasts of a shop.

    Parameters
    ----------
    name : str
        Name of the shop.
    history : History
        Its hourly orders.
    asked : Namespace
        Options of the command.

    Returns
    -------
    list of dict
        One row per model and kind of days.
    """
    series = whole_days(history)
    usual = usual_days(series, PULL_FORWARD_DAYS)
    origins = _origins(asked.origins) if asked.origins else series.first_day + 84
    if isinstance(origins, int):
        origins = possible_origins(history, origins, asked.days, asked.lead)
    ahead = Ahead(length=asked.days, lead=asked.lead, paths=asked.paths)
    rows = []
    for model, fit in MODELS.items():
        rolled = roll(history, fit, origins, ahead)
        days = np.concatenate([origin.days for origin in rolled]) - series.first_day
        for kind, chosen in _kinds(series.daily[days] > 0, usual[days]):
            rows.append({"shop": name, "model": model, "of": kind, **_score(rolled, chosen)})
    return rows


def _origins(text: str) -> range:
    first, last, step = text.split(":")
    return range(
        day_number(date.fromisoformat(first)), day_number(date.fromisoformat(last)) + 1, int(step)
    )


def _kinds(sold: Any, usual: Any) -> list[tuple[str, Any]]:
    """Which days are scored; a kind that leaves out none of the days before it is not repeated."""
    kinds = [("all days", np.ones(len(sold), dtype=bool))]
    for kind, chosen in (("days with orders", sold), ("no surge", sold & usual)):
        if chosen.sum() < kinds[-1][1].sum():
            kinds.append((kind, chosen))
    return kinds


def _score(rolled: list[Origin], chosen: Any) -> dict[str, float]:
    sampled = np.concatenate([origin.sampled for origin in rolled], axis=1)
    actual = np.concatenate([origin.actual for origin in rolled])
    return accuracy(sampled[:, chosen], actual[chosen])


def readable(rows: list[dict[str, Any]]) -> str:
    """A markdown table."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in rows:
        cells = [
            f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values()
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
