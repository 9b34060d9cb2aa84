"""What couriers take, as routing asks for it: the prices themselves are made in `rating`."""

from __future__ import annotations

from typing import Protocol

from planner.domain.arrays import Floats, Ints
from planner.domain.records import Mask, Orders, Small


class Offers(Protocol):
    """Which orders the contracts of a problem take from a site, and what they ask for them.

    `which`: positions of n orders. Site and contract are indices into the problem.
    """

    def refused(self, orders: Orders, which: Ints, site: Small | int, contract: Small) -> Mask:
        """Whether each order's contract refuses it; nothing is refused without a courier (-1).

        Parameters
        ----------
        orders : Orders
            All orders.
        which : Ints
            Positions of n of them.
        site, contract : Small
            Indices into the problem [n], or one site.

        Returns
        -------
        Mask
            True where the contract refuses the parcel [n].
        """
        ...

    def price(self, orders: Orders, which: Ints, site: int, contract: int) -> Floats:
        """What one contract asks for each order on the day it was placed.

        Parameters
        ----------
        orders : Orders
            All orders.
        which : Ints
            Positions of n of them.
        site, contract : int
            Indices into the problem.

        Returns
        -------
        Floats
            Minor units [n]; inf where it refuses.
        """
        ...
