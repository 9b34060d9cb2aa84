"""The charges of a contract as tables over region and kind of day.

A kind of charge is priced by a subclass of `ParcelCharge`, named in `PRICED_BY`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.charges import Charge, Surcharge
from planner.domain.contracts import Contract
from planner.domain.records import Mask, Small
from planner.rating.price_arithmetic import exceeds, share_of

WEEK = 7
ChargeT = TypeVar("ChargeT", bound=Charge)


class Sizes(Protocol):
    """Parcels by weight in grams and volume in cubic centimetres."""

    @property
    def weight_g(self) -> Ints | Floats:
        """Grams."""

    @property
    def volume_cm3(self) -> Ints | Floats:
        """Cubic centimetres."""


class Addressed(Sizes, Protocol):
    """Parcels of which it may be known whether they go to a home."""

    @property
    def residential_u(self) -> Floats | None:
        """See `planner.rating.parcel_price.Parcels`."""


@dataclass(frozen=True, eq=False, slots=True)
class ParcelCharge(ABC, Generic[ChargeT]):
    """How one charge is priced.

    Attributes
    ----------
    clause : Charge
        What the contract states.
    due : Mask
        Whether it applies, by cell: a pair of region and kind of day (see `SurchargeTable`).
    contract_fuel : float
        Share of fuel that the contract charges.
    """

    clause: ChargeT
    due: Mask
    contract_fuel: float

    @property
    def flat_minor(self) -> int | None:
        """Its amount where that depends on region and day alone; None where it does not."""
        return None

    @property
    def fuel(self) -> float:
        """Share of fuel that is charged on it."""
        return 0.0

    @abstractmethod
    def amount(self, base: Ints, parcels: Sizes, chosen: Ints | Mask) -> Ints:
        """Amount of some parcels that pay it.

        Parameters
        ----------
        base : Ints
            Discounted base price of each of them in minor units.
        parcels : Sizes
            All parcels.
        chosen : Ints or Mask
            Which of these they are.

        Returns
        -------
        Ints
            Minor units of each of them.
        """

    def conditions(self, parcels: Addressed) -> list[Mask]:
        """Tests [n] that a parcel has to pass to pay it, apart from region and day."""
        return []

    def expected(self, base: Ints, parcels: Sizes, chosen: Mask) -> float:
        """Mean over parcels to any address, fuel included, where and when it applies.

        Parameters
        ----------
        base, parcels, chosen
            As in `amount`.

        Returns
        -------
        float
            Minor units per parcel.
        """
        return float(self.with_fuel(self.amount(base, parcels, chosen)).mean())

    def with_fuel(self, amount: Ints) -> Ints:
        """Amounts with the fuel on them, in minor units."""
        return amount + self.fuel_on(amount)

    def fuel_on(self, amount: Ints) -> Ints:
        """Fuel on amounts, in minor units; rounded by itself."""
        return share_of(amount, self.fuel)

    def paying(self, cell: Ints, parcels: Addressed) -> Ints:
        """Which parcels pay it: their indices, by the cell of each."""
        passed = self.conditions(parcels)
        if not self.due.all():
            passed.append(self.due.take(cell))
        return np.flatnonzero(np.logical_and.reduce(passed)) if passed else np.arange(len(cell))


class SurchargePrice(ParcelCharge[Surcharge]):
    """An amount per parcel and a share of the base price, of large parcels or those to homes."""

    __slots__ = ()

    @property
    def flat_minor(self) -> int | None:
        """Its amount where neither price, size nor address matters."""
        s = self.clause
        weighed = s.share or s.over_g or s.over_cm3 or s.residential_share is not None
        return None if weighed else s.per_parcel_minor

    @property
    def fuel(self) -> float:
        """The contract's share of fuel, where it is charged on surcharges as well."""
        return self.contract_fuel if self.clause.fuel else 0.0

    def amount(self, base: Ints, parcels: Sizes, chosen: Ints | Mask) -> Ints:
        """Amount of some parcels that pay it.

        Parameters
        ----------
        base, parcels, chosen
            As in `ParcelCharge.amount`.

        Returns
        -------
        Ints
            Minor units of each of them.
        """
        return self.clause.per_parcel_minor + share_of(base, self.clause.share)

    def conditions(self, parcels: Addressed) -> list[Mask]:
        """Whether parcels are large enough for it, and go to a home."""
        large = self._large(parcels.weight_g, parcels.volume_cm3)
        home = self._residential(parcels.residential_u)
        return [test for test in (large, home) if test is not None]

    def expected(self, base: Ints, parcels: Sizes, chosen: Mask) -> float:
        """Mean over parcels to any address, of which some are large or go to homes.

        Parameters
        ----------
        base, parcels, chosen
            As in `ParcelCharge.amount`.

        Returns
        -------
        float
            Minor units per parcel.
        """
        amount = self.with_fuel(self.amount(base, parcels, chosen))
        large = self._large(parcels.weight_g[chosen], parcels.volume_cm3[chosen])
        share = 1.0 if self.clause.residential_share is None else self.clause.residential_share
        return share * float((amount if large is None else amount * large).mean())

    def _large(self, weight_g: Ints | Floats, volume_cm3: Ints | Floats) -> Mask | None:
        """Which parcels are large enough for it; None where all are."""
        large: Mask | None = None
        if self.clause.over_g:
            large = exceeds(weight_g, self.clause.over_g)
        if self.clause.over_cm3:
            bulky = exceeds(volume_cm3, self.clause.over_cm3)
            large = bulky if large is None else large | bulky
        return large

    def _residential(self, residential_u: Floats | None) -> Mask | None:
        """Which parcels go to a home; None where that does not matter."""
        if self.clause.residential_share is None:
            return None
        if residential_u is None:
            raise ValueError(
                f"surcharge {self.clause.name} needs parcels whose residential_u is known"
            )
        return np.asarray(residential_u < self.clause.residential_share)


