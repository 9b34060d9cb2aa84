"""What can be done in addition to a plan: nobody twice, no more vehicles than there are."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.horizon import HOUR_S, Shift
from planner.domain.on_call import with_on_call
from planner.domain.plan import ExtraCollection
from planner.domain.problem import Problem
from planner.domain.site import Collection, Process
from planner.domain.triggers import (
    ALWAYS,
    Actions,
    Level,
    Measure,
    Rule,
    possible,
    with_actions,
)
from planner.domain.workforce import OnCall, StaffRow
from tests.builders import a_contract, a_crew, a_plan, a_problem, a_site

DAY = Shift("day", 8 * HOUR_S, 16 * HOUR_S)
NIGHT = Shift("night", 16 * HOUR_S, 24 * HOUR_S)
ON_CALL = OnCall(notice_hours=8, max_people=5, wage_minor_per_hour=3000)
OWN = a_crew(limit=2)
AGENCY = a_crew(name="agency", temporary=True, limit=9, on_call=ON_CALL)


def a_hall(process: Process | None = None, **changes: object) -> Problem:
    """Two days, two shifts, two permanent people in each, five on call."""
    site = a_site(process or Process(name="pack", orders_per_hour=60.0))
    collections = (Collection("courier", 18 * HOUR_S, 100, 500, 2),)
    problem = a_problem(
        days=2,
        shifts=(DAY, NIGHT),
        crews=(OWN, AGENCY),
        sites=(replace(site, collections=collections),),
        contracts=(a_contract(),),
    )
    return with_on_call(replace(problem, **changes))


def called(people: int, shift: str = "day", day: int = 0, process: str = "pack") -> StaffRow:
    return StaffRow(
        day=day,
        site="site",
        process=process,
        crew="agency on call",
        shift=shift,
        since_day=day,
        headcount=people,
    )


def people_of(actions: Actions) -> list[int]:
    return [row.headcount for row in actions.people]


def test_nobody_works_two_shifts_between_which_there_is_no_rest() -> None:
    problem = a_hall()
    plan = a_plan(problem, people=0)
    assert people_of(possible(problem, plan, Actions(people=(called(9),)))) == [5]
    plan = with_actions(problem, plan, Actions(people=(called(3, "night"),)))
    same_day, next_day = called(9), called(9, day=1)
    assert people_of(possible(problem, plan, Actions(people=(same_day,)))) == [2]
    assert people_of(possible(problem, plan, Actions(people=(next_day,)))) == [2]
    evening_after = called(9, "night", day=1)
    assert people_of(possible(problem, plan, Actions(people=(evening_after,)))) == [5]


def test_those_called_need_permanent_people_next_to_them() -> None:
    strict = Process(name="pack", orders_per_hour=60.0, max_temporary_share=0.5)
    problem = a_hall(strict)
    plan = a_plan(problem, people=2)
    plan = replace(plan, staffing=tuple(replace(r, shift="day") for r in plan.staffing))
    assert people_of(possible(problem, plan, Actions(people=(called(9),)))) == [2]
    assert not possible(problem, plan, Actions(people=(called(9, "night"),)))


def test_beginners_need_permanent_people_next_to_them() -> None:
    taught = Process(name="pack", orders_per_hour=60.0, starters_per_permanent=0.5)
    learning = replace(AGENCY, ramp=(0.5, 1.0))
    problem = a_hall(taught, crews=(OWN, learning))
    plan = a_plan(problem, people=2)
    plan = replace(plan, staffing=tuple(replace(r, shift="day") for r in plan.staffing))
    assert people_of(possible(problem, plan, Actions(people=(called(9),)))) == [1]


def test_vehicles_are_booked_as_far_as_there_are_any() -> None:
    problem = a_hall()
    plan = replace(
        a_plan(problem, people=0), extra=(ExtraCollection(0, "site", "courier", 18 * HOUR_S, 1),)
    )
    more = ExtraCollection(0, "site", "courier", 18 * HOUR_S, 3)
    done = with_actions(problem, plan, Actions(vehicles=(more,)))
    assert [e.vehicles for e in done.extra] == [2]
    assert with_actions(problem, done, Actions(vehicles=(more,))) is done


def test_actions_add_up() -> None:
    both = Actions(people=(called(1),)) + Actions(people=(called(2), called(1, "night")))
    assert both == Actions(people=(called(3), called(1, "night")))
    assert not Actions()


def test_the_highest_threshold_that_is_exceeded_counts() -> None:
    measure = Measure(kind="orders")
    rule = Rule(at_s=0, measure=measure, levels=(Level(100, Actions()), Level(200, Actions())))
    assert [rule.level(n) for n in (100, 101, 200, 201)] == [0, 1, 1, 2]
    always = Rule(at_s=0, measure=measure, levels=(Level(ALWAYS, Actions()),))
    assert always.level(0) == 1
