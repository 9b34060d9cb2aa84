"""Choosing levers: where they pay, where nothing else helps, and never where they do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from planner.domain.demand import Baseline, Demand
from planner.domain.demand_levers import NONE_CHOSEN, CapOption, ChosenLevers, Levers, PromiseOption
from planner.domain.events import Event
from planner.domain.horizon import HOUR_S
from planner.domain.lever_effects import effective_problem
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.products import Product, Region
from planner.errors import NoPlanError
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.solution.lp_bound import relaxed_cost
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from planner.rating.lane_costs import lane_costs
from planner.studies.certification.common_replications import Evaluation
from planner.studies.options.study_options import LeverOptions, SamplingOptions
from planner.studies.steps.choose_levers import choose_levers, proposed_levers, single_levers
from tests.planning.builders import DAY_SHIFT, crew, problem

LIVE = Event(name="live", at_s=20 * HOUR_S, median=400.0, p95=900.0, ramp_s=0, half_life_s=HOUR_S)
FEW = SamplingOptions(planning_scenarios=4, sampled_paths=100)
OPTIONS = Levers(
    promises=(PromiseOption("south", 48.0, 5), PromiseOption("north", 48.0, 5)),
    caps=(CapOption("live", 500), CapOption("live", 300)),
)


def promotion(
    margin: int, agency_wage: int = 6_000, people: int = 60, levers: Levers = OPTIONS
) -> Problem:
    """Three days, an evening event of uncertain size, two regions, few people of one's own, agency
    people at a price; an order brings `margin`.
    """
    return problem(
        days=3,
        platform=PlatformRule(name="plain", counts="label", deadline_hours=24.0, floor_minor=300),
        regions=(Region("north", "North", 0.8), Region("south", "South", 0.2)),
        products=(
            Product(
                name="box",
                label="Box",
                share=1.0,
                weight_g=500.0,
                paid_minor=5_000,
                margin_minor=margin,
            ),
        ),
        demand=Demand(
            events=(LIVE,),
            region_share=np.array([0.8, 0.2]),
            product_share=np.ones(1),
            baseline=Baseline(np.full(72, 4.0)),
        ),
        shifts=(DAY_SHIFT,),
        crews=(
            crew(limit=1),
            crew(
                name="agency",
                temporary=True,
                limit=people,
                wage_minor_per_hour=agency_wage,
                hire_cost_minor=20_000,
            ),
        ),
        levers=levers,
    )


def cost_of(evaluated: Problem) -> float:
    """The bound of the joint model."""
    return relaxed_cost(evaluated, sample_scenarios(evaluated, 1, 4, 100), lane_costs(evaluated, 1))


def cost_in(of: Problem) -> Callable[[ChosenLevers], float]:
    """The bound with levers."""
    return lambda chosen: cost_of(effective_problem(of, chosen))


def planned(of: Problem) -> Plan:
    return plan_joint(of, sample_scenarios(of, 1, 4, 100), lane_costs(of, 1), work_units=5)


def every_choice(of: Problem) -> list[ChosenLevers]:
    """Every combination of its options."""
    hours = [
        [(), *(((p.region, p.hours),) for p in of.levers.promises if p.region == r)]
        for r in of.region_names
    ]
    caps = [(), *(((c.event, c.orders),) for c in of.levers.caps)]
    return [ChosenLevers(sum(promised, ()), cap) for *promised, cap in product(*hours, caps)]


def test_a_cap_is_taken_where_orders_bring_less_than_their_work() -> None:
    """With a margin of 1.00 an order, people hired for the tail of the event cost more: its sale
    stops. The plan says so, keeps every rule, and its costs are lower and hold the refused orders'
    margin.
    """
    of = promotion(margin=100)
    chosen = proposed_levers(of, FEW)[0]
    assert dict(chosen.capped).keys() == {"live"}
    effective = effective_problem(of, chosen)
    plan, without = planned(effective), planned(of)
    assert plan.levers == chosen
    assert violations(of, plan) == violations(effective, plan) == ()
    assert sum(plan.costs.values()) == plan.objective
    assert plan.costs["lost_orders"] > 0
    assert plan.objective is not None
    assert without.objective is not None
    assert plan.objective < without.objective


def test_nothing_is_taken_where_it_does_not_pay() -> None:
    """With a margin of 100.00 and a promise that costs 10.00 an order the model chooses nothing;
    every single lever is proposed for a trial all the same.
    """
    costly = replace(OPTIONS, promises=(PromiseOption("north", 48.0, 1_000),))
    of = promotion(margin=10_000, levers=costly)
    assert not choose_levers(of, cost_in(of))
    proposed = proposed_levers(of, FEW)
    assert set(proposed) == set(single_levers(of))
    assert proposed_levers(of, FEW, LeverOptions(most_proposed=2)) == proposed[:2]


def test_free_promises_are_proposed_together() -> None:
    """Two that cost nothing, in both regions; a region's longest."""
    free = tuple(PromiseOption(r, hours) for r in ("north", "south") for hours in (36.0, 48.0))
    of = promotion(margin=10_000, levers=Levers(promises=free))
    both = ChosenLevers((("north", 48.0), ("south", 48.0)), ())
    assert both in proposed_levers(of, FEW)


