"""The demand fan: its quantiles, its regions, its peak."""

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.given_demand import ANY_PRODUCT, GivenDemand
from planner.domain.horizon import HOUR_S
from planner.domain.random_streams import HELD_OUT, Streams
from planner.forecasting.fan import (
    QUANTILES,
    daily_table,
    fan,
    hourly_table,
    peak_table,
    per_day,
    sample_counts,
)
from planner.forecasting.forecast_score import score
from planner.simulation.inputs.orders import draw_orders
from tests.forecasting.builders import event, horizon, problem


def test_counts_are_poisson_around_the_expected_rate() -> None:
    """A flat 20 an hour without any spread: mean and variance of the total are both 20 x 96,
    regions three to one.
    """
    counts = sample_counts(problem(per_hour=20.0), 400, seed=1)
    total = counts.sum(axis=(1, 2))
    assert total.mean() == pytest.approx(1920, rel=0.01)
    assert total.var() == pytest.approx(1920, rel=0.25)
    assert counts[:, :, 0].sum() / counts.sum() == pytest.approx(0.75, abs=0.005)


def test_daily_quantiles_are_wider_than_poisson_when_the_level_is_unknown() -> None:
    """A level spread of 20 % shows in the daily totals: 90 % interval of about +- 33 %."""
    tables = fan(problem(per_hour=50.0, level_cv=0.2), 800, seed=1)
    daily = tables["forecast_daily"]
    first = daily[daily.region == "all"].iloc[0]
    assert first.p95 / first.p50 - 1 == pytest.approx(0.34, abs=0.07)
    assert 1 - first.p05 / first.p50 == pytest.approx(0.31, abs=0.07)


def test_an_event_of_uncertain_size_shows_its_stated_quantiles() -> None:
    """Median 500 and 95 % point 1,500 come back as quantiles of the total (no baseline)."""
    tables = fan(problem(per_hour=0.0, events=(event(),)), 2000, seed=2)
    total = tables["forecast_peak"].set_index("what").loc["total_orders"]
    assert int(total.p50) == pytest.approx(500, rel=0.06)
    assert int(total.p95) == pytest.approx(1500, rel=0.12)


def test_the_peak_hour_is_where_the_event_peaks() -> None:
    """A large event that peaks between 01:00 and 02:00 of the second day is found there, and its
    size is plausible.
    """
    certain = event(median=2000.0, p95=2000.0)
    tables = fan(problem(per_hour=5.0, events=(certain,)), 200, seed=3)
    peak = tables["forecast_peak"].set_index("what")
    assert set(peak.loc["peak_hour_time"]) == {"2026-11-03T01:00"}
    expected = (
        2000 * np.diff(certain.placed_by(np.array([86_400.0 + HOUR_S, 86_400.0 + 2 * HOUR_S])))[0]
        + 5
    )
    assert int(peak.loc["peak_hour_orders", "p50"]) == pytest.approx(expected, rel=0.03)


def test_tables_hold_the_total_first_and_every_region_and_moment() -> None:
    """Columns and rows of the three tables are as the run folder promises."""
    tables = fan(problem(), 20, seed=1)
    assert list(tables["forecast_hourly"]) == ["time", "region", "mean", *QUANTILES]
    assert list(tables["forecast_daily"]) == ["date", "region", "mean", *QUANTILES]
    assert list(tables["forecast_peak"]) == ["what", "p05", "p50", "p95"]
    assert list(dict.fromkeys(tables["forecast_hourly"].region)) == ["all", "east", "west"]
    assert len(tables["forecast_hourly"]) == 3 * 96
    assert len(tables["forecast_daily"]) == 3 * 4
    assert tables["forecast_hourly"].time.iloc[1] == "2026-11-02T01:00"


def test_quantiles_never_cross() -> None:
    """p05 <= p25 <= p50 <= p75 <= p95 in every row."""
    table = fan(problem(events=(event(),), day_cv=0.3), 100, seed=1)["forecast_hourly"]
    assert (np.diff(table[list(QUANTILES)].to_numpy(), axis=1) >= 0).all()


def test_hand_counted_quantiles() -> None:
    """Five paths with 0, 1, 2, 3 and 4 orders in the only region: the quantiles are read off by
    hand.
    """
    counts = np.zeros((5, 24, 1), dtype=np.int64)
    counts[:, 7, 0] = [3, 0, 4, 1, 2]
    table = hourly_table(counts, horizon(days=1), ["all of it"])
    row = table[(table.time == "2026-11-02T07:00") & (table.region == "all")].iloc[0]
    assert [row["mean"], row.p25, row.p50, row.p75] == [2.0, 1.0, 2.0, 3.0]
    peak = peak_table(counts, horizon(days=1)).set_index("what")
    assert peak.loc["total_orders", "p50"] == "2"
    assert peak.loc["peak_hour_time", "p95"] == "2026-11-02T07:00"


