"""The tables of a replay."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats
from planner.domain.money import to_major
from planner.domain.problem import Problem
from planner.domain.statistics import t_interval, t_quantile
from planner.reporting.tables.method_tables import peak_staffing
from planner.reporting.tables.replay_tables import (
    REPLAY_DAYS_TABLE,
    REPLAY_INPUTS_TABLE,
    REPLAY_TABLE,
)
from planner.studies.backtest.replay_cases import ReplayedCase
from planner.studies.backtest.replay_log import PastPromotion
from planner.studies.backtest.replay_outcome import LogOutcome, per_day
from planner.studies.backtest.replay_rates import Rates
from planner.studies.backtest.replay_scans import ScanEstimate


def replay_table(
    problem: Problem, past: PastPromotion, outcome: LogOutcome, cases: Sequence[ReplayedCase]
) -> pd.DataFrame:
    """Tabulate what happened, and what each plan would have made of it.

    Parameters
    ----------
    problem : Problem
        The replayed problem.
    past : PastPromotion
        The log.
    outcome : LogOutcome
        Its late orders.
    cases : sequence of ReplayedCase
        The plans.

    Returns
    -------
    DataFrame
        The table `replay`.
    """
    own = past.orders.second < problem.horizon.reported_end_s
    came = float(own.sum()) * past.orders.scale
    share = outcome.late_share
    notes = "" if share is not None else "; ".join(outcome.notes)
    rows: list[tuple[object, ...]] = []
    rows.append(("log", round(came, 1), _rounded(share), *[None] * 8, 0, notes))
    first = next((case for case in cases if case.plan is not None), None)
    rows += [_case_row(problem, came, case, first) for case in cases]
    table = REPLAY_TABLE.frame(rows)
    return table.astype({"people": "Int64", "person_days": "Int64"})


def _case_row(
    problem: Problem, came: float, case: ReplayedCase, first: ReplayedCase | None
) -> tuple[object, ...]:
    """The row of a plan."""
    if case.plan is None or first is None:
        return (case.case, round(came, 1), *[None] * 9, 0, case.message)
    low, high = single_interval(case.late)
    extra: list[Decimal | None] = [None] * 3
    if case is not first:
        extra = [_money(problem, value) for value in t_interval(case.costs - first.costs)]
    return (
        case.case,
        round(float(np.mean([s.placed for s in case.summaries])), 1),
        _rounded(float(case.late.mean())),
        _rounded(low),
        _rounded(high),
        _money(problem, float(case.costs.mean())),
        *extra,
        peak_staffing(case.plan)[1],
        sum(row.headcount for row in case.plan.staffing),
        len(case.summaries),
        "",
    )


def single_interval(values: Floats) -> tuple[float | None, float | None]:
    """Where one more replication lies in 95 of 100 cases; a share stays within 0 and 1.

    Returns
    -------
    tuple of float or None
        Limits; None where there is a single replication.
    """
    n = len(values)
    if n < 2:
        return None, None
    half = t_quantile(n - 1) * float(values.std(ddof=1)) * (1 + 1 / n) ** 0.5
    middle = float(values.mean())
    return max(middle - half, 0.0), min(middle + half, 1.0)


def days_table(
    problem: Problem, past: PastPromotion, cases: Sequence[ReplayedCase]
) -> pd.DataFrame:
    """Tabulate orders that came, left and were open, day by day.

    Parameters
    ----------
    problem : Problem
        The replayed problem.
    past : PastPromotion
        The log.
    cases : sequence of ReplayedCase
        The plans.

    Returns
    -------
    DataFrame
        The table `replay_days`; of the log only where it says when orders left.
    """
    scale, horizon = past.orders.scale, problem.horizon
    came = per_day(problem, past.orders.second) * scale
    opening = float((past.orders.second < 0).sum()) * scale
    dates = [horizon.date_of(day).isoformat() for day in range(horizon.reported_days)]
    rows: list[tuple[object, ...]] = []

    def add(case: str, left: Floats, low: Floats | None, high: Floats | None) -> None:
        open_ = opening + np.cumsum(came - left)
        for day, date in enumerate(dates):
            spread = (None, None) if low is None or high is None else (low[day], high[day])
            numbers = (came[day], left[day], *spread, open_[day])
            rows.append((case, date, *(_rounded(number, 1) for number in numbers)))

    if past.left is not None:
        left = np.asarray(per_day(problem, past.moments[past.left]) * scale, dtype=np.float64)
        add("log", left, None, None)
    for case in cases:
        if case.plan is not None:
            left = case.handed_over.astype(np.float64)
            low, high = np.quantile(left, [0.05, 0.95], axis=0)
            add(case.case, left.mean(axis=0), low, high)
    return REPLAY_DAYS_TABLE.frame(rows)


def inputs_table(
    past: PastPromotion, rates: Rates | None, scans: Sequence[ScanEstimate]
) -> pd.DataFrame:
    """Tabulate what the log says of rates of work and scan delays.

    Parameters
    ----------
    past : PastPromotion
        The log.
    rates : Rates or None
        Rates of work.
    scans : sequence of ScanEstimate
        Scan delays.

    Returns
    -------
    DataFrame
        The table `replay_inputs`.
    """
    rows: list[tuple[object, ...]] = []
    if rates is not None:
        seen = int((past.moments[rates.moment] >= 0).sum())
        rows += [
            (
                rate.path,
                "orders per person-hour",
                *(_rounded(v, 2) for v in (rate.stated, rate.estimated, rate.low, rate.high)),
                seen,
                rate.reading,
            )
            for rate in rates.estimates
        ]
    rows += [
        (
            scan.path,
            "hours",
            *(_rounded(v, 2) for v in (scan.stated, scan.estimated, scan.low, scan.high)),
            scan.scans,
            "told",
        )
        for scan in scans
    ]
    return REPLAY_INPUTS_TABLE.frame(rows)


def _rounded(value: float | None, digits: int = 6) -> float | None:
    return None if value is None else round(float(value), digits)


def _money(problem: Problem, minor: float) -> Decimal | None:
    return None if np.isnan(minor) else to_major(round(minor), problem.currency)
