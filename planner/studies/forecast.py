"""From what is known to what may come: fit the baseline, draw the fan, score it against what came."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.domain.problem import Problem
from planner.forecasting.fit import fit_baseline

if TYPE_CHECKING:
    import pandas as pd


def prepare(problem: Problem) -> Problem:
    """The problem with its baseline fitted to its history; unchanged when there is none, or a baseline is stated."""
    demand = problem.demand
    if demand.history is None or demand.baseline is not None:
        return problem
    return replace(problem, demand=replace(demand, baseline=fit_baseline(demand.history, problem.horizon)))


def forecast(problem: Problem, replications: int, seed: int) -> dict[str, pd.DataFrame]:
    """Tables forecast_hourly, forecast_daily, forecast_peak of a prepared problem, from `replications` paths."""
    from planner.forecasting.fan import fan

    return fan(problem, replications, seed)
