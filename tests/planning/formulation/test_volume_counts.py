"""Volume clauses on a random number of parcels: against the Poisson distribution, and as bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from planner.domain.arrays import Floats
from planner.domain.charges import Tier, TieredDiscount, VolumeSurcharge, VolumeTerms
from planner.domain.contracts import Commitment, Contract
from planner.domain.demand import Baseline
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.planning.formulation.volume_counts import (
    Pieces,
    convex_lines,
    mean_excess,
    mean_of_reached,
)
from planner.planning.formulation.volume_tiers import Steps
from planner.planning.heuristics.rules_of_thumb import plan_average, plan_cheapest
from planner.planning.options import PlanningOptions
from planner.planning.solution.evaluate_plan import evaluate_plan
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import NO_MARGINS, bound_without_margins
from tests.builders import with_terms
from tests.planning.builders import scenarios
from tests.planning.contract_builders import FACTORS, random_contracts

RANDOM = PlanningOptions(relative_gap=1e-9, accepted_gap=1e-9)
EXPECTED = np.array([[320.0, 380.0, 400.0, 420.0, 480.0]])
AT, SPREAD = np.array([[400.0]]), np.array([[20.0]])
PARCELS = np.arange(2_000)


def test_the_mean_of_a_clause_is_that_of_a_poisson_number() -> None:
    """Excess over 400 parcels, and the parcels of a count that reaches 400, from 0.3 to 0.99 of
    it.
    """
    chance = poisson.pmf(PARCELS[:, None], EXPECTED)
    excess = (np.maximum(PARCELS - 400, 0)[:, None] * chance).sum(axis=0)
    reached = ((PARCELS * (PARCELS >= 400))[:, None] * chance).sum(axis=0)
    spread = np.sqrt(EXPECTED)
    assert mean_excess(EXPECTED, AT, spread)[0] == pytest.approx(excess, abs=0.05)
    assert mean_of_reached(EXPECTED, AT - 0.5, spread)[0] == pytest.approx(reached, rel=0.01, abs=1)


def test_without_randomness_a_clause_is_a_step() -> None:
    """Nothing below the threshold, the excess or all parcels from it on."""
    certain = np.zeros((1, 1))
    assert mean_excess(EXPECTED, AT, certain)[0].tolist() == [0, 0, 0, 20, 80]
    assert mean_of_reached(EXPECTED, AT, certain)[0].tolist() == [0, 0, 400, 420, 480]


def through(places: Floats, *, favourable: bool, spread: Floats = SPREAD) -> Floats:
    """The lines through the parcels that reach 400, at places between 0 and 600."""
    pieces = Pieces.around(AT, 2.5 * spread, np.array([600.0]))
    slope, level = pieces.lines(lambda x: mean_of_reached(x, AT, spread), favourable=favourable)
    piece = np.searchsorted(pieces.start[0], places, side="right") - 1
    return np.asarray(slope[0, piece] * places + level[0, piece])


def test_lines_between_knots_are_near_the_mean_and_bounds_on_the_right_side() -> None:
    """Within 3 % of the threshold everywhere; in the plan's favour never below; steps are exact."""
    places = np.linspace(0.5, 599.5, 600)
    exact = mean_of_reached(places[None], AT, SPREAD)[0]
    assert through(places, favourable=False) == pytest.approx(exact, abs=0.03 * 400)
    assert (through(places, favourable=True) >= exact - 1e-9).all()
    steps = through(places, favourable=False, spread=np.zeros((1, 1)))
    assert steps == pytest.approx(np.where(places >= 400, places, 0.0), abs=1e-5)


def test_lines_below_a_convex_mean_touch_it() -> None:
    """Nowhere above, and within a fiftieth of the deviation below."""
    slope, level = convex_lines(AT[0], SPREAD[0], 2.5)
    places = np.linspace(300, 500, 201)
    most = (slope[0][:, None] * places + level[0][:, None]).max(axis=0)
    below = mean_excess(places[None], AT, SPREAD)[0] - most
    assert below.min() > -1e-9
    assert below.max() < SPREAD[0, 0] / 50


def wide(given: Problem) -> ScenarioSet:
    """Scenarios that stand for paths with other days: a tenth more or less each."""
    chosen = scenarios(given, FACTORS)
    days = given.horizon.days
    return replace(chosen, day_covariance=np.tile(24.0**2 * np.eye(days), (len(FACTORS), 1, 1)))


@pytest.mark.parametrize("number", range(5))
def test_no_plan_costs_less_than_the_bound(number: int) -> None:
    """Plans of all kinds, with their chance to reach tiers they are not sure of."""
    given, lanes = random_contracts(number)
    least = bound_without_margins(given, wide(given), lanes)
    for plan in (
        plan_average(given, lanes),
        plan_cheapest(given, lanes),
        plan_joint(given, wide(given), lanes, options=RANDOM),
    ):
        found = evaluate_plan(given, plan, wide(given), lanes, options=NO_MARGINS)
        assert sum(found.costs.values()) >= least - 1


def one_contract(**terms: Any) -> tuple[Problem, LaneCosts]:
    """All parcels with one contract, that has these terms of volume and no other obligations."""
    given, lanes = random_contracts(0)
    fast = replace(given.contracts[0], commitment=Commitment(), volume=VolumeTerms())
    only = tuple(c for c in given.sites[0].collections if c.contract == fast.name)
    one = replace(
        given,
        contracts=(with_terms(fast, **terms),),
        sites=(replace(given.sites[0], collections=only),),
    )
    return one, LaneCosts(
        *(table[:, :, :1] for table in (lanes.mean, lanes.base, lanes.refund, lanes.loss))
    )


