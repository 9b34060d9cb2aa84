"""Short lists of rules found by search: against enumeration, by hand, and as they grow."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from planner.studies.routing.cells import Cells
from planner.studies.routing.rule_search import CellRule, RuleSearch, Target, target_of

LANES = (("yiwu", "a"), ("yiwu", "b"), ("chengdu", "a"))


def every_set(regions: int) -> np.ndarray:
    """Every set of regions but the empty one."""
    return np.array(list(product((False, True), repeat=regions))[1:])


def random_target(seed: int, shape: tuple[int, int, int], price: float) -> Target:
    """Orders, costs and the shares of a plan at random, one lane for most cells."""
    rng = np.random.default_rng(seed)
    cells = Cells(
        rng.integers(1, 500, shape).astype(float),
        rng.integers(100, 1500, (*shape, len(LANES))).astype(float),
        LANES,
    )
    shares = np.eye(len(LANES))[rng.integers(0, len(LANES), shape)]
    shares[0, 0, 0] = [0.6, 0.0, 0.4]
    return target_of(cells, shares, every_set(shape[0]), price)


def found_by(target: Target, most: int) -> tuple[list[CellRule], float]:
    """The list that the search finds, and its estimate."""
    search = RuleSearch(target)
    (rules,) = search.lists([most], 5)
    return rules, search.estimate(rules)


@pytest.mark.parametrize("price", [0.0, 50.0, 500.0])
@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_of_four_regions_no_list_is_better(seed: int, most: int, price: float) -> None:
    """Every way to give four regions to lanes that so many rules can tell is tried: none costs
    less than the list that is found, and it costs less only by taking a share.
    """
    target = random_target(seed, (4, 1, 1), price)
    search = RuleSearch(target)
    best = min(
        search.estimate(
            [
                CellRule(tuple(r for r in range(4) if lanes[r] == lane), (0, 0), (0, 0), lane)
                for lane in sorted(set(lanes))
            ]
        )
        for lanes in product(range(len(LANES)), repeat=4)
        if len(set(lanes)) <= most
    )
    rules, value = found_by(target, most)
    assert len(rules) <= most
    assert value <= best * (1 + 1e-6)
    if all(rule.share == 1.0 for rule in rules):
        assert value == pytest.approx(best)


@pytest.mark.parametrize("seed", range(4))
def test_more_rules_never_cost_more(seed: int) -> None:
    """The estimate falls as a list grows, and with enough rules comes close to the plan's cost."""
    target = random_target(seed, (5, 3, 2), 200.0)
    search = RuleSearch(target)
    lists = [search.grow([], most) for most in (1, 2, 4, 8, 60)]
    costs = [search.estimate(rules) for rules in lists]
    assert all(more <= fewer for fewer, more in pairwise(costs))
    assert all(
        search.estimate(search.polish(rules, 1)) <= search.estimate(rules) for rules in lists
    )


def test_a_plan_of_three_rules_is_found_again() -> None:
    """Light parcels to one region, all of another, the rest: at a high price of departures the
    plan's own three rules, whatever the lanes cost.
    """
    cells = Cells(np.full((4, 2, 1), 100.0), np.full((4, 2, 1, 3), 300.0), LANES)
    shares = np.zeros((4, 2, 1, 3))
    shares[..., 0] = 1.0
    shares[1, 0, 0] = [0.0, 1.0, 0.0]
    shares[3] = [0.0, 0.0, 1.0]
    cells.cost[1, 0, 0, 1] = cells.cost[3, :, :, 2] = 299.0  # which cells, not only how many
    rules, _ = found_by(target_of(cells, shares, every_set(4), 100.0), 3)
    assert RuleSearch(target_of(cells, shares, every_set(4), 100.0)).flow(rules)[
        ..., :3
    ] == pytest.approx(shares)
    assert len(rules) == 3


def test_a_share_splits_what_the_plan_splits() -> None:
    """A single region of which the plan sends a quarter elsewhere: two rules, the first of which
    takes a quarter or three.
    """
    cells = Cells(np.full((1, 1, 1), 1000.0), np.full((1, 1, 1, 3), 300.0), LANES)
    shares = np.array([[[[0.75, 0.0, 0.25]]]])
    rules, _ = found_by(target_of(cells, shares, every_set(1), 100.0), 3)
    assert [rule.share for rule in rules] in ([0.25, 1.0], [0.75, 1.0])
    assert RuleSearch(target_of(cells, shares, every_set(1), 1.0)).flow(rules)[
        0, 0, 0, :3
    ] == pytest.approx([0.75, 0.0, 0.25])


def test_a_rule_is_passed_over_where_its_lane_does_not_serve() -> None:
    """A region that the best lane for all does not serve is taken by another one."""
    cost = np.full((3, 1, 1, 3), 300.0)
    cost[..., 0] = 100.0
    cost[2, 0, 0, 0] = np.inf
    cells = Cells(np.full((3, 1, 1), 100.0), cost, LANES)
    shares = np.zeros((3, 1, 1, 3))
    shares[:2, ..., 0] = shares[2, ..., 1] = 1.0
    target = target_of(cells, shares, every_set(3), 0.0)
    rules, value = found_by(target, 3)
    assert len(rules) == 2
    assert value == pytest.approx(50_000.0)
    assert RuleSearch(target).flow(rules)[..., 3].sum() == 0.0
