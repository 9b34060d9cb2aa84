"""Which parcels contracts refuse and what they ask for the others, as routing needs it."""

from __future__ import annotations

from functools import lru_cache
from typing import Self

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.horizon import DAY_S
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.problem import Problem
from planner.domain.records import Mask, Orders, Small
from planner.rating.parcel_price import Parcels, Places, PriceTable, price_table


class ContractOffers:
    """The `planner.domain.courier_offers.Offers` of the contracts of a problem."""

    def __init__(self, tables: tuple[PriceTable, ...]) -> None:
        self._tables = tables

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The offers of all contracts."""
        places = Places.of(problem)
        return cls(tuple(price_table(contract, places) for contract in problem.contracts))

    def refused(self, orders: Orders, which: Ints, site: Small | int, contract: Small) -> Mask:
        """Whether each order's contract refuses it.

        Parameters
        ----------
        orders : Orders
            All orders.
        which : Ints
            Positions [n] of those that are asked about.
        site : Small or int
            Index of the site [n] they leave from.
        contract : Small
            Index of the contract [n]; no courier is none of them.

        Returns
        -------
        Mask
            True [n] where refused.
        """
        found = np.zeros(len(which), dtype=bool)
        at = np.broadcast_to(np.asarray(site, dtype=np.int16), len(which))
        for c, table in enumerate(self._tables):
            own = np.flatnonzero(contract == c)
            if len(own):
                found[own] = table.refuses(_parcels(orders, which[own], at[own]))
        return found

    def price(self, orders: Orders, which: Ints, site: int, contract: int) -> Floats:
        """What one contract asks for each order on the day it was placed.

        Parameters
        ----------
        orders : Orders
            All orders.
        which : Ints
            Positions [n] of those that are asked about.
        site : int
            Index of the site they leave from.
        contract : int
            Index of the contract.

        Returns
        -------
        Floats
            Minor units [n]; inf where it refuses.
        """
        return self._tables[contract].cost(
            _parcels(orders, which, np.full(len(which), site, dtype=np.int16))
        )


@lru_cache(maxsize=CASES_KEPT)
def offers(problem: Problem) -> ContractOffers:
    """The offers of a problem's contracts."""
    return ContractOffers.of(problem)


def _parcels(orders: Orders, which: Ints, site: Small) -> Parcels:
    """Orders as a courier sees them before they are packed."""
    day = orders.ordered_at_s[which] // np.int32(DAY_S)
    return Parcels(
        site=site,
        region=orders.region[which],
        weight_g=orders.weight_g[which],
        volume_cm3=orders.volume_cm3[which],
        day=day,
        residential_u=orders.residential_u[which],
    )
