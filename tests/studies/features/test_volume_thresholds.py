"""Plans next to a volume threshold: what they are planned to cost is what they cost on average."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.charges import Tier, TieredDiscount, VolumeSurcharge
from planner.domain.contracts import Bracket, Contract, Rate, Tariff
from planner.domain.costs import simulated_costs
from planner.domain.demand import Baseline, Demand
from planner.domain.given_demand import GivenDemand
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.rating.lane_costs import lane_costs
from planner.studies.certification.common_replications import Evaluation
from tests.builders import with_terms
from tests.planning.builders import courier_problem, crew

REPLICATIONS = 100


def contract(name: str, north: int, south: int, **terms: Any) -> Contract:
    """One price for every parcel of a region."""
    prices = {"north": north, "south": south}
    tariff = Tariff(
        zones={("", region): region for region in prices},
        rates={r: Rate(zone=r, brackets=(Bracket(20_000, price),)) for r, price in prices.items()},
    )
    return with_terms(Contract(name=name, label=name.title(), tariff=tariff), **terms)


def promotion(**terms: Any) -> Problem:
    """720 orders, a Poisson number; 432 of them to the north, which `fast` ships for less, under
    the clause; the rest costs less with `slow`.
    """
    return with_contracts(contract("fast", 300, 420, **terms), contract("slow", 310, 300))


def with_contracts(*contracts: Contract) -> Problem:
    """Three days of 240 orders, two regions."""
    return courier_problem(
        contracts=contracts,
        demand=Demand(
            events=(),
            region_share=np.array([0.6, 0.4]),
            product_share=np.ones(1),
            baseline=Baseline(np.full(72, 10.0)),
        ),
        crews=(crew(limit=12),),
    )


def planned(of: Problem, count_z: float = PlanningOptions().count_z) -> Plan:
    found = sample_scenarios(of, of.seed, 3, 50)
    options = PlanningOptions(count_z=count_z)
    return plan_joint(of, found, lane_costs(of, of.seed), work_units=5, options=options)


def simulated(of: Problem, plan: Plan) -> dict[str, float]:
    """Mean costs by name."""
    replicate = Evaluation(of, (plan,), stream_set=REHEARSAL)
    summaries = [replicate(k)[0] for k in range(REPLICATIONS)]
    costs = simulated_costs(of, plan, summaries)
    return {name: float(np.mean(minor)) for name, minor in costs.items()}


TIER = {"volume_discount": TieredDiscount((Tier(450, 0.2),))}
BUSY = VolumeSurcharge(
    name="busy", per_parcel_minor=60, above_parcels=420, per="promotion", on="all"
)
SHORT = {"commitment_parcels": 432, "shortfall_minor": 200}


@pytest.mark.parametrize(
    ("terms", "name", "saved"),
    [
        (TIER, "volume_discounts", 0.02),
        ({"volume_surcharges": (BUSY,)}, "volume_surcharges", 0.03),
        (SHORT, "shortfall", -0.001),
    ],
)
def test_a_threshold_is_planned_with_its_chance(
    terms: dict[str, Any], name: str, saved: float
) -> None:
    """On expected counts a plan sits on the threshold and misses it in half of the promotions; with
    the chance, the clause costs what was planned and the plan costs less in simulation.
    """
    of = promotion(**terms)
    plan, blind = planned(of), planned(of, 0.0)
    costs, without = simulated(of, plan), simulated(of, blind)
    courier = costs["courier"]
    assert costs[name] == pytest.approx(plan.costs[name], abs=0.003 * courier)
    assert abs(without[name] - blind.costs[name]) > 0.005 * courier
    assert sum(costs.values()) <= (1.0 - saved) * sum(without.values())


def test_a_tier_that_half_of_the_promotions_miss_is_left() -> None:
    """720 orders and a tier from 720 on: if it were certain, `fast` would cost 2,130 and `slow`
    2,160; it is missed in half of the promotions, and everything goes with `slow`.
    """
    tier = TieredDiscount((Tier(720, 0.13),))
    of = with_contracts(
        contract("fast", 340, 340, volume_discount=tier), contract("slow", 300, 300)
    )
    plan, blind = planned(of), planned(of, 0.0)
    assert {row.contract for row in blind.routing} == {"fast"}
    assert {row.contract for row in plan.routing} == {"slow"}
    costs, without = simulated(of, plan), simulated(of, blind)
    assert blind.costs["courier"] + blind.costs["volume_discounts"] < plan.costs["courier"]
    assert without["courier"] + without["volume_discounts"] > 1.03 * costs["courier"]


def with_south(plan: Plan, share: float) -> Plan:
    """The same people, all of the north with `fast`, and this share of the south."""
    (row,) = {replace(r, contract="", share=1.0, region="") for r in plan.routing}
    rows = [replace(row, region="north", contract="fast")]
    rows += [
        replace(row, region="south", contract=name, share=part)
        for name, part in (("fast", share), ("slow", 1.0 - share))
        if part > 0
    ]
    return replace(plan, routing=tuple(rows))


@pytest.mark.parametrize("clause", ["tier", "surcharge"])
def test_no_neighbour_costs_less_in_simulation(clause: str) -> None:
    """Shares of the south from none to all, the one right at the threshold among them, on the same
    promotions: none costs less than the plan by more than 0.2 %.
    """
    busy = replace(BUSY, above_parcels=470)
    of = promotion(**(TIER if clause == "tier" else {"volume_surcharges": (busy,)}))
    plan = planned(of)
    shares = (0.0, 0.0625, 0.12, 0.2, 0.3, 0.5, 1.0)
    ways = [plan, *(with_south(plan, share) for share in shares)]
    replicate = Evaluation(of, tuple(ways), stream_set=REHEARSAL)
    rows = [replicate(k) for k in range(60)]
    costs = [
        float(np.mean(sum(simulated_costs(of, way, [row[n] for row in rows]).values())))
        for n, way in enumerate(ways)
    ]
    assert costs[0] <= 1.002 * min(costs)


def test_a_given_forecast_that_goes_with_one_contract_is_certain() -> None:
    """Orders that are stated and all with `fast` are no random number: the tier at 0.1 % less than
    their number is certain.
    """
    of = promotion(volume_discount=TieredDiscount((Tier(719, 0.5),)))
    given = np.full((1, 72, 2, 1), 10.0) * np.array([0.6, 0.4])[:, None]
    certain = replace(of, demand=replace(of.demand, baseline=None, given=GivenDemand(given)))
    plan = planned(certain)
    assert plan.costs["volume_discounts"] == -round(0.5 * (432 * 300 + 288 * 420))
