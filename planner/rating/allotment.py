"""Who carries what when several contracts are there: the cheapest first, within each contract's daily allotment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.domain.records import Mask

NOBODY = -1


def share_out(cost: Floats, day: Ints, allotments: Sequence[int | None]) -> tuple[Ints, Mask]:
    """Contract of every parcel, NOBODY where all refuse it; and which parcels are beyond every allotment.

    `cost[contract, n]` in minor units, inf where refused; `day[n]` >= 0; `allotments[contract]` parcels a day, None
    for no limit. Every parcel asks its cheapest contract; a contract with too many on a day keeps those that would
    lose most by leaving, and the others ask their next cheapest, until nobody is turned away (deferred acceptance:
    Gale, Shapley 1962, doi 10.2307/2312726). Who is turned away everywhere stays with the cheapest, over its allotment.
    """
    preference = np.argsort(cost, axis=0, kind="stable")
    ranked = np.take_along_axis(cost, preference, axis=0)
    ranked = np.vstack([ranked, np.full((1, cost.shape[1]), np.inf)])
    wish = np.zeros(cost.shape[1], dtype=np.int64)
    asking = np.isfinite(ranked[0])
    served = asking.copy()
    while True:
        every = np.flatnonzero(asking)
        asked = preference[wish[every], every]
        turned_away = _turned_away(every, asked, ranked, wish, day, allotments)
        if not len(turned_away):
            break
        wish[turned_away] += 1
        asking[turned_away] = np.isfinite(ranked[wish[turned_away], turned_away])
    over = served & ~asking
    wish[over] = 0
    chosen = preference[np.minimum(wish, len(cost) - 1), np.arange(cost.shape[1])]
    return np.where(served, chosen, NOBODY), over


def beyond_allotment(taken: Mask, day: Ints, allotment: int | None) -> Mask:
    """Which of the parcels a contract takes come too late in their day for its allotment (parcels in order of time)."""
    over = np.zeros(len(taken), dtype=bool)
    if allotment is None:
        return over
    chosen = np.flatnonzero(taken)
    over[chosen] = _place_in_day(day[chosen]) >= allotment
    return over


def _turned_away(
    every: Ints, asked: Ints, ranked: Floats, wish: Ints, day: Ints, allotments: Sequence[int | None]
) -> Ints:
    """Those of the asking parcels that find no room, contract by contract and day by day."""
    gone = [np.empty(0, dtype=np.int64)]
    for c, allotment in enumerate(allotments):
        if allotment is None:
            continue
        here = every[asked == c]
        crowded = np.bincount(day[here], minlength=1) > allotment
        here = here[crowded[day[here]]]
        loss = ranked[wish[here] + 1, here] - ranked[wish[here], here]
        order = np.lexsort((-loss, day[here]))
        gone.append(here[order][_place_in_day(day[here][order]) >= allotment])
    return np.concatenate(gone)


def _place_in_day(day: Ints) -> Ints:
    """0 for the first entry of every day, 1 for the second, ...; `day` must not fall."""
    return np.arange(len(day)) - np.searchsorted(day, day)
