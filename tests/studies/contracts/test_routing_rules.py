"""A plan's routing distilled to rules that a person can type in."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from planner.domain.arrays import Floats
from planner.domain.charges import Tier, TieredDiscount
from planner.domain.contracts import HEAVIEST_G, Bracket, Contract, Rate
from planner.domain.problem import Problem, ShareRow
from planner.formats.routing_rules import RULE_COLUMNS
from planner.planning.mean_demand import mean_region_days
from planner.studies.contracts.alternatives import Alternative, planned_alternatives
from planner.studies.contracts.carriage import carry
from planner.studies.contracts.carrier_only import NOBODY, Case, packed_at_once
from planner.studies.contracts.routing_rules import (
    SIZES,
    _lane_of,
    corrected,
    distil,
    lane_prices,
    routing_rules,
)
from planner.studies.routing.cells import Cells, cells_of, shares_by_cell
from planner.studies.routing.rule_search import CellRule
from planner.studies.routing.rules_cost import COST_COLUMNS
from planner.studies.runs.run_context import RunContext
from tests.rating.builders import promotion
from tests.rating.contract_builders import REGIONS, SITES, contract

ALONE = RunContext()
CLASSES = (300, 1000)  # three classes
A = contract(
    name="a", zones={("", r): z for r, z in zip(REGIONS, ("east", "east", "far"), strict=True)}
)
B = contract(
    name="b",
    zones=A.tariff.zones,
    rates={
        "east": Rate(
            zone="east",
            brackets=(Bracket(1000, 240),),
            first_g=1000,
            first_price_minor=240,
            step_g=1000,
            step_price_minor=20,
        ),
        "far": Rate(
            zone="far",
            brackets=(),
            first_g=1000,
            first_price_minor=900,
            step_g=1000,
            step_price_minor=950,
        ),
    },
)
PROBLEM = packed_at_once(promotion([], weight_classes_g=CLASSES), [A, B])
LANES = tuple((site, name) for site in SITES for name in ("a", "b"))


def flat(name: str, price: int, **clauses: object) -> Contract:
    return contract(
        name=name,
        rates={
            "east": Rate(
                zone="east",
                brackets=(),
                first_g=1000,
                first_price_minor=price,
                step_g=1000,
                step_price_minor=0,
            )
        },
        **clauses,
    )


def together(*contracts: Contract, problem: Problem | None = None) -> Alternative:
    return planned_alternatives(
        problem or promotion([], weight_classes_g=CLASSES), contracts, ALONE
    )[-1]


def cells(cost: Floats, orders: float | Floats = 100.0) -> Cells:
    """Cells of PROBLEM at the costs [region, class, phase, lane] given."""
    return Cells(
        np.broadcast_to(np.asarray(orders, dtype=float), cost.shape[:3]).copy(), cost, LANES
    )


def random_cells(seed: int, refusing: float = 0.0) -> Cells:
    """Costs and orders at random; a share of the lanes of every cell refuses it, but never all."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(100, 2000, (3, 3, 1, 4)).astype(float)
    out = rng.random(cost.shape) < refusing
    out[np.arange(3)[:, None], np.arange(3), 0, rng.integers(0, 4, (3, 3))] = False
    return cells(np.where(out, np.inf, cost), rng.integers(0, 500, (3, 3, 1)))


def lanes_by_rules(found: Cells, rules: list[CellRule]) -> np.ndarray:
    """Lane of every cell read rule by rule, as a person would: the first that names the cell and
    takes it.
    """
    lane = np.full(found.orders.shape, -1)
    for r, w, f in np.ndindex(lane.shape):
        for rule in rules:
            (first, last), (begin, end) = rule.classes, rule.phases
            named = r in rule.regions and first <= w <= last and begin <= f <= end
            if named and np.isfinite(found.cost[r, w, f, rule.lane]):
                lane[r, w, f] = rule.lane
                break
    return lane


def cost_of(found: Cells, rules: list[CellRule]) -> float:
    """Cost by the rules; what none of them takes at ten times the highest price."""
    lane = lanes_by_rules(found, rules)
    chosen = np.take_along_axis(found.cost, lane[..., None], axis=-1)[..., 0]
    return float((found.orders * np.where(lane < 0, 20_000, chosen))[found.orders > 0].sum())


