"""What the orders until now say of the rest: against a grid, a conjugate case and the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.arrays import Ints
from planner.domain.demand import Baseline, scaled
from planner.domain.demand_levers import ChosenLevers
from planner.domain.demand_path import draw_path, mean_path
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, SLOT_S
from planner.domain.lever_effects import effective_problem
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.under_way import UNKNOWN, SeenOrders
from planner.forecasting.posterior import learn
from planner.simulation.inputs.orders import draw_orders
from tests.builders import a_problem

NOW_S = 22 * HOUR_S
LIVE = Event(
    name="live", at_s=20 * HOUR_S, median=1_000.0, p95=2_500.0, ramp_s=1_200.0, half_life_s=7_200.0
)
LATER = replace(LIVE, name="later", at_s=DAY_S + 20 * HOUR_S)


def a_promotion(*events: Event, correlation: float = 0.0, **baseline: float) -> Problem:
    """Three days with a baseline of 20 orders an hour."""
    problem = a_problem(days=3)
    demand = replace(
        problem.demand,
        baseline=Baseline(np.full(72, 20.0), **baseline),
        events=events,
        size_correlation=correlation,
    )
    return replace(problem, demand=demand)


def counts(hourly: Ints, until_s: int = NOW_S) -> SeenOrders:
    """Orders of the hours until a moment, of unknown region and product."""
    n = len(hourly)
    return SeenOrders(
        until_s=until_s,
        begins_s=np.arange(n) * HOUR_S,
        lasts_s=np.minimum((np.arange(n) + 1) * HOUR_S, until_s) - np.arange(n) * HOUR_S,
        region=np.full(n, UNKNOWN),
        product=np.full(n, UNKNOWN),
        orders=np.asarray(hourly, dtype=np.int64),
    )


def test_posterior_of_a_size_is_that_of_a_grid() -> None:
    """Mean and spread of the size of an event under way agree with numerical integration."""
    problem = a_promotion(LIVE)
    hourly = np.full(22, 20)
    hourly[20:] = 500, 450
    learned = learn(problem, counts(hourly))
    known = learned.demand.under_way
    assert known is not None
    z = np.linspace(-5, 5, 20_001)
    size = LIVE.median * np.exp(LIVE.sigma * z)
    share = np.diff(LIVE.placed_by(np.array([20, 21, 22]) * HOUR_S))
    log = -(z**2) / 2
    for orders, part in zip((500, 450), share.tolist(), strict=True):
        rate = 20.0 + size * part
        log += orders * np.log(rate) - rate
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = float(weight @ size)
    spread = float(np.sqrt(weight @ (size - mean) ** 2))
    assert known.sizes[:, 0].mean() == pytest.approx(mean, abs=0.15 * spread)
    assert known.sizes[:, 0].std() == pytest.approx(spread, rel=0.1)


def test_day_effect_is_the_conjugate_gamma() -> None:
    """Without events the effect of the day is gamma(shape + orders, shape + expected)."""
    problem = a_promotion(day_cv=0.2)
    hourly = np.full(22, 26)
    known = learn(problem, counts(hourly)).demand.under_way
    assert known is not None
    shape = 1 / 0.2**2
    mean = (shape + 22 * 26) / (shape + 22 * 20)
    spread = np.sqrt(shape + 22 * 26) / (shape + 22 * 20)
    assert known.day_effect[:, 0].mean() == pytest.approx(mean, abs=0.15 * spread)
    assert known.day_effect[:, 0].std() == pytest.approx(spread, rel=0.1)
    assert known.day_effect[:, 1].std() == pytest.approx(0.2, rel=0.1), "tomorrow is as before"


def test_level_of_today_tells_of_tomorrow() -> None:
    """An uncertain level is learned from today and holds on the days to come."""
    known = learn(a_promotion(level_cv=0.3), counts(np.full(22, 30))).demand.under_way
    assert known is not None
    assert known.day_effect[:, 2].mean() == pytest.approx(1.5, abs=0.05)


@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_opening_tells_about_the_final_only_where_sizes_are_correlated(correlation: float) -> None:
    """The log size of an event to come has the conditional mean of a bivariate normal."""
    problem = a_promotion(LIVE, LATER, correlation=correlation)
    hourly = np.full(22, 20)
    share = np.diff(LIVE.placed_by(np.array([20, 21, 22]) * HOUR_S))
    hourly[20:] = np.rint(20 + 2_000 * share)
    known = learn(problem, counts(hourly)).demand.under_way
    assert known is not None
    z = np.log(known.sizes / LIVE.median) / LIVE.sigma
    assert z[:, 0].mean() == pytest.approx(np.log(2) / LIVE.sigma, abs=0.1)
    assert z[:, 1].mean() == pytest.approx(correlation * z[:, 0].mean(), abs=0.1)
    assert z[:, 1].std() == pytest.approx(np.sqrt(1 - correlation**2), rel=0.15)


def test_posterior_covers_the_truth_as_often_as_it_says() -> None:
    """Of sizes drawn from the prior, about 80 % lie in the 80 % interval of their posterior."""
    problem = a_promotion(LIVE, day_cv=0.1, hour_cv=0.15)
    inside = 0
    for k in range(60):
        streams = Streams(problem.seed, HELD_OUT, k)
        truth = draw_path(problem.demand, problem.horizon, streams).sizes[0]
        orders = draw_orders(problem, streams)
        hourly = np.bincount(orders.ordered_at_s // HOUR_S, minlength=24)[:22]
        known = learn(problem, counts(hourly)).demand.under_way
        assert known is not None
        low, high = np.quantile(known.sizes[:, 0], [0.1, 0.9])
        inside += int(low <= truth <= high)
    assert 38 <= inside <= 57


def test_what_came_is_drawn_as_it_came_and_the_rest_from_then_on() -> None:
    """Every replication has the orders until now hour by hour; what follows differs."""
    problem = a_promotion(LIVE, day_cv=0.1, hour_cv=0.1)
    hourly = np.full(22, 20)
    hourly[20:] = 500, 450
    rest = replace(problem, demand=learn(problem, counts(hourly)).demand)
    later = []
    for k in range(30):
        orders = draw_orders(rest, Streams(rest.seed, HELD_OUT, k))
        assert np.bincount(orders.ordered_at_s // HOUR_S)[:22].tolist() == hourly.tolist()
        of_event = orders.component[orders.ordered_at_s < NOW_S] == 1
        assert 780 <= of_event.sum() <= 920, "900 of them are expected to be of the event"
        later.append(len(orders) - int(hourly.sum()))
    expected = mean_path(rest.demand, rest.horizon).intensity
    assert expected[:, : 22 * 12].sum() == pytest.approx(hourly.sum())
    assert np.mean(later) == pytest.approx(expected[:, 22 * 12 :].sum(), rel=0.03)
    assert np.std(later) > 20


def test_paths_of_the_users_own_are_told_apart_by_what_came_alone() -> None:
    """Two paths of the same orders until now are equally likely, whatever they bring later."""
    problem = a_problem(days=3)
    orders = np.full((2, 72, 1, 1), 20.0)
    orders[1, 23:] = 200.0
    given = replace(problem, demand=replace(problem.demand, given=GivenDemand(orders), events=()))
    learned = learn(given, counts(np.full(22, 20)))
    known = learned.demand.under_way
    assert known is not None
    assert known.paths is not None
    assert np.bincount(known.paths).tolist() == [500, 500]
    assert learned.expected == pytest.approx(np.full(22, 20.0))


def test_a_risk_of_more_orders_scales_all_that_is_still_to_come() -> None:
    """Half as many orders more: of the baseline and of the event under way; what came stays."""
    problem = a_promotion(LIVE)
    hourly = np.full(22, 20)
    hourly[20:] = 500, 450
    rest = learn(problem, counts(hourly)).demand
    usual, more = (mean_path(d, problem.horizon).intensity for d in (rest, scaled(rest, 1.5)))
    now = NOW_S // SLOT_S
    assert more[:, now:] == pytest.approx(1.5 * usual[:, now:])
    assert more[:, :now].sum() == pytest.approx(hourly.sum())


def test_a_cap_refuses_no_order_that_has_come() -> None:
    """More came than the cap says: all of them were taken, and nothing of the event follows."""
    problem = a_promotion(LIVE)
    hourly = np.full(22, 20)
    hourly[20:] = 500, 450
    rest = replace(problem, demand=learn(problem, counts(hourly)).demand)
    capped = effective_problem(rest, ChosenLevers(capped=(("live", 300),)))
    orders = draw_orders(capped, Streams(rest.seed, HELD_OUT, 1))
    assert np.bincount(orders.ordered_at_s // HOUR_S)[:22].tolist() == hourly.tolist()
    assert not (orders.component[orders.ordered_at_s >= NOW_S] == 1).any()


def test_hours_that_the_model_cannot_explain_are_named() -> None:
    """An hour with three times its orders is odd; the others are not."""
    hourly = np.full(22, 20)
    hourly[9] = 90
    assert learn(a_promotion(LIVE), counts(hourly)).odd_hours == (9,)
