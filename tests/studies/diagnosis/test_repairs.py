"""The repairs of a problem without a plan: each one, applied, gives a plan; less of it does not."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.errors import Blame
from planner.planning.solution.lp_bound import relaxed_cost
from planner.studies.diagnosis import repairs
from planner.studies.diagnosis.limit_changes import LimitChange, apply, change_for, grown
from planner.studies.diagnosis.repairs import find_repairs
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.sampled_paths import sampled
from tests.planning.infeasibility.planted import planted, planted_pair, sound_problem
from tests.studies.diagnosis.builders import menu, planned, with_given_demand

KINDS = (("crew", 0), ("notice", 9))
WHOLE = ("crew", "stations", "notice", "collection")


def possible(problem: Problem) -> bool:
    """With fractional headcounts."""
    return math.isfinite(relaxed_cost(problem, *sampled(problem)))


def check_menu(problem: Problem) -> int:
    """Every repair gives a plan that costs no more than it says, and a unit less of a single limit
    that comes in units does not.
    """
    found = menu(problem)
    assert found
    for repair in found:
        assert repair.verified
        assert (planned(apply(problem, repair.change)).objective or 0) <= repair.objective_minor
        (first, *others) = repair.change
        if not others and first.key[0] in WHOLE and first.amount == 2:
            assert not possible(apply(problem, [replace(first, amount=1)])), repair.change
    return len(found)


@pytest.mark.parametrize(("kind", "number"), KINDS)
def test_every_repair_of_the_menu_gives_a_plan(kind: str, number: int) -> None:
    """Planned again with the repair alone, the problem has a plan at about the price that the
    repair states.
    """
    problem = with_given_demand(planted(number).problem)
    assert check_menu(problem) >= (2 if kind == "crew" else 3)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(100))
def test_every_repair_of_a_hundred_menus_gives_a_plan(number: int) -> None:
    """The same for every planted cause, many times."""
    check_menu(with_given_demand(planted(number).problem))


def test_limits_that_must_give_way_together_are_one_repair() -> None:
    """Agency people and goods are both too few: no single one of them makes a plan, both together
    do.
    """
    _, problem = planted_pair(0)
    found = menu(with_given_demand(problem))
    assert found
    keys = [{key[0] for key in repair.key} for repair in found]
    assert {"crew", "supply"} in keys
    assert all(len(kinds) > 1 for kinds in keys)


def test_the_cheapest_plan_comes_first_and_nothing_is_said_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Repairs are in the order of the plans' costs; no set of limits holds another; jobs change
    nothing.
    """
    monkeypatch.setattr(repairs, "in_solver_process", lambda function, *given: function(*given))
    problem = with_given_demand(planted(0).problem)
    found = find_repairs(problem, RunContext(budget=Budget(1, effort=5)))
    costs = [r.objective_minor for r in found]
    assert costs == sorted(costs)
    sets = [frozenset(r.key) for r in found]
    assert not any(
        a < b or (a == b and i != j) for i, a in enumerate(sets) for j, b in enumerate(sets)
    )
    assert found[0].change[0].key[0] in ("crew", "overtime")


def test_where_no_courier_goes_no_number_helps() -> None:
    """Nothing is looked for."""
    assert (
        find_repairs(
            planted(0).problem,
            RunContext(),
            [Blame(rule="lanes", words="no lane", excess=1.0, unit="lane")],
        )
        == []
    )


@pytest.fixture(scope="module")
def sound() -> Problem:
    return sound_problem(np.random.default_rng(1))


@pytest.mark.parametrize(
    ("key", "amount", "read"),
    [
        (("crew", "east", "own"), 3, lambda p: p.crew("east", "own").limit),
        (("stations", "east", "pack"), 2, lambda p: p.site("east").process("pack").stations),
        (("collection", "east", "fast", "16:00"), 2, lambda p: p.sites[0].collections[0].max_extra),
        (("pickup", "east", "fast", "07:30"), 1, lambda p: len(p.sites[0].collections)),
        (("allotment", "fast"), 50, lambda p: p.contract("fast").commitment.allotment_per_day),
        (("supply", "box"), 40, lambda p: p.products[0].supply_units),
        (("space", "east"), 30, lambda p: p.sites[0].stock_capacity_units),
        (("promise", "south"), 12, lambda p: (p.platform.promise_hours or {}).get("south", 36.0)),
        (("shift", "00:00", "08:00"), 8, lambda p: sum(s.paid_s for s in p.shifts) / HOUR_S),
    ],
)
def test_a_change_moves_its_limit_and_nothing_else(
    sound: Problem, key: Any, amount: float, read: Any
) -> None:
    """The limit is larger by the amount, and a second change adds up where it can."""
    changed = apply(sound, [LimitChange(key, amount)])
    assert read(changed) == read(sound) + amount
    assert changed.demand is sound.demand
    assert changed.seed == sound.seed


def test_changes_that_take_away_or_replace(sound: Problem) -> None:
    """Notice gets shorter, the aim lower, the sale of an event ends, overtime is a longer shift
    that everybody may work.
    """
    assert (
        apply(sound, [LimitChange(("notice", "east", "agency"), 2)])
        .crew("east", "agency")
        .notice_days
        == 5
    )
    assert apply(sound, [LimitChange(("aim",), 0.9)]).service.on_time_share == 0.9
    assert apply(sound, [LimitChange(("cap", "live"), 120)]).demand.events[0].cap == 120
    longer = apply(sound, [LimitChange(("overtime",), 1.0)])
    assert len(longer.shifts) == 2 * len(sound.shifts)
    assert all(c.may_work(s) for c in longer.crews for s in longer.shifts)


def test_amounts_come_from_the_blame(sound: Problem) -> None:
    """Parcels become vehicles, days of a crew days of each person; goods are rounded up to three
    digits.
    """
    blame = Blame(
        rule="collection",
        words="",
        excess=1700.0,
        unit="parcels",
        key=("collection", "east", "fast", "16:00"),
        needed=4700.0,
    )
    assert change_for(sound, blame) == LimitChange(blame.key, 2.0)
    blame = Blame(
        rule="supply", words="", excess=1234.0, unit="units", key=("supply", "box"), needed=5000.0
    )
    assert change_for(sound, blame) == LimitChange(blame.key, 1240.0)
    blame = Blame(
        rule="service", words="", excess=30.0, unit="orders", key=("service",), needed=40.0
    )
    assert change_for(sound, blame) == LimitChange(("aim",), 0.8)
    assert (
        change_for(sound, Blame(rule="whole_people", words="", excess=0.0, unit="people")) is None
    )


def test_changes_grow_until_they_cannot(sound: Problem) -> None:
    """By a unit at least; nobody works eight days a week, and nobody has less than no notice."""
    assert grown(sound, LimitChange(("crew", "east", "own"), 3.0), 1.05) == LimitChange(
        ("crew", "east", "own"), 4.0
    )
    assert grown(sound, LimitChange(("notice", "east", "agency"), 7.0), 1.2) is None
    assert grown(sound, LimitChange(("aim",), 0.55), 2.0) is None
