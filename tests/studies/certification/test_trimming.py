"""Trimming: nothing more can be removed, no rule breaks, no cost rises, and the result is
deterministic.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from planner.domain.costs import committed_costs
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service, Target
from planner.domain.random_streams import REHEARSAL, Streams
from planner.domain.site import Process
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.validation.plan_rules import violations
from planner.simulation.failures import PilotResult, pilot_result
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.simulate import simulate
from planner.studies.certification import pilot_replications, trimming
from planner.studies.certification.feedback import scheduled
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.certification.removable_resources import removable_resources
from planner.studies.certification.trimming import (
    Bar,
    Trimmed,
    Trimming,
    bar_of,
    largest,
)
from planner.studies.options.study_options import DEFAULT
from planner.studies.runs.executor import Executor
from tests.builders import a_crew, a_plan, a_problem, a_site
from tests.studies.certification.builders import SHIFTS

RUNS = 30
PLENTY = 100_000


def shop(seed: int, late_minor: int = 300) -> Problem:
    """Two shifts on two days for some two hundred orders; a few people stay away."""
    return a_problem(
        days=2,
        orders_per_hour=5.0,
        seed=seed,
        shifts=SHIFTS,
        crews=(
            a_crew(absence=0.1, limit=20),
            a_crew(name="agency", temporary=True, limit=20, hire_cost_minor=3000, ramp=(0.7, 1.0)),
        ),
        sites=(a_site(Process(name="pack", orders_per_hour=10.0, cv=0.8)),),
        service=Service(0.95, 0.9),
        platform=PlatformRule(
            name="tiny", counts="label", deadline_hours=20.0, floor_minor=late_minor
        ),
    )


def too_many(problem: Problem) -> Plan:
    """More people than the shop needs: six by day, four late, and two temporaries by day."""
    rows = [
        StaffRow(
            day=day,
            site="site",
            process="pack",
            crew=crew,
            shift=shift,
            since_day=since,
            headcount=people,
        )
        for day in range(2)
        for crew, shift, since, people in (
            ("crew", "day", LONG_AGO, 4),
            ("crew", "late", LONG_AGO, 3),
            ("agency", "day", 0, 2),
        )
    ]
    plan = a_plan(problem, staffing=tuple(sorted(rows)))
    assert violations(problem, plan) == ()
    return plan


def idle(row: StaffRow) -> float:
    """All resources have the same slack."""
    return 0.5


def trimmed(
    problem: Problem, *, jobs: int = 1, misses: int = 0, budget: int = PLENTY
) -> tuple[Trimmed, PilotRuns]:
    with PilotRuns(
        problem, [PilotRun(REHEARSAL, k) for k in range(RUNS)], Executor(jobs)
    ) as pilot_runs:
        missed = bar_of(
            problem, pilot_runs.simulate(too_many(problem), range(RUNS)), 0
        ).most_failed.count(None)
        trimming = Trimming(
            problem, too_many(problem), pilot_runs, misses_allowed=missed + misses, budget=budget
        )
        return trimming.run(idle), pilot_runs


def broken(bar: Bar, outcomes: Sequence[PilotResult]) -> int:
    """Replications above the bar."""
    return sum(bar.exceeded(k, outcome) for k, outcome in enumerate(outcomes))


def committed(problem: Problem, plan: Plan) -> int:
    return sum(committed_costs(problem, plan).values())


@pytest.mark.parametrize("seed", range(3))
def test_no_single_unit_can_go_when_it_is_complete(seed: int) -> None:
    """Every unit of what is left is tried on every replication: without it a rule or the bar is
    broken, or it costs more than it saves.
    """
    problem = shop(seed)
    found, pilot_runs = trimmed(problem)
    before = pilot_runs.simulate(too_many(problem), range(RUNS))
    bar = bar_of(problem, before, 0)
    left = pilot_runs.simulate(found.plan, range(RUNS))
    assert found.complete
    assert found.dropped
    for unit in removable_resources(problem, found.plan, idle):
        less = unit.without(found.plan, 1)
        if less is None or violations(problem, less):
            continue
        outcomes = pilot_runs.simulate(less, range(RUNS))
        increase = sum(o.failing_minor for o in outcomes) - sum(o.failing_minor for o in left)
        saved = committed(problem, found.plan) - committed(problem, less)
        assert broken(bar, outcomes) > 0 or increase >= saved * RUNS, unit.label


@pytest.mark.parametrize("misses", [0, 2])
@pytest.mark.parametrize("seed", range(3))
def test_a_pilot_replication_that_met_the_service_level_still_does(seed: int, misses: int) -> None:
    """Except for as many as may be missed, every replication that met the service level meets it
    without what was removed; and the rules are met.
    """
    problem = shop(seed)
    found, pilot_runs = trimmed(problem, misses=misses)
    allowed = 1.0 - problem.service.on_time_share

    def keeps(o: PilotResult) -> bool:
        return o.failed[0] <= allowed * o.due[0] + 1e-9

    pairs = zip(
        *(pilot_runs.simulate(p, range(RUNS)) for p in (too_many(problem), found.plan)), strict=True
    )
    assert sum(keeps(before) and not keeps(after) for before, after in pairs) <= misses
    assert violations(problem, found.plan) == ()


@pytest.mark.parametrize("budget", [40, 120, PLENTY])
def test_whenever_it_ends_nothing_is_broken(budget: int) -> None:
    """A budget that is spent still leaves a valid plan; `played` is what was really simulated."""
    problem = shop(1)
    found, pilot_runs = trimmed(problem, budget=budget)
    assert found.simulated == pilot_runs.simulated - RUNS
    assert found.dropped
    before = pilot_runs.simulate(too_many(problem), range(RUNS))
    assert broken(bar_of(problem, before, 0), pilot_runs.simulate(found.plan, range(RUNS))) == 0
    assert found.saved_minor == committed(problem, too_many(problem)) - committed(
        problem, found.plan
    )


@pytest.mark.parametrize("late_minor", [0, 300, 20_000])
@pytest.mark.parametrize("seed", range(3))
def test_cost_never_rises(seed: int, late_minor: int) -> None:
    """What the plan commits to and what failing costs, on average over all pilot replications, are
    together no more than before, however expensive a late order is.
    """
    problem = shop(seed, late_minor)
    found, pilot_runs = trimmed(problem)

    def cost(plan: Plan) -> int:
        return committed(problem, plan) * RUNS + sum(
            o.failing_minor for o in pilot_runs.simulate(plan, range(RUNS))
        )

    assert cost(found.plan) <= cost(too_many(problem))


def test_the_same_for_one_and_three_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Number of processes and repetition change nothing."""
    monkeypatch.setattr(pilot_replications, "START_S", -1.0)
    problem = shop(2)
    alone, again, together = (trimmed(problem, jobs=jobs)[0] for jobs in (1, 1, 3))
    for other in (again, together):
        assert (other.plan.staffing, other.dropped, other.simulated) == (
            alone.plan.staffing,
            alone.dropped,
            alone.simulated,
        )


