"""The certificate claims no more than the replications show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from planner.domain.random_streams import REHEARSAL
from planner.studies.certification.certificate import (
    CertificationLook,
    lower_bound,
    misses_allowed,
    pass_probability,
)
from planner.studies.certification.loop import certified_plan
from planner.studies.options.study_options import DEFAULT
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from tests.builders import a_problem
from tests.studies.certification.builders import thrown

CHANCES = (0.8, 0.9, 0.94, 0.9499)  # of plans that are promised to meet the service level in 95 %


def test_59_of_59_is_the_least_that_claims_95_percent() -> None:
    """0.05 ** (1 / 59) is just above 0.95, and 0.05 ** (1 / 58) is below it."""
    assert lower_bound(59, 59) == pytest.approx(0.05 ** (1 / 59))
    assert lower_bound(59, 59) >= 0.95
    assert lower_bound(58, 58) < 0.95


def test_nothing_met_claims_nothing() -> None:
    """Without a single good replication the bound is zero."""
    assert lower_bound(0, 100) == 0.0


@pytest.mark.parametrize(("met", "n"), [(1, 10), (95, 100), (99, 100), (196, 200)])
def test_bound_is_where_the_binomial_tail_is_five_percent(met: int, n: int) -> None:
    """At p = bound, seeing `met` or more has probability exactly 5 % (definition by Clopper and
    Pearson).
    """
    assert binom.sf(met - 1, n, lower_bound(met, n)) == pytest.approx(0.05, rel=1e-6)


def test_more_met_never_claims_less() -> None:
    """The bound rises with the number met."""
    bounds = [lower_bound(met, 100) for met in range(101)]
    assert bounds == sorted(bounds)


@pytest.mark.parametrize("probability", [0.90, 0.94, 0.9499])
def test_wrong_certificates_are_rare(probability: float) -> None:
    """A plan that holds with less than 95 % is certified in at most 5 % of 1,000 cases (plus
    sampling noise).
    """
    met = np.random.default_rng(7).binomial(100, probability, 1000)
    wrong = np.mean([lower_bound(int(m), 100) >= 0.95 for m in met])
    assert wrong <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)


def looks(
    replications: int, confidence: float, count: int = DEFAULT.loop.most_looks + 1
) -> list[CertificationLook]:
    """The terms of one verdict after the other."""
    found = [CertificationLook(1, replications)]
    while len(found) < count:
        found.append(found[-1].after(confidence))
    return found


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("replications", [20, 59, 100, 300, 1000])
def test_all_verdicts_together_are_seldom_wrong(replications: int, confidence: float) -> None:
    """Of plans that meet the service level just not often enough, at most 5 % ever get a
    certificate, by arithmetic: however many verdicts there are.
    """
    for count in (1, 2, DEFAULT.loop.most_looks + 1, 12):
        terms = looks(replications, confidence, count)
        refused = [
            binom.cdf(look.needed(confidence) - 1, look.replications, confidence) for look in terms
        ]
        assert 1.0 - np.prod(refused) <= 0.05


@pytest.mark.parametrize("replications", [20, 59, 100, 300])
def test_later_verdicts_are_stricter_and_can_be_passed(replications: int) -> None:
    """A higher level each time, stream sets of their own, and one miss allowed."""
    terms = looks(replications, 0.95)
    assert [look.level for look in terms] == sorted({look.level for look in terms})
    assert len({look.stream_set for look in terms}) == len(terms)
    assert all(look.needed(0.95) < look.replications for look in terms[1:])


def test_a_second_look_lets_a_plan_pass_that_keeps_its_promise_with_a_little_to_spare() -> None:
    """99 % of promotions for a promise of 95 %: one in four fails a look of 100 by bad luck, and
    less than one in ten the 300 of the second.
    """
    first, second = looks(100, 0.95)[:2]
    assert second.replications == 300
    chance = [binom.sf(look.needed(0.95) - 1, look.replications, 0.99) for look in (first, second)]
    assert chance[0] < 0.75
    assert chance[1] > 0.9
    assert pass_probability(second, 0.95, missed=0, runs=98) == pytest.approx(chance[1])


def test_what_may_be_missed_in_pilot_replications_is_likely_to_pass() -> None:
    """A plan that misses just the forgiven share of its replications passes the look nine times in
    ten.
    """
    look = CertificationLook(1, 100)
    share = 1.0 - misses_allowed(look, 0.9, 100_000, 0.9) / 100_000
    assert binom.sf(look.needed(0.9) - 1, 100, share) == pytest.approx(0.9, abs=0.001)
    assert misses_allowed(CertificationLook(1, 40), 0.95, 100_000, 0.9) == 0


@pytest.mark.parametrize(
    ("chance", "plans"),
    [(0.94, 40), (0.9499, 40), *(pytest.param(p, 1000, marks=pytest.mark.slow) for p in CHANCES)],
)
def test_the_loop_seldom_certifies_what_fails_too_often(chance: float, plans: int) -> None:
    """Plans that meet the service level with a known probability, always good in pilot replications
    and judged again as often as the loop allows: no more certificates than 5 % of them would make
    likely (one case in a thousand has more).
    """
    rng = np.random.default_rng(round(10_000 * chance))
    wrong = 0
    for _ in range(plans):
        judged: set[str] = set()

        def throw(stream_set: str, n: int, judged: set[str] = judged) -> list[bool]:
            if stream_set.startswith(REHEARSAL) or stream_set in judged:
                return [True] * n
            judged.add(stream_set)
            return (rng.random(n) < chance).tolist()

        with thrown(throw, trimmed=True):
            wrong += (
                certified_plan(a_problem(), RunContext(budget=Budget(100))).stopped == "certified"
            )
    assert wrong <= binom.ppf(0.999, plans, 0.05)
