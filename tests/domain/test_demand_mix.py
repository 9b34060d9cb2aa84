"""An uncertain mix and correlated sizes: moments by theory, limits, nothing else shifted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from planner.domain.demand import Baseline, Demand
from planner.domain.demand_mix import share_deviation
from planner.domain.demand_path import DemandPath, draw_path, given_path, mean_path
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, Horizon
from planner.domain.random_streams import Streams

HORIZON = Horizon(datetime(2026, 11, 8), 2, HOUR_S, "Asia/Shanghai")
PATHS = 2000


def event(name: str, **changes: object) -> Event:
    made = Event(name=name, at_s=DAY_S // 2, median=1000, p95=3000, ramp_s=600, half_life_s=3600.0)
    return replace(made, **changes)


def demand(**changes: object) -> Demand:
    made = Demand(
        events=(event("first"), event("second", product_share=(0.6, 0.4, 0.0))),
        region_share=np.array([0.7, 0.3]),
        product_share=np.array([0.5, 0.3, 0.2]),
        baseline=Baseline(np.full(48, 10.0), 0.1),
    )
    return replace(made, **changes)


def paths(spec: Demand, count: int = PATHS) -> list[DemandPath]:
    return [draw_path(spec, HORIZON, Streams(1, "test", k)) for k in range(count)]


def test_shares_have_the_moments_of_the_dirichlet_distribution() -> None:
    """Mean p, variance p (1 - p) / (c + 1), covariance -p q / (c + 1); each within four standard
    errors; a share of 0 stays 0, and components draw independently.
    """
    concentration = 20.0
    drawn = np.array(
        [path.mix.product_share for path in paths(demand(mix_concentration=concentration))]
    )
    assert drawn.sum(axis=2) == pytest.approx(1.0)
    expected = demand().product_shares()
    variance = expected * (1 - expected) / (concentration + 1)
    error = np.sqrt(variance / PATHS)
    assert (np.abs(drawn.mean(axis=0) - expected) <= 4 * error).all()
    assert drawn.var(axis=0) == pytest.approx(variance, rel=4 * np.sqrt(2.5 / PATHS), abs=1e-12)
    together = np.cov(drawn[:, 0, 0], drawn[:, 0, 1])[0, 1]
    assert together == pytest.approx(-0.5 * 0.3 / (concentration + 1), rel=0.15)
    assert abs(np.corrcoef(drawn[:, 0, 0], drawn[:, 1, 0])[0, 1]) < 4 / np.sqrt(PATHS)
    assert drawn[:, 2, 2].max() == 0.0
    assert share_deviation(0.5, concentration) == pytest.approx(np.sqrt(variance[0, 0]))


def test_a_mix_without_concentration_is_the_expected_one() -> None:
    """Nothing is drawn: the shares are those of the mean path, of all regions and products."""
    spec = demand()
    assert spec.mix_is_certain
    for path in (*paths(spec, 3), mean_path(spec, HORIZON)):
        assert path.mix.product_share is spec.product_shares()
        assert path.mix.region_share is spec.region_shares()


def test_a_large_concentration_comes_close_to_certain_shares() -> None:
    """The deviation falls with the square root of the concentration."""
    spec = demand(mix_concentration=1e9, region_concentration=1e9)
    for path in paths(spec, 5):
        assert path.mix.product_share == pytest.approx(spec.product_shares(), abs=1e-3)
        assert path.mix.region_share == pytest.approx(spec.region_shares(), abs=1e-3)


def test_an_uncertain_mix_changes_nothing_else_of_a_path() -> None:
    """Sizes, days and hours are those of the same promotion with a certain mix; the regions' mix is
    drawn apart from the products'.
    """
    both = demand(mix_concentration=20.0, region_concentration=30.0)
    one = demand(mix_concentration=20.0)
    for certain, first, second in zip(
        paths(demand(), 5), paths(both, 5), paths(one, 5), strict=True
    ):
        assert (first.intensity == certain.intensity).all()
        assert (first.mix.product_share == second.mix.product_share).all()
        assert (second.mix.region_share == certain.mix.region_share).all()
        assert (first.mix.region_share != certain.mix.region_share).all()


def test_an_event_states_its_own_concentration() -> None:
    """It takes the place of that of the demand; the other components keep that."""
    own = event("first", mix_concentration=5.0)
    spec = demand(events=(own, event("second")), mix_concentration=1e9)
    assert spec.mix_concentrations == (1e9, 5.0, 1e9)
    drawn = np.array([path.mix.product_share for path in paths(spec, 300)])
    assert drawn.std(axis=0)[1, 0] == pytest.approx(share_deviation(0.5, 5.0), rel=0.2)
    assert drawn.std(axis=0)[[0, 2]].max() < 1e-4
    assert not replace(spec, mix_concentration=None).mix_is_certain


@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_sizes_are_correlated_as_stated(correlation: float) -> None:
    """The log sizes correlate as stated; each size keeps its median and its spread."""
    sizes = np.array([path.sizes for path in paths(demand(size_correlation=correlation))])
    logs = np.log(sizes)
    error = 4 / np.sqrt(PATHS)
    assert np.corrcoef(logs.T)[0, 1] == pytest.approx(correlation, abs=error)
    sigma = demand().events[0].sigma
    assert logs.mean(axis=0) == pytest.approx(np.log(1000), abs=sigma * error)
    assert logs.std(axis=0) == pytest.approx(sigma, rel=error)


def test_independent_sizes_are_those_without_the_key() -> None:
    """A correlation of 0 draws the same numbers; another one leaves everything but sizes as is."""
    for plain, tied in zip(paths(demand(), 5), paths(demand(size_correlation=0.7), 5), strict=True):
        assert (plain.day_effect == tied.day_effect).all()
        assert (plain.sizes != tied.sizes).all()


def test_given_paths_bring_their_own_mix() -> None:
    """Each path has the products it states; the mean over paths is the expected mix."""
    orders = np.zeros((2, 48, 2, 2))
    orders[0, :, 0] = [3.0, 1.0]
    orders[1, :, 0] = [1.0, 3.0]
    orders[1, :, 1] = [2.0, 2.0]
    spec = demand(
        events=(), baseline=None, given=GivenDemand(orders), product_share=np.full(2, 0.5)
    )
    first, second = (given_path(spec, k, HORIZON) for k in range(2))
    assert first.mix.product_share.tolist() == [[0.75, 0.25], [0.5, 0.5]]
    assert second.mix.product_share.tolist() == [[0.25, 0.75], [0.5, 0.5]]
    assert spec.product_shares().tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert not spec.mix_is_certain
