"""What the charts of report.html show: numbers from the tables, for `charts.js` to draw.

The numbers are rounded here, so that the page says the same in every browser.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.reporting.pages.figure_page import of_all_regions
from planner.reporting.tables.run_folder import RunFolder, to_moment
from planner.reporting.webpage.both import Bilinguals, Both, words

Json = dict[str, Any]
MOST_NUMBERS: Final = 30_000  # of one chart; beyond them the hours of a day become one point
BAND: Final = (
    ("p05", "low", "web_low"),
    ("p50", "line", "web_middle"),
    ("p95", "high", "web_high"),
)


def demand_chart(both: Bilinguals) -> Json | None:
    """Orders by hour and by day over all regions: median, 5 % and 95 % points."""
    run = both.one.run
    if not run.has("forecast_hourly"):
        return None
    hourly = of_all_regions(run.table("forecast_hourly"))
    choices = [_choice(words("web_by_hour"), hourly, "time", BAND)]
    if run.has("forecast_daily"):
        daily = of_all_regions(run.table("forecast_daily"))
        choices.append(_choice(words("web_by_day"), daily, "date", BAND))
    return _chart("web_orders_unit", choices)


def backlog_chart(both: Bilinguals) -> Json | None:
    """Orders waiting at each process."""
    return _by_process(both, "backlog", "web_orders_unit")


def people_chart(both: Bilinguals) -> Json | None:
    """People present at each process."""
    return _by_process(both, "staff", "web_people_unit")


def service_chart(both: Bilinguals) -> Json | None:
    """The on-time share of every replication, from the worst to the best, and the target."""
    run = both.one.run
    if not run.has("replications"):
        return None
    shares = np.sort(100.0 * (1.0 - run.table("replications")["late_share"].to_numpy(dtype=float)))
    target = 100.0 * float(run.run["service"]["on_time_share"])
    series = [
        _series("line", words("web_on_time"), shares, 2),
        _series("target", words("web_target"), np.full(len(shares), target), 2),
    ]
    choice = {"label": ["", ""], "x": [*range(1, len(shares) + 1)], "series": series}
    axis = words("web_replications_axis").pair
    return _chart("web_on_time_unit", [choice]) | {
        "axis": axis,
        "time": False,
        "digits": 2,
        "share": True,
    }


def _chart(unit: str, choices: Sequence[Json]) -> Json:
    return {
        "unit": words(unit).pair,
        "axis": words("web_time").pair,
        "time": True,
        "digits": 0,
        "choices": list(choices),
    }


def _by_process(both: Bilinguals, column: str, unit: str) -> Json | None:
    """A column of the table `hourly` with its points, process by process."""
    run = both.one.run
    if not run.has("hourly"):
        return None
    shape = "step " if column == "staff" else ""
    columns = [(f"{column}_{point}", f"{shape}{kind}", label) for point, kind, label in BAND]
    size = len(run.table("hourly")) * len(columns)
    days = size > MOST_NUMBERS
    choices = []
    for site, process, rows in _processes(run):
        if days:
            rows = _highest_of_days(rows, [name for name, _, _ in columns])
        choices.append(_choice(_named(both, site, process, days), rows, "time", columns))
        if sum(len(choice["x"]) for choice in choices) * len(columns) > MOST_NUMBERS:
            break
    return _chart(unit, choices) | {"digits": 1 if column == "staff" else 0}


def _processes(run: RunFolder) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Each process of each site with its rows, in the order of the work."""
    hourly = run.table("hourly")
    for (site, process), rows in hourly.groupby(["site", "process"], sort=False):
        yield str(site), str(process), rows


def _named(both: Bilinguals, site: str, process: str, days: bool) -> Both:
    """Names of a site and a process, and that points are days."""

    def name(context: Any) -> str:
        found = f"{context.site(site)} · {context.labels.name('process', process)}"
        return f"{found} ({context.labels('web_day_highest')})" if days else found

    return both.say(name)


def _highest_of_days(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The highest hour of each day, for each column."""
    return rows.groupby(rows["time"].str[:10], sort=False)[columns].max().reset_index()


def _choice(
    label: Both, rows: pd.DataFrame, time: str, columns: Sequence[tuple[str, str, str]]
) -> Json:
    """One of the pictures that a chart can show."""
    digits = 1 if any(name.startswith("staff") for name, _, _ in columns) else 0
    return {
        "label": label.pair,
        "x": [_seconds(str(text)) for text in rows[time]],
        "series": [
            _series(kind, words(text), rows[name].to_numpy(dtype=float), digits)
            for name, kind, text in columns
        ],
    }


def _series(kind: str, label: Both, values: Any, digits: int) -> Json:
    return {
        "kind": kind,
        "label": label.pair,
        "values": [
            None if np.isnan(v) else (round(float(v), digits) if digits else round(float(v)))
            for v in values
        ],
    }


def _seconds(text: str) -> int:
    """A moment of the scenario's clock as seconds, which `charts.js` reads as the same clock."""
    at: datetime = to_moment(text)
    return int(at.replace(tzinfo=UTC).timestamp())
