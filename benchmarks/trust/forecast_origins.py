"""Rolling origins of the forecast: the table that `planner backtest` prints of a log.

    python benchmarks/trust/forecast_origins.py [LOG] [--columns ordered_at=...,region=...]

Without a log: synthetic shops whose truth is known, closed on Saturdays or not. Every week a
forecast is made from what was known by then and compared with what came. Printed for each shop,
model and kind of days: share of days and of hours inside the 50, 80 and 90 % band, WAPE (of the
median), bias (of the mean), interval score, and ours minus the other with its 95 % interval.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from planner.domain.order_history import History
from planner.forecasting.daily_series import date_of, day_number, weekday, whole_days
from planner.forecasting.rolling_origins import Ahead, possible_origins
from planner.formats.order_log.options import LogForm
from planner.studies.backtest.origin_range import OriginRange, parse_origins
from planner.studies.backtest.past_demand import PastDemand, past_of_log, with_holidays
from planner.studies.backtest.rolling import as_records, roll_origins
from planner.studies.runs.run_context import RunContext

BEGIN = datetime(2024, 1, 1)  # a Monday
WEEK = np.array([1.1, 1.1, 1.05, 1.0, 1.0, 0.8, 0.95])
HOURS = np.array([1.0] * 8 + [4.0] * 14 + [2.0] * 2) / 68.0
SHOPS = {  # orders per day, day_cv, closed weekdays
    "open every day": (120.0, 0.2, ()),
    "closed on Saturdays": (120.0, 0.2, (5,)),
    "small, closed on Saturdays": (20.0, 0.2, (5,)),
    "closed at weekends": (400.0, 0.25, (5, 6)),
}
KNOWN_DAYS = 84  # before the first origin


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
        "--origins", help="FROM:TO:STEP, as for `planner backtest` (default: from the 13th week on)"
    )
    parser.add_argument("--holidays", help="country whose public holidays are known")
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
        shops = [with_holidays(past_of_log(asked.log, LogForm(columns)), asked.holidays)]
    else:
        shops = [
            PastDemand(name=name, history=synthetic(*how, asked.weeks))
            for name, how in SHOPS.items()
        ]
    found = [row for shop in shops for row in score_shop(shop, asked)]
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


def score_shop(shop: PastDemand, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Score the forecasts of a shop.

    Parameters
    ----------
    shop : PastDemand
        Its orders.
    asked : Namespace
        Options of the command.

    Returns
    -------
    list of dict
        One row per model and kind of days.
    """
    origins = parse_origins(asked.origins) if asked.origins else _weekly(shop.history, asked)
    ahead = Ahead(length=asked.days, lead=asked.lead, paths=asked.paths)
    summary = roll_origins(shop, origins, ahead, RunContext())["backtest_summary"]
    return [{"shop": shop.name, **row} for row in as_records(summary)]


def _weekly(history: History, asked: argparse.Namespace) -> OriginRange:
    """Every week for which the log holds what is known and what is forecast."""
    first = whole_days(history).first_day + KNOWN_DAYS
    days = possible_origins(history, first, asked.days, asked.lead)
    return OriginRange(date_of(days[0]), date_of(days[-1]), 7)


def readable(rows: list[dict[str, Any]]) -> str:
    """A markdown table."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in rows:
        cells = [
            f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values()
        ]
        lines.append("| " + " | ".join(cells).replace("None", "") + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
