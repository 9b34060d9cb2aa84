"""Few scenarios that stand for many sampled paths."""

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.demand_path import draw_path
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.products import Product
from planner.domain.random_streams import PLANNING, Streams
from planner.domain.stress import Stress
from planner.forecasting.scenario_reduction import STRATUM_EDGES, sample_scenarios, surge
from tests.builders import a_problem, given
from tests.forecasting.builders import event, problem

SPREAD = {"day_cv": 0.1, "hour_cv": 0.1, "level_cv": 0.1}


def test_weights_are_the_masses_of_the_strata_and_sum_to_one() -> None:
    """Twelve scenarios of 1,000 paths: weights are the widths of the stated strata."""
    found = sample_scenarios(problem(events=(event(),)), seed=7, count=12, sampled=1000)
    assert found.weight == pytest.approx(np.diff(STRATUM_EDGES))
    assert found.weight.sum() == pytest.approx(1.0)


def test_a_stratum_is_represented_by_its_median_and_high_up_by_its_hard_end() -> None:
    """Ranks of the twelve chosen among 1,000 paths, counted by hand from the stated edges."""
    found = sample_scenarios(problem(events=(event(),)), seed=7, count=12, sampled=1000)
    ranks = [50, 175, 325, 475, 625, 760, 860, 950, 975, 990, 995, 998]
    assert found.stress_level == pytest.approx(np.array(ranks) / 1000)


@pytest.mark.parametrize("count", [1, 2, 5, 12, 25])
def test_any_number_of_scenarios_can_be_asked_for(count: int) -> None:
    """The asked number comes back, sorted from easy to hard, weights summing to 1."""
    found = sample_scenarios(
        problem(events=(event(),), **SPREAD), seed=7, count=count, sampled=1000
    )
    assert found.weight.sum() == pytest.approx(1.0)
    assert len(found.weight) == len(found.intensity) == count
    assert (np.diff(found.stress_level) > 0).all()


def test_each_scenario_is_a_sampled_path_of_the_planning_streams() -> None:
    """Nothing is averaged: every scenario's intensity is one of the paths that were drawn for
    planning.
    """
    small = problem(events=(event(),), **SPREAD)
    found = sample_scenarios(small, seed=7, count=6, sampled=50)
    drawn = [
        draw_path(small.demand, small.horizon, Streams(7, PLANNING, k)).intensity for k in range(50)
    ]
    assert all(any(np.array_equal(kept, path) for path in drawn) for kept in found.intensity)


def test_stress_level_is_the_share_of_paths_that_are_no_harder() -> None:
    """Counted over all sampled paths by their worst 48 hours, the time an order may take."""
    small = problem(events=(event(),), **SPREAD)
    found = sample_scenarios(small, seed=7, count=6, sampled=200)
    paths = [draw_path(small.demand, small.horizon, Streams(7, PLANNING, k)) for k in range(200)]
    stress = np.array([surge(path, 576) for path in paths])
    for level, intensity in zip(found.stress_level, found.intensity, strict=True):
        placed = intensity.sum(axis=0)
        worst = max(placed[k : k + 576].sum() for k in range(len(placed) - 575))
        assert (stress <= worst * (1 + 1e-12)).mean() == pytest.approx(level)


def test_the_hard_end_is_resolved_more_finely() -> None:
    """With twelve scenarios at least four lie above the 90 % level, and one above 99 %."""
    found = sample_scenarios(problem(events=(event(),)), seed=7, count=12, sampled=2000)
    assert (found.stress_level > 0.9).sum() >= 4
    assert found.stress_level[-1] > 0.99


def test_the_weighted_mean_stays_near_the_mean_of_all_paths() -> None:
    """Orders expected over the scenarios are within 6 % of those over all 2,000 paths."""
    small = problem(events=(event(),), **SPREAD)
    found = sample_scenarios(small, seed=7, count=12, sampled=2000)
    reduced = float((found.weight * found.intensity.sum(axis=(1, 2))).sum())
    every = np.mean(
        [
            draw_path(small.demand, small.horizon, Streams(7, PLANNING, k)).intensity.sum()
            for k in range(2000)
        ]
    )
    assert reduced == pytest.approx(float(every), rel=0.06)


def test_the_same_seed_gives_the_same_scenarios() -> None:
    """Twice the same, and another seed gives others."""
    small = problem(events=(event(),), **SPREAD)
    first, again, other = (sample_scenarios(small, seed, 5, 100) for seed in (3, 3, 4))
    assert np.array_equal(first.intensity, again.intensity)
    assert np.array_equal(first.stress_level, again.stress_level)
    assert not np.array_equal(first.intensity, other.intensity)


