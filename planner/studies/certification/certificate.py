"""Certificates: whether a plan meets its service level on demand it has never seen.

A plan may be changed after a look and judged again, on replications never simulated before. So that
repeated looks do not make a wrong certificate more likely, the error probability spent at a look is
deducted from that of later looks (alpha spending).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import bdtr, bdtrc, betaincinv  # scipy.stats takes a second to import

from planner.domain.plan import Certificate
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT
from planner.domain.records import Summary
from planner.domain.roster import EmptyPlaces

LEVEL = 0.95  # confidence level of the lower bound: part of what a certificate means
SECOND_LOOK = 3  # times the replications of the first: part of it as well


@dataclass(frozen=True)
class CertificationLook:
    """Terms of one look of the group-sequential certification.

    Attributes
    ----------
    number : int
        Number of the look, from 1.
    replications : int
        Held-out replications of the look.
    level : float
        Confidence level of its lower bound.
    spent : float
        Error probability that earlier looks have used up.
    """

    number: int
    replications: int
    level: float = LEVEL
    spent: float = 0.0

    @property
    def stream_set(self) -> str:
        """Set of random streams of its replications, which no other look uses."""
        return HELD_OUT if self.number == 1 else f"{HELD_OUT} {self.number}"

    def needed(self, confidence: float) -> int:
        """Replications that must meet the service level; replications + 1 if none suffice."""
        return least_met(self.replications, confidence, self.level)

    def after(self, confidence: float) -> CertificationLook:
        """Return the next look.

        It spends at most half of the error probability that is left. The second look has several
        times the replications of the first, so that a plan a little better than asked for is likely
        to pass; every look allows one miss at least.
        """
        spent = self.spent + false_certificate_probability(
            self.needed(confidence), self.replications, confidence
        )
        level = 1.0 - (1.0 - LEVEL - spent) / 2
        count = self.replications * (SECOND_LOOK if self.number == 1 else 1)
        while lower_bound(count - 1, count, level) < confidence:
            count += 1
        return CertificationLook(self.number + 1, count, level, spent)


def numbered_look(number: int, replications: int, confidence: float) -> CertificationLook:
    """The look of a number.

    Parameters
    ----------
    number : int
        Number of the look, from 1.
    replications : int
        Replications of the first look.
    confidence : float
        Probability with which the service level must be met.

    Returns
    -------
    CertificationLook
        Its terms, which follow from those of the looks before it.

    Raises
    ------
    ValueError
        After a look of too few replications there is no other.
    """
    look = CertificationLook(1, replications)
    while look.number < number:
        if look.needed(confidence) > look.replications:
            words = "certificate.look: after a look of too few replications there is no other"
            raise ValueError(words)
        look = look.after(confidence)
    return look


def least_met(replications: int, confidence: float, level: float = LEVEL) -> int:
    """Least number of replications met whose lower bound reaches the confidence.

    Parameters
    ----------
    replications : int
        Number of replications.
    confidence : float
        Probability with which the service level must be met.
    level : float
        Confidence level of the lower bound.

    Returns
    -------
    int
        That number, or replications + 1 where none suffices.
    """
    met = replications + 1
    while met > 1 and lower_bound(met - 1, replications, level) >= confidence:
        met -= 1
    return met


def false_certificate_probability(needed: int, replications: int, confidence: float) -> float:
    """Probability that a plan just below the confidence is certified.

    Parameters
    ----------
    needed : int
        Replications that must meet the service level.
    replications : int
        Replications of the look.
    confidence : float
        Probability that the plan meets the service level in a replication.

    Returns
    -------
    float
        Upper tail of the binomial distribution.
    """
    return float(bdtrc(needed - 1, replications, confidence))


def misses_allowed(
    look: CertificationLook, confidence: float, pilot_runs: int, pass_probability: float
) -> int:
    """Pilot runs that a plan may miss and still be likely to pass the look.

    Parameters
    ----------
    look : CertificationLook
        The look to pass.
    confidence : float
        Probability with which the service level must be met.
    pilot_runs : int
        Number of pilot runs.
    pass_probability : float
        Probability of passing that counts as likely.

    Returns
    -------
    int
        Number of pilot runs; 0 where no plan can pass the look.
    """
    needed = look.needed(confidence)
    if needed > look.replications:
        return 0
    share = float(betaincinv(needed, look.replications - needed + 1, pass_probability))
    return int((1.0 - share) * pilot_runs)


def pass_probability(look: CertificationLook, confidence: float, missed: int, runs: int) -> float:
    """Estimate the probability that a plan passes a look.

    Parameters
    ----------
    look : CertificationLook
        The look.
    confidence : float
        Probability with which the service level must be met.
    missed, runs : int
        Replications simulated so far, and those of them that missed the service level.

    Returns
    -------
    float
        Binomial probability at the mean of the posterior of a uniform prior.
    """
    share = (missed + 1) / (runs + 2)
    allowed = look.replications - look.needed(confidence)
    return float(bdtr(allowed, look.replications, share))


def lower_bound(met: int, replications: int, level: float = LEVEL) -> float:
    """One-sided Clopper-Pearson lower bound of a probability.

    Parameters
    ----------
    met : int
        Number of successes.
    replications : int
        Number of trials.
    level : float
        Confidence level.

    Returns
    -------
    float
        The `1 - level` quantile of Beta(met, replications - met + 1); 0 without a success.

    References
    ----------
    Clopper, Pearson (1934), doi 10.1093/biomet/26.4.404.
    """
    if met == 0:
        return 0.0
    return float(betaincinv(met, replications - met + 1, 1.0 - level))


def met_count(problem: Problem, summaries: Sequence[Summary]) -> int:
    """Replications that met the service level."""
    return sum(s.meets(problem.service) for s in summaries)


def certify(
    problem: Problem,
    summaries: Sequence[Summary],
    look: CertificationLook | None = None,
    empty_places: tuple[EmptyPlaces, ...] = (),
) -> Certificate:
    """Certificate of a plan from its held-out replications.

    Parameters
    ----------
    problem : Problem
        States the service level and the confidence.
    summaries : sequence of Summary
        Replications of the look, none of which the planning of the plan has seen.
    look : CertificationLook, optional
        Terms of the look; by default those of a first one.
    empty_places : tuple of EmptyPlaces
        Places of the plan that its roster leaves empty.

    Returns
    -------
    Certificate
        Certified or not, with the lower bound.
    """
    look = look or CertificationLook(1, len(summaries))
    return certificate_of(problem, met_count(problem, summaries), look, empty_places)


def certificate_of(
    problem: Problem,
    met: int,
    look: CertificationLook,
    empty_places: tuple[EmptyPlaces, ...] = (),
) -> Certificate:
    """Certificate of a plan from the number of replications that met the service level.

    They are simulated with everybody in their place: with empty places no plan is certified.

    Parameters
    ----------
    problem : Problem
        States the service level and the confidence.
    met : int
        Replications of the look that met the service level.
    look : CertificationLook
        Terms of the look.
    empty_places : tuple of EmptyPlaces
        Places of the plan that its roster leaves empty.

    Returns
    -------
    Certificate
        Certified or not, with the lower bound.
    """
    bound = lower_bound(met, look.replications, look.level)
    return Certificate(
        certified=bound >= problem.service.confidence and not empty_places,
        on_time_share=problem.service.on_time_share,
        confidence=problem.service.confidence,
        replications=look.replications,
        met=met,
        lower_bound=bound,
        level=look.level,
        seed=problem.seed,
        look=look.number,
        also=problem.service.also,
        empty_places=empty_places,
    )