def test_processes_that_are_killed_take_nothing_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others do their work, and the loss is told."""
    monkeypatch.setattr(pilot_replications, "START_S", -1.0)
    problem, bystanders = shop(0), set(multiprocessing.active_children())
    told: list[int] = []
    runs = [PilotRun(REHEARSAL, k) for k in range(RUNS)]
    fewer = replace(too_many(problem), staffing=too_many(problem).staffing[1:])
    with PilotRuns(problem, runs, Executor(1)) as alone:
        expected = alone.simulate(fewer, range(RUNS))
    with PilotRuns(problem, runs, Executor(2), told.append) as pilot_runs:
        pilot_runs.simulate(too_many(problem), range(RUNS))
        workers = set(multiprocessing.active_children()) - bystanders
        assert len(workers) == 2
        for worker in workers:
            worker.kill()
        assert pilot_runs.simulate(fewer, range(RUNS)) == expected
    assert told


def test_a_plan_that_nothing_can_leave_is_left_as_it_is() -> None:
    """One person where without him nobody works: the very plan comes back, with its costs."""
    problem = replace(shop(0), crews=(a_crew(limit=20),))
    row = StaffRow(
        day=0,
        site="site",
        process="pack",
        crew="crew",
        shift="day",
        since_day=LONG_AGO,
        headcount=1,
    )
    plan = a_plan(problem, staffing=(row, replace(row, day=1)), costs={"wages": 1})
    pilot_runs = PilotRuns(problem, [PilotRun(REHEARSAL, k) for k in range(3)], Executor(1))
    found = Trimming(problem, plan, pilot_runs, misses_allowed=0, budget=PLENTY).run(idle)
    assert found.plan is plan
    assert (found.dropped, found.saved_minor, found.complete) == ((), 0, True)


def people(plan: Plan) -> int:
    """Person days of a plan."""
    return sum(row.headcount for row in plan.staffing)


class Reckless(PilotRuns):
    """No order fails that matters, but every person less makes the replications expensive that
    looked harmless.
    """

    def simulate(self, plan: Plan, numbers: Sequence[int]) -> list[PilotResult]:
        self.simulated += len(numbers)
        gone = sum(row.headcount for row in too_many(self._problem).staffing) - sum(
            r.headcount for r in plan.staffing
        )
        return [
            PilotResult(
                (0 if k < DEFAULT.trimming.hardest else gone,),
                (1000,),
                10**8 * gone * (k >= DEFAULT.trimming.hardest),
            )
            for k in numbers
        ]


def test_what_is_too_expensive_elsewhere_is_not_tried_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A unit given back because it costs more in replications that were not looked at is refused
    from then on.
    """
    monkeypatch.setattr(trimming, "substitutions", lambda *_: [])
    problem = shop(0)
    pilot_runs = Reckless(problem, [PilotRun(REHEARSAL, k) for k in range(RUNS)], Executor(1))
    found = Trimming(problem, too_many(problem), pilot_runs, misses_allowed=0, budget=2000).run(
        idle
    )
    assert (found.dropped, found.complete) == ((), True)


