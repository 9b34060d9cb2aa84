"""Evaluation of a plan: what the carriers charge reaches the summary and its cost names, counted by
hand.
"""

from __future__ import annotations

from dataclasses import replace

from planner.domain.charges import Tier, TieredDiscount, VolumeSurcharge
from planner.domain.contracts import Hub, Rate
from planner.domain.costs import COST_NAMES, simulated_costs
from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.domain.products import Product
from planner.domain.records import Summary
from planner.domain.service_terms import LateRefund, Transit
from planner.domain.site import Collection
from planner.studies.certification.common_replications import Evaluation
from tests.builders import a_contract, a_plan, a_problem, a_site, given, with_terms

SIGNED = ("courier",)


def shop() -> Problem:
    """Three parcels of 500 g in the first hour, each for 1.00 and worth 80.00, collected at two,
    delivered a day later.
    """
    contract = a_contract(
        collection_fee_minor=250,
        fixed_fee_minor=400,
        volume_discount=TieredDiscount((Tier(2, 0.1), Tier(3, 0.2))),
        volume_surcharges=(
            VolumeSurcharge(name="peak", per_parcel_minor=7, above_parcels=1, per="promotion"),
        ),
        late_refund=LateRefund(0.2, {"zone": 0.9}),
        transit={"zone": Transit(1.0, 1.0)},
        loss_share=0.01,
        liability_minor=7000,
        commitment_share=1.0,
        commitment_parcels=5,
        shortfall_minor=30,
    )
    problem = a_problem(
        days=3,
        sites=(a_site(collections=(Collection("courier", 2 * HOUR_S),)),),
        products=(
            Product(name="product", label="Product", share=1.0, weight_g=500.0, paid_minor=8000),
        ),
        contracts=(contract,),
    )
    return given(problem, [3.0] + [0.0] * 71)


def evaluated(problem: Problem) -> tuple[Summary, dict[str, float]]:
    """The first held-out replication under the default plan, and its costs that are not wages and
    not zero.
    """
    plan = a_plan(problem, signed=SIGNED)
    (summary,) = Evaluation(problem, (plan,))(0)
    costs = {name: float(by[0]) for name, by in simulated_costs(problem, plan, [summary]).items()}
    assert tuple(costs) == COST_NAMES
    return summary, {
        name: cost for name, cost in costs.items() if cost and name not in ("wages", "overtime")
    }


def test_every_clause_of_a_contract_has_its_cost() -> None:
    """Three vehicles; three parcels, the highest tier for all; two beyond the first; three late by
    their promise; two parcels short of five; of 10.00 a parcel that nobody pays for, one in a
    hundred.
    """
    summary, costs = evaluated(shop())
    assert costs == {
        "collection_fees": 3 * 250,
        "fixed_fees": 400,
        "courier": 3 * 100,
        "volume_surcharges": 2 * 7,
        "volume_discounts": -3 * 20,
        "late_refunds": -3 * 20,
        "shortfall": 2 * 30,
        "losses": 30,
    }
    assert summary.period_minor.tolist() == [[14, -60, -60]]
    assert summary.unpriced == 0


def test_a_parcel_through_the_hub_pays_both_legs_and_no_promise_holds() -> None:
    """1.00 to the hub, a fee of 0.30 and 0.90 onward less 0.50: tiers are off the first leg,
    nothing is refunded.
    """
    problem = shop()
    onward = Rate(zone="", first_g=1000, first_price_minor=90)
    contract = with_terms(
        problem.contracts[0],
        zones={("", "port"): "zone"},
        hub=Hub(
            hub_region="port",
            regions=frozenset({"region"}),
            fee_minor=30,
            onward=onward,
            subsidy_minor=50,
        ),
    )
    _, costs = evaluated(replace(problem, contracts=(contract,)))
    assert costs["courier"] == 3 * (100 + 30 + 90 - 50)
    assert costs["volume_discounts"] == -3 * 20
    assert "late_refunds" not in costs


def test_what_the_hub_refuses_has_no_price() -> None:
    """The hub takes up to 400 g: three parcels without price, counted, and nothing is charged for
    them.
    """
    problem = shop()
    contract = with_terms(
        problem.contracts[0],
        zones={("", "port"): "zone"},
        hub=Hub(hub_region="port", regions=frozenset({"region"}), up_to_g=400),
    )
    summary, costs = evaluated(replace(problem, contracts=(contract,)))
    assert summary.unpriced == 3
    assert "courier" not in costs
