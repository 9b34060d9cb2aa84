"""Levers: the problem as a plan changes it, and what that costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.demand_levers import CapOption, ChosenLevers, Levers, PromiseOption
from planner.domain.demand_path import draw_path, mean_path
from planner.domain.events import Event
from planner.domain.horizon import HOUR_S
from planner.domain.lever_effects import (
    effective_problem,
    given_problem,
    longer_promises_minor,
    refused_minor,
)
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.products import Product
from planner.domain.random_streams import Streams
from tests.builders import a_plan, a_problem

LIVE = Event(name="live", at_s=2 * HOUR_S, median=1000.0, p95=2000.0, ramp_s=0, half_life_s=HOUR_S)
OPTIONS = Levers(
    promises=(PromiseOption("region", 72.0, 80), PromiseOption("region", 96.0, 120)),
    caps=(CapOption("live", 800), CapOption("live", 600)),
)


def live(event: Event = LIVE, **changes: object) -> Problem:
    """One day with a live session and levers that may be used."""
    made = a_problem(orders_per_hour=10.0, levers=OPTIONS)
    return replace(made, demand=replace(made.demand, events=(event,)), **changes)


def using(problem: Problem, **levers: object) -> Plan:
    return a_plan(problem, **levers)


def test_a_plan_without_levers_changes_nothing() -> None:
    """The problem of a plan without levers is the very same object."""
    problem = live()
    assert effective_problem(problem, using(problem).levers) is problem


def test_a_plan_with_levers_changes_deadline_and_cap() -> None:
    """72 hours instead of 48, and a sale that stops after 600 orders; the other regions' hours
    stay.
    """
    problem = live(
        platform=PlatformRule(name="rule", counts="label", promise_hours={"elsewhere": 60.0})
    )
    plan = using(problem, promises=(("region", 72.0),), caps=(("live", 600),))
    at = effective_problem(problem, plan.levers)
    assert given_problem(at) is problem
    assert at.platform.promise_hours == {"elsewhere": 60.0, "region": 72.0}
    assert [e.cap for e in at.demand.events] == [600]
    zero = np.zeros(1, dtype=np.int64)
    assert at.platform.deadlines(zero, zero, at.region_names, at.horizon)[0] == 72 * HOUR_S


def test_levers_in_force_can_be_others_and_none() -> None:
    """Whatever is in force, another plan's levers take their place, and a plan without any finds
    the platform's own.
    """
    problem = live(
        platform=PlatformRule(name="rule", counts="label", promise_hours={"region": 50.0})
    )
    chosen = ChosenLevers((("region", 72.0),), (("live", 600),))
    at = effective_problem(problem, chosen)
    other = effective_problem(at, ChosenLevers((("region", 96.0),)))
    assert (other.platform.promise_hours, [e.cap for e in other.demand.events]) == (
        {"region": 96.0},
        [None],
    )
    assert effective_problem(other, ChosenLevers()) is problem
    assert effective_problem(at, chosen) is at


def test_costs_of_levers_by_hand() -> None:
    """1,000 orders at 0.80 each; 20 refused of a product with a margin of 15.00."""
    problem = live(
        products=(
            Product(name="product", label="Product", share=1.0, weight_g=500.0, margin_minor=1_500),
        )
    )
    assert longer_promises_minor(problem, (("region", 72.0),), np.array([1000])) == 80_000
    assert refused_minor(problem, np.array([0.0, 20.0])) == 30_000
    with pytest.raises(ValueError, match="region region cannot be promised 60 hours"):
        longer_promises_minor(problem, (("region", 60.0),), np.array([1000]))


@pytest.mark.parametrize("cap", [1, 300, 900, 5_000])
def test_a_capped_path_is_the_path_until_the_cap(cap: int) -> None:
    """Orders come as without the cap until it is reached, then none; those refused are the rest;
    the baseline stays.
    """
    free, capped = live().demand, live(replace(LIVE, cap=cap)).demand
    for k in range(5):
        one, other = (draw_path(d, live().horizon, Streams(1, "test", k)) for d in (free, capped))
        assert np.array_equal(one.intensity[0], other.intensity[0])
        taken = np.minimum(one.intensity[1].cumsum(), cap)
        assert other.intensity[1].cumsum() == pytest.approx(taken, abs=1e-9)
        assert other.refused is not None
        assert other.refused[1] == pytest.approx(one.intensity[1].sum() - taken[-1], abs=1e-6)


@pytest.mark.parametrize("cap", [300, 1000, 1500])
def test_the_mean_of_a_capped_event_is_that_of_many_paths(cap: int) -> None:
    """Expected orders by the formula lie within the interval of 4,000 drawn paths and a hundredth;
    refused ones too.
    """
    capped = live(replace(LIVE, cap=cap))
    mean = mean_path(capped.demand, capped.horizon)
    assert mean.refused is not None
    paths = [draw_path(capped.demand, capped.horizon, Streams(1, "mean", k)) for k in range(4000)]
    for expected, drawn in (
        (mean.intensity[1].sum(), [p.intensity[1].sum() for p in paths]),
        (mean.refused[1], [0.0 if p.refused is None else p.refused[1] for p in paths]),
    ):
        assert abs(np.mean(drawn) - expected) <= 4 * np.std(drawn) / np.sqrt(len(drawn)) + 0.01


def test_a_cap_nobody_reaches_changes_no_path() -> None:
    """A cap far above every size leaves mean and drawn intensity as they are."""
    free, capped = live(), live(replace(LIVE, cap=10**8))
    assert mean_path(capped.demand, free.horizon).intensity == pytest.approx(
        mean_path(free.demand, free.horizon).intensity, rel=1e-9
    )


def test_certain_sizes_are_simply_cut() -> None:
    """An event of exactly 1,000 orders with a cap of 600 brings 600 on the mean path (those within
    the day).
    """
    certain = live(replace(LIVE, p95=1000.0, cap=600))
    assert mean_path(certain.demand, certain.horizon).intensity[1].sum() == pytest.approx(600)
