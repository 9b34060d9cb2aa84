"""The engines' clock in tenths of a second, and how work becomes whole ticks without bias.

Everything outside the engines is in whole seconds: a recorded time is the second in which it
happened. Every order has one uniform number of 16 bits, its `instant`: times ten, the integer part
is the tick in which it comes within its second, and the fraction is its own rounding number phi in
[0, 1). Work of c ticks takes floor(c + phi): c on average (to 2^-16 of a tick), whatever the
distribution of c; and as phi is the order's own, the same work is as long under every plan, and
more work is never shorter. A tenth, not a whole second, keeps the variance that rounding adds below
half a percent of the square of the mean at 5,000 orders an hour, and so the waits right as well as
the rates.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.records import Instants, Orders

TICKS_PER_S = 10
INSTANT_BITS = 16


def arrival_ticks(second: Seconds, instant: Instants) -> Seconds:
    """The tick in which each order comes, from its second and its instant."""
    within = (instant.astype(np.int32) * np.int32(TICKS_PER_S)) >> np.int32(INSTANT_BITS)
    return np.asarray(second * np.int32(TICKS_PER_S) + within, dtype=np.int32)


def phases(instant: Instants) -> Ints:
    """The rounding number phi of each order, times 2^16."""
    return (instant.astype(np.int64) * TICKS_PER_S) & ((1 << INSTANT_BITS) - 1)


def ticks_of(content: int, rate: int, phase: int) -> int:
    """Ticks that work takes: floor(content / rate + phi).

    Parameters
    ----------
    content : int
        Microseconds of work at standard speed, times TICKS_PER_S.
    rate : int
        Microseconds of standard work done in a second.
    phase : int
        phi times 2^16 of the first order of the task.

    Returns
    -------
    int
        Whole ticks.
    """
    return (content + (phase * rate >> INSTANT_BITS)) // rate


def whole_seconds(ticks: Seconds) -> None:
    """Turn ticks into the seconds in which they lie, in place; NEVER stays NEVER."""
    np.floor_divide(ticks, np.int32(TICKS_PER_S), out=ticks)


def arrivals_of(orders: Orders) -> Seconds:
    """The tick in which each order comes; those of before the horizon are there when it begins."""
    return np.maximum(arrival_ticks(orders.ordered_at_s, orders.instant), 0)
