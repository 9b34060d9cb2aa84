"""What lists of routing rules cost and keep on the held-out replications of their plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats
from planner.domain.costs import simulated_costs
from planner.domain.money import minor_digits
from planner.domain.plan import Certificate, Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.routing_rules import Rules, under_rules
from planner.domain.statistics import t_interval
from planner.studies.certification.certificate import CertificationLook, certify
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.runs.run_context import RunContext

PLAN_ITSELF = "all"  # name of the plan's whole routing table among the lists
STUDY = "plan"
COST_COLUMNS = (
    "rules", "cost_per_order", "extra", "extra_low", "extra_high", "on_time_share", "kept",
    "replications", "certified", "study",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class HeldOut:
    """A plan, the held-out replications of its certificate, and the terms of the look."""

    plan: Plan
    summaries: Sequence[Summary]
    look: CertificationLook


def rules_cost(
    problem: Problem,
    ours: HeldOut,
    lists: Mapping[str, Rules],
    context: RunContext,
) -> pd.DataFrame:
    """What lists of rules cost and keep on the held-out replications of a plan, then the plan.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    ours : HeldOut
        The plan with its held-out replications.
    lists : mapping
        Rules by the name of their list.
    context : RunContext
        Where replications are simulated.

    Returns
    -------
    DataFrame
        A row for each list; differences are paired, on the same orders.
    """
    context.begin("simulating routing rules", ours.look.replications)
    plans = [under_rules(problem, ours.plan, rules) for rules in lists.values()]
    n = len(ours.summaries)
    results = evaluate_plans(problem, plans, context, ours.look.stream_set, n) if plans else []
    evaluated = [*zip(plans, results, strict=True), (ours.plan, ours.summaries)]
    own = cost_per_order(problem, ours.plan, ours.summaries)
    # the same people whatever the routing
    empty = () if ours.plan.certificate is None else ours.plan.certificate.empty_places
    rows = [
        _cost_row(
            problem,
            name,
            summaries,
            (cost := cost_per_order(problem, plan, summaries), cost - own),
            certify(problem, summaries, ours.look, empty),
        )
        for name, (plan, summaries) in zip([*lists, PLAN_ITSELF], evaluated, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COST_COLUMNS))


def cost_per_order(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Floats:
    """The whole cost of a plan per order of each replication, in major units.

    Parameters
    ----------
    problem : Problem
        The problem that was simulated.
    plan : Plan
        The plan that was simulated.
    summaries : Sequence[Summary]
        One for each replication.

    Returns
    -------
    Floats
        Amounts [replication].
    """
    total = np.asarray(sum(simulated_costs(problem, plan, summaries).values()), dtype=float)
    placed = np.array([max(summary.placed, 1) for summary in summaries], dtype=float)
    return np.asarray(total / placed / 10.0 ** minor_digits(problem.currency))


def _cost_row(
    problem: Problem,
    name: str,
    summaries: Sequence[Summary],
    cost_and_extra: tuple[Floats, Floats],
    verdict: Certificate,
) -> tuple[object, ...]:
    """Cells of a list in the table `rules_cost`."""
    cost, extra = cost_and_extra
    digits = minor_digits(problem.currency) + 2
    figures = (float(cost.mean()), *t_interval(extra))
    return (
        name,
        *(None if np.isnan(x) else round(x, digits) for x in figures),
        round(float(np.mean([summary.on_time_share for summary in summaries])), 6),
        verdict.met,
        verdict.replications,
        verdict.certified,
        STUDY,
    )