def assert_bounded(given: Problem, lanes: LaneCosts) -> None:
    plan = plan_average(given, lanes)
    found = evaluate_plan(given, plan, wide(given), lanes, options=NO_MARGINS)
    assert bound_without_margins(given, wide(given), lanes) <= sum(found.costs.values()) + 1


@pytest.mark.parametrize("kind", ["all_units", "incremental"])
def test_a_bound_holds_where_a_discount_turns_into_a_rebate(kind: Any) -> None:
    """Two months of 480 and 240 parcels, which get 10 % each; 720 taken together get less."""
    tiers = TieredDiscount((Tier(1, 0.1), Tier(600, 0.0, 1)), kind=kind, over="month")
    assert_bounded(*one_contract(volume_discount=tiers))


def test_a_bound_knows_that_parcels_leave_after_the_promotion() -> None:
    """168 parcels leave on the only day of their own, 360 of its late evening on the next, each a
    fifth less or more: 0 or 132 are above 300, not 122 or 334 of all.
    """
    busy = VolumeSurcharge(name="busy", per_parcel_minor=500, above_parcels=300, per="day")
    orders = np.zeros(72)
    orders[:21], orders[22:24] = 8.0, 180.0

    def bound(*clauses: VolumeSurcharge) -> float:
        given, lanes = one_contract(volume_surcharges=clauses)
        demand = replace(given.demand, baseline=Baseline(orders))
        of = replace(given, horizon=replace(given.horizon, tail_days=2), demand=demand)
        return bound_without_margins(of, wide(of), lanes)

    assert bound() <= bound(busy) <= bound() + 500 * 132 / 2


@pytest.mark.parametrize("all_units", [True, False])
@pytest.mark.parametrize("spread", [0.0, 1.0, 6.0])
def test_favourable_lines_are_nowhere_below_tiers_that_fall(all_units: bool, spread: float) -> None:
    """A discount of 20 % from 100 parcels turns into a rebate at 130, and both are less at 600."""
    steps = Steps(
        start=np.array([0.0, 100.0, 130.0, 600.0]),
        discount=np.array([0.0, 0.2, -0.2, 0.05]),
        rebate=np.array([0.0, 0.0, 30.0, -20.0]),
        all_units=all_units,
    )

    def deviation(expected: Floats) -> Floats:
        return spread * np.sqrt(np.maximum(expected, 0.0))

    at = steps.start[None, 1:]
    pieces = Pieces.around(at, 2.5 * deviation(at), np.array([900.0]))
    for more in (steps.discount, steps.rebate):
        slope, level = steps.lines_off(pieces, deviation, more, favourable=True)
        for n in np.flatnonzero(pieces.reachable[0]):
            places = np.linspace(pieces.start[0, n], pieces.end[0, n], 1_001)[1:-1]
            off = steps.off(places[None], deviation, more)[0]
            assert (slope[0, n] * places + level[0, n] >= off - 1e-6).all()


def cost(given: Problem, lanes: LaneCosts) -> int:
    objective = plan_joint(given, wide(given), lanes, options=RANDOM).objective
    assert objective is not None
    return objective


@pytest.mark.parametrize("number", range(2))
def test_a_threshold_out_of_reach_changes_nothing(number: int) -> None:
    """A tier and a surcharge far above all orders: the best plan costs the same."""
    given, lanes = random_contracts(number)

    def unlimited(c: Contract) -> Contract:
        far = VolumeSurcharge(name="far", per_parcel_minor=500, above_parcels=50_000, on="all")
        tiers = TieredDiscount((Tier(50_000, 0.5),))
        volume = c.volume.discount or tiers
        if volume is not tiers:
            volume = replace(volume, tiers=(*volume.tiers, *tiers.tiers))
        return with_terms(c, volume_discount=volume, volume_surcharges=(*c.volume.surcharges, far))

    wider = replace(given, contracts=tuple(map(unlimited, given.contracts)))
    assert cost(wider, lanes) == pytest.approx(cost(given, lanes), rel=1e-6)


def test_a_day_without_orders_has_a_piece_of_its_own() -> None:
    """Tiers and surcharges by day, and nothing ordered on the second: a plan exists."""
    given, lanes = random_contracts(0)
    tiers = TieredDiscount((Tier(100, 0.1),), over="day")
    busy = VolumeSurcharge(name="busy", per_parcel_minor=50, above_parcels=100, per="day", on="all")
    daily = replace(
        given,
        contracts=tuple(
            with_terms(c, volume_discount=tiers, volume_surcharges=(busy,)) for c in given.contracts
        ),
    )
    closed = wide(daily)
    slots = closed.intensity.shape[2] // 3
    closed.intensity[0, :, slots : 2 * slots] = 0.0
    assert plan_joint(daily, closed, lanes, options=RANDOM).objective is not None


def test_a_surcharge_at_another_price_scales() -> None:
    """With everything else free, thrice the surcharge is thrice the cost."""
    given, lanes = random_contracts(3)

    def only(minor: int) -> int:
        busy = VolumeSurcharge(name="busy", per_parcel_minor=minor, above_parcels=200, on="all")
        bare = with_terms(given.contracts[0], volume_surcharges=(busy,), volume_discount=None)
        one = replace(
            given,
            contracts=(with_terms(bare, fixed_fee_minor=0, commitment_parcels=0),),
            sites=(replace(given.sites[0], collections=given.sites[0].collections[:2]),),
        )
        free = LaneCosts(
            *(t[:, :, :1] * 0 for t in (lanes.mean, lanes.base, lanes.loss)),
            lanes.loss[:, :, :1] * 0,
        )
        return cost(one, free)

    assert only(300) == pytest.approx(3 * only(100), rel=1e-3)
