"""The way to the plan as a table and as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.domain.costs import simulated_costs
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.studies.certification.loop import Iteration, PlanningHistory

COLUMNS = [
    "step",
    "plan",
    "what",
    "planned_cost",
    "bound",
    "gap",
    "simulated_cost",
    "on_time_share",
    "kept",
    "promotions",
    "kept_share",
    "person_days",
    "vehicles",
    "headroom",
    "certified",
]


def path_table(problem: Problem, journey: PlanningHistory) -> pd.DataFrame:
    """One row per step: what was done with which plan, what it costs, what the solver proved, and
    how often the promise was kept in the promotions it was played on.
    """
    rows = [_row(problem, number, step) for number, step in enumerate(journey.steps, start=1)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(problem: Problem, number: int, step: Iteration) -> tuple[Any, ...]:
    plan, n = step.plan, len(step.summaries)
    total = sum(simulated_costs(problem, plan, step.summaries).values())
    return (
        number,
        step.number,
        step.what,
        "" if plan.objective is None else to_major(plan.objective, problem.currency),
        "" if plan.bound is None else to_major(plan.bound, problem.currency),
        "" if plan.gap is None else round(plan.gap, 6),
        to_major(round(float(np.mean(total))), problem.currency),
        round(float(np.mean([s.on_time_share for s in step.summaries])), 6),
        step.kept(problem),
        n,
        round(step.kept(problem) / n, 6),
        person_days(plan),
        sum(e.vehicles for e in plan.extra),
        round(step.feedback.headroom, 4) if step.feedback else 1.0,
        "" if step.verdict is None else step.verdict.certified,
    )


def person_days(plan: Plan) -> int:
    """Shifts to be worked in all."""
    return sum(row.headcount for row in plan.staffing)


def journey_json(problem: Problem, journey: PlanningHistory) -> dict[str, Any]:
    """How the plan was reached and why it ended there (the key `loop` of plan.json)."""
    trimmed, planned = journey.trimmed, journey.planned
    return {
        "stopped": journey.stopped,
        "plans": max(step.number for step in journey.steps),
        "verdicts": sum(step.verdict is not None for step in journey.steps),
        "simulated": journey.played,
        "planned": {
            "status": planned.status,
            "objective": _major(problem, planned.objective),
            "bound": _major(problem, planned.bound),
            "gap": planned.gap,
            "model_bound": _major(problem, planned.model_bound),
            "model_gap": planned.model_gap,
        },
        "trimmed": None
        if trimmed is None
        else {
            "kept": journey.last.plan.staffing != planned.staffing
            or journey.last.plan.extra != planned.extra,
            "dropped": dict(trimmed.dropped),
            "saved": _major(problem, trimmed.saved_minor),
            "complete": trimmed.complete,
            "simulated": trimmed.played,
        },
    }


def _major(problem: Problem, minor: int | None) -> float | None:
    return None if minor is None else float(to_major(minor, problem.currency))
