"""Counts that no set of people can fill: found as brute force finds them, and planned again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import ConflictError
from planner.formats.scenario.reader import read_scenario
from planner.planning.labour import working_hours
from planner.planning.options import RosterOptions
from planner.planning.rostering import unfilled
from planner.planning.rostering.assign import assign_people, can_fill
from planner.planning.rostering.cp_model import Filling, filled_by_solver
from planner.planning.rostering.greedy import greedy_roster, left_open
from planner.planning.rostering.unfilled import RosterCheck, broken_rules, unfilled_places
from planner.planning.solution import scenario_generation
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from planner.planning.validation.roster_rules import roster_violations
from planner.planning.validation.teams import Team, alike, teams_of
from planner.studies.steps.make_plan import require_feasible, require_rules
from tests.planning.builders import DAY_SHIFT, EXACT, crew, lane_prices, scenarios
from tests.planning.labour.builders import given, person, plan, row, temps

EARLY = replace(DAY_SHIFT, name="early", start_s=6 * HOUR_S, end_s=14 * HOUR_S, breaks=())
LATE = replace(EARLY, name="late", start_s=14 * HOUR_S, end_s=22 * HOUR_S)
NIGHT = replace(EARLY, name="night", start_s=22 * HOUR_S, end_s=32 * HOUR_S)
SHIFTS = {s.name: s for s in (EARLY, LATE, NIGHT)}
SHORT = replace(EARLY, name="short")
LONG = replace(EARLY, name="long", end_s=16 * HOUR_S)
SHIPPED = Path(__file__).parents[3] / "configs"
AT_ONCE = 1e-9  # deterministic seconds in which a solver finds out nothing
SHORT_SEARCH = RosterOptions(open_seconds=AT_ONCE, fairness_seconds=AT_ONCE)


def counts(number: int) -> tuple[Problem, Plan]:
    """One to three people without names, three to five days, three shifts, limits at random; any
    counts.
    """
    rng = np.random.default_rng([3, number])
    temporary, days = bool(rng.integers(2)), int(rng.integers(3, 6))
    limits: dict[str, Any] = {
        "limit": int(rng.integers(1, 4)),
        "max_hours_per_week": [None, 24.0, 28.0, 36.0][rng.integers(4)],
        "max_consecutive_days": [None, 2, 3][rng.integers(3)],
        "max_days_per_week": int(rng.integers(3, 8)),
        "min_rest_hours": [11.0, 16.0, 24.0][rng.integers(3)],
    }
    of = given(days, shifts=(EARLY, LATE, NIGHT), crews=((temps if temporary else crew)(**limits),))
    rows = []
    for _ in range(limits["limit"]):
        first = int(rng.integers(0, days))
        last = int(rng.integers(first, days))
        for day in range(first, last + 1):
            shift = str(rng.choice(list(SHIFTS)))
            if temporary:
                rows.append(row(day, 1, shift, since_day=first, crew="agency"))
            else:
                rows.append(row(day, 1, shift))
    return of, plan(of, *rows)


def allowed(of: Problem, days: list[tuple[int, str]]) -> bool:
    """Whether one person may work these (day, shift): rest, days and hours, in ten lines."""
    one = of.crews[0]
    for (a, s), (b, t) in combinations(days, 2):
        gap = (b - a) * DAY_S + SHIFTS[t].start_s - SHIFTS[s].end_s
        if gap < one.min_rest_hours * HOUR_S:
            return False
    for first, _ in days:
        week = [(d, s) for d, s in days if first <= d < first + 7]
        if sum(SHIFTS[s].paid_s for _, s in week) / HOUR_S > (one.max_hours_per_week or 1e9):
            return False
        if not one.temporary and len(week) > one.max_days_per_week:
            return False
    longest = one.max_consecutive_days or 99
    worked = {d for d, _ in days}
    return not any(all(d + k in worked for k in range(longest + 1)) for d in worked)


def fillable(of: Problem, made: Plan) -> bool:
    """Whether people can work these places, by trying all that one person may work, one person
    after the other.
    """
    one, wanted = of.crews[0], {}
    for r in made.staffing:
        since = r.since_day if one.temporary else 0
        wanted[since, r.day, r.shift] = wanted.get((since, r.day, r.shift), 0) + r.headcount
    if one.temporary:
        return all(
            _each(of, {k[1:]: n for k, n in wanted.items() if k[0] == since}, since, 99)
            for since in {k[0] for k in wanted}
        )
    return _each(of, {k[1:]: n for k, n in wanted.items()}, None, one.limit)


def _each(of: Problem, left: dict[tuple[int, str], int], since: int | None, people: int) -> bool:
    """Whether so many people can work what is left; temporaries every day from `since` on."""
    left = {k: n for k, n in left.items() if n}
    if not left or not people:
        return not left
    first = min(d for d, _ in left)
    if since is not None and first > since:
        return False
    choices: list[list[tuple[int, str] | None]] = []
    for day in range(first, max(d for d, _ in left) + 1):
        cells = [k for k in left if k[0] == day]
        choices.append([*cells, None] if since is None or day > first else list(cells))
    for chosen in product(*choices):
        days = [c for c in chosen if c is not None]
        if since is not None and len(days) < len(chosen) and any(chosen[len(days) :]):
            continue  # a temporary works on every day until the last one
        if days and days[0][0] == first and allowed(of, days):
            rest = {k: n - (k in days) for k, n in left.items()}
            if _each(of, rest, since, people - 1):
                return True
    return False


@pytest.mark.parametrize("block", range(6))
def test_as_brute_force_says(block: int) -> None:
    """A roster is found where trying all finds one, and every person's rules hold in it; what the
    checks of counts refuse cannot be filled.
    """
    for number in range(block * 25, block * 25 + 25):
        of, made = counts(number)
        can = fillable(of, made)
        people = max(sum(r.headcount for r in made.staffing if r.day == d) for d in range(9))
        assert RosterCheck(of).fills(made) == can, number
        assert can or people <= of.crews[0].limit or violations(of, made)
        if violations(of, made) and people <= of.crews[0].limit:
            assert not can, number
        if not can:
            continue
        roster = assign_people(of, made)
        assert roster.open == ()
        assert roster_violations(of, made, roster) == ()
        for who in {r.person for r in roster.rows}:
            assert allowed(of, sorted((r.day, r.shift) for r in roster.rows if r.person == who))


@pytest.mark.parametrize("number", [507, 583])
def test_counts_that_look_fine_are_refused(number: int) -> None:
    """Every check of counts is kept, and still nobody can fill them: of the places that are named
    none can be left out.
    """
    of, made = counts_of_search(number)
    assert violations(of, made) == ()
    assert not fillable(of, made)
    (unfilled,) = unfilled_places(of, made)
    for one in unfilled.rows:
        fewer = [replace(r, process="pack") for r in unfilled.rows if r is not one]
        assert fillable(of, plan(of, *fewer))
    with pytest.raises(ConflictError, match="no set of people can work"):
        require_feasible(of, made)
    assert require_rules(of, made) is made  # the roster leaves places empty
    assert sum(places.places for places in assign_people(of, made).empty_places(of.horizon)) == 1


@pytest.mark.parametrize("number", [507, 583])
def test_nothing_is_cut_off_without_a_proof(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that reached its limit has proved nothing: no places are cut off, and neither is
    the plan known to be filled.
    """
    of, made = counts_of_search(number)
    (team,) = teams_of(of, made)
    assert filled_by_solver(team, 10.0) is Filling.IMPOSSIBLE
    assert filled_by_solver(team, AT_ONCE) is Filling.UNKNOWN
    monkeypatch.setattr(unfilled, "can_fill", partial(can_fill, options=SHORT_SEARCH))
    assert unfilled_places(of, made) == ()
    assert not RosterCheck(of).fills(made)
    (said,) = broken_rules(of, made)
    assert "none was ruled out" in said.words
    roster = assign_people(of, made, SHORT_SEARCH)
    assert not any(places.proved for places in roster.empty_places(of.horizon))
    assert all(places.proved for places in assign_people(of, made).empty_places(of.horizon))


