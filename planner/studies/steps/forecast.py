"""Forecast of the demand: fit the baseline, draw paths, and score them against actual counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.arrays import Ints
from planner.domain.demand import Baseline
from planner.domain.demand_path import PullForward, mean_path
from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.forecasting.baseline_fit import fit_baseline
from planner.forecasting.closed_times import closed_weekdays
from planner.forecasting.daily_series import day_number, whole_days
from planner.formats.base.columns import COUNTS
from planner.formats.base.findings import Findings

if TYPE_CHECKING:
    import pandas as pd

    from planner.formats.scenario.reader import Scenario
    from planner.studies.runs.run_context import RunContext

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def prepare(problem: Problem) -> Problem:
    """Fit the baseline of a problem to its history; unchanged without one, or if it is stated."""
    demand = problem.demand
    if demand.history is None or demand.baseline is not None:
        return problem
    return replace(
        problem, demand=replace(demand, baseline=fit_baseline(demand.history, problem.horizon))
    )


def closed_notes(problem: Problem) -> list[str]:
    """Notes on weekdays and hours that never sold and are taken as closed."""
    history, horizon, baseline = problem.demand.history, problem.horizon, problem.demand.baseline
    if history is None or baseline is None:
        return []
    stated = {*history.closed_days, *(opens.day for opens in history.open_days)}
    days = map(horizon.date_of, range(horizon.reported_days))
    left = {day.weekday() for day in days if day not in stated}
    closed = closed_weekdays(whole_days(history).before(day_number(horizon.start)))
    notes = [
        f"history: no order on the last {weeks} {_WEEKDAYS[kind]}s: taken as closed; if the shop "
        "opens on one, list it "
        "in demand.history.open_days"
        for kind, weeks in closed.items()
        if kind in left
    ]
    hours = _closed_hours(baseline)
    return notes + (
        [f"history: never an order at {hours}: none are expected then"] if hours else []
    )


def _closed_hours(baseline: Baseline) -> str:
    """The hours of the day without orders on all days that have any: 00:00-08:00, 22:00-24:00."""
    total = baseline.orders_per_hour.reshape(-1, 24).sum(axis=0)
    silent = [hour for hour in range(24) if total[hour] == 0 < total.sum()]
    begins = [hour for hour in silent if hour - 1 not in silent]
    ends = [hour + 1 for hour in silent if hour + 1 not in silent]
    return ", ".join(f"{begin:02}:00-{end:02}:00" for begin, end in zip(begins, ends, strict=True))


def expected_pull_forward(problem: Problem) -> PullForward | None:
    """Orders that events bring forward from the baseline on the mean path; None without any."""
    found = mean_path(problem.demand, problem.horizon).pull_forward
    return found if found is not None and found.stated > 0 else None


def in_figures(pulled: PullForward) -> dict[str, int]:
    """Round to whole orders: stated, taken on the promotion's own days, after them, and missing."""
    figures = {
        "stated": pulled.stated,
        "taken": pulled.within,
        "after": pulled.after,
        "missing": pulled.missing,
    }
    return {name: round(orders) for name, orders in figures.items()}


def pull_forward_warning(problem: Problem) -> list[str]:
    """Words about orders that events bring forward from a baseline that does not have them."""
    found = expected_pull_forward(problem)
    if found is None or found.missing < 1:
        return []
    words = (
        "pull_forward: the baseline after the events is too small for {stated:,} orders: "
        "{taken:,} are taken, "
        "{after:,} fall after the horizon, {missing:,} are missing"
    )
    return [words.format(**in_figures(found))]


def forecast(problem: Problem, replications: int, seed: int) -> dict[str, pd.DataFrame]:
    """Forecast the demand of a prepared problem.

    Parameters
    ----------
    problem : Problem
        A problem with a baseline.
    replications : int
        Demand paths to draw.
    seed : int
        Seed of the draws.

    Returns
    -------
    dict of DataFrame
        Tables forecast_hourly, forecast_daily and forecast_peak.
    """
    from planner.forecasting.fan import fan

    return fan(problem, replications, seed)


@contextmanager
def forecasting(
    problem: Problem, context: RunContext
) -> Iterator[Callable[[], dict[str, pd.DataFrame]]]:
    """Forecast while this block plans, where a worker is kept for it, or else before it.

    Yields
    ------
    callable
        Waits for the tables of `forecast`.
    """
    make = partial(forecast, problem, context.options.sampling.forecast_paths, problem.seed)
    executor, enough = context.executor, context.budget.replications
    # a study that is resumed has little left to do meanwhile
    if executor.worth_workers(problem, enough) and not context.journal.resumed:
        with executor.background(make) as forecasted:
            yield forecasted
        return
    context.begin("forecasting")
    tables = make()
    yield lambda: tables


