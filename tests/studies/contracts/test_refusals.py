"""A parcel that its contract refuses is carried, counted and billed by the one that takes it."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.contracts import Bracket, Rate
from planner.domain.costs import simulated_costs
from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem, ShareRow
from planner.domain.products import Product
from planner.domain.site import Collection
from planner.studies.certification.common_replications import Evaluation
from tests.builders import a_contract, a_plan, a_problem, a_site, given

LIGHT = {"zone": Rate(zone="zone", brackets=(Bracket(1000, 200),))}


def heavy_parcels() -> tuple[Problem, Plan]:
    """400 orders of exactly 2 kg, all meant for `light`, which takes 1 kg, one parcel a day, and
    was promised 400 at a fee of 1.00 each; `heavy` asks 1.00 and collects an hour later.
    """
    contracts = (
        a_contract(
            "light", rates=LIGHT, allotment_per_day=1, commitment_parcels=400, shortfall_minor=100
        ),
        a_contract("heavy"),
    )
    collections = (
        Collection("light", 20 * HOUR_S, capacity_parcels=1),
        Collection("heavy", 21 * HOUR_S),
    )
    problem = a_problem(
        products=(
            Product(name="product", label="Product", share=1.0, weight_g=2000.0, weight_cv=0.0),
        ),
        sites=(a_site(collections=collections),),
        contracts=contracts,
    )
    problem = given(problem, [400.0] + [0.0] * 23)
    routing = (
        ShareRow(
            region="region",
            site="site",
            contract="light",
            from_s=0,
            to_s=problem.horizon.end_s,
            share=1.0,
        ),
    )
    return problem, a_plan(problem, 20, routing=routing, signed=("light",))


def test_refused_parcels_count_for_the_contract_that_takes_them() -> None:
    """All 400 leave with `heavy`: its charge, its vehicle, its count; `light` has carried nothing
    and is owed 400 x 1.00.
    """
    problem, plan = heavy_parcels()
    [summary] = Evaluation(problem, (plan,))(0)
    assert summary.parcels.sum(axis=(0, 1, 2)).tolist() == [0, 400, 0]
    assert summary.handed_over.sum(axis=1).tolist() == [0, 400]
    assert summary.courier_minor.sum(axis=(0, 1, 2)).tolist() == [0, 400 * 100, 0]
    assert (summary.unpriced, summary.open_orders, summary.late_orders) == (0, 0, 0)
    costs = simulated_costs(problem, plan, [summary])
    assert costs["shortfall"].tolist() == [400 * 100]


def test_parcels_that_no_contract_takes_are_cancelled_and_counted() -> None:
    """Without `heavy` nobody takes the 400: they fail, are reported as unpriced, and no carrier is
    charged for.
    """
    problem, plan = heavy_parcels()
    alone = replace(
        problem,
        contracts=problem.contracts[:1],
        sites=(a_site(collections=problem.sites[0].collections[:1]),),
    )
    [summary] = Evaluation(alone, (plan,))(0)
    assert (summary.unpriced, summary.courier_minor.sum()) == (400, 0)
    assert (summary.cancelled, summary.failed, summary.on_time_share) == (400, 400, 0.0)
    assert summary.handed_over.tolist() == [[0]]
    assert simulated_costs(alone, plan, [summary])["shortfall"].tolist() == [400 * 100]
