"""Orders that wait when the horizon begins: how many there are, and when they were placed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints
from planner.domain.demand import Demand
from planner.domain.demand_path import DemandPath
from planner.domain.horizon import SLOT_S, SLOTS_PER_DAY, Shift
from planner.domain.site import KNOWN_BEFORE, Site


def last_worked_s(shifts: Iterable[Shift], sites: Iterable[Site]) -> int:
    """Second before the horizon (negative) at which the sites last worked.

    Of several sites the one that stopped first; 0 where all work until the horizon begins, as with
    a shift of the evening before that goes past midnight.
    """
    stopped = [0]
    for site in sites:
        worked = [
            min(end, 0)
            for shift in shifts
            if not shift.extends and site.works_in(shift)
            for day in range(-KNOWN_BEFORE, 0)
            for begin, end in site.working(shift, day)
            if begin < 0
        ]
        stopped += [max(worked)] if worked else []
    return min(stopped)


@dataclass(frozen=True, eq=False, kw_only=True)
class Backlog:
    """Orders placed before the horizon that are open when it begins.

    Parameters
    ----------
    begins_s : int
        Second (negative) from which they were placed; a whole number of slots.
    orders : int, optional
        How many there are; None: as many as the first day brings at the same times of the day.
    stated : Ints, optional
        The orders themselves [order, (second, region, product)], by time; product may be
        `ANY_PRODUCT`. None: they are drawn.
    """

    begins_s: int
    orders: int | None = None
    stated: Ints | None = None

    def rates(self, demand: Demand, path: DemandPath) -> Floats:
        """Expected orders [component, slot before the horizon] on a path of the demand.

        The baseline's, or, of a forecast, those of every region. Times are like those of the first
        day.
        """
        slots = np.arange(self.begins_s // SLOT_S, 0)
        if self.stated is not None:
            return self._as_stated(demand, len(slots))
        found = path.intensity[:, slots % SLOTS_PER_DAY]
        if demand.given is None:
            found[1:] = 0.0
        if self.orders is None:
            return found
        if found.sum() == 0:
            found[0] = 1.0
        return np.asarray(found * (self.orders / found.sum()))

    def _as_stated(self, demand: Demand, slots: int) -> Floats:
        """The stated orders as numbers [component, slot]."""
        found = np.zeros((len(demand.components), slots))
        second, region = (self.stated if self.stated is not None else np.zeros((0, 3))).T[:2]
        component = np.zeros(len(region), dtype=np.int64)
        if demand.given is not None:
            component = component_of(demand.given.regions, region)
        np.add.at(found, (component, (second - self.begins_s) // SLOT_S), 1.0)
        return found


def component_of(regions: Ints, region: NDArray[Any]) -> Ints:
    """Component of a forecast that orders of each region belong to, or the nearest one."""
    return np.minimum(np.searchsorted(regions, region), len(regions) - 1)


def whole_slots(second: int) -> int:
    """Second at which the slot begins in which a second lies."""
    return second // SLOT_S * SLOT_S