def test_a_problem_without_options_is_not_judged_at_all() -> None:
    """No section, no solver."""
    assert proposed_levers(promotion(margin=100, levers=Levers()), FEW) == ()


CASES = [(100, 6_000, 5), (400, 6_000, 60), (2_000, 2_000, 20), (50, 9_000, 2)]


@pytest.mark.parametrize(
    ("margin", "wage", "cost"),
    [CASES[0], *(pytest.param(*c, marks=pytest.mark.slow) for c in CASES[1:])],
)
def test_one_change_at_a_time_finds_the_best_of_all_choices(
    margin: int, wage: int, cost: int
) -> None:
    """On small cases the choice costs no more than the best of all combinations, by the same
    bound.
    """
    options = replace(
        OPTIONS, promises=tuple(replace(p, cost_minor_per_order=cost) for p in OPTIONS.promises)
    )
    of = promotion(margin, wage, levers=options)
    cost_with = cost_in(of)
    best = min(map(cost_with, every_choice(of)))
    assert cost_with(choose_levers(of, cost_with)) <= best * (1 + 2e-4)


def test_a_promise_rescues_what_cannot_be_done() -> None:
    """So few people that no plan keeps 24 hours; a promise of 48 hours to both regions makes it
    possible, and is taken; a lever that is not needed is not.
    """
    of = promotion(margin=10_000, people=7, levers=replace(OPTIONS, caps=()))
    with pytest.raises(NoPlanError):
        planned(of)
    chosen = choose_levers(of, cost_in(of))
    assert dict(chosen.promised)["north"] == 48.0
    assert violations(of, planned(effective_problem(of, chosen))) == ()


def test_where_nothing_helps_nothing_is_used() -> None:
    """Infeasible with every lever: none, so that the limits to blame are those of the scenario."""
    assert choose_levers(promotion(margin=100), lambda _: np.inf) == NONE_CHOSEN


def test_the_bound_is_one() -> None:
    """The plan of a problem costs no less than its relaxation says, with and without levers."""
    of = promotion(margin=400)
    for evaluated in (
        of,
        effective_problem(of, ChosenLevers((("north", 48.0),), (("live", 300),))),
    ):
        objective = planned(evaluated).objective
        assert objective is not None
        assert cost_of(evaluated) <= objective + 1


def test_plans_on_trial_meet_the_demand_that_they_take() -> None:
    """Two plans on the same replication: the one with a cap places fewer orders and refuses the
    rest, under both the scenario's own problem and that with its levers in force.
    """
    of = promotion(margin=400)
    chosen = ChosenLevers((("south", 48.0),), (("live", 300),))
    free, capped = planned(of), planned(effective_problem(of, chosen))
    for base in (of, effective_problem(of, capped.levers)):
        for k in range(3):
            one, other = Evaluation(base, (free, capped))(k)
            assert one.refused == 0
            assert one.placed == other.placed + other.refused
