"""The surcharges of a contract as tables over region and stretch of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.carriers import Contract, Surcharge
from planner.domain.demand import Floats, Ints, Seconds
from planner.domain.records import Mask, Small
from planner.rating.amounts import exceeds, share_of


@dataclass(frozen=True, eq=False, slots=True)
class Weighed:
    """A surcharge whose amount or whose being due depends on the parcel: a share of its price, or its size.

    `due[cell]`: where and when it applies.
    """

    clause: Surcharge
    due: Mask

    def amount(self, base: Ints) -> Ints:
        """Minor units by discounted base price."""
        return self.clause.per_parcel_minor + share_of(base, self.clause.share)

    def paying(self, cell: Ints, weight_g: Ints | Floats, volume_cm3: Ints | Floats) -> Ints:
        """Which parcels pay it: their indices."""
        large = self.large(weight_g, volume_cm3)
        if self.due.all():
            return np.arange(len(cell)) if large is None else np.flatnonzero(large)
        due = self.due.take(cell)
        return np.flatnonzero(due if large is None else due & large)

    def large(self, weight_g: Ints | Floats, volume_cm3: Ints | Floats) -> Mask | None:
        """Which parcels are large enough for it; None where all are."""
        large: Mask | None = None
        if self.clause.over_g:
            large = exceeds(weight_g, self.clause.over_g)
        if self.clause.over_cm3:
            bulky = exceeds(volume_cm3, self.clause.over_cm3)
            large = bulky if large is None else large | bulky
        return large


class SurchargeTable:
    """Surcharges by cell, a pair of region and stretch of days in which the same of them apply.

    `names`: lines of the invoice, in the contract's order; `flat[line, cell]`: the amounts that depend on region and
    day alone; `weighed`: the others.
    """

    def __init__(self, contract: Contract, regions: Sequence[str], first_day: int) -> None:
        """`first_day`: the ordinal of the date that has day number 0."""
        clauses = contract.surcharges
        self.names = tuple(dict.fromkeys(s.name for s in clauses))
        begins = [s.start.toordinal() for s in clauses if s.start is not None]
        ends = [s.end.toordinal() + 1 for s in clauses if s.end is not None]
        edges = sorted({*begins, *ends})
        self.edges = np.array(edges, dtype=np.int64) - first_day
        billed = [contract.billed_region(region) for region in regions]
        self.flat = np.zeros((len(self.names), len(regions) * (len(edges) + 1)), dtype=np.int64)
        self.weighed: list[Weighed] = []
        for s in clauses:
            here = np.array([not s.regions or region in s.regions for region in billed], dtype=np.int64)
            due = (here[:, None] * _dated(s, edges)).ravel()
            line = self.names.index(s.name)
            if s.share or s.over_g or s.over_cm3:
                self.weighed.append(Weighed(s, due > 0))
            else:
                self.flat[line] += due * s.per_parcel_minor
        self.flat_sum = self.flat.sum(axis=0)

    def cell(self, region: Small | Ints, day: Ints | Seconds) -> Ints:
        """Cell of each pair of region and day number; broadcast against each other."""
        return np.asarray(region * np.int64(len(self.edges) + 1) + self._stretch(day))

    def _stretch(self, day: Ints | Seconds) -> Ints:
        """How many edges each day has behind it: looked up once a day where there are fewer days than parcels."""
        if not len(self.edges) or not day.size:
            return np.zeros(day.shape, dtype=np.int64)
        first, last = int(day.min()), int(day.max())
        if last - first >= day.size:
            return np.asarray(np.searchsorted(self.edges, day, side="right"))
        by_day = np.searchsorted(self.edges, np.arange(first, last + 1), side="right")
        return np.asarray(by_day.take(day - first))


def _dated(clause: Surcharge, edges: Sequence[int]) -> Ints:
    """1 for every stretch the surcharge is due in; stretch k begins at edge k - 1, the first lies before all edges."""
    begins = np.array([0, *edges], dtype=np.int64)
    due = np.ones(len(begins), dtype=np.int64)
    if clause.start is not None:
        due *= begins >= clause.start.toordinal()
    if clause.end is not None:
        due *= begins <= clause.end.toordinal()
    return due
