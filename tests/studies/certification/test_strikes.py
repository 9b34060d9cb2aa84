"""Which strikes of risks a plan must learn to survive."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Service
from planner.domain.random_streams import REHEARSAL, Streams
from planner.domain.risks import after, strikes, struck
from planner.domain.site import Collection
from planner.domain.stress import Stress
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.loop import certified_plan
from planner.studies.certification.strikes import (
    StruckReplication,
    strikes_to_survive,
    struck_replications,
)
from planner.studies.options.study_options import FeedbackOptions
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from tests.builders import a_contract, a_crew, a_plan, a_problem, a_site, given

VAN, SICK, CLOSED = (0, 0), (1, 0), (0, 3)
PROBLEM = a_problem(service=Service(0.98, 0.9))


def replications(number: int, met: bool, *found: tuple[int, int]) -> list[StruckReplication]:
    return [StruckReplication(met, frozenset(found))] * number


def test_strikes_that_explain_failures_are_taken_worst_first() -> None:
    """Of 100 replications a van costs 12 of 12, sickness 8 of 10, and five fail by themselves."""
    of_plan = (
        replications(12, False, VAN)
        + replications(8, False, SICK)
        + replications(2, True, SICK)
        + replications(5, False)
        + replications(73, True)
    )
    assert strikes_to_survive(PROBLEM, of_plan) == (VAN, SICK)
    assert strikes_to_survive(PROBLEM, of_plan, FeedbackOptions(most_strikes=1)) == (VAN,)


def test_a_strike_that_is_mostly_survived_explains_nothing() -> None:
    of_plan = replications(10, False, SICK) + replications(20, True, SICK) + replications(70, True)
    assert strikes_to_survive(PROBLEM, of_plan) == ()


def test_no_more_strikes_are_taken_than_leave_half_of_what_the_confidence_allows() -> None:
    """Ten of 100 may fail: once the van is survived, five do."""
    of_plan = replications(9, False, VAN) + replications(5, False, CLOSED) + replications(86, True)
    assert strikes_to_survive(PROBLEM, of_plan) == (VAN,)


def test_what_struck_is_what_the_simulation_played() -> None:
    """A demand risk is in the planned paths and does not count; the missed collection does."""
    missed = Stress(
        name="van", kind="missed_pickup", strength=1, probability=0.5, from_s=0, to_s=DAY_S
    )
    more = Stress(name="more", kind="demand", strength=0.1, probability=0.5)
    problem = a_problem(
        risks=(more, missed),
        sites=(
            a_site(collections=tuple(Collection("courier", h * HOUR_S, None) for h in (9, 20))),
        ),
        contracts=(a_contract("courier"),),
    )
    problem = given(problem, [10.0] * 24)
    (summaries,) = evaluate_plans(
        problem, [a_plan(problem)], RunContext(budget=Budget(12)), REHEARSAL
    )
    found = struck_replications(problem, [(REHEARSAL, 12)], summaries)
    assert {one.strikes for one in found} == {frozenset(), frozenset({(1, 0)}), frozenset({(1, 1)})}
    for k, one in enumerate(found):
        drawn = strikes(problem, Streams(problem.seed, REHEARSAL, k))
        assert one.strikes == {strike for strike in drawn if strike[0] == 1}
        again = struck(problem, Streams(problem.seed, REHEARSAL, k))
        assert again is after(problem, drawn) if drawn else again is problem


def test_the_loop_learns_to_survive_a_missed_collection() -> None:
    """Half of the promotions miss a collection. Only a contract of twice the price collects at the
    same hour: the plan has to use it, which no number of people makes up for.
    """
    missed = Stress(
        name="no van",
        kind="missed_pickup",
        strength=1,
        probability=0.5,
        contract="cheap",
        from_s=0,
        to_s=DAY_S,
    )
    cheap = a_contract("cheap").tariff
    rates = {z: replace(r, first_price_minor=200) for z, r in cheap.rates.items()}
    twice = replace(cheap, rates=rates)
    problem = a_problem(
        days=2,
        risks=(missed,),
        service=Service(0.9, 0.8),
        platform=PlatformRule(name="fast", counts="handover", deadline_hours=20.0),
        sites=(
            a_site(collections=tuple(Collection(c, 20 * HOUR_S, None) for c in ("cheap", "other"))),
        ),
        shifts=(Shift("day", 8 * HOUR_S, 20 * HOUR_S),),
        crews=(a_crew(limit=30, absence=0.02),),
        contracts=(a_contract("cheap"), a_contract("other", tariff=twice)),
    )
    problem = given(problem, ([0.0] * 8 + [20.0] * 8 + [0.0] * 8) * 2)
    history = certified_plan(problem, RunContext(budget=Budget(40, effort=50)))
    first, last = history.iterations[0], history.last
    assert first.met(problem) < 30
    assert last.verdict is not None
    assert last.verdict.certified
    assert last.feedback is not None
    assert last.feedback.struck == ((0, 0),)
