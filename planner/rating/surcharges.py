"""The surcharges of a contract as tables over region and stretch of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.contracts import Contract, Surcharge
from planner.domain.demand import Floats, Ints, Seconds
from planner.domain.records import Mask, Small
from planner.rating.price_arithmetic import exceeds, share_of


@dataclass(frozen=True, eq=False, slots=True)
class Weighed:
    """A surcharge whose amount or whose being due depends on the parcel: a share of its price, its
    size, a home.

    `due[cell]`: where and when it applies; `fuel`: the share of fuel charged on it.
    """

    clause: Surcharge
    due: Mask
    fuel: float

    def amount(self, base: Ints) -> Ints:
        """Minor units by discounted base price."""
        return self.clause.per_parcel_minor + share_of(base, self.clause.share)

    def fuel_on(self, amount: Ints) -> Ints:
        """Fuel on such amounts, in minor units."""
        return share_of(amount, self.fuel)

    def paying(
        self,
        cell: Ints,
        weight_g: Ints | Floats,
        volume_cm3: Ints | Floats,
        residential_u: Floats | None,
    ) -> Ints:
        """Which parcels pay it: their indices."""
        tests = [self.large(weight_g, volume_cm3), self._residential(residential_u)]
        if not self.due.all():
            tests.append(self.due.take(cell))
        passed = [test for test in tests if test is not None]
        return np.flatnonzero(np.logical_and.reduce(passed)) if passed else np.arange(len(cell))

    def large(self, weight_g: Ints | Floats, volume_cm3: Ints | Floats) -> Mask | None:
        """Which parcels are large enough for it; None where all are."""
        large: Mask | None = None
        if self.clause.over_g:
            large = exceeds(weight_g, self.clause.over_g)
        if self.clause.over_cm3:
            bulky = exceeds(volume_cm3, self.clause.over_cm3)
            large = bulky if large is None else large | bulky
        return large

    def expected(self, base: Ints, large: Mask | None) -> float:
        """Mean over parcels to any address, fuel included, where and when it applies."""
        amount = self.amount(base)
        amount = amount + self.fuel_on(amount)
        share = 1.0 if self.clause.residential_share is None else self.clause.residential_share
        return share * float((amount if large is None else amount * large).mean())

    def _residential(self, residential_u: Floats | None) -> Mask | None:
        """Which parcels go to a home; None where that does not matter."""
        if self.clause.residential_share is None:
            return None
        if residential_u is None:
            raise ValueError(
                f"surcharge {self.clause.name} needs parcels whose residential_u is known"
            )
        return np.asarray(residential_u < self.clause.residential_share)


class SurchargeTable:
    """Surcharges by cell, a pair of region and stretch of days in which the same of them apply.

    `names`: lines of the invoice, in the contract's order; `flat[line, cell]`: the amounts that
    depend on region and day alone; `flat_fuel[cell]`: fuel on these; `weighed`: the others.
    """

    def __init__(self, contract: Contract, regions: Sequence[str], first_day: int) -> None:
        """`first_day`: the ordinal of the date that has day number 0."""
        clauses = contract.tariff.surcharges
        self.names = tuple(dict.fromkeys(s.name for s in clauses))
        begins = [s.start.toordinal() for s in clauses if s.start is not None]
        ends = [s.end.toordinal() + 1 for s in clauses if s.end is not None]
        edges = sorted({*begins, *ends})
        self.edges = np.array(edges, dtype=np.int64) - first_day
        billed = [contract.billed_region(region) for region in regions]
        self.flat = np.zeros((len(self.names), len(regions) * (len(edges) + 1)), dtype=np.int64)
        self.flat_fuel = np.zeros(self.flat.shape[1], dtype=np.int64)
        self.weighed: list[Weighed] = []
        for s in clauses:
            here = np.array(
                [not s.regions or region in s.regions for region in billed], dtype=np.int64
            )
            due = (here[:, None] * _dated(s, edges)).ravel()
            line = self.names.index(s.name)
            fuel = contract.tariff.fuel if s.fuel else 0.0
            if s.share or s.over_g or s.over_cm3 or s.residential_share is not None:
                self.weighed.append(Weighed(s, due > 0, fuel))
            else:
                amount = due * s.per_parcel_minor
                self.flat[line] += amount
                self.flat_fuel += share_of(amount, fuel)
        self.flat_sum = self.flat.sum(axis=0) + self.flat_fuel

    def cell(self, region: Small | Ints, day: Ints | Seconds) -> Ints:
        """Cell of each pair of region and day number; broadcast against each other."""
        return np.asarray(region * np.int64(len(self.edges) + 1) + self._stretch(day))

    def _stretch(self, day: Ints | Seconds) -> Ints:
        """How many edges each day has behind it: looked up once a day where there are fewer days
        than parcels.
        """
        if not len(self.edges) or not day.size:
            return np.zeros(day.shape, dtype=np.int64)
        first, last = int(day.min()), int(day.max())
        if last - first >= day.size:
            return np.asarray(np.searchsorted(self.edges, day, side="right"))
        by_day = np.searchsorted(self.edges, np.arange(first, last + 1), side="right")
        return np.asarray(by_day.take(day - first))


def _dated(clause: Surcharge, edges: Sequence[int]) -> Ints:
    """1 for every stretch the surcharge is due in; stretch k begins at edge k - 1, the first lies
    before all edges.
    """
    begins = np.array([0, *edges], dtype=np.int64)
    due = np.ones(len(begins), dtype=np.int64)
    if clause.start is not None:
        due *= begins >= clause.start.toordinal()
    if clause.end is not None:
        due *= begins <= clause.end.toordinal()
    return due
