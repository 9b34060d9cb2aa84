"""Plans told as soon as they exist, long before the result is written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.domain.costs import simulated_costs
from planner.domain.money import to_major
from planner.domain.plan import Certificate, Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.reporting.language.labels import Labels
from planner.reporting.language.plan_sentences import certified_sentence, draft_sentence
from planner.studies.runs.run_context import RunContext


def tell_draft(problem: Problem, plan: Plan, context: RunContext) -> None:
    """Tell the cost and the people of a plan that was not simulated yet.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    context : RunContext
        Whose listener is told.
    """
    context.listener.tell(draft_in_words(problem, plan))


def draft_in_words(problem: Problem, plan: Plan) -> str:
    """Cost and people of a plan that was not simulated, and that it is not certified."""
    labels = Labels("en", problem.currency)
    cost = 0 if plan.objective is None else plan.objective
    return draft_sentence(labels, _major(cost, problem), people_at_the_peak(problem, plan))


def tell_certified(
    problem: Problem,
    plan: Plan,
    verdict: Certificate,
    summaries: Sequence[Summary],
    context: RunContext,
) -> None:
    """Tell the cost and the people of a plan that was put to its last look.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    verdict : Certificate
        Its certificate.
    summaries : sequence of Summary
        Its held-out replications.
    context : RunContext
        Whose listener is told.
    """
    labels = Labels("en", problem.currency)
    cost = float(np.mean(sum(simulated_costs(problem, plan, summaries).values())))
    people = people_at_the_peak(problem, plan)
    context.listener.tell(
        certified_sentence(labels, verdict.certified, _major(round(cost), problem), people)
    )


def people_at_the_peak(problem: Problem, plan: Plan) -> tuple[int, int]:
    """People on the day of the promotion with most of them, and the temporaries among them."""
    everyone, temporary = (np.zeros(problem.horizon.reported_days, dtype=int) for _ in range(2))
    for row in plan.staffing:
        if row.day < len(everyone):
            everyone[row.day] += row.headcount
            if problem.crew(row.site, row.crew).temporary:
                temporary[row.day] += row.headcount
    peak = int(everyone.argmax())
    return int(everyone[peak]), int(temporary[peak])


def _major(minor: int, problem: Problem) -> float:
    return float(to_major(minor, problem.currency))
