"""The planning history as a table and as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.domain.costs import simulated_costs
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.studies.certification.iterations import Iteration, PlanningHistory

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


def history_table(problem: Problem, history: PlanningHistory) -> pd.DataFrame:
    """One row per iteration: the plan, its cost and bound, and the replications it met."""
    rows = [_row(problem, k, one) for k, one in enumerate(history.iterations, start=1)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(problem: Problem, number: int, iteration: Iteration) -> tuple[Any, ...]:
    plan, summaries = iteration.plan, iteration.summaries
    met, n = iteration.met(problem), len(summaries)
    total = sum(simulated_costs(problem, plan, summaries).values())
    return (
        number,
        iteration.number,
        iteration.what,
        "" if plan.objective is None else to_major(plan.objective, problem.currency),
        "" if plan.bound is None else to_major(plan.bound, problem.currency),
        "" if plan.gap is None else round(plan.gap, 6),
        to_major(round(float(np.mean(total))), problem.currency),
        round(float(np.mean([s.on_time_share for s in summaries])), 6),
        met,
        n,
        round(met / n, 6),
        person_days(plan),
        sum(e.vehicles for e in plan.extra),
        round(iteration.feedback.headroom, 4) if iteration.feedback else 1.0,
        "" if iteration.verdict is None else iteration.verdict.certified,
    )


def person_days(plan: Plan) -> int:
    """Number of shifts to be worked."""
    return sum(row.headcount for row in plan.staffing)


def history_json(problem: Problem, history: PlanningHistory) -> dict[str, Any]:
    """How the plan was reached and why the loop stopped: the key `loop` of plan.json."""
    planned = history.planned
    return {
        "stopped": history.stopped,
        "plans": max(one.number for one in history.iterations),
        "verdicts": sum(one.verdict is not None for one in history.iterations),
        "simulated": history.simulated,
        "planned": {
            "status": planned.status,
            "objective": _major(problem, planned.objective),
            "bound": _major(problem, planned.bound),
            "gap": planned.gap,
            "model_objective": _major(problem, planned.model_objective),
            "model_bound": _major(problem, planned.model_bound),
            "model_gap": planned.model_gap,
        },
        "reinforced": _reinforced_json(problem, history),
        "trimmed": _trimmed_json(problem, history),
    }


def _reinforced_json(problem: Problem, history: PlanningHistory) -> dict[str, Any] | None:
    adjusted = history.adjusted
    if adjusted is None or adjusted.reinforced is None:
        return None
    found, last = adjusted.reinforced, history.last.plan
    kept = [found.plan] if adjusted.trimmed is None else [found.plan, adjusted.trimmed.plan]
    return {
        "kept": found.changed and any(_same_decisions(last, plan) for plan in kept),
        "added": dict(found.added),
        "cost": _major(problem, found.cost_minor),
        "rerouted": round(found.rerouted, 6),
        "missed_before": found.missed_before,
        "missed": found.missed,
        "runs": found.runs,
        "simulated": found.simulated,
    }


def _trimmed_json(problem: Problem, history: PlanningHistory) -> dict[str, Any] | None:
    trimmed = None if history.adjusted is None else history.adjusted.trimmed
    if trimmed is None:
        return None
    return {
        "kept": bool(trimmed.dropped) and _same_decisions(history.last.plan, trimmed.plan),
        "dropped": dict(trimmed.dropped),
        "saved": _major(problem, trimmed.saved_minor),
        "complete": trimmed.complete,
        "simulated": trimmed.simulated,
    }


def _same_decisions(one: Plan, other: Plan) -> bool:
    """Whether two plans have the same people, vehicles, stock and routing."""
    return (one.staffing, one.extra, one.stock, one.routing) == (
        other.staffing,
        other.extra,
        other.stock,
        other.routing,
    )


def _major(problem: Problem, minor: int | None) -> float | None:
    return None if minor is None else float(to_major(minor, problem.currency))