def test_one_rule_is_the_best_single_lane() -> None:
    """Everything to the lane that is cheapest in sum, though it is the cheapest of a single cell
    only.
    """
    cost = np.full((3, 3, 1, 4), 500.0)
    cost[..., 2] = 300.0
    cost[0, :, :, 1] = 100.0
    rules = distil(PROBLEM, cells(cost), 1)
    assert rules == [CellRule((0, 1, 2), (0, 2), (0, 0), 2)]


def test_the_exception_that_saves_most_comes_next_and_first() -> None:
    """With two rules the expensive heavy parcels to one region get their lane; with three, the next
    most expensive; more rules than there is to save are not made.
    """
    cost = np.full((3, 3, 1, 4), 300.0)
    cost[..., 0] = 200.0
    cost[2, 2, 0, 3] = 20.0
    cost[1, 0, 0, 1] = 150.0
    heavy, light = CellRule((2,), (2, 2), (0, 0), 3), CellRule((1,), (0, 0), (0, 0), 1)
    everything = CellRule((0, 1, 2), (0, 2), (0, 0), 0)
    assert distil(PROBLEM, cells(cost), 2) == [heavy, everything]
    assert distil(PROBLEM, cells(cost), 3) == [light, heavy, everything]
    assert distil(PROBLEM, cells(cost), 50) == [light, heavy, everything]


def test_where_there_are_no_orders_no_rule_is_spent() -> None:
    """A cheaper lane for parcels that never come is no exception."""
    cost = np.full((3, 3, 1, 4), 300.0)
    cost[2, 2, 0, 3] = 20.0
    orders = np.full((3, 3, 1), 100.0)
    orders[2, 2] = 0.0
    assert len(distil(PROBLEM, cells(cost, orders), 10)) == 1


@settings(max_examples=40, deadline=None)
@given(some.integers(0, 10_000), some.sampled_from([0.0, 0.3, 0.7]))
@example(942, 0.3)
def test_more_rules_never_cost_more(seed: int, refusing: float) -> None:
    """Costs read off rule by rule fall with the number of rules; with rules enough every cell has
    its cheapest lane.
    """
    found = random_cells(seed, refusing)
    lists = [distil(PROBLEM, found, k) for k in (1, 2, 3, 5, 8, 50)]
    costs = [cost_of(found, rules) for rules in lists]
    assert all(more <= fewer + 1e-6 for fewer, more in pairwise(costs))
    best = float((found.orders * found.cost.min(axis=-1)).sum())
    assert costs[-1] == pytest.approx(best, rel=1e-4)
    assert all(len(rules) <= k for rules, k in zip(lists, (1, 2, 3, 5, 8, 50), strict=True))


def test_the_first_rule_that_matches_wins() -> None:
    """In front of the rule for all stands the exception; where a lane does not take a parcel the
    next rule has it, and without any the cheapest lane.
    """
    cost = np.full((3, 3, 1, 4), 300.0)
    cost[..., 3] = 100.0
    cost[0, 2, 0, 1] = np.inf
    cost[1, 2, 0, :2] = np.inf
    rules = [
        CellRule((0, 1), (2, 2), (0, 0), 1),
        CellRule((0, 1, 2), (0, 2), (0, 0), 0),
        CellRule((0, 1, 2), (0, 2), (0, 0), 2),
    ]
    lane = _lane_of(cells(cost), rules)
    assert lane[0, 2, 0] == 0
    assert lane[1, 2, 0] == 2
    assert lane[2, 2, 0] == 0
    cost[1, 2, 0, 0] = 300.0
    assert _lane_of(cells(cost), rules[:2])[1, 2, 0] == 0
    cost[1, 2, 0, 0] = np.inf
    assert _lane_of(cells(cost), rules[:2])[1, 2, 0] == 3


def test_a_place_on_a_lane_is_worth_what_the_next_parcel_saves() -> None:
    """A transport problem by hand: 10 parcels each to two regions, 1 or 2 by the lane with room for
    10, 3 or 6 by the other. The room goes to the region that saves 4; one place more would save the
    other 2.
    """
    cost = np.full((2, 1, 1, 2), np.inf)
    cost[:, 0, 0] = [[1, 3], [2, 6]]
    found = Cells(np.full((2, 1, 1), 10.0), cost, (("yiwu", "a"), ("yiwu", "b")))
    prices = lane_prices(found, np.array([[10.0, 10.0]]))
    assert prices[0, 0] - prices[0, 1] == pytest.approx(2)
    # as many on the expensive lane as there are: its place is worth all that the region saves which goes
    # there last
    prices = lane_prices(found, np.array([[0.0, 20.0]]))
    assert prices[0, 0] - prices[0, 1] == pytest.approx(4)
    # at the cheapest lane with room for all, nothing is worth more
    prices = lane_prices(found, np.array([[20.0, 0.0]]))
    assert prices[0] == pytest.approx(0)


