"""Substitutions: each meets every rule, saves what it states, and trimming uses them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.domain.costs import committed_costs
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.random_streams import REHEARSAL
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.certification.removable_resources import Removable
from planner.studies.certification.substitutions import substitutions
from planner.studies.certification.trimming import Trimming
from planner.studies.runs.executor import Executor
from tests.builders import a_crew, a_plan, a_problem, given

DAY = Shift("day", 8 * HOUR_S, 16 * HOUR_S)
LONGER = Shift("day+", 8 * HOUR_S, 18 * HOUR_S, extends="day")
SHORT = Shift("short", 8 * HOUR_S, 12 * HOUR_S)


def shop(orders: float = 480.0, wage: int = 2000) -> Problem:
    """One day of orders at six in the morning, sixty an hour and person; permanent people and an
    agency.
    """
    problem = a_problem(
        days=2,
        shifts=(DAY, LONGER, SHORT),
        crews=(
            a_crew(limit=9, extended=("day+",), min_rest_hours=0.0),
            a_crew(
                name="agency",
                temporary=True,
                limit=9,
                wage_minor_per_hour=wage,
                hire_cost_minor=500,
            ),
        ),
        service=Service(0.98, 0.9),
        platform=PlatformRule(name="tiny", counts="label", deadline_hours=16.0),
    )
    return given(problem, [0.0] * 6 + [orders] + [0.0] * 41)


def staffed(problem: Problem, *rows: tuple[str, str, int]) -> Plan:
    """(crew, shift, people) on the first day."""
    found = [
        StaffRow(
            day=0,
            site="site",
            process="pack",
            crew=c,
            shift=s,
            since_day=LONG_AGO if c == "crew" else 0,
            headcount=n,
        )
        for c, s, n in rows
    ]
    plan = a_plan(problem, staffing=tuple(sorted(found)))
    assert violations(problem, plan) == ()
    return plan


def half(row: StaffRow) -> float:
    """Everybody is idle half of the time."""
    return 0.5


MIXED = (("crew", "day", 4), ("agency", "day", 2))


@pytest.mark.parametrize("wage", [1500, 2500])
def test_a_substitution_keeps_every_rule_and_saves_what_it_says(wage: int) -> None:
    """Shorter shifts, overtime, and either crew for the other, whichever is cheaper."""
    problem = shop(wage=wage)
    plan = staffed(problem, *MIXED)
    found = substitutions(problem, plan, half)
    assert len(found) > 3
    before = sum(committed_costs(problem, plan).values())
    for substitution in found:
        swapped = substitution.without(plan, 1)
        assert swapped is not None
        assert violations(problem, swapped) == ()
        assert (
            before - sum(committed_costs(problem, swapped).values())
            == substitution.saving_minor
            > 0
        )


def trimmed(problem: Problem, plan: Plan) -> tuple[Plan, tuple[tuple[str, int], ...]]:
    with PilotRuns(problem, [PilotRun(REHEARSAL, k) for k in range(8)], Executor()) as runs:
        done = Trimming(problem, plan, runs, misses_allowed=0, budget=10_000).run(half)
    return done.plan, done.dropped


@pytest.mark.parametrize(
    ("orders", "wage", "planned", "left"),
    [
        (
            570.0,
            2000,
            (("crew", "day", 2),),
            {("crew", "day+"): 1},
        ),  # ten hours of one instead of eight of two
        (480.0, 2000, (("agency", "day", 1),), {("crew", "day"): 1}),  # no hiring fee
        (480.0, 1500, (("crew", "day", 1),), {("agency", "day"): 1}),
        (235.0, 2000, (("crew", "day", 1),), {("crew", "short"): 1}),
    ],
)
def test_trimming_substitutes(
    orders: float,
    wage: int,
    planned: tuple[tuple[str, str, int], ...],
    left: dict[tuple[str, str], int],
) -> None:
    """Where nothing can be removed, something cheaper takes its place."""
    problem = shop(orders, wage)
    plan, dropped = trimmed(problem, staffed(problem, *planned))
    assert {(r.crew, r.shift): r.headcount for r in plan.staffing} == left
    assert dict(dropped)["swap"] > 0


def test_all_failures_that_are_allowed_are_used_where_nothing_is_left_to_chance() -> None:
    """Of 480 orders 19 % may fail: 390 in six and a half hours are enough, though that leaves no
    quarter in reserve.
    """
    problem = shop(480.0)
    problem = replace(
        problem,
        service=Service(0.81, 0.9),
        shifts=(DAY, Shift("most", 8 * HOUR_S, 14 * HOUR_S + HOUR_S // 2)),
        crews=(a_crew(limit=9, min_rest_hours=0.0),),
    )
    plan, _ = trimmed(problem, staffed(problem, ("crew", "day", 1)))
    assert [r.shift for r in plan.staffing] == ["most"]


def test_labels_are_unique() -> None:
    """Every substitution has a label of its own."""
    problem = shop()
    found: list[Removable] = substitutions(problem, staffed(problem, *MIXED), half)
    assert len({u.label for u in found}) == len(found)