class OnlyOne(PilotRuns):
    """One day of a person less is as good as before, two are not; `in_full`: plans of which all
    replications were simulated.
    """

    in_full: set[object]

    def simulate(self, plan: Plan, numbers: Sequence[int]) -> list[PilotResult]:
        self.simulated += len(numbers)
        if len(numbers) == len(self):
            self.in_full.add(plan.staffing)
        gone = sum(row.headcount for row in too_many(self._problem).staffing) - sum(
            r.headcount for r in plan.staffing
        )
        return [PilotResult((1000 * (gone > 1),), (1000,), 0) for _ in numbers]


def test_all_pilot_replications_are_simulated_only_after_a_removal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once for the plan it begins with, once for the one that is left: not again for every unit
    that could not go.
    """
    monkeypatch.setattr(trimming, "substitutions", lambda *_: [])
    problem = shop(0)
    pilot_runs = OnlyOne(problem, [PilotRun(REHEARSAL, k) for k in range(RUNS)], Executor(1))
    pilot_runs.in_full = set()
    found = Trimming(problem, too_many(problem), pilot_runs, misses_allowed=0, budget=2000).run(
        idle
    )
    assert sum(n for _, n in found.dropped) == 1
    assert found.complete
    assert len(pilot_runs.in_full) == 2


class Noting(PilotRuns):
    """Nothing fails; a run has more orders the higher its number. `asked`: runs simulated."""

    asked: list[list[int]]

    def simulate(self, plan: Plan, numbers: Sequence[int]) -> list[PilotResult]:
        self.asked.append(list(numbers))
        return [PilotResult((0,), (1000 + k,), 0) for k in numbers]


def test_of_runs_in_which_nothing_fails_the_largest_are_the_hardest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Candidates are simulated on them first."""
    monkeypatch.setattr(trimming, "substitutions", lambda *_: [])
    problem = shop(0)
    pilot_runs = Noting(problem, [PilotRun(REHEARSAL, k) for k in range(RUNS)], Executor(1))
    pilot_runs.asked = []
    Trimming(problem, too_many(problem), pilot_runs, misses_allowed=0, budget=2000).run(idle)
    everywhere, first, *_ = pilot_runs.asked
    assert everywhere == list(range(RUNS))
    assert first == [RUNS - 1, RUNS - 2]


class EasyOne(PilotRuns):
    """In the run with the fewest orders, which is simulated last, more than six person-days fewer
    are too few. `in_full`: plans of which all runs were simulated.
    """

    in_full: set[object]

    def simulate(self, plan: Plan, numbers: Sequence[int]) -> list[PilotResult]:
        self.simulated += len(numbers)
        if len(numbers) == len(self):
            self.in_full.add(plan.staffing)
        gone = people(too_many(self._problem)) - people(plan)
        return [PilotResult((100 * (k == 0 and gone > 6),), (1000 + k,), 0) for k in numbers]


@pytest.mark.parametrize("little", [0.0, 1.0])
def test_what_is_put_back_is_tried_again_only_where_it_is_worth_it(
    monkeypatch: pytest.MonkeyPatch, little: float
) -> None:
    """If not, all pilot runs are simulated for the plan it begins with and the one that failed."""
    monkeypatch.setattr(trimming, "substitutions", lambda *_: [])
    problem = shop(0)
    pilot_runs = EasyOne(problem, [PilotRun(REHEARSAL, k) for k in range(RUNS)], Executor(1))
    pilot_runs.in_full = set()
    options = replace(DEFAULT.trimming, little=little, checked_after=())
    found = Trimming(
        problem, too_many(problem), pilot_runs, misses_allowed=0, budget=2000, options=options
    ).run(idle)
    gone = people(too_many(problem)) - people(found.plan)
    assert 0 < gone <= 6
    assert (found.complete, found.missed) == (True, 0)
    assert (len(pilot_runs.in_full) == 2) is (little == 1.0)
    assert (gone == 6) is (little == 0.0)


