"""Numbers whose ratio, logarithm or square no longer is a number: findings, and what stays is
simulated.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from planner.domain.random_streams import Streams
from planner.simulation.inputs.orders import draw_orders
from planner.studies.steps.load import load
from tests.formats.builders import findings_of, spoil

EXTREMES = [
    (
        "median: 800, p95: 1600",
        "median: 1e-320, p95: 1e8",
        "demand.events.0.orders.median: must be at least 0.01",
    ),
    (
        "median: 800, p95: 1600",
        "median: 800, p95: 1e9",
        "orders.p95: must be at most 1,000 times the median 800",
    ),
    ("day_cv: 0.1", "day_cv: 1e-200", "demand.day_cv: must be 0, or at least 0.0001"),
    ("cv: 0.6", "cv: 1e-300", "sites.0.processes.pick.cv: must be 0, or at least 0.0001"),
    ("ramp: [0.6, 1.0]", "ramp: [1e-320]", "crews.1.ramp.0: must be at least 0.01"),
    ("absence: 0.06", "absence: 0.9999999999999999", "crews.1.absence: must be at most 0.99"),
    (
        "median_days: 2, p95_days: 3",
        "median_days: 1e-300, p95_days: 3",
        "returns.median_days: must be at least 0.001",
    ),
    (
        "  day_cv: 0.1",
        "  day_cv: 0.1\n  hour_cv: 5e-5",
        "demand.hour_cv: must be 0, or at least 0.0001",
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), EXTREMES)
def test_an_extreme_number_is_a_finding(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Nothing is computed with it."""
    assert any(words in str(f) for f in findings_of(spoil(tmp_path, "scenario.yaml", old, new)))


def test_a_scan_delay_is_no_wider_than_any_real_one(tmp_path: Path) -> None:
    """Its logarithm is drawn from."""
    found = findings_of(
        spoil(tmp_path, "contracts/one.yaml", "median: 2, p95: 9", "median: 1e-300, p95: 9")
    )
    assert any("p95: must be at most 1,000 times the median 1e-300" in str(f) for f in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("median: 800, p95: 1600", "median: 0.01, p95: 10"),
        ("day_cv: 0.1", "day_cv: 0.0001"),
        ("day_cv: 0.1", "day_cv: 10"),
        ("ramp_minutes: 20", "ramp_minutes: 1e-320"),
        ("half_life_hours: 2\n", "half_life_hours: 0.000001\n"),
        ("half_life_hours: 2\n", "half_life_hours: 1000\n"),
        ("cv: 0.6", "cv: 0.0001"),
        ("cv: 0.6", "cv: 20"),
        ("median_days: 2, p95_days: 3", "median_days: 0.001, p95_days: 0.001"),
        ("[1, 1, 1, 1, 1, 1, 1, 1, 2,", "[1e-320, 1e8, 1, 1, 1, 1, 1, 1, 2,"),
        ("pull_forward: 0.1", "pull_forward: 1e-320"),
    ],
)
def test_the_ends_of_every_range_are_drawn_from(tmp_path: Path, old: str, new: str) -> None:
    """What is accepted gives orders, without a warning of overflow."""
    problem = load(spoil(tmp_path, "scenario.yaml", old, new)).problem
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        orders = draw_orders(problem, Streams(problem.seed, "held-out", 0))
    assert len(orders) > 0
    assert (orders.work_us >= 0).all()


@pytest.mark.parametrize("unit", ["g", "lb"])
def test_an_endless_weight_is_a_finding(tmp_path: Path, unit: str) -> None:
    """Also one that is endless only once it is converted to grams."""
    folder = spoil(
        tmp_path, "products.csv", "300,45.50", "1e999,45.50" if unit == "g" else "1.7e308,45.50"
    )
    table = folder / "products.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("weight_g", f"weight_{unit}"), encoding="utf-8"
    )
    assert any(f.file == "products.csv" and f.line == 2 for f in findings_of(folder))
