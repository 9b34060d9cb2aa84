"""Thresholds that are known, and none where there is nothing to gain."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from planner.domain.triggers import ALWAYS
from planner.studies.options.trigger_options import TriggerOptions
from planner.studies.triggers.thresholds import cuts_of, fit_thresholds, saved_by, two_digits

OPTIONS = TriggerOptions()


def test_two_sizes_give_a_threshold_between_them() -> None:
    """Small promotions lose 10 by an action, large ones gain 100, by twice the action 150."""
    counts = np.array([60] * 100 + [300] * 100)
    large = counts == 300
    savings = np.array([np.where(large, 100.0, -10.0), np.where(large, 150.0, -20.0)])
    fitted = fit_thresholds((counts, savings), (counts, savings), OPTIONS)
    ((above, action),) = fitted.steps
    assert 60 <= above < 300
    assert action == 1
    assert fitted.saves == pytest.approx(75.0)


def test_more_is_done_at_a_higher_threshold() -> None:
    """The middle promotions gain most by the small action, the large ones by the large one."""
    counts = np.repeat([100, 200, 300], 70)
    small = np.select([counts == 100, counts == 200], [-10.0, 50.0], 60.0)
    large = np.select([counts == 100, counts == 200], [-50.0, 10.0], 200.0)
    fitted = fit_thresholds(
        (counts, np.array([small, large])), (counts, np.array([small, large])), OPTIONS
    )
    (first, second) = fitted.steps
    assert (first[1], second[1]) == (0, 1)
    assert 100 <= first[0] < 200 <= second[0] < 300


def test_what_pays_in_every_promotion_needs_no_threshold() -> None:
    counts = np.arange(200)
    savings = np.full((1, 200), 5.0) + np.random.default_rng(0).normal(0, 1, (1, 200))
    fitted = fit_thresholds((counts, savings), (counts, savings), OPTIONS)
    assert fitted.steps == ((ALWAYS, 0),)


def test_luck_on_the_search_promotions_is_no_trigger() -> None:
    """Savings without any relation to the counts, 0 on average: 20 searches find hardly one rule,
    though the best split of each saves money on its own promotions.
    """
    found = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        counts = rng.integers(1000, 9000, 400)
        savings = rng.normal(-5.0, 100.0, (4, 400))
        parts = [(counts[part], savings[:, part]) for part in (slice(200), slice(200, 400))]
        found += bool(fit_thresholds(parts[0], parts[1], OPTIONS).steps)
    assert found <= 3


def test_the_best_steps_are_those_of_a_full_enumeration() -> None:
    """Over all cuts and actions, up to two levels, with the promotions each level needs."""
    rng = np.random.default_rng(3)
    counts = rng.integers(0, 1000, 60)
    savings = np.cumsum(rng.normal(0, 20, (3, 60)), axis=0) + 0.1 * (counts - 500)
    best = 0.0
    for first, second in product(cuts_of(counts), repeat=2):
        for a, b in product(range(3), repeat=2):
            steps = ((first, a),) if first >= second or a >= b else ((first, a), (second, b))
            best = max(best, float(saved_by(steps, counts, savings).sum()))
    two = TriggerOptions(levels=2, least_share=0.0, worth_a_level=0.0)
    fitted = fit_thresholds((counts, savings), (counts, savings), two)
    assert saved_by(fitted.steps, counts, savings).sum() == pytest.approx(best)


def test_thresholds_have_two_digits() -> None:
    assert [two_digits(n) for n in (9437, 9451, 87, 5, 0, 123456)] == [9400, 9500, 87, 5, 0, 120000]
