"""What couriers take, as routing asks for it: the prices themselves are made in `rating`."""

from __future__ import annotations

from typing import Protocol

from planner.domain.demand import Floats, Ints
from planner.domain.records import Mask, Orders, Small


class Offers(Protocol):
    """Which orders the contracts of a problem take from a site, and what they ask for them.

    `which`: positions of n orders. Site and contract are indices into the problem.
    """

    def refused(self, orders: Orders, which: Ints, site: Small | int, contract: Small) -> Mask:
        """Whether each order's contract refuses it [n]; nothing is refused without a courier
        (-1).
        """
        ...

    def price(self, orders: Orders, which: Ints, site: int, contract: int) -> Floats:
        """What one contract asks for each order on the day it was placed [n], minor units; inf
        where it refuses.
        """
        ...
