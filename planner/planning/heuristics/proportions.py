"""People shared out in proportion."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Ints


def largest_remainder(total: int, weights: Floats) -> Ints:
    """Integers in proportion to the weights that add up to the total (ties: the first)."""
    if len(weights) == 0 or weights.sum() <= 0:
        return np.zeros(len(weights), dtype=np.int64)
    exact = total * weights / weights.sum()
    whole: Ints = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def by_need(people: int, need: Ints) -> Ints:
    """People per place in proportion to the need; evenly where nothing is needed."""
    weights = need.astype(float) if need.sum() > 0 else np.ones(len(need))
    return largest_remainder(people, weights)
