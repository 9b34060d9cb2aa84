"""Reinforcement: enough pilot runs meet the service level, rules are kept, nothing is taken away,
and the result is deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from unittest.mock import patch

import pytest

from planner.domain.costs import planned_minor
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service, StockRow, Target
from planner.domain.random_streams import REHEARSAL
from planner.domain.records import Summary
from planner.domain.site import Process
from planner.planning.validation.plan_rules import violations
from planner.studies.certification import pilot_replications
from planner.studies.certification.adjustment import Adjustment, to_be_met
from planner.studies.certification.certificate import CertificationLook
from planner.studies.certification.common_replications import Evaluation
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.certification.reinforcement import Reinforced, Reinforcement
from planner.studies.certification.removable_resources import headcounts_of
from planner.studies.certification.trimming import meets
from planner.studies.options.study_options import DEFAULT
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.run_context import RunContext
from tests.builders import a_crew, a_plan, a_problem, a_site, staff
from tests.studies.certification.builders import SHIFTS, crowded, one_way

RUNS = 30
PLENTY = 100_000
HANDOVER = PlatformRule(name="handed", counts="handover", deadline_hours=20.0)


def shop(seed: int, most: int = 20) -> Problem:
    """Two shifts on two days for some two hundred orders; a few people stay away."""
    return a_problem(
        days=2,
        orders_per_hour=5.0,
        seed=seed,
        shifts=SHIFTS,
        crews=(
            a_crew(absence=0.1, limit=most),
            a_crew(name="agency", temporary=True, limit=most, hire_cost_minor=3000),
        ),
        sites=(a_site(Process(name="pack", orders_per_hour=10.0, cv=0.8)),),
        service=Service(0.95, 0.9),
        platform=PlatformRule(name="tiny", counts="label", deadline_hours=20.0),
    )


def too_few(problem: Problem) -> Plan:
    """One person by day and one late, for some two hundred orders of six minutes."""
    rows = (*staff(problem, 1, "day"), *staff(problem, 1, "late"))
    return a_plan(problem, staffing=tuple(sorted(rows)))


def reinforced(
    problem: Problem,
    plan: Plan,
    *,
    jobs: int = 1,
    most_missed: int = 1,
    budget: int = PLENTY,
) -> tuple[Reinforced, PilotRuns]:
    runs = [PilotRun(REHEARSAL, k) for k in range(RUNS)]
    with PilotRuns(problem, runs, Executor(jobs)) as pilot_runs:
        search = Reinforcement(problem, plan, pilot_runs, most_missed=most_missed, budget=budget)
        return search.run(), pilot_runs


def missed(problem: Problem, plan: Plan) -> int:
    """Pilot runs that a plan misses, simulated from the beginning."""
    runs = PilotRuns(problem, [PilotRun(REHEARSAL, k) for k in range(RUNS)], Executor(1))
    return sum(not meets(problem, result) for result in runs.simulate(plan, range(RUNS)))


def summaries_of(problem: Problem, plan: Plan) -> list[Summary]:
    """A few replications of a plan."""
    evaluation = Evaluation(problem, (plan,), stream_set=REHEARSAL)
    return [evaluation(k)[0] for k in range(5)]


@pytest.mark.parametrize("seed", range(3))
def test_enough_runs_meet_the_service_level_with_what_is_added(seed: int) -> None:
    """Nothing leaves the plan, rules are kept, and what is said of it is what a simulation shows."""
    problem = shop(seed)
    plan = too_few(problem)
    found, _ = reinforced(problem, plan)
    assert found.missed_before == missed(problem, plan) > 1
    assert found.missed == missed(problem, found.plan) <= 1
    assert found.enough
    assert found.runs == RUNS
    assert violations(problem, found.plan) == ()
    before, after = headcounts_of(plan), headcounts_of(found.plan)
    assert before <= after
    people = after.total() - before.total()
    assert people >= sum(n for _, n in found.added) > 0
    assert found.cost_minor == planned_minor(problem, found.plan) - planned_minor(problem, plan)
    assert found.cost_minor > 0
    assert found.rerouted == 0.0


def test_any_number_of_processes_adds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pilot_replications, "START_S", -1.0)
    problem = shop(1)
    plan = too_few(problem)
    alone, again, together = (reinforced(problem, plan, jobs=jobs)[0] for jobs in (1, 1, 3))
    assert alone.plan.staffing == again.plan.staffing == together.plan.staffing
    assert replace(alone, plan=plan) == replace(again, plan=plan) == replace(together, plan=plan)


def test_a_plan_that_meets_enough_stays_as_it_is() -> None:
    problem = shop(0)
    plan = too_few(problem)
    found, pilot_runs = reinforced(problem, plan, most_missed=RUNS)
    assert found.plan is plan
    assert (found.added, found.cost_minor, found.enough) == ((), 0, True)
    assert found.simulated == pilot_runs.simulated == RUNS


@pytest.mark.parametrize(("most", "budget"), [(1, PLENTY), (20, 0)])
def test_nothing_is_added_in_vain(most: int, budget: int) -> None:
    """Nobody else can come, or no replication may be simulated: the plan stays as it was, and still
    misses too many.
    """
    problem = shop(0, most)
    if most == 1:
        problem = replace(problem, crews=(a_crew(absence=0.1, limit=2),))
    plan = too_few(problem)
    found, _ = reinforced(problem, plan, budget=budget)
    assert found.plan is plan
    assert (found.added, found.enough) == ((), False)
    assert found.missed == found.missed_before > 1


def test_what_is_reinforced_is_trimmed_afterwards() -> None:
    """The plan that is left still meets the service level often enough."""
    problem = shop(2)
    plan = too_few(problem)
    look = CertificationLook(1, RUNS)
    runs = [PilotRun(REHEARSAL, k) for k in range(RUNS)]
    context = RunContext(budget=Budget(RUNS))
    adjustment = Adjustment(problem=problem, runs=runs, context=context, look=look, passed=False)
    found = adjustment.of(plan, summaries_of(problem, plan))
    assert found.reinforced is not None
    assert found.trimmed is not None
    assert found.missed_before == found.reinforced.missed_before == missed(problem, plan)
    assert found.trimmed.missed_before == found.reinforced.missed
    most = RUNS - to_be_met(problem, look, RUNS)
    assert missed(problem, found.trimmed.plan) <= most
    assert found.simulated == RUNS + found.reinforced.simulated + found.trimmed.simulated


@pytest.mark.parametrize("passed", [False, True])
def test_what_cannot_be_reinforced_is_trimmed_only_where_it_passed(passed: bool) -> None:
    problem = replace(shop(0), crews=(a_crew(absence=0.1, limit=2),))
    adjustment = Adjustment(
        problem=problem,
        runs=[PilotRun(REHEARSAL, k) for k in range(RUNS)],
        context=RunContext(budget=Budget(RUNS)),
        look=CertificationLook(1, RUNS),
        passed=passed,
    )
    plan = too_few(problem)
    summaries = summaries_of(problem, plan)
    found = adjustment.of(plan, summaries)
    assert found.reinforced is not None
    assert not found.reinforced.changed
    assert (found.trimmed is not None) is passed
    alone = replace(adjustment, may_reinforce=False).of(plan, summaries)
    assert alone.reinforced is None
    assert (alone.trimmed is not None) is passed


def test_runs_that_are_missed_by_least_are_repaired() -> None:
    """As many as are missed too often, and none that is beyond help; nothing where too few are left."""
    problem = shop(0)
    runs = PilotRuns(problem, [PilotRun(REHEARSAL, k) for k in range(5)], Executor(1))
    search = Reinforcement(problem, too_few(problem), runs, most_missed=1, budget=PLENTY)
    search._excess = [5.0, 0.0, 1.0, 3.0, 9.0]
    assert search._to_repair() == [2, 3, 0]
    search._beyond_help = {3}
    assert search._to_repair() == [2, 0, 4]
    search._beyond_help = {3, 4}
    assert search._to_repair() == []
    search._excess = [0.0, 0.0, 1.0, 0.0, 0.0]
    assert search._to_repair() == []


def test_what_is_repaired_stays_repaired_where_another_run_is_beyond_help() -> None:
    """Runs 2 and 1 are repaired, nothing helps 0: it is given up, and 3 is repaired in its place."""
    problem = shop(0)
    runs = PilotRuns(problem, [PilotRun(REHEARSAL, k) for k in range(5)], Executor(1))
    options = replace(DEFAULT.reinforcement, looked_at=1)
    search = Reinforcement(
        problem, too_few(problem), runs, most_missed=2, budget=PLENTY, options=options
    )
    left = {0: 1.0, 1: 2.0, 2: 3.0, 3: 4.0, 4: 5.0}
    asked: list[int] = []

    def reinforce(failing: Sequence[int]) -> bool:
        asked.extend(failing)
        (run,) = failing
        left[run] = left[run] if run == 0 else 0.0
        return run != 0

    search._excess = list(left.values())
    with (
        patch.object(search, "_reinforce", reinforce),
        patch.object(search, "_excess_of", lambda _, numbers: [left[k] for k in numbers]),
    ):
        search._repair(search._to_repair())
        assert search._excess == [1.0, 0.0, 0.0, 4.0, 5.0]
        assert search._to_repair() == [3]
        search._repair([3])
    assert search._excess == [1.0, 0.0, 0.0, 0.0, 5.0]
    assert search._beyond_help == {0}
    assert asked == [2, 1, 0, 3]


def test_what_helps_for_the_least_money_is_added() -> None:
    """One more of two crews of the same speed: the one that costs less."""
    problem = shop(0)
    costly = replace(problem.crews[1], wage_minor_per_hour=9000, min_days=1, hire_cost_minor=0)
    for crews, kind in (
        ((problem.crews[0], costly), "day"),
        ((replace(problem.crews[0], wage_minor_per_hour=90_000), costly), "booking"),
    ):
        choice = replace(problem, crews=crews)
        found, _ = reinforced(choice, too_few(choice))
        assert dict(found.added).keys() == {kind}


def test_many_are_added_at_once_where_many_are_missing() -> None:
    """The same level takes fewer replications than one person after the other."""
    problem = replace(
        shop(0, 90), sites=(a_site(Process(name="pack", orders_per_hour=1.0, cv=0.8)),)
    )
    runs = [PilotRun(REHEARSAL, k) for k in range(RUNS)]
    simulated = []
    for amounts in ((), DEFAULT.reinforcement.amounts):
        found = Reinforcement(
            problem,
            too_few(problem),
            PilotRuns(problem, runs, Executor(1)),
            most_missed=0,
            budget=PLENTY,
            options=replace(DEFAULT.reinforcement, amounts=amounts),
        ).run()
        assert found.enough
        simulated.append(found.simulated)
    assert simulated[1] < simulated[0]


@pytest.mark.parametrize("budget", [20, 100])
def test_no_resource_is_tried_beyond_the_budget(budget: int) -> None:
    """What was begun is finished: one resource on the runs looked at, and all runs at the end."""
    problem = shop(0)
    found, _ = reinforced(problem, too_few(problem), most_missed=0, budget=budget)
    assert found.simulated <= 2 * RUNS + budget + 2 * DEFAULT.reinforcement.looked_at


def test_people_are_added_for_a_target_of_ones_own() -> None:
    """The deadline is far away, but four in five are to be packed within six hours."""
    problem = shop(0)
    problem = replace(
        problem,
        platform=replace(problem.platform, deadline_hours=40.0),
        service=replace(problem.service, also=(Target(6.0, 0.8),)),
    )
    plan = too_few(problem)
    found, _ = reinforced(problem, plan)
    assert found.missed_before > 1
    assert found.enough
    assert found.missed == missed(problem, found.plan) <= 1


def test_stock_is_added_where_only_stock_is_missing() -> None:
    """Ten units for some two hundred orders, and people enough for them."""
    problem = shop(0)
    rows = (*staff(problem, 6, "day"), *staff(problem, 6, "late"))
    plan = a_plan(problem, staffing=tuple(sorted(rows)), stock=(StockRow("site", "product", 10),))
    found, _ = reinforced(problem, plan, most_missed=0)
    assert found.enough
    assert dict(found.added).keys() == {"unit"}
    assert found.plan.staffing == plan.staffing


def test_orders_are_not_moved_where_stock_alone_helps() -> None:
    """A collection is full as well, but that does no harm."""
    problem = crowded(50)
    plan = replace(one_way(problem), stock=(StockRow("site", "product", 40),))
    found, _ = reinforced(problem, plan, most_missed=RUNS - 1)
    assert found.missed_before == RUNS
    eased = replace(problem, service=Service(0.75, 0.9))
    found, _ = reinforced(eased, plan, most_missed=0)
    assert found.enough
    assert found.rerouted == 0.0
    assert dict(found.added).keys() == {"unit"}


def test_a_full_collection_is_relieved_where_people_do_not_help() -> None:
    problem = crowded()
    found, _ = reinforced(problem, one_way(problem), most_missed=0)
    assert found.missed_before == RUNS
    assert found.enough
    assert found.rerouted > 0
    assert {row.contract for row in found.plan.routing} == {"courier", "other"}
