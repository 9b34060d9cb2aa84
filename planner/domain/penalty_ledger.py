"""Penalties of late orders as they fall due: by day of the deadline, over rolling windows."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Ints

DUE, LATE, COMPENSATION = range(3)  # counts and minor units of a day
KINDS = 3


def by_due_day(day: Ints, late: Ints, compensation_minor: Ints, days: int = 0) -> Ints:
    """Orders due, late orders and their compensation by day.

    Parameters
    ----------
    day : array of int, [n]
        Day on which each order falls due, from 0.
    late : array of int, [n]
        1 where it is late, else 0.
    compensation_minor : array of int, [n]
        What it costs if it is late.
    days : int
        Least number of days of the result; there are as many as orders fall due on.

    Returns
    -------
    array of int, [day, 3]
        By `DUE`, `LATE`, `COMPENSATION`.
    """
    days = max(days, int(day.max(initial=-1)) + 1)
    columns = (np.ones(len(day)), late, late * compensation_minor)
    found = [np.bincount(day, weights=column, minlength=days) for column in columns]
    return np.rint(np.stack(found, axis=1)).astype(np.int64)


def same_days(ledgers: list[Ints]) -> Ints:
    """Stack ledgers of several replications; days of which one has none are empty there."""
    days = max((len(ledger) for ledger in ledgers), default=0)
    stacked = np.zeros((len(ledgers), days, KINDS), dtype=np.int64)
    for row, ledger in zip(stacked, ledgers, strict=True):
        row[: len(ledger)] = ledger
    return stacked


def window_days(days: int, window: int | None) -> Ints:
    """Days in the window that ends with each day; those before the first are not known.

    `window` None: all days from the first.
    """
    ends = np.arange(1, days + 1)
    return np.asarray(ends if window is None else np.minimum(ends, window))


def window_late_shares(ledger: Ints, window: int | None) -> Floats:
    """Late share over the window that ends with each day.

    Parameters
    ----------
    ledger : array of int, [..., day, 3]
        As of `by_due_day`.
    window : int or None
        Days of the window; None: all days from the first.

    Returns
    -------
    array of float, [..., day]
        0 where no order falls due.
    """
    counts = ledger[..., [DUE, LATE]].cumsum(axis=-2)
    if window is not None and window < counts.shape[-2]:
        earlier = counts[..., :-window, :].copy()
        counts[..., window:, :] -= earlier
    due, late = counts[..., 0], counts[..., 1]
    return np.asarray(np.where(due > 0, late / np.maximum(due, 1), 0.0))
