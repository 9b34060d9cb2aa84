"""The invoice of a period: the parcels, the fixed fee of a contract that is used, the fee of a missed commitment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.carriers import Contract
from planner.rating.price import PricedParcels

FIXED_FEE, SHORTFALL = "fixed_fee", "shortfall"


@dataclass(frozen=True, slots=True)
class Invoice:
    """Lines of a period's invoice in minor units, by name, and how many parcels were charged and refused."""

    lines: dict[str, int]
    parcels: int
    refused: int

    @property
    def total(self) -> int:
        return sum(self.lines.values())


def invoice(contract: Contract, priced: PricedParcels) -> Invoice:
    """Invoice over all the parcels given; a contract that is not used at all costs nothing."""
    parcels = int(np.count_nonzero(~priced.refused))
    sums = priced.amounts.sum(axis=1)
    lines = {name: int(amount) for name, amount in zip(priced.clauses, sums, strict=True)}
    lines[FIXED_FEE] = contract.fixed_fee_minor if parcels else 0
    lines[SHORTFALL] = contract.shortfall_fee_minor(parcels) if parcels else 0
    return Invoice(lines, parcels, len(priced.total) - parcels)


def overhead_minor(contract: Contract, parcels: int) -> int:
    """What a contract costs beside its parcels: fixed fee and shortfall; nothing when it is not used at all."""
    return contract.fixed_fee_minor + contract.shortfall_fee_minor(parcels) if parcels else 0
