"""The table of declared numbers, and the number to declare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.problem import Problem
from planner.domain.statistics import t_interval
from planner.reporting.tables.capacity_tables import DECLARE_TABLE
from planner.studies.capacity.declaration import Declaration, Declared, asking
from planner.studies.certification.certificate import lower_bound


def declare_table(declaration: Declaration) -> pd.DataFrame:
    """The table `declare`: no number first, then from the smallest up, at each demand.

    Parameters
    ----------
    declaration : Declaration
        What was tried.

    Returns
    -------
    DataFrame
        A row for each demand and number.
    """
    rows = []
    for demand, by_number in zip(declaration.demands, declaration.outcomes, strict=True):
        for number, outcomes in zip(declaration.numbers, by_number, strict=True):
            chosen = number == declaration.recommended and demand == declaration.demands[-1]
            rows.append((demand, number or None, chosen, *_cells(outcomes, by_number[0])))
    return DECLARE_TABLE.frame(rows).astype({"declared": "Int64"})


def _cells(outcomes: Sequence[Declared], without: Sequence[Declared]) -> tuple[object, ...]:
    """What became of the promotions with a number, next to the same ones without."""
    n, kept = len(outcomes), sum(one.kept for one in outcomes)
    late = np.array([one.late for one in outcomes], dtype=float)
    due = np.array([one.due for one in outcomes], dtype=float)
    avoided = t_interval(np.array([one.late for one in without], dtype=float) - late)
    delayed = sum(one.delayed for one in outcomes)
    hours = sum(one.delayed_s for one in outcomes) / 3600 / max(delayed, 1)
    return (
        kept,
        n,
        round(lower_bound(kept, n), 6),
        round(float(np.mean(late / np.maximum(due, 1))), 6),
        round(float(late.mean()), 2),
        *(None if np.isnan(x) else round(float(x), 2) for x in avoided),
        round(sum(one.extended for one in outcomes) / n, 2),
        round(delayed / n, 2),
        round(hours, 2),
        round(sum(one.paced for one in outcomes) / n, 6),
    )


def declaration_json(problem: Problem, declaration: Declaration | None) -> dict[str, Any] | None:
    """The number to declare as `--json` has it; None where the platform asks for none."""
    place = asking(problem)
    if declaration is None or place is None:
        return None
    rule = problem.platforms[place]
    asked = rule.order_handling_capacity
    return {
        "platform": rule.name,
        "orders_per_day": declaration.recommended,
        "low": declaration.recommended,
        "high": declaration.high,
        "demand": declaration.demands[-1],
        "needed": declaration.needed,
        "extends_working_days": None if asked is None else asked.extends_working_days,
        "pacing": None if asked is None else asked.pacing,
    }
