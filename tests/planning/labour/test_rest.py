"""Rest between any two shifts of a person, however many dates lie between: model, checks,
rosters.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.demand import Baseline, Demand
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.named_staff import too_close
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.workforce import StaffRow
from planner.errors import NoPlanError
from planner.planning.heuristics.crew_allocation import SiteCrews
from planner.planning.labour.rest import rest_conflicts
from planner.planning.rostering.assign import assign_people
from planner.planning.rostering.greedy import greedy_roster
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from planner.planning.validation.roster_rules import roster_violations
from planner.planning.validation.teams import teams_of
from tests.planning.builders import EXACT, crew, lane_prices, problem, scenarios, site
from tests.planning.labour.builders import given, person, plan, row, temps
from tests.planning.rostering.test_assign import by_name, checked

EARLY = Shift("early", 5 * HOUR_S, 13 * HOUR_S)
LATE = Shift("late", 14 * HOUR_S, 22 * HOUR_S)
NIGHT = Shift("night", 22 * HOUR_S, 30 * HOUR_S)
SHIFTS = (EARLY, LATE, NIGHT)


def resting(hours: float, *names: str, days: int = 4, limit: int = 1, **changes: object) -> Problem:
    """A crew that must rest so many hours between three shifts; so many of its people as have
    names.
    """
    of_crew = replace(crew(limit=limit, min_rest_hours=hours), **changes)
    return given(
        days, *(person(n, crew=of_crew.name) for n in names), crews=(of_crew,), shifts=SHIFTS
    )


def test_rest_is_hours_not_dates() -> None:
    """A night until 06:00 and a shift at 05:00 two dates after its start are 23 hours apart."""
    assert too_close(NIGHT, EARLY, 2, 24.0)
    assert not too_close(NIGHT, EARLY, 2, 23.0)
    assert too_close(NIGHT, LATE, 1, 8.5)
    assert not too_close(NIGHT, LATE, 1, 8.0)


def test_the_check_looks_two_dates_ahead() -> None:
    """One person, night of the first day and early shift of the third: 23 hours; two people can do
    it.
    """
    rows = row(0, 1, "night"), row(2, 1, "early")
    assert [v.rule for v in violations(resting(24.0), plan(resting(24.0), *rows))] == ["limit_rest"]
    assert violations(resting(23.0), plan(resting(23.0), *rows)) == ()
    two = resting(24.0, limit=2)
    assert violations(two, plan(two, *rows)) == ()
    words = violations(resting(24.0), plan(resting(24.0), *rows))[0].words
    assert words == (
        "own people at east: 2 work night on 10 Nov or early on 12 Nov, only 1 are there and "
        "nobody can do two of "
        "these with 24 hours of rest"
    )


def test_temporaries_who_stay_need_the_rest_as_well() -> None:
    """Somebody on the books for all three days cannot do both; somebody new on the third day
    can.
    """
    of = resting(24.0, limit=2, name="agency", temporary=True)
    stay = [
        StaffRow(
            day=0,
            site="east",
            process="pack",
            crew="agency",
            shift="night",
            since_day=0,
            headcount=1,
        ),
        StaffRow(
            day=1,
            site="east",
            process="pack",
            crew="agency",
            shift="late",
            since_day=1,
            headcount=1,
        ),
    ]
    relieved = StaffRow(
        day=2, site="east", process="pack", crew="agency", shift="early", since_day=2, headcount=1
    )
    assert [v.rule for v in violations(of, plan(of, *stay, replace(relieved, since_day=1)))] == [
        "limit_rest"
    ]
    assert violations(of, plan(of, stay[0], relieved)) == ()


def fits(of: Problem, staffing: list[StaffRow]) -> bool:
    """Can numbered people fill the places, each with a shift a day at most and the rest between?

    By trying all.
    """
    hours = of.crews[0].min_rest_hours
    places = [(r.day, of.shift(r.shift)) for r in sorted(staffing) for _ in range(r.headcount)]

    def clash(a: tuple[int, Shift], b: tuple[int, Shift]) -> bool:
        return a[0] == b[0] or too_close(a[1], b[1], b[0] - a[0], hours)

    def place(k: int, who: list[list[tuple[int, Shift]]]) -> bool:
        if k == len(places):
            return True
        seen = set()
        for mine in who:
            if tuple(mine) not in seen and not any(clash(at, places[k]) for at in mine):
                seen.add(tuple(mine))
                mine.append(places[k])
                if place(k + 1, who):
                    return True
                mine.pop()
        return False

    return place(0, [[] for _ in range(of.crews[0].limit)])


@pytest.mark.parametrize("number", range(60))
def test_the_check_says_what_trying_every_way_says(number: int) -> None:
    """Random places of four days, overlapping shifts, rest up to 24 h: kept if and only if people
    can fill them.
    """
    rng = np.random.default_rng([24, number])
    shifts = tuple(
        Shift(f"s{k}", int(a), int(a + n))
        for k, (a, n) in enumerate(rng.integers(1, 24, (3, 2)) * HOUR_S)
    )
    of = replace(resting(float(rng.choice([0.0, 8.0, 11.0, 16.0, 24.0])), limit=2), shifts=shifts)
    for _ in range(8):
        picked = rng.integers(0, 2, (4, 3))
        staffing = [
            row(d, 1, f"s{k}")
            for d, k in zip(*np.nonzero(picked), strict=True)
            if picked[d].sum() < 3
        ]
        staffing = [replace(r, day=int(r.day)) for r in staffing]
        assert (violations(of, plan(of, *staffing)) == ()) == fits(of, staffing)


def busy_hours(*hours: int) -> Demand:
    orders = np.zeros(4 * 24)
    orders[list(hours)] = 20.0
    return Demand(
        events=(), region_share=np.ones(1), product_share=np.ones(1), baseline=Baseline(orders)
    )


@pytest.mark.parametrize("names", [(), ("Anna",)])
def test_the_model_leaves_the_rest_two_dates_ahead(names: tuple[str, ...]) -> None:
    """Orders at 23:00 of the first day and at 05:00 of the third, due in four hours, one person:
    with 23 hours of rest there is a plan, with 24 there is none.
    """

    def joint(hours: float) -> Plan:
        made = problem(
            days=4,
            demand=busy_hours(23, 53),
            shifts=SHIFTS,
            crews=(crew(limit=1, min_rest_hours=hours),),
        )
        made = replace(
            made,
            platform=replace(made.platform, deadline_hours=4.0),
            people=tuple(map(person, names)),
        )
        return plan_joint(made, scenarios(made), lane_prices(made), options=EXACT)

    assert {(r.day, r.shift) for r in joint(23.0).staffing} == {(0, "night"), (2, "early")}
    with pytest.raises(NoPlanError):
        joint(24.0)


@pytest.mark.parametrize("number", range(3))
def test_plans_of_the_model_pass_the_check(number: int) -> None:
    """Own people and temporaries, three shifts, rest of 16 or 24 hours, work at hours drawn at
    random.
    """
    rng = np.random.default_rng([26, number])
    hours = float(rng.choice([16.0, 24.0]))
    crews = (
        crew(limit=3, min_rest_hours=hours),
        temps(limit=6, min_rest_hours=hours, wage_minor_per_hour=2_500),
    )
    made = problem(
        days=4, demand=busy_hours(*rng.choice(80, 6).tolist()), shifts=SHIFTS, crews=crews
    )
    made = replace(
        made, platform=replace(made.platform, deadline_hours=10.0), people=(person("Anna"),)
    )
    found = plan_joint(made, scenarios(made), lane_prices(made), options=EXACT)
    assert violations(made, found) == ()
    assert found.staffing


def test_a_roster_with_names_leaves_a_place_open_for_the_rest() -> None:
    """One person cannot fill both places; two fill one each; the checker finds it in a roster by
    hand.
    """
    rows = row(0, 1, "night"), row(2, 1, "early")
    two = resting(24.0, "A", "B", limit=2)
    roster = checked(two, *rows)
    assert {r.person for r in roster.rows} == {"A", "B"}
    one = resting(24.0, "A")
    assert len(assign_people(one, plan(one, *rows)).rows) == 1
    found = roster_violations(one, plan(one, *rows), by_name((0, "night", "A"), (2, "early", "A")))
    assert [v.words for v in found] == [
        "A (own at east): night on 10 Nov and early on 12 Nov, 24 hours of rest needed"
    ]
    (team,) = teams_of(one, plan(one, *rows))
    assert sum(map(len, greedy_roster(team).values())) == 1


@pytest.mark.parametrize("temporary", [False, True])
@pytest.mark.parametrize("number", range(20))
def test_rosters_by_hand_leave_the_rest(number: int, temporary: bool) -> None:
    """Permanent people whom no shift has room for stay at home, so that no rest is broken;
    temporaries change to a later shift where rest is 16 h.
    """
    rng = np.random.default_rng([25, number])
    hours = 16.0 if temporary else float(rng.choice([11.0, 16.0, 24.0]))
    crews = (
        temps(limit=4, min_rest_hours=hours) if temporary else crew(limit=4, min_rest_hours=hours),
    )
    shifts = SHIFTS if not temporary else (EARLY, LATE)
    of = problem(days=5, crews=crews, shifts=shifts, sites=(site(),))
    rows = SiteCrews(of, of.sites[0]).rows_for(
        rng.integers(0, 3, (1, len(shifts), 5)).astype(float)
    )
    assert [v.words for v in violations(of, plan(of, *rows)) if v.rule == "limit_rest"] == []
    assert rows


def test_conflicts_over_three_days_are_complete() -> None:
    """With 24 hours nobody works a night and any shift of the next day, nor an early one two dates
    later.
    """
    conflicts = list(rest_conflicts(SHIFTS, 24.0))
    assert ((2,), (0, 1, 2), (0,)) in conflicts
    assert all(
        DAY_S * 2 + EARLY.start_s - SHIFTS[i].end_s < DAY_S
        for c in conflicts
        if len(c) == 3
        for i in c[0]
    )