def read_actuals(path: Path, problem: Problem) -> Ints:
    """Counts that came, [hour, region], from the horizon's start to the last day the file holds.

    Columns time, region, orders; rows outside the horizon are left out. Raises InputError with all
    findings.
    """
    import numpy as np

    from planner.formats.scenario.region_references import region_numbers
    from planner.formats.tables.tables import read_cells, table_of_file

    table, findings = table_of_file(path, path.name), Findings(path.parent)
    cells = read_cells(table, COUNTS, problem.currency, findings)
    if cells is None:
        raise InputError(findings.found)
    numbers = region_numbers(table, cells["region"], "region", problem.regions, findings)
    hours = problem.horizon.reported_days * 24
    counts = np.zeros((hours, len(problem.regions)), dtype=np.int64)
    last = -1
    for time, number, orders in zip(cells["time"], numbers.tolist(), cells["orders"], strict=True):
        hour = problem.horizon.second(time) // HOUR_S
        if 0 <= hour < len(counts) and number >= 0:
            counts[hour, number] += orders
            last = max(last, hour // 24)
    if not findings.found and last < 0:
        findings.found.append(Finding(path.name, 0, 0, "time", "holds no hour of the horizon"))
    if findings.found:
        raise InputError(findings.found)
    return counts[: 24 * (last + 1)]


def score_actuals(problem: Problem, actuals: Ints, replications: int, seed: int) -> pd.DataFrame:
    """Score the forecast against actual counts.

    A history that is a sample (`scale`) was counted in the same way as the actuals: the paths are
    thinned likewise.

    Parameters
    ----------
    problem : Problem
        A problem with a baseline.
    actuals : ndarray
        Actual counts [hour, region].
    replications : int
        Demand paths to draw.
    seed : int
        Seed of the draws.

    Returns
    -------
    DataFrame
        Table actuals_score.
    """
    from planner.forecasting.fan import sample_counts
    from planner.forecasting.forecast_score import score

    sampled = sample_counts(problem, replications, seed, thinning=1.0 / _scale(problem))
    return score(sampled.sum(axis=2)[:, : len(actuals)], actuals.sum(axis=1))


def forecast_only(
    folder: Path,
    scenario: Scenario,
    replications: int,
    *,
    lang: str,
    actuals: Path | None,
    options: dict[str, Any],
) -> dict[str, pd.DataFrame]:
    """Write tables, figures and manifest of a forecast into a draft folder.

    Parameters
    ----------
    folder : Path
        The draft folder.
    scenario : Scenario
        A loaded scenario.
    replications : int
        Demand paths to draw.
    lang : {"en", "zh"}
        Language of the figures.
    actuals : Path, optional
        File of actual counts to score the forecast with.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    dict of DataFrame
        The tables.
    """
    from planner.formats.tables.tables import write_table
    from planner.reporting.forecast_figures import draw_forecast
    from planner.studies.runs.manifest import kept_scenario, seal, versions

    problem = scenario.problem
    came = None if actuals is None else read_actuals(actuals, problem)
    tables = forecast(problem, replications, problem.seed)
    if came is not None:
        tables["actuals_score"] = score_actuals(problem, came, replications, problem.seed)
    for name in sorted(tables):
        write_table(tables[name], folder / "tables" / f"{name}.csv")
    hourly = None if came is None else came.sum(axis=1) * _scale(problem)
    draw_forecast(
        folder / "figures", tables["forecast_hourly"], tables["forecast_daily"], lang, hourly
    )
    horizon = problem.horizon
    manifest = {
        "name": problem.name,
        "timezone": horizon.timezone,
        "start": horizon.start.isoformat(timespec="minutes"),
        "days": horizon.reported_days,
        "seed": problem.seed,
        "replications": replications,
        "versions": versions(),
        **kept_scenario(folder, scenario),
        "options": options,
        "lang": lang,
    }
    seal(folder, manifest)
    return tables


def summary(problem: Problem, tables: dict[str, pd.DataFrame], replications: int) -> dict[str, Any]:
    """Summarise a forecast for `--json`.

    Parameters
    ----------
    problem : Problem
        The problem.
    tables : dict of DataFrame
        Tables of the forecast.
    replications : int
        Demand paths drawn.

    Returns
    -------
    dict
        The peak, the daily totals, the spread of the baseline, and the score if there is one.
    """
    peak = tables["forecast_peak"].set_index("what")
    daily = tables["forecast_daily"]
    daily = daily[daily["region"] == "all"].drop(columns="region")
    found: dict[str, Any] = {
        "seed": problem.seed,
        "replications": replications,
        "peak_hour_time": peak.loc["peak_hour_time"].to_dict(),
        "days": daily.to_dict(orient="records"),
    }
    for what in ("peak_hour_orders", "peak_day_orders", "total_orders"):
        found[what] = {level: int(str(value)) for level, value in peak.loc[what].items()}
    pulled = expected_pull_forward(problem)
    if pulled is not None:
        found["pull_forward"] = in_figures(pulled)
    baseline, days = problem.demand.baseline, problem.horizon.reported_days
    if baseline is not None:
        found["baseline"] = {
            "orders_per_day": round(float(baseline.orders_per_hour[: days * 24].sum()) / days, 3),
            "level_cv": round(baseline.level_cv, 4),
            "day_cv": round(baseline.day_cv, 4),
            "hour_cv": round(baseline.hour_cv, 4),
        }
    if "actuals_score" in tables:
        rows = tables["actuals_score"].to_dict(orient="records")
        found["actuals"] = [
            {key: value for key, value in row.items() if value != ""} for row in rows
        ]
    return found


def _scale(problem: Problem) -> float:
    return problem.demand.history.scale if problem.demand.history is not None else 1.0
