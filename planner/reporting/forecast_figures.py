"""The two pictures of a forecast: the hourly fan and the days, with what came where it is known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from planner.domain.arrays import Floats
from planner.domain.choices import LANGUAGES
from planner.reporting.figures.axes import save_png
from planner.reporting.figures.demand import daily_bars, demand_fan
from planner.reporting.language.labels import Labels
from planner.reporting.layout.fonts import register
from planner.reporting.layout.style import applied

SIZE_INCHES = (11.0, 4.2)


def draw_forecast(
    folder: Path, hourly: pd.DataFrame, daily: pd.DataFrame, lang: str, actual: Floats | None = None
) -> list[Path]:
    """Write demand-fan.png and demand-days.png.

    Parameters
    ----------
    folder : Path
        Where to write.
    hourly : DataFrame
        The table `forecast_hourly`.
    daily : DataFrame
        The table `forecast_daily`.
    lang : str
        `en` or `zh`.
    actual : Floats or None
        Orders of each hour from the start on, whole days; drawn over the forecast.

    Returns
    -------
    list of Path
        The pictures.
    """
    labels = Labels(next(known for known in LANGUAGES if known == lang))
    hourly, daily = _total(hourly), _total(daily)
    came_hourly = came_daily = None
    if actual is not None:
        came_hourly = pd.DataFrame({"time": hourly["time"].iloc[: len(actual)], "orders": actual})
        per_day = actual.reshape(-1, 24).sum(axis=1)
        came_daily = pd.DataFrame({"date": daily["date"].iloc[: len(per_day)], "orders": per_day})
    with applied(register()):
        fan, days = (
            Figure(SIZE_INCHES, layout="constrained"),
            Figure(SIZE_INCHES, layout="constrained"),
        )
        demand_fan(fan.add_subplot(), hourly, labels, came_hourly)
        daily_bars(days.add_subplot(), daily, labels, came_daily)
        return [
            save_png(fan, folder / "demand-fan.png"),
            save_png(days, folder / "demand-days.png"),
        ]


def _total(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["region"] == "all"].reset_index(drop=True)
