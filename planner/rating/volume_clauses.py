"""Clauses that count the parcels of a period: volume surcharges and discounts, refunds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.charges import Period, TieredDiscount, VolumeSurcharge, period_of
from planner.domain.contracts import Contract
from planner.domain.records import Mask
from planner.rating.price_arithmetic import MILLION, millionths, share_of


@dataclass(frozen=True, slots=True)
class TierReached:
    """The tier that a period reaches.

    Attributes
    ----------
    period : date
        Its first day (`date.min`: the whole promotion).
    parcels : int
        Its parcels, with those outside the promotion.
    tier : int
        Index of the tier (-1: none).
    """

    period: date
    parcels: int
    tier: int


@dataclass(frozen=True, eq=False)
class VolumeDiscount:
    """Amounts off by parcel, and the tier reached in each period.

    `discount` and `rebate` [n] are in minor units and not positive.
    """

    discount: Ints
    rebate: Ints
    tiers: tuple[TierReached, ...]

    @property
    def minor(self) -> int:
        """Sum of both over all parcels in minor units."""
        return int(self.discount.sum() + self.rebate.sum())


def depends_on_days(contract: Contract) -> bool:
    """Whether what the contract charges depends on the day of a parcel."""
    dated = any(charge.dated for charge in contract.tariff.surcharges)
    by_volume = any(s.per != "promotion" or s.start or s.end for s in contract.volume.surcharges)
    volume = contract.volume.discount  # which parcel is the n-th follows from the days
    return (
        dated
        or by_volume
        or (volume is not None and (volume.over != "promotion" or volume.kind == "incremental"))
    )


def period_lines(
    contract: Contract,
    day: Ints | Seconds,
    base: Ints,
    total: Ints,
    first_date: date,
    *,
    late: Mask | None = None,
) -> Ints:
    """What the carrier charges for its parcels in addition to their prices.

    Parameters
    ----------
    contract : Contract
        The contract.
    day : Ints or Seconds
        Day number [n] of its parcels over all sites, in the order of the table.
    base, total : Ints
        As in `Quote` [n].
    first_date : date
        Date of day 0.
    late : Mask, optional
        Which parcels came later than the carrier promised (None: nothing is known of that).

    Returns
    -------
    Ints
        Minor units by `PERIOD_LINES`.
    """
    surcharges = sum(volume_surcharges(contract, day, first_date).values())
    discounts = volume_discount(contract, day, base, total, first_date).minor
    return np.array([surcharges, discounts, late_refunds(contract, total, late)], dtype=np.int64)


def volume_surcharges(contract: Contract, day: Ints | Seconds, first_date: date) -> dict[str, int]:
    """The surcharges because of the shop's own volume; those of one name are one line.

    Parameters
    ----------
    contract : Contract
        The contract.
    day : Ints or Seconds
        Day number [n] of its parcels.
    first_date : date
        Date of day 0.

    Returns
    -------
    dict[str, int]
        Minor units by name.
    """
    found: dict[str, int] = {}
    for clause in contract.volume.surcharges:
        found[clause.name] = found.get(clause.name, 0) + clause.per_parcel_minor * _paying(
            clause, day, first_date
        )
    return found


def _paying(clause: VolumeSurcharge, day: Ints | Seconds, first_date: date) -> int:
    """How many parcels pay the surcharge."""
    if clause.start is not None:
        day = day[day >= (clause.start - first_date).days]
    if clause.end is not None:
        day = day[day <= (clause.end - first_date).days]
    counts = np.bincount(_periods(clause.per, day, first_date))
    above = counts[counts > clause.above_parcels]
    return int(above.sum()) if clause.on == "all" else int((above - clause.above_parcels).sum())


def volume_discount(
    contract: Contract, day: Ints | Seconds, base: Ints, total: Ints, first_date: date
) -> VolumeDiscount:
    """Discount and rebate of the tier each parcel has, and the tiers reached.

    Parameters
    ----------
    contract : Contract
        The contract.
    day : Ints or Seconds
        Day number [n] of its parcels over all sites, in the order of the table.
    base, total : Ints
        As in `Quote` [n].
    first_date : date
        Date of day 0.

    Returns
    -------
    VolumeDiscount
        Amounts off by parcel.
    """
    volume = contract.volume.discount
    if volume is None or not len(day):
        return VolumeDiscount(np.zeros_like(day), np.zeros_like(day), ())
    period = _periods(volume.over, day, first_date)
    count = np.bincount(period)
    counted = (
        _place_in_period(day, period, count) + 1 if volume.kind == "incremental" else count[period]
    )
    edges = np.array([tier.from_parcels for tier in volume.tiers], dtype=np.int64)
    tier = np.searchsorted(edges, counted + volume.other_parcels, side="right")
    share = np.array([0, *(millionths(t.discount) for t in volume.tiers)], dtype=np.int64)[tier]
    rebate = np.array([0, *(t.rebate_minor for t in volume.tiers)], dtype=np.int64)[tier]
    amount = base if volume.on == "base" else total
    discount = (amount * share + MILLION // 2) // MILLION
    return VolumeDiscount(-discount, -rebate, _reached(volume, day, period, first_date))


def _reached(
    volume: TieredDiscount, day: Ints | Seconds, period: Ints, first_date: date
) -> tuple[TierReached, ...]:
    """The tier of every period that has a parcel."""
    count = np.bincount(period)
    day_in = np.zeros_like(count)
    day_in[period] = day
    found = []
    for p in np.flatnonzero(count).tolist():
        begin = period_of(volume.over, first_date + timedelta(days=int(day_in[p])))
        found.append(
            TierReached(begin, int(count[p]) + volume.other_parcels, volume.tier_of(int(count[p])))
        )
    return tuple(found)


def late_refunds(contract: Contract, total: Ints, late: Mask | None) -> int:
    """What the carrier pays back for late parcels.

    Parameters
    ----------
    contract : Contract
        The contract.
    total : Ints
        Prices [n] of its parcels in minor units.
    late : Mask or None
        Which of them were late (None: nothing is known of that).

    Returns
    -------
    int
        Minor units, not positive.
    """
    if contract.service.late_refund is None or late is None:
        return 0
    return -int(share_of(total[late], contract.service.late_refund.share).sum())


def _periods(per: Period, day: Ints | Seconds, first_date: date) -> Ints:
    """The number of the period each day lies in, 0 for the first one that has a parcel."""
    day = np.asarray(day, dtype=np.int64)
    if per == "day":
        number = day
    elif per == "week":
        number = np.asarray((day + first_date.weekday()) // 7)
    elif per == "month":
        number = np.asarray(
            (np.datetime64(first_date, "D") + day).astype("datetime64[M]").astype(np.int64)
        )
    else:
        return np.zeros_like(day)
    return number - number.min(initial=int(number[0])) if len(number) else number


def _place_in_period(day: Ints | Seconds, period: Ints, count: Ints) -> Ints:
    """0 for the first parcel of every period, 1 for the second, ... in the order of days, then of
    the table.
    """
    order = np.argsort(day, kind="stable")
    place = np.empty(len(day), dtype=np.int64)
    place[order] = np.arange(len(day)) - (np.cumsum(count) - count)[period[order]]
    return place
