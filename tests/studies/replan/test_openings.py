"""What may still be changed in the middle of a promotion, and that nothing else moves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.on_call import with_on_call
from planner.domain.plan import ExtraCollection, Plan, PlanStatus
from planner.domain.problem import Problem
from planner.domain.workforce import LONG_AGO, OnCall, StaffRow
from planner.studies.replan.frozen import frozen_moves
from planner.studies.replan.opening import bundles
from planner.studies.replan.openings import openings
from planner.studies.replan.terms import ReplanTerms
from planner.studies.steps.load import load
from tests.cli.builders import write_small
from tests.simulation.builders import generated

NOW_S = 2 * DAY_S + 2 * HOUR_S


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    """Four days, two processes, permanent and agency people, people on call, vehicles."""
    folder: Path = tmp_path_factory.mktemp("small")
    write_small(folder, {"capacity_parcels: 2000}": "capacity_parcels: 2000, extra_cost: 100}"})
    found = load(folder).problem
    crews = tuple(
        replace(c, on_call=OnCall(notice_hours=5, max_people=8, wage_minor_per_hour=3400))
        if c.temporary
        else c
        for c in found.crews
    )
    return with_on_call(replace(found, crews=crews))


def a_plan(problem: Problem, rng: np.random.Generator) -> Plan:
    """Random people of every crew at every process and day, and some vehicles."""
    rows = []
    for crew in problem.crews[:2]:
        for day in range(problem.horizon.days):
            for process in ("pick", "pack"):
                people = int(rng.integers(0, 4))
                row = StaffRow(
                    day=day,
                    site="yiwu",
                    process=process,
                    crew=crew.name,
                    shift="day",
                    since_day=0 if crew.temporary else LONG_AGO,
                    headcount=people,
                )
                rows += [row] if people else []
    extra = [
        ExtraCollection(day, "yiwu", "near", 18 * HOUR_S, 1)
        for day in range(problem.horizon.days)
        if rng.random() < 0.5
    ]
    return Plan(
        method="stated",
        status=PlanStatus.AS_STATED,
        staffing=tuple(sorted(rows)),
        routing=(),
        extra=tuple(extra),
        signed=("near", "far"),
    )


@pytest.mark.parametrize("seed", range(40))
def test_no_frozen_cell_moves_whatever_is_changed(problem: Problem, seed: int) -> None:
    """Any openings of any plan at any moment, one after the other, leave the frozen as it was."""
    rng = np.random.default_rng(seed)
    plan = start = a_plan(problem, rng)
    terms = ReplanTerms(
        now_s=int(rng.integers(1, 4 * DAY_S // 300)) * 300,
        change_minor=0,
        notice_hours=float(rng.integers(0, 24)),
        pickup_hours=float(rng.integers(0, 8)),
        release=bool(rng.random() < 0.5),
    )
    for _ in range(6):
        found = bundles(problem, openings(problem, plan, terms))
        if not found:
            break
        bundle = found[int(rng.integers(len(found)))]
        amount = min(int(rng.integers(1, 4)), bundle.room(problem, plan))
        changed = bundle.changed(plan, amount) if amount else None
        plan = plan if changed is None else changed
    assert frozen_moves(problem, terms, start, plan) == []


@pytest.mark.parametrize("seed", range(30))
def test_the_past_of_a_generated_promotion_stays_as_it_was(seed: int) -> None:
    """Whatever is changed, who worked, which vehicles came, goods and routing are the same."""
    problem, start = generated(seed, days=4)
    rng, plan = np.random.default_rng(seed), start
    terms = ReplanTerms(now_s=int(rng.integers(1, 4 * 24)) * HOUR_S, change_minor=0, release=True)
    for _ in range(8):
        found = bundles(problem, openings(problem, plan, terms))
        bundle = found[int(rng.integers(len(found)))] if found else None
        room = bundle.room(problem, plan) if bundle else 0
        changed = bundle.changed(plan, min(room, 2)) if bundle and room else None
        plan = plan if changed is None else changed
    assert frozen_moves(problem, terms, start, plan) == []
    assert _over(problem, plan, terms.now_s) == _over(problem, start, terms.now_s)
    assert (plan.routing, plan.stock, plan.signed) == (start.routing, start.stock, start.signed)


def _over(problem: Problem, plan: Plan, now_s: int) -> tuple[object, ...]:
    """People of shifts that have begun, and vehicles that have come."""
    people = [r for r in plan.staffing if r.day * DAY_S + problem.shift(r.shift).start_s < now_s]
    return sorted(people), sorted(e for e in plan.extra if e.day * DAY_S + e.at_s < now_s)


@pytest.mark.parametrize(
    ("crew", "day", "words"),
    [
        ("own", 1, "the shift has begun"),
        ("own", 2, "within the notice"),
        ("agency on call", 1, "the shift has begun"),
        ("agency", 3, "sent home"),
    ],
)
def test_a_frozen_cell_that_moved_is_found(
    problem: Problem, crew: str, day: int, words: str
) -> None:
    """Somebody more in the past or within the notice, and a booked temporary less, are named."""
    plan = a_plan(problem, np.random.default_rng(3))
    terms = ReplanTerms(now_s=NOW_S, change_minor=0, notice_hours=12)
    since = {"own": LONG_AGO, "agency": 0}.get(crew, day)
    row = StaffRow(
        day=day,
        site="yiwu",
        process="pick",
        crew=crew,
        shift="day",
        since_day=since,
        headcount=2,
    )
    others = tuple(r for r in plan.staffing if replace(r, headcount=0) != replace(row, headcount=0))
    with_two = replace(plan, staffing=tuple(sorted((*others, row))))
    other = replace(plan, staffing=others)
    before, after = (with_two, other) if words == "sent home" else (other, with_two)
    assert any(words in found for found in frozen_moves(problem, terms, before, after))


def test_notices_decide_what_is_open(problem: Problem) -> None:
    """At 02:00 people on call can come at 08:00, permanent people only the next day."""
    plan = replace(a_plan(problem, np.random.default_rng(1)), staffing=())
    terms = ReplanTerms(now_s=NOW_S, change_minor=0, notice_hours=12)
    days = {(o.what, o.day) for o in openings(problem, plan, terms)}
    assert ("call", 2) in days
    assert ("shift", 2) not in days
    assert ("shift", 3) in days
    late = replace(terms, now_s=NOW_S + 2 * HOUR_S)
    assert ("call", 2) not in {(o.what, o.day) for o in openings(problem, plan, late)}


def test_nothing_is_given_up_unless_asked(problem: Problem) -> None:
    """Days off and cancelled vehicles are open with `release` alone."""
    plan = a_plan(problem, np.random.default_rng(2))
    terms = ReplanTerms(now_s=NOW_S, change_minor=0)
    found = {o.what for o in openings(problem, plan, terms)}
    assert not found & {"rest", "cancel"}
    found = {o.what for o in openings(problem, plan, replace(terms, release=True))}
    assert "rest" in found
