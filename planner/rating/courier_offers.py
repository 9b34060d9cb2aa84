"""Which parcels the contracts of a problem refuse, and what they ask for the others: what routing
needs to know.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Self

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.domain.records import Mask, Orders, Small
from planner.rating.parcel_price import Parcels, Places, PriceTable


class ContractOffers:
    """The `planner.domain.courier_offers.Offers` of the contracts of a problem, by their rate
    cards.
    """

    def __init__(self, tariffs: tuple[PriceTable, ...]) -> None:
        self._tariffs = tariffs

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The offers of all contracts."""
        return cls(
            tuple(PriceTable(contract, Places.of(problem)) for contract in problem.contracts)
        )

    def refused(self, orders: Orders, which: Ints, site: Small | int, contract: Small) -> Mask:
        """Whether each order's contract refuses it."""
        found = np.zeros(len(which), dtype=bool)
        at = np.broadcast_to(np.asarray(site, dtype=np.int16), len(which))
        for c, tariff in enumerate(self._tariffs):
            own = np.flatnonzero(contract == c)
            if len(own):
                found[own] = tariff.refuses(_parcels(orders, which[own], at[own]))
        return found

    def price(self, orders: Orders, which: Ints, site: int, contract: int) -> Floats:
        """What a contract asks for each order, by the day on which it was placed; inf where it
        refuses.
        """
        return self._tariffs[contract].cost(
            _parcels(orders, which, np.full(len(which), site, dtype=np.int16))
        )


@lru_cache(maxsize=128)  # a study plays many cases in turn
def offers(problem: Problem) -> ContractOffers:
    """The offers of a problem's contracts."""
    return ContractOffers.of(problem)


def _parcels(orders: Orders, which: Ints, site: Small) -> Parcels:
    """Orders as a courier sees them before they are packed."""
    day = orders.ordered_at_s[which] // np.int32(DAY_S)
    size = orders.weight_g[which], orders.volume_cm3[which]
    return Parcels(site, orders.region[which], *size, day, orders.residential_u[which])