# how each kind of charge is priced
PRICED_BY: dict[type[Charge], type[ParcelCharge[Any]]] = {Surcharge: SurchargePrice}


class DayKinds:
    """Kinds of days, such that the same charges apply on all days of a kind.

    A kind is a stretch of days between the dates on which a charge begins or ends; where a charge
    depends on the day of the week, each stretch has seven kinds.
    """

    def __init__(self, charges: Sequence[Charge], first_day: int) -> None:
        """Day number 0 is the date whose ordinal is `first_day`."""
        begins = [c.start.toordinal() for c in charges if c.start is not None]
        ends = [c.end.toordinal() + 1 for c in charges if c.end is not None]
        edges = sorted({*begins, *ends})
        self._edges = np.array(edges, dtype=np.int64) - first_day
        self._first_day = first_day
        self._per_stretch = WEEK if any(c.weekly for c in charges) else 1
        before_all = edges[0] - WEEK if edges else 1
        self.examples = [
            date.fromordinal(_on_weekday(begin, weekday) if self._per_stretch > 1 else begin)
            for begin in (before_all, *edges)
            for weekday in range(self._per_stretch)
        ]

    def __len__(self) -> int:
        return len(self.examples)

    def of(self, day: Ints | Seconds) -> Ints:
        """Kind of each day number, looked up once a day where days are fewer than parcels."""
        if len(self) == 1 or not day.size:
            return np.zeros(day.shape, dtype=np.int64)
        first, last = int(day.min()), int(day.max())
        if last - first >= day.size:
            return self._kind(np.asarray(day, dtype=np.int64))
        return np.asarray(self._kind(np.arange(first, last + 1)).take(day - first))

    def _kind(self, day: Ints) -> Ints:
        """Kind of each day number."""
        stretch = np.searchsorted(self._edges, day, side="right")
        if self._per_stretch == 1:
            return np.asarray(stretch)
        weekday = (day + self._first_day - 1) % WEEK  # the date of ordinal 1 was a Monday
        return np.asarray(stretch * WEEK + weekday)


def _on_weekday(ordinal: int, weekday: int) -> int:
    """The first date on a weekday (0: Monday) from a date on, both as ordinals."""
    return ordinal + (weekday - (ordinal - 1)) % WEEK


class SurchargeTable:
    """Charges by cell, a pair of region and kind of day.

    Attributes
    ----------
    names : tuple[str, ...]
        Lines of the invoice, in the contract's order.
    flat : Ints
        Amounts [line, cell] that depend on region and day alone, in minor units.
    flat_fuel : Ints
        Fuel [cell] on these.
    flat_sum : Ints
        Both, over all lines [cell].
    weighed : list[ParcelCharge]
        The charges that depend on the parcel.
    """

    def __init__(self, contract: Contract, regions: Sequence[str], first_day: int) -> None:
        """Lay the charges out.

        Parameters
        ----------
        contract : Contract
            The contract.
        regions : Sequence[str]
            Names of the regions that parcels refer to.
        first_day : int
            Ordinal of the date that has day number 0.
        """
        charges = contract.tariff.surcharges
        self.names = tuple(dict.fromkeys(charge.name for charge in charges))
        self._days = DayKinds(charges, first_day)
        cells = len(regions) * len(self._days)
        billed = [contract.billed_region(region) for region in regions]
        self.flat = np.zeros((len(self.names), cells), dtype=np.int64)
        self.flat_fuel = np.zeros(cells, dtype=np.int64)
        self.weighed: list[ParcelCharge[Any]] = []
        for charge in charges:
            due = _due(charge, billed, self._days.examples)
            price = PRICED_BY[type(charge)](charge, due, contract.tariff.fuel)
            if price.flat_minor is None:
                self.weighed.append(price)
            else:
                amount = due * np.int64(price.flat_minor)
                self.flat[self.names.index(charge.name)] += amount
                self.flat_fuel += price.fuel_on(amount)
        self.flat_sum = self.flat.sum(axis=0) + self.flat_fuel

    def cell(self, region: Small | Ints, day: Ints | Seconds) -> Ints:
        """Cell of each pair of region and day number; broadcast against each other."""
        return np.asarray(region * np.int64(len(self._days)) + self._days.of(day))


def _due(charge: Charge, billed: Sequence[str], days: Sequence[date]) -> Mask:
    """Whether a charge applies [region and day]."""
    here = np.array([not charge.regions or region in charge.regions for region in billed], bool)
    now = np.array([charge.applies_on(day) for day in days], bool)
    return np.asarray((here[:, None] & now).ravel())