def test_the_roster_of_a_shipped_scenario_is_decided_far_from_the_limit() -> None:
    """Every command asks this before it does anything: thirty people whom the first rule of thumb
    leaves with open places.
    """
    of = read_scenario(SHIPPED / "singles-day").problem
    assert of.roster is not None
    teams = teams_of(of, plan(of, *of.roster))
    asked = [alike(t) for t in teams if left_open(t, greedy_roster(t)).any()]
    assert [team.crew.site for team in asked] == ["yiwu"]
    assert [filled_by_solver(team, 1.0) for team in asked] == [Filling.POSSIBLE]


def test_places_are_left_out_of_a_cut_only_with_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only all places together are proved to be too many, all of them are in the cut."""
    of, made = counts_of_search(507)
    (whole,) = teams_of(of, made)

    def can(team: Team) -> Filling:
        return Filling.IMPOSSIBLE if len(team.rows) == len(whole.rows) else Filling.UNKNOWN

    monkeypatch.setattr(unfilled, "can_fill", can)
    (cut,) = unfilled_places(of, made)
    assert len(cut.rows) == len(whole.rows)


def counts_of_search(number: int) -> tuple[Problem, Plan]:
    """Two plans that a search of many found."""
    of = given(
        5,
        shifts=(EARLY, LATE, NIGHT),
        crews=(
            crew(
                limit=3,
                max_hours_per_week=24.0,
                max_consecutive_days=3 if number == 583 else None,
                min_rest_hours=11.0,
            ),
        ),
    )
    places = {
        507: [(0, "late", 2), (1, "night", 1), (2, "early", 2), (2, "night", 1), (3, "night", 1)],
        583: [(1, "early", 2), (1, "night", 1), (2, "late", 2), (3, "early", 1), (4, "night", 1)],
    }[number]
    return of, plan(of, *(row(day, n, shift) for day, shift, n in places))


def busy() -> Problem:
    """Work for one person on each of three days, 8, 10 and 10 hours long; two own people with 16
    hours a week, and temporaries at four times the wage.
    """
    own = crew(limit=2, max_hours_per_week=16.0)
    dear = temps(limit=2, wage_minor_per_hour=8_000)
    return given(
        3,
        per_day=(120.0, 165.0, 165.0),
        shifts=(SHORT, LONG),
        crews=(own, dear),
    )


def test_what_cannot_be_filled_is_planned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rows on whole shifts the cheapest counts are 8, 10 and 10 hours of own people.
    Cut off, planned again: the optimum with these rows, found another way.
    """
    of = busy()

    def joint() -> Plan:
        return plan_joint(of, scenarios(of), lane_prices(of), options=EXACT)

    with_rows = joint()
    monkeypatch.setattr(working_hours, "packings", lambda *_: [])
    with_cuts = joint()
    assert with_cuts.objective == with_rows.objective
    assert broken_rules(of, with_cuts) == ()
    monkeypatch.setattr(scenario_generation, "unfilled_places", lambda *_: ())
    without = joint()
    assert without.objective is not None
    assert with_rows.objective is not None
    assert without.objective < with_rows.objective
    assert unfilled_places(of, without)


def test_a_plan_for_people_with_names_has_no_empty_place() -> None:
    """Two people are there on two days of three each, the days in between shared: counts by day
    look fine, but a booking of three days has nobody.
    """
    of = given(
        3,
        person("A", "++-", crew="agency"),
        person("B", "-++", crew="agency"),
        per_day=(60.0, 60.0, 60.0),
        crews=(temps(limit=2, min_days=1),),
    )
    found = plan_joint(of, scenarios(of), lane_prices(of), options=EXACT)
    assert found.staffing
    assert assign_people(of, found).open == ()
    assert broken_rules(of, found) == ()
