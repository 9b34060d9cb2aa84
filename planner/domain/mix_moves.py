"""Orders that ask for another product than the mix says: some points of the shares move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats


@dataclass(frozen=True, slots=True)
class MixMove:
    """Points of the product shares that move from one product to another.

    Parameters
    ----------
    less, more : int
        Products, as in the problem.
    points : float
        Share of all orders, in [0, 1]; more than the product has moves all of it.
    """

    less: int
    more: int
    points: float


def moved_shares(shares: Floats, moves: Sequence[MixMove]) -> Floats:
    """Shares [..., product] after the moves, one after the other."""
    found = shares.copy()
    for move in moves:
        points = np.minimum(move.points, found[..., move.less])
        found[..., move.less] -= points
        found[..., move.more] += points
    return found


def chances(shares: Floats, moves: Sequence[MixMove]) -> list[float]:
    """Chance of each move that an order of its product asks for the other one instead."""
    found = []
    for k, move in enumerate(moves):
        left = float(moved_shares(shares, moves[:k])[move.less])
        found.append(min(move.points / left, 1.0) if left > 0 else 0.0)
    return found
