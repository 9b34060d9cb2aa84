"""Erlang C: people required so that orders that arrive at random seldom wait long.

A. K. Erlang 1917; people are rostered hour by hour as if each hour were in balance by itself (the
"SIPP" rule of call centres: Green, Kolesar, Soares 2001, doi 10.1287/opre.49.4.549.11228).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.horizon import HOUR_S

# Call centres answer 80 % of the calls "in time" (Gans, Koole, Mandelbaum 2003, doi
# 10.1287/msom.5.2.79.16071: 80 % in 20 seconds). A parcel can wait longer than a caller: in time is
# within the hour. Then no hour leaves work to the next, which is what computing hour by hour takes
# for granted.
IN_TIME_SHARE = 0.8
IN_TIME_S = HOUR_S


def chances_to_wait(load: Floats) -> Iterator[Floats]:
    """Probability that an order finds everybody at work (Erlang C), with 1, 2, 3, ... people.

    `load`: offered load in erlangs (people busy all the time). 1 where the load is too much for
    them.

    From Erlang B by its recursion B(n) = load B(n-1) / (n + load B(n-1)): it neither overflows nor
    loses digits.
    """
    blocked, people = np.ones_like(load), 0
    while True:
        people += 1
        blocked = load * blocked / (people + load * blocked)
        used = np.minimum(load / people, 1.0)
        yield blocked / (1.0 - used * (1.0 - blocked))


def least_people(load: Floats, mean_s: float, most: int) -> Ints:
    """Fewest people with whom enough orders wait no longer than IN_TIME_S, for each load.

    Enough is a share of IN_TIME_SHARE. A wait beyond T has the probability C exp(-(people - load) T
    / mean_s), C being Erlang's.

    Parameters
    ----------
    load : Floats
        Offered load in erlangs.
    mean_s : float
        Mean work of an order in seconds, taken as exponential.
    most : int
        Number of people where even that many are too few.

    Returns
    -------
    Ints
        People for each load.
    """
    found: Ints = np.where(load > 0, most, 0).astype(np.int64)
    undecided = load > 0
    for people, waits in zip(range(1, most), chances_to_wait(load), strict=False):
        if not undecided.any():
            break
        beyond = waits * np.exp(-np.maximum(people - load, 0.0) * IN_TIME_S / mean_s)
        enough = undecided & (people > load) & (beyond <= 1.0 - IN_TIME_SHARE)
        found[enough] = people
        undecided &= ~enough
    return found
