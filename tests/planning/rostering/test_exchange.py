"""Rosters of people without names: even where they can be, steady, and the same each time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise

import pytest

from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.roster import Roster
from planner.planning.rostering import assign
from planner.planning.rostering.assign import assign_people
from planner.planning.validation.roster_rules import roster_violations
from tests.planning.builders import DAY_SHIFT, crew
from tests.planning.labour.builders import given, plan, row, temps

DAY = replace(DAY_SHIFT, breaks=())
NIGHT = replace(DAY, name="night", start_s=17 * HOUR_S, end_s=25 * HOUR_S)


def crowd() -> tuple[Problem, Plan]:
    """Nine days from Tuesday, 60 temporaries and 20 of 24 own people, by day and by night."""
    of = given(
        9,
        crews=(temps(limit=60), crew(limit=24, max_days_per_week=6)),
        shifts=(DAY, NIGHT),
    )
    rows = [
        row(d, n - d, shift, since_day=0, crew="agency")
        for d in range(9)
        for shift, n in (("day", 35), ("night", 25))
    ]
    rows += [row(d, n, shift) for d in range(9) for shift, n in (("day", 15), ("night", 5))]
    return of, plan(of, *rows)


@pytest.fixture(scope="module")
def made() -> tuple[Problem, Plan, Roster]:
    """Their roster, which does not need the solver."""
    of, of_plan = crowd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assign, "in_solver_process", None)
        return of, of_plan, assign_people(of, of_plan)


def spread(counts: Counter[str]) -> int:
    """By how much people differ at most."""
    return max(counts.values()) - min(counts.values())


def test_a_large_crew_is_filled_and_even(made: tuple[Problem, Plan, Roster]) -> None:
    """All places are filled within every person's rules; days and weekend days of own people differ
    by one, nights by two at most.
    """
    of, of_plan, roster = made
    assert roster.open == ()
    assert roster_violations(of, of_plan, roster) == ()
    own = [r for r in roster.rows if r.crew == "own"]
    days = Counter(r.person for r in own)
    assert len(days) == 24
    assert spread(days) <= 1
    none = Counter(dict.fromkeys(days, 0))
    for counted, most in (
        ([r.person for r in own if of.horizon.is_weekend(r.day)], 1),
        ([r.person for r in own if r.shift == "night"], 2),
    ):
        nothing = none.copy()
        nothing.update(counted)
        assert spread(nothing) <= most


def test_temporaries_keep_day_or_night(made: tuple[Problem, Plan, Roster]) -> None:
    """Who works at night cannot work the next day, and few who work by day have to change."""
    _, _, roster = made
    rows = [r for r in roster.rows if r.crew == "agency"]
    turns = 0
    for who in {r.person for r in rows}:
        work = sorted((r.day, r.shift) for r in rows if r.person == who)
        turns += sum(a != b for (_, a), (_, b) in pairwise(work))
    assert turns <= 10


def test_the_same_each_time(made: tuple[Problem, Plan, Roster]) -> None:
    """Equal in every row; whoever works the same has numbers in a row."""
    of, of_plan, roster = made
    assert assign_people(of, of_plan) == roster
    people = sorted({r.person for r in roster.rows if r.crew == "agency"})
    works = [
        tuple((r.day, r.process, r.shift) for r in roster.rows if r.person == who) for who in people
    ]
    assert len(list(groupby(works))) == len(set(works))
