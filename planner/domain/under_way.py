"""A promotion under way: the orders that came until now, and what they say of the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.demand_levers import Promised
from planner.domain.horizon import HOUR_S, SLOT_S

UNKNOWN = -1  # region or product of an order that nobody stated


@dataclass(frozen=True, eq=False, kw_only=True)
class SeenOrders:
    """Orders that came before a moment, a row for each count.

    Attributes
    ----------
    until_s : int
        The moment, in seconds of the horizon: a whole number of slots.
    begins_s, lasts_s : Ints
        Seconds of the horizon over which the orders of a row came [row].
    region, product : Ints
        Indices into the problem, or `UNKNOWN` [row].
    orders : Ints
        How many [row].
    """

    until_s: int
    begins_s: Ints
    lasts_s: Ints
    region: Ints
    product: Ints
    orders: Ints

    @property
    def total(self) -> int:
        """All orders."""
        return int(self.orders.sum())

    @property
    def edges_s(self) -> Ints:
        """Edges of the hours until the moment, the last of which may be cut short."""
        whole = np.arange(0, self.until_s, HOUR_S)
        return np.append(whole, self.until_s)

    def by_hour(self) -> Ints:
        """Orders of each hour until the moment [hour]; a row counts where it begins."""
        hour = self.begins_s // HOUR_S
        return np.bincount(hour, self.orders, len(self.edges_s) - 1).astype(np.int64)


@dataclass(frozen=True, eq=False, kw_only=True)
class UnderWay:
    """Demand given the orders that came: what came, and equally likely draws of what was unknown.

    Attributes
    ----------
    seen : SeenOrders
        The orders that came.
    sizes : Floats
        Size of every event [draw, event]; of given demand [draw, 0].
    day_effect : Floats
        Factor of the baseline, its level included [draw, day].
    paths : Ints, optional
        Of given demand: the path [draw].
    promised : tuple of (region, hours)
        Longer promises in force until now: the orders that came keep them.
    """

    seen: SeenOrders
    sizes: Floats
    day_effect: Floats
    paths: Ints | None = None
    promised: Promised = ()

    @property
    def first_slot(self) -> int:
        """The first slot of what is still to come."""
        return self.seen.until_s // SLOT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """People of a crew who came to a process in a shift.

    Attributes
    ----------
    day : int
        Day of the horizon on which the shift began.
    site, process, crew, shift : str
        Names.
    people : int
        How many came, whatever the plan said.
    """

    day: int
    site: str
    process: str
    crew: str
    shift: str
    people: int
