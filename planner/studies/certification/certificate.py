"""The verdict: does a plan keep its promise on demand it has never seen?

A plan may be changed after a verdict and judged anew, on promotions never simulated before. So that
repeated tries do not make a wrong certificate likelier, what a look could have granted wrongly is
taken off what later looks may.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import beta, binom

from planner.domain.plan import Certificate
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT
from planner.domain.records import Summary

LEVEL = 0.95  # confidence of the bound itself
LIKELY = 0.9  # chance of passing a verdict that a plan should have before it is put to one


@dataclass(frozen=True)
class CertificationLook:
    """One verdict's terms: its number, promotions, the level of its bound, and what earlier looks
    may have granted.
    """

    number: int
    replications: int
    level: float = LEVEL
    spent: float = 0.0

    @property
    def stream_set(self) -> str:
        """The world its promotions are drawn from: no other look's."""
        return HELD_OUT if self.number == 1 else f"{HELD_OUT} {self.number}"

    def needed(self, confidence: float) -> int:
        """Promotions that must be kept for a certificate; one more than there are where none can be
        had.
        """
        return least_met(self.replications, confidence, self.level)

    def after(self, confidence: float) -> CertificationLook:
        """The next look: at most half of what is left of the risk of a wrong certificate, on as
        many promotions as it takes to forgive one miss.
        """
        spent = self.spent + wrongly(self.needed(confidence), self.replications, confidence)
        level = 1.0 - (1.0 - LEVEL - spent) / 2
        count = self.replications
        while lower_bound(count - 1, count, level) < confidence:
            count += 1
        return CertificationLook(self.number + 1, count, level, spent)


def least_met(replications: int, confidence: float, level: float = LEVEL) -> int:
    """Least number of promotions kept whose lower bound reaches the confidence; replications + 1
    where none does.
    """
    met = replications + 1
    while met > 1 and lower_bound(met - 1, replications, level) >= confidence:
        met -= 1
    return met


def wrongly(needed: int, replications: int, confidence: float) -> float:
    """Chance that a plan which keeps the promise just not often enough is certified."""
    return float(binom.sf(needed - 1, replications, confidence))


def misses_forgiven(look: CertificationLook, confidence: float, rehearsals: int) -> int:
    """Rehearsals that a plan may miss and still be likely to pass the look."""
    needed = look.needed(confidence)
    if needed > look.replications:
        return 0
    share = float(beta.ppf(LIKELY, needed, look.replications - needed + 1))
    return int((1.0 - share) * rehearsals)


def lower_bound(met: int, replications: int, level: float = LEVEL) -> float:
    """One-sided Clopper-Pearson lower bound for a probability seen `met` times of `replications`.

    Clopper, Pearson 1934 (doi 10.1093/biomet/26.4.404): the `1 - level` point of Beta(met,
    replications - met + 1).
    """
    if met == 0:
        return 0.0
    return float(beta.ppf(1.0 - level, met, replications - met + 1))


def certify(
    problem: Problem, summaries: Sequence[Summary], look: CertificationLook | None = None
) -> Certificate:
    """Certificate of a plan from its held-out replications (the planning of the plan must not have
    seen them).
    """
    met = sum(s.keeps(problem.service.on_time_share) for s in summaries)
    return certificate_of(problem, met, look or CertificationLook(1, len(summaries)))


def certificate_of(problem: Problem, met: int, look: CertificationLook) -> Certificate:
    """Certificate of a plan that met the service level in so many replications of a look."""
    bound = lower_bound(met, look.replications, look.level)
    return Certificate(
        certified=bound >= problem.service.confidence,
        on_time_share=problem.service.on_time_share,
        confidence=problem.service.confidence,
        replications=look.replications,
        met=met,
        lower_bound=bound,
        level=look.level,
        seed=problem.seed,
        look=look.number,
    )
