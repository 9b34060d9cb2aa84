"""The verdict: does a plan keep its promise on demand it has never seen?"""

from __future__ import annotations

from collections.abc import Sequence

from scipy.stats import beta

from planner.domain.plan import Certificate
from planner.domain.problem import Problem
from planner.domain.records import Summary

LEVEL = 0.95  # confidence of the bound itself


def lower_bound(met: int, replications: int, level: float = LEVEL) -> float:
    """One-sided Clopper-Pearson lower bound for a probability seen `met` times of `replications`.

    Clopper, Pearson 1934 (doi 10.1093/biomet/26.4.404): the `1 - level` point of Beta(met, replications - met + 1).
    """
    if met == 0:
        return 0.0
    return float(beta.ppf(1.0 - level, met, replications - met + 1))


def certify(problem: Problem, summaries: Sequence[Summary]) -> Certificate:
    """Certificate of a plan from its held-out replications (the planning of the plan must not have seen them)."""
    met = sum(s.keeps(problem.service.on_time_share) for s in summaries)
    bound = lower_bound(met, len(summaries))
    return Certificate(
        certified=bound >= problem.service.confidence,
        on_time_share=problem.service.on_time_share,
        confidence=problem.service.confidence,
        replications=len(summaries),
        met=met,
        lower_bound=bound,
        level=LEVEL,
        seed=problem.seed,
    )