def test_demand_without_uncertainty_is_one_scenario() -> None:
    """A known baseline and an event of known size: one path says it all."""
    certain: Event = event(median=300.0, p95=300.0)
    found = sample_scenarios(problem(events=(certain,)), seed=1, count=12, sampled=100)
    assert found.weight.tolist() == [1.0]
    assert found.intensity.sum() == pytest.approx(4 * 240 + 300, rel=1e-3)


def test_given_paths_are_taken_as_they_are() -> None:
    """Three given paths become three scenarios of a third each, sorted by their worst day, a
    component per region.
    """
    given = np.ones((3, 96, 2, 1)) * np.array([3.0, 1.0, 2.0])[:, None, None, None]
    found = sample_scenarios(problem(given=given), seed=1, count=12)
    assert found.weight == pytest.approx([1 / 3] * 3)
    assert found.intensity.sum(axis=(1, 2)) == pytest.approx([192.0, 384.0, 576.0])
    assert (found.region_share == np.eye(2)).all()


def test_many_given_paths_are_reduced() -> None:
    """Forty given paths and five scenarios asked for: five, whose weights are whole fortieths."""
    given = np.ones((40, 96, 2, 1)) * np.arange(1, 41)[:, None, None, None]
    found = sample_scenarios(problem(given=given), seed=1, count=5)
    assert len(found.weight) == 5
    assert (found.weight * 40) == pytest.approx(np.rint(found.weight * 40))


def test_a_path_shorter_than_a_day_counts_whole() -> None:
    """The stress of a one-day horizon is its total."""
    one_day = problem(days=1)
    path = draw_path(one_day.demand, one_day.horizon, Streams(1, PLANNING, 0))
    assert surge(path, 576) == pytest.approx(240.0)
    halved = replace(path, intensity=path.intensity[:, :144])
    assert surge(halved, 288) == pytest.approx(120.0)


def test_nothing_to_choose_from_is_refused() -> None:
    """No scenarios, or scenarios of no paths, cannot be asked for."""
    for count, sampled in ((0, 10), (5, 0)):
        with pytest.raises(ValueError, match="at least one"):
            sample_scenarios(problem(), 1, count, sampled)


def test_every_scenario_brings_the_mix_of_its_path() -> None:
    """A certain mix stands once; an uncertain one once per scenario, with the right mean; sizes
    that are certain do not make one scenario of them.
    """
    certain = problem()
    assert len(sample_scenarios(certain, seed=1, count=12, sampled=50).region_share) == 1
    mixed = replace(certain, demand=replace(certain.demand, region_concentration=10.0))
    found = sample_scenarios(mixed, seed=1, count=12, sampled=50)
    shape = (len(found.weight), *certain.demand.region_shares().shape)
    assert found.region_share.shape == shape
    assert len(found.weight) > 1
    assert found.region_share.sum(axis=2) == pytest.approx(1.0)
    alone = found.only(3)
    assert (alone.region_share == found.region_share[[3]]).all()


def test_given_paths_feel_the_risks_of_demand() -> None:
    """Two given paths, of which a fifth of all promotions asks for 20 points more of a product:
    half of the paths that stand for the stock, in turns, and a fifth of them with the moved mix.
    """
    products = tuple(
        Product(name=name, label=name, share=0.5, weight_g=500.0) for name in ("shirt", "coat")
    )
    risk = Stress(name="coats", kind="mix", strength=0.2, more="coat", probability=0.2)
    orders = np.zeros((2, 48, 1, 2))
    orders[0], orders[1] = 10.0, 20.0
    base = given(a_problem(days=2, products=products, risks=(risk,)), [1.0] * 48)
    demand = replace(base.demand, given=GivenDemand(orders), product_share=np.array([0.5, 0.5]))
    base = replace(base, demand=demand)
    found = sample_scenarios(base, seed=7, count=12, sampled=2001)
    assert found.paths is not None
    of_path = found.paths.orders.sum(axis=(1, 2)).round(6)
    coats = found.paths.product_share[:, 0, 1]
    assert (of_path == 960).sum() == (of_path == 1920).sum() == 1001
    assert set(coats.round(9)) == {0.5, 0.7}
    assert (coats > 0.6).mean() == pytest.approx(0.2, abs=0.03)


def test_given_paths_that_no_risk_changes_are_taken_one_by_one() -> None:
    """A missed collection leaves the orders as they are."""
    risk = Stress(
        name="no van", kind="missed_pickup", strength=1.0, probability=0.2, from_s=0, to_s=86_400
    )
    base = given(a_problem(days=2, risks=(risk,)), [1.0] * 48)
    assert len(sample_scenarios(base, seed=7, count=12, sampled=50).weight) == 1