def test_a_full_lane_is_left_to_those_who_save_most() -> None:
    """The same by rules: the plan's own use is met, which the price alone would not do."""
    cost = np.full((2, 1, 1, 2), np.inf)
    cost[:, 0, 0] = [[1, 3], [2, 6]]
    found = Cells(np.full((2, 1, 1), 10.0), cost, (("yiwu", "a"), ("yiwu", "b")))
    assert found.cost.argmin(axis=-1).ravel().tolist() == [0, 0]
    both, one = np.zeros((2, 2, 1, 1, 2))
    both[[0, 1], 0, 0, [1, 0]] = 1.0
    one[..., 1] = 1.0
    assert corrected(found, both).cost.argmin(axis=-1).ravel().tolist() == [1, 0]
    assert corrected(found, one).cost.argmin(axis=-1).ravel().tolist() == [1, 1]


def test_of_equal_lanes_a_cell_keeps_its_own() -> None:
    """Two lanes at the same price, one of which carries most orders: a cell that the plan gives to
    the other stays there, though it is the lane used less.
    """
    cost = np.full((3, 1, 1, 2), 200.0)
    found = Cells(np.full((3, 1, 1), 10.0), cost, (("yiwu", "a"), ("yiwu", "b")))
    shares = np.zeros((3, 1, 1, 2))
    shares[[0, 1, 2], 0, 0, [0, 0, 1]] = 1.0
    assert corrected(found, shares).cost.argmin(axis=-1).ravel().tolist() == [0, 0, 1]


def test_expected_orders_of_the_cells_are_those_of_the_promotion() -> None:
    """Shares of the weight classes sum to 1, orders to what the baseline brings; use of lanes
    counts them all.
    """
    case = together(A, B).case
    found = cells_of(case.problem)
    assert found.orders.shape == (3, 3, 1)
    assert cells_of(case.problem).orders.sum() == pytest.approx(
        mean_region_days(case.problem).sum()
    )
    assert found.orders.sum() == pytest.approx(30 * 24 * 4)
    shares = shares_by_cell(case.problem, found, case.plan.routing)
    assert shares.sum(axis=-1) == pytest.approx(1.0)


def test_with_enough_rules_every_cell_goes_its_cheapest_way() -> None:
    """Without limits the plan is the cheapest lane of every cell, and ten rules are the plan: no
    extra cost.
    """
    case = together(A, B).case
    found = cells_of(case.problem)
    tables = routing_rules(case, 2, 5, ALONE)
    assert tuple(tables["rules"].columns) == RULE_COLUMNS
    assert tuple(tables["rules_cost"].columns) == COST_COLUMNS
    rules = distil(
        case.problem, corrected(found, shares_by_cell(case.problem, found, case.plan.routing)), 10
    )
    by_rules = np.take_along_axis(found.cost, lanes_by_rules(found, rules)[..., None], axis=-1)[
        ..., 0
    ]
    assert by_rules == pytest.approx(found.cost.min(axis=-1))
    costs = tables["rules_cost"].set_index("rules")
    assert costs.loc[str(len(rules)), "extra"] == pytest.approx(0, abs=1e-3)
    assert costs.loc["all", ["extra", "extra_low", "extra_high"]].tolist() == [0, 0, 0]
    assert (
        len(rules) < SIZES[1]
    )  # more rules than these save nothing, so there is no list of ten or fifty
    assert (
        list(costs.index) == [str(SIZES[0]), str(len(rules)), "all"]
        if len(rules) > SIZES[0]
        else ["3", "all"]
    )


def rate(zone: str, light: int, medium: int, more: int) -> Rate:
    return Rate(
        zone=zone,
        brackets=(Bracket(300, light), Bracket(1000, medium)),
        first_g=1000,
        first_price_minor=medium,
        step_g=1000,
        step_price_minor=more,
    )