def test_given_demand_is_taken_exactly() -> None:
    """Whole numbers given by the user come back on every path; fractions on average."""
    given = np.full((1, 96, 2, 1), 3.0)
    given[0, 5, 0, 0] = 2.5
    counts = sample_counts(problem(given=given), 400, seed=1)
    assert (np.delete(counts, 5, axis=1) == 3).all()
    assert counts[:, 5, 0].mean() == pytest.approx(2.5, abs=0.1)
    assert set(np.unique(counts[:, 5, 0])) == {2, 3}


def test_forecast_and_simulation_have_the_counts_that_were_given() -> None:
    """In steps of a quarter, whole orders of products and of any product: no spread in either, hour
    by hour.
    """
    rng = np.random.default_rng(1)
    given = GivenDemand(
        rng.integers(0, 9, (1, 4 * 96, 2, 2)).astype(float), np.array([ANY_PRODUCT, 0]), step_s=900
    )
    small = problem(given=given.orders)
    small = replace(small, demand=replace(small.demand, given=given))
    stated = given.orders[0].sum(axis=2).reshape(96, 4, 2).sum(axis=1)
    assert (sample_counts(small, 20, seed=1) == stated).all()
    for k in range(20):
        orders = draw_orders(small, Streams(1, HELD_OUT, k))
        counts = np.zeros((96, 2), dtype=np.int64)
        np.add.at(counts, (orders.ordered_at_s // HOUR_S, orders.region), 1)
        assert np.array_equal(counts, stated)


def test_thinning_shows_the_counts_of_a_sample() -> None:
    """A fifth of the orders is seen: a fifth of the mean, for modelled and for given demand."""
    assert sample_counts(problem(per_hour=50.0), 50, 1, thinning=0.2).mean() * 2 == pytest.approx(
        10.0, rel=0.02
    )
    given = np.full((1, 96, 2, 1), 25.0)
    assert sample_counts(problem(given=given), 50, 1, thinning=0.2).mean() == pytest.approx(
        5.0, rel=0.03
    )


def test_the_same_seed_gives_the_same_fan() -> None:
    """Equal tables for equal seeds, others for another; more paths keep the first ones as they
    are.
    """
    small = problem(events=(event(),))
    assert np.array_equal(sample_counts(small, 5, 1), sample_counts(small, 8, 1)[:5])
    assert not np.array_equal(sample_counts(small, 5, 1), sample_counts(small, 5, 2))


def test_a_forecast_of_itself_scores_as_stated() -> None:
    """Paths of the same model scored against the fan: the total lies below its 90 % point nine
    times of ten, and the bands hold what they say.
    """
    small = problem(per_hour=30.0, events=(event(),), day_cv=0.1, level_cv=0.1)
    sampled = sample_counts(small, 600, seed=1).sum(axis=2)
    others = sample_counts(small, 150, seed=2).sum(axis=2)
    scores = [score(sampled, other).set_index("what") for other in others]
    inside = np.mean([s.loc["hours_inside_80", "actual"] for s in scores])
    assert inside == pytest.approx(0.82, abs=0.04)
    below = np.mean([s.loc["total_orders", "quantile"] < 0.9 for s in scores])
    assert below == pytest.approx(0.9, abs=0.06)


def test_a_score_says_where_what_came_lies() -> None:
    """Counted by hand: totals 24 ..

    120 on five paths, 72 came: half of the paths lie below (the tie counts half).
    """
    sampled = np.arange(1, 6)[:, None] * np.ones((5, 24), dtype=np.int64)
    table = score(sampled, np.full(24, 3)).set_index("what")
    assert table.loc["total_orders", "quantile"] == 0.5
    assert table.loc["total_orders", ["p05", "p50", "p95"]].tolist() == [28.8, 72.0, 115.2]
    assert table.loc["hours_inside_50", "actual"] == 1.0
    assert score(sampled, np.full(24, 9)).set_index("what").loc["days_inside_90", "actual"] == 0.0


def test_days_are_sums_of_their_hours() -> None:
    """per_day adds 24 hours and leaves the other axes alone."""
    counts = np.arange(2 * 48 * 3).reshape(2, 48, 3)
    assert per_day(counts).shape == (2, 2, 3)
    assert per_day(counts)[1, 1, 2] == counts[1, 24:, 2].sum()


def test_a_scenario_without_regions_has_every_moment_once() -> None:
    """Its one region is called all: the total, and nothing else."""
    two_days = horizon(days=2)
    counts = np.ones((3, 48, 1), dtype=np.int64)
    assert len(hourly_table(counts, two_days, ["all"])) == 48
    assert daily_table(counts, two_days, ["all"])["mean"].tolist() == [24.0, 24.0]
    assert len(hourly_table(counts, two_days, ["north"])) == 2 * 48
