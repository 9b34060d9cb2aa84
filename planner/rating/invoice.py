"""The invoice of a period: lines of the parcels, of their number, and fees of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.contracts import Contract
from planner.domain.records import Mask
from planner.rating.parcel_price import PricedParcels
from planner.rating.volume_clauses import (
    TierReached,
    late_refunds,
    volume_discount,
    volume_surcharges,
)

VOLUME_DISCOUNT, VOLUME_REBATE, LATE_REFUND = "volume_discount", "volume_rebate", "late_refund"
COLLECTION_FEES, FIXED_FEE, SHORTFALL = "collection_fees", "fixed_fee", "shortfall"


@dataclass(frozen=True, slots=True)
class Invoice:
    """A period's invoice.

    Attributes
    ----------
    lines : dict[str, int]
        Minor units by name.
    parcels, refused : int
        Parcels that were charged and that were refused.
    tiers : tuple[TierReached, ...]
        The tier reached in every period that volume is counted over.
    """

    lines: dict[str, int]
    parcels: int
    refused: int
    tiers: tuple[TierReached, ...] = ()

    @property
    def total(self) -> int:
        """Sum of the lines in minor units."""
        return sum(self.lines.values())


def invoice(
    contract: Contract,
    priced: PricedParcels,
    day: Ints | Seconds,
    first_date: date,
    *,
    all_parcels: int | None = None,
    collections: int = 0,
    signed: bool = True,
    late: Mask | None = None,
) -> Invoice:
    """Invoice over all the parcels given.

    Parameters
    ----------
    contract : Contract
        The contract.
    priced : PricedParcels
        Its parcels, line by line.
    day : Ints or Seconds
        Day number of each.
    first_date : date
        Date of day 0.
    all_parcels : int, optional
        Parcels of the shop, with whomever they go (default: all of the table).
    collections : int
        Vehicles that came.
    signed : bool
        The fees are due while the contract is signed, whether it is used or not.
    late : Mask, optional
        Which parcels came later than the carrier promised (None: nothing is known of that).

    Returns
    -------
    Invoice
        The lines in minor units.
    """
    taken = ~priced.refused
    base, total, day = priced.base[taken], priced.total[taken], day[taken]
    lines = dict(zip(priced.clauses, priced.amounts.sum(axis=1).tolist(), strict=True))
    for name, minor in volume_surcharges(contract, day, first_date).items():
        lines[name] = lines.get(name, 0) + minor
    found = volume_discount(contract, day, base, total, first_date)
    lines[VOLUME_DISCOUNT] = int(found.discount.sum())
    lines[VOLUME_REBATE] = int(found.rebate.sum())
    lines[LATE_REFUND] = late_refunds(contract, total, None if late is None else late[taken])
    lines[COLLECTION_FEES] = contract.commitment.collection_fee_minor * collections if signed else 0
    lines[FIXED_FEE] = contract.commitment.fixed_fee_minor if signed else 0
    shop = len(taken) if all_parcels is None else all_parcels
    lines[SHORTFALL] = contract.commitment.shortfall_fee_minor(len(day), shop) if signed else 0
    return Invoice(lines, len(day), int(np.count_nonzero(priced.refused)), found.tiers)