def crosswise() -> list[Contract]:
    """Contracts of which each is the cheapest for some weights to some regions, in more ways than
    three rules tell.
    """
    zones = {("", region): region for region in REGIONS}
    tariffs = {
        "p": (("zhejiang", 100, 300, 200), ("sichuan", 300, 300, 0), ("xinjiang", 280, 280, 0)),
        "q": (("zhejiang", 250, 250, 0), ("sichuan", 100, 310, 300), ("xinjiang", 100, 500, 300)),
        "r": (("zhejiang", 900, 900, 900), ("sichuan", 900, 900, 900), ("xinjiang", 400, 150, 0)),
    }
    return [
        contract(name=name, zones=zones, rates={zone: rate(zone, *prices) for zone, *prices in of})
        for name, of in tariffs.items()
    ]


def typed_in(problem: Problem, rules: pd.DataFrame) -> tuple[ShareRow, ...]:
    """Rules of the table as rows of routing.csv: for every region and weight class the first rule
    that names it.
    """
    rows = []
    for region in problem.region_names:
        for above, upto in problem.weight_bands:
            for rule in rules.itertuples():
                heaviest = HEAVIEST_G if pd.isna(rule.to_g) else rule.to_g
                lightest = 0 if pd.isna(rule.above_g) else rule.above_g
                if (
                    rule.regions == "all" or region in rule.regions.split("; ")
                ) and lightest <= above < upto <= heaviest:
                    rows.append(
                        ShareRow(
                            region=region,
                            site=rule.site,
                            contract=rule.contract,
                            from_s=0,
                            to_s=problem.horizon.end_s,
                            share=1.0,
                            above_g=above,
                            to_g=upto,
                        )
                    )
                    break
    return tuple(sorted(rows))


def test_rules_typed_in_cost_what_is_said() -> None:
    """Three rules, read from the table and routed by, give the cost per order and the share on time
    that the table of costs names; and that is more than the whole plan costs.
    """
    case = together(*crosswise()).case
    tables = routing_rules(case, 3, 5, ALONE)
    rules = tables["rules"][tables["rules"]["rules"] == "3"]
    assert rules["rule"].tolist() == [1, 2, 3]
    rows = typed_in(case.problem, rules)
    assert len(rows) == 9
    signed = tuple(sorted({row.contract for row in rows} | set(case.plan.signed)))
    by_hand = Case(case.problem, replace(case.plan, routing=rows, signed=signed))
    replications = [found[0] for found in carry([by_hand], 3, 5, ALONE)]
    cost = np.mean([p.cost_per_order_minor for p in replications]) / 100
    said = tables["rules_cost"].set_index("rules").loc["3"]
    assert said["cost_per_order"] == pytest.approx(cost, abs=5e-5)
    assert said["on_time_share"] == pytest.approx(
        1 - sum(p.late for p in replications) / sum(p.due for p in replications)
    )
    assert 0 < said["extra_low"] <= said["extra"] <= said["extra_high"]


@pytest.mark.parametrize("first", [0, 1])
def test_rules_keep_a_volume_tier(first: int) -> None:
    """5 % more expensive by the list, a tenth cheaper from 2,000 parcels on: all go there, by rules
    too, whichever contract is named first.
    """
    tiered, plain = (
        flat("tiered", 210, volume_discount=TieredDiscount((Tier(2000, 0.10),))),
        flat("plain", 205),
    )
    case = together(
        *((tiered, plain) if first == 0 else (plain, tiered)), problem=promotion([])
    ).case
    tables = routing_rules(case, 2, 5, ALONE)
    assert set(tables["rules"]["contract"]) == {"tiered"}
    assert (tables["rules_cost"]["cost_per_order"] == 1.89).all()


def test_rules_name_only_carriers() -> None:
    """A region that nobody serves needs no rule: its parcels are refused either way."""
    zones = {("", "zhejiang"): "east", ("", "sichuan"): "east"}
    case = together(
        flat("p", 200, zones=zones), flat("q", 190, zones=zones, allotment_per_day=300)
    ).case
    assert NOBODY in case.problem.contract_names
    tables = routing_rules(case, 2, 5, ALONE)
    assert set(tables["rules"]["contract"]) <= {"p", "q"}
    assert not tables["rules"]["regions"].str.contains("xinjiang").any()
