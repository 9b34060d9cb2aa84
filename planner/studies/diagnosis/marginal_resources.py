"""What would help a plan with late orders: one more person or vehicle at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.domain.costs import planned_minor
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.studies.certification.addable_resources import AddableResource, addable_resources
from planner.studies.certification.common_replications import Evaluation
from planner.studies.certification.failure_places import Place
from planner.studies.runs.run_context import RunContext

COLUMNS = [
    "unit",
    "words",
    "site",
    "process",
    "crew",
    "shift",
    "contract",
    "date",
    "added",
    "failed_before",
    "failed_after",
    "saved_orders",
    "cost",
    "cost_per_order",
]


@dataclass(frozen=True)
class ChosenReplications:
    """An evaluation on chosen replications; picklable, as worker processes receive it once."""

    evaluation: Evaluation
    numbers: tuple[int, ...]

    def __call__(self, k: int) -> list[Summary]:
        """Evaluate the k-th of the replications."""
        return self.evaluation(self.numbers[k])


def marginal_resources_table(
    problem: Problem,
    plan: Plan,
    places: Counter[Place],
    context: RunContext,
    *,
    failing: Sequence[Summary],
    replications: int,
    stream_set: str,
    aim: int = 0,
) -> pd.DataFrame:
    """Evaluate one more person or vehicle at a time on the same replications.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    places : Counter
        Failed orders by place.
    context : RunContext
        Where replications run; its options say how many.
    failing : sequence of Summary
        Replications in which orders failed, the hardest first.
    replications : int
        Number of all replications.
    stream_set : str
        Set of random streams that the replications are drawn from.
    aim : int
        Which orders failed: those beyond the deadline (0), or a target of one's own (from 1).

    Returns
    -------
    DataFrame
        One row per resource, the most failed orders saved per cost first, those that save none
        last. `cost` is what the resource adds to what the plan commits to, which is paid in every
        replication; failed and saved orders are therefore means over all replications.
    """
    options = context.options.diagnosis
    resources = addable_resources(problem, plan, places, options.most_places)
    count = min(options.resource_replications, len(failing))
    spread = np.unique(np.linspace(0, len(failing) - 1, count).round().astype(int))
    numbers = tuple(failing[int(k)].replication for k in spread)
    plans = (plan, *(r.plan for r in resources))
    context.begin("trying one more person or vehicle", len(numbers))
    evaluation = Evaluation(problem, plans, context.executor.engine, stream_set)
    task = ChosenReplications(evaluation, numbers)
    results = context.replicate("helpers", task, len(numbers))
    failed = np.array([[summary.outcomes[aim][0] for summary in row] for row in results])
    before, *after = failed.mean(axis=0) * (len(failing) / replications)
    base = planned_minor(problem, plan)  # a person more in the tail is not free
    found = []
    for resource, left in zip(resources, after, strict=True):
        saved = float(before - left)
        cost = planned_minor(problem, resource.plan) - base
        row = _row(problem, resource, (float(before), float(left)), cost)
        found.append((saved <= 0, -saved / max(cost, 1), resource.label, row))
    found.sort(key=lambda f: f[:3])
    return pd.DataFrame([row for *_, row in found], columns=COLUMNS)


def _row(
    problem: Problem, resource: AddableResource, failed: tuple[float, float], cost_minor: int
) -> dict[str, object]:
    """Row of a resource; `failed`: mean orders without and with it."""
    saved, cost = failed[0] - failed[1], float(to_major(cost_minor, problem.currency))
    return {
        "unit": "vehicle" if resource.contract else "person",
        "words": resource.label,
        "site": resource.site,
        "process": resource.process,
        "crew": resource.crew,
        "shift": resource.shift,
        "contract": resource.contract,
        "date": problem.horizon.date_of(resource.day).isoformat(),
        "added": 1,
        "failed_before": round(failed[0], 3),
        "failed_after": round(failed[1], 3),
        "saved_orders": round(saved, 3),
        "cost": cost,
        "cost_per_order": round(cost / saved, 2) if saved > 0 else None,
    }