def test_the_bar_leaves_room_below_the_limit() -> None:
    """A replication far from failing may come near, one that is near may not come nearer, one that
    failed is free.
    """
    problem = a_problem(service=Service(0.9, 0.9))
    bar = bar_of(
        problem,
        [PilotResult((0,), (100,), 0), PilotResult((9,), (100,), 0), PilotResult((11,), (100,), 0)],
        0,
    )
    assert list(bar.most_failed) == [(pytest.approx(DEFAULT.trimming.near * 10),), (9,), None]


def test_every_target_has_a_bar_of_its_own() -> None:
    """A run must keep the deadline and the target; one that misses either is free."""
    problem = a_problem(service=Service(0.9, 0.9, also=(Target(24.0, 0.5),)))
    results = [PilotResult((0, 48), (100, 100), 0), PilotResult((0, 51), (100, 100), 0)]
    bar = bar_of(problem, results, 0)
    assert list(bar.most_failed) == [(pytest.approx(DEFAULT.trimming.near * 10), 48), None]
    assert bar.exceeded(0, PilotResult((0, 49), (100, 100), 0))
    assert bar.exceeded(0, PilotResult((10, 0), (100, 100), 0))
    assert not bar.exceeded(0, PilotResult((0, 48), (100, 100), 0))
    assert not bar.exceeded(1, PilotResult((100, 100), (100, 100), 0))


@pytest.mark.parametrize(("forgiven", "left"), [(0, 0), (1, 0), (3, 2)])
def test_what_was_missed_before_is_forgiven_first(forgiven: int, left: int) -> None:
    """Replications that the plan misses as it is count among those it may miss."""
    problem = a_problem(service=Service(0.9, 0.9))
    assert (
        bar_of(
            problem, [PilotResult((0,), (100,), 0), PilotResult((11,), (100,), 0)], forgiven
        ).misses
        == left
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20])
def test_largest_finds_what_works(limit: int) -> None:
    """For every number up to the limit, in few questions."""
    for best in range(limit + 1):
        asked: list[int] = []

        def works(n: int, best: int = best, asked: list[int] = asked) -> bool:
            asked.append(n)
            return n <= best

        assert largest(works, limit) == best
        assert len(asked) == len(set(asked)) <= 2 * max(limit.bit_length(), 1) + 1


def test_people_on_the_roster_are_counted_by_the_hour() -> None:
    """Four permanent people and two temporaries by day, three late."""
    people, able = scheduled(shop(0), too_many(shop(0)))
    assert people[0, 0, [7, 8, 15, 16, 23]].tolist() == [0, 6, 6, 3, 3]
    assert able[0, 0, 8] == pytest.approx((4 + 2 * 0.7) * 3600 / 360)


def with_tail(deadline_hours: float) -> tuple[Problem, Plan]:
    """The shop with two days of tail, whose two people a day are just enough for its orders; the
    promotion has three people on its first day and five on its last.
    """
    few = shop(1)
    rule = replace(few.platform, deadline_hours=deadline_hours)
    baseline = replace(few.demand.baseline, orders_per_hour=np.full(4 * 24, 5.0))
    problem = replace(
        few,
        horizon=replace(few.horizon, days=4, tail_days=2),
        platform=rule,
        demand=replace(few.demand, baseline=baseline),
    )
    people = {(0, "day"): 2, (0, "late"): 1, (1, "day"): 3, (1, "late"): 2}
    people |= {(day, shift): 1 for day in (2, 3) for shift in ("day", "late")}
    rows = [
        StaffRow(
            day=day,
            site="site",
            process="pack",
            crew="crew",
            shift=shift,
            since_day=LONG_AGO,
            headcount=n,
        )
        for (day, shift), n in people.items()
    ]
    return problem, a_plan(problem, staffing=tuple(sorted(rows)))


def test_what_is_put_off_to_the_tail_costs_its_handling() -> None:
    """With a deadline of two days no order of the tail is due before the end: those left there cost
    six minutes of work at 20.00 an hour and overtime, each.
    """
    problem, plan = with_tail(48.0)
    own_days = tuple(row for row in plan.staffing if row.day < 2)
    nobody_later = replace(plan, staffing=own_days)
    streams = Streams(problem.seed, REHEARSAL, 0)
    records = simulate(problem, nobody_later, draw_orders(problem, streams), streams)
    left = int(np.count_nonzero(records.orders.ordered_at_s >= problem.horizon.reported_end_s))
    assert left > 50
    assert np.all(records.handed_over_at_s[-left:] < 0)
    (wage,) = {crew.wage_minor_per_hour * crew.overtime_factor for crew in problem.crews[:1]}
    result = pilot_result(problem, records)
    late = result.failed[0] * problem.platform.compensation_minor(problem.products[0].paid_minor)
    assert result.failing_minor == left * wage / 10 + late
