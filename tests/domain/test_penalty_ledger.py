"""Penalties by the day on which orders fall due, and late shares over rolling windows."""

from __future__ import annotations

import numpy as np
import pytest

from planner.domain.penalty_ledger import (
    by_due_day,
    same_days,
    window_days,
    window_late_shares,
)


def test_orders_count_on_the_day_they_fall_due() -> None:
    """Days without orders are empty; money is that of late orders alone."""
    day, late, money = (np.array(x) for x in ([0, 2, 2, 2], [1, 0, 1, 1], [500, 500, 300, 200]))
    assert by_due_day(day, late, money).tolist() == [[1, 1, 500], [0, 0, 0], [3, 2, 500]]
    assert by_due_day(day[:1], late[:1], money[:1], days=2).tolist() == [[1, 1, 500], [0, 0, 0]]


@pytest.mark.parametrize(
    ("window", "shares"),
    [
        (None, [0.5, 0.25, 0.4]),
        (1, [0.5, 0.0, 1.0]),
        (2, [0.5, 0.25, 1 / 3]),
        (9, [0.5, 0.25, 0.4]),
    ],
)
def test_the_late_share_covers_the_window(window: int | None, shares: list[float]) -> None:
    """It ends with its day; what came before the first day is not known."""
    ledger = np.array([[2, 1, 0], [2, 0, 0], [1, 1, 0]])
    assert window_late_shares(ledger, window).tolist() == pytest.approx(shares)
    assert window_late_shares(ledger[None], window)[0].tolist() == pytest.approx(shares)


def test_a_window_without_orders_has_no_late_share() -> None:
    """No order is late where none is due."""
    assert window_late_shares(np.zeros((2, 3), dtype=np.int64), 1).tolist() == [0.0, 0.0]


def test_windows_are_cut_at_the_first_day() -> None:
    """The days that they cover."""
    assert window_days(4, 3).tolist() == [1, 2, 3, 3]
    assert window_days(3, None).tolist() == [1, 2, 3]


def test_replications_get_the_same_days() -> None:
    """Days of which one has none are empty there."""
    ledgers = [np.ones((1, 3), dtype=np.int64), np.ones((2, 3), dtype=np.int64)]
    assert same_days(ledgers)[:, :, 0].tolist() == [[1, 0], [1, 1]]
