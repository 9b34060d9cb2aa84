"""Where orders miss, in tables: the unit that helps really does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT
from planner.domain.records import Summary
from planner.domain.site import Process
from planner.studies.certification.common_replications import Evaluation
from planner.studies.diagnosis.late_orders import misses_tables
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from tests.builders import (
    a_crew,
    a_plan,
    a_problem,
    a_site,
    given,
    staff,
)
from tests.studies.certification.builders import collected


@pytest.fixture(scope="module")
def short_of_people() -> tuple[Problem, Plan]:
    """Sixty orders an hour from eight to eleven, one packer who does thirty, due in two hours."""
    shift = Shift("day", 8 * HOUR_S, 16 * HOUR_S)
    hourly = [0.0] * 8 + [60.0] * 3 + [0.0] * 37
    base = a_problem(
        days=2,
        platform=PlatformRule(name="label", counts="label", deadline_hours=2.0),
        sites=(a_site(Process(name="pack", orders_per_hour=30.0)),),
        shifts=(shift,),
        crews=(
            a_crew(limit=9),
            a_crew(name="agency", temporary=True, limit=5, min_days=2, hire_cost_minor=500),
        ),
    )
    problem = given(base, hourly)
    return problem, a_plan(problem, staffing=staff(problem, 1, "day"))


def tables(problem: Problem, plan: Plan, replications: int = 3) -> dict[str, Any]:
    summaries: list[Summary] = [Evaluation(problem, (plan,))(k)[0] for k in range(replications)]
    return misses_tables(
        problem, plan, summaries, RunContext(budget=Budget(replications)), HELD_OUT
    )


def test_the_cheapest_unit_that_helps_is_first(short_of_people: tuple[Problem, Plan]) -> None:
    """One more permanent packer on the first day saves most orders for the money; a booking of two
    days costs more; what is said of it is what a simulation with it shows.
    """
    problem, plan = short_of_people
    found = tables(problem, plan)
    misses, units = found["misses"], found["units"]
    assert set(misses["reason"]) == {"waiting"}
    assert misses["share"].sum() == pytest.approx(1.0, abs=1e-4)
    best = units.iloc[0]
    assert best["words"] == "1 more crew person at site, pack, day shift on 9 Nov"
    assert best["saved_orders"] > 0
    assert list(units["crew"]) == ["crew", "agency"]
    assert units["cost"].tolist() == [160.0, 325.0]
    more = replace(plan, staffing=(replace(plan.staffing[0], headcount=2), *plan.staffing[1:]))
    after = [Evaluation(problem, (more,))(k)[0].failed for k in range(3)]
    assert best["failed_after"] == pytest.approx(sum(after) / 3, abs=1e-3)


def test_an_order_saved_costs_what_is_paid_in_every_replication(
    short_of_people: tuple[Problem, Plan],
) -> None:
    """Orders fail in the replications of the busy path alone; one more packer is paid in the quiet
    ones as well.
    """
    problem, plan = short_of_people
    assert problem.demand.given is not None
    busy = problem.demand.given.orders
    either = replace(
        problem,
        demand=replace(problem.demand, given=GivenDemand(np.concatenate([busy, 0.2 * busy]))),
    )
    count = 10
    summaries = [Evaluation(either, (plan,))(k)[0] for k in range(count)]
    failing = [s.replication for s in summaries if s.failed > 0]
    assert 0 < len(failing) < count
    best = misses_tables(either, plan, summaries, RunContext(budget=Budget(count)), HELD_OUT)[
        "units"
    ].iloc[0]
    more = replace(plan, staffing=(replace(plan.staffing[0], headcount=2), *plan.staffing[1:]))
    saved = sum(summaries[k].failed - Evaluation(either, (more,))(k)[0].failed for k in failing)
    assert best["cost_per_order"] == pytest.approx(best["cost"] * count / saved, rel=1e-3)
    assert best["saved_orders"] == pytest.approx(saved / count, abs=1e-3)


def test_nothing_is_reported_where_nothing_misses(short_of_people: tuple[Problem, Plan]) -> None:
    """Five packers are enough."""
    problem, _ = short_of_people
    assert tables(problem, a_plan(problem, staffing=staff(problem, 5, "day"))) == {}


def test_units_keep_the_limits(short_of_people: tuple[Problem, Plan]) -> None:
    """Where one packer is all there is, and the agency has nobody, nobody is offered."""
    problem, plan = short_of_people
    nobody = replace(problem, crews=(a_crew(limit=1), replace(problem.crews[1], limit=0)))
    assert tables(nobody, plan)["units"].empty


def test_a_vehicle_is_offered_where_one_can_be_booked() -> None:
    """Room for three of fifteen parcels, one more vehicle may come."""
    base = collected(12, capacity=3)
    pickup = replace(base.sites[0].collections[0], max_extra=2, extra_cost_minor=7_000)
    problem = given(
        replace(base, sites=(a_site(collections=(pickup,)),)), [0.0] * 8 + [15.0] + [0.0] * 39
    )
    found = tables(problem, a_plan(problem))
    assert found["misses"]["reason"].iloc[0] == "collection"
    best = found["units"].iloc[0]
    assert (best["unit"], best["contract"], best["date"], best["cost"]) == (
        "vehicle",
        "courier",
        "2026-11-09",
        70.0,
    )
    assert best["saved_orders"] > 0
