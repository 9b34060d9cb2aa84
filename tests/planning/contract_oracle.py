"""The choice of contracts with shares of any size, formulated independently with big M for another
solver.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from planner.domain.charges import TieredDiscount, VolumeSurcharge
from planner.domain.contracts import Contract
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.problem import Problem
from tests.planning.contract_builders import FACTORS, PER_DAY, START, class_shares, groups_of

M = 1e4  # parcels: more than there ever are
Row = dict[int, float]


class Oracle:
    """min cost @ x over rows low <= row @ x <= high; columns are added one by one."""

    def __init__(self, given: Problem, lanes: LaneCosts) -> None:
        self.given, self.lanes = given, lanes
        self.cost: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[Row, float, float]] = []
        self.days = [START + timedelta(days=d) for d in range(3)]
        self.cells = [
            (r, k) for r in range(len(given.regions)) for k in range(len(given.weight_bands))
        ]
        self.share = {
            (cell, c): self.new(0.0, 1.0)
            for cell in self.cells
            for c in range(len(given.contracts))
        }
        for cell in self.cells:
            self.rows.append(
                ({self.share[cell, c]: 1.0 for c in range(len(given.contracts))}, 1.0, 1.0)
            )
        for c, of in enumerate(given.contracts):
            self.add_contract(c, of)

    def new(self, cost: float, high: float = np.inf, whole: bool = False) -> int:
        self.cost.append(cost)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1

    def add_contract(self, c: int, of: Contract) -> None:
        signed = self.new(
            of.commitment.fixed_fee_minor + 6.0 * of.commitment.collection_fee_minor, 1.0, True
        )
        for cell in self.cells:
            self.rows.append(({self.share[cell, c]: 1.0, signed: -1.0}, -np.inf, 0.0))
            if self.given.region_names[cell[0]] in of.commitment.exclusive:
                others = {
                    self.share[cell, b]: 1.0 for b in range(len(self.given.contracts)) if b != c
                }
                self.rows.append(({**others, signed: 1.0}, -np.inf, 1.0))
        for factor in FACTORS:
            self.add_scenario(c, of, signed, factor)

    def parcels(
        self, c: int, factor: float, days: list[int], money: np.ndarray | None = None
    ) -> Row:
        """Parcels (or money) of a contract on some days, by share column."""
        classes = class_shares(self.given)
        found = {}
        for r, k in self.cells:
            n = PER_DAY * factor * self.given.regions[r].share * classes[k]
            found[self.share[(r, k), c]] = n * sum(
                1.0 if money is None else money[0, r, c, k, d] for d in days
            )
        return found

    def add_scenario(self, c: int, of: Contract, signed: int, factor: float) -> None:
        part = 1.0 / len(FACTORS)
        paid = self.lanes.mean + self.lanes.loss - self.lanes.refund
        for column, charge in self.parcels(c, factor, [0, 1, 2], paid).items():
            self.cost[column] += part * charge
        everything = self.parcels(c, factor, [0, 1, 2])
        committed = max(of.commitment.parcels, of.commitment.share * 3 * PER_DAY * factor)
        self.rows.append(
            (
                {
                    **everything,
                    self.new(part * of.commitment.shortfall_minor): 1.0,
                    signed: -committed,
                },
                0.0,
                np.inf,
            )
        )
        for s in of.volume.surcharges:
            inside = [
                d for d in range(3) if (s.start or START) <= self.days[d] <= (s.end or self.days[2])
            ]
            for days in groups_of(s.per, self.days, inside):
                self.add_surcharge(s, self.parcels(c, factor, days), part)
        if of.volume.discount is not None:
            table = self.lanes.base if of.volume.discount.on == "base" else self.lanes.mean
            for days in groups_of(of.volume.discount.over, self.days, [0, 1, 2]):
                parcels, money = self.parcels(c, factor, days), self.parcels(c, factor, days, table)
                if of.volume.discount.kind == "all_units":
                    self.add_tiers(of.volume.discount, parcels, money, part)
                else:
                    self.add_segments(
                        of.volume.discount, parcels, float(table[0, 0, c, 0, 0]), part
                    )

    def add_surcharge(self, s: VolumeSurcharge, parcels: Row, part: float) -> None:
        """Excess: paid >= parcels - above.

        All: over = 1 where parcels > above, and then paid >= parcels.
        """
        paid = self.new(part * s.per_parcel_minor)
        minus = {column: -n for column, n in parcels.items()}
        if s.on == "excess":
            self.rows.append(({**minus, paid: 1.0}, -float(s.above_parcels), np.inf))
            return
        over = self.new(0.0, 1.0, True)
        self.rows.append(({**parcels, over: -M}, -np.inf, float(s.above_parcels)))
        self.rows.append(({**minus, paid: 1.0, over: -M}, -M, np.inf))

    def add_tiers(self, volume: TieredDiscount, parcels: Row, money: Row, part: float) -> None:
        """One tier at most is chosen, only the one the parcels reach; off <= discount x money +
        rebate x parcels.
        """
        chosen = {}
        for j, tier in enumerate(volume.tiers):
            is_it, off = self.new(0.0, 1.0, True), self.new(-part)
            chosen[is_it] = 1.0
            self.rows.append(
                ({**parcels, is_it: -M}, tier.from_parcels - volume.other_parcels - M, np.inf)
            )
            if j + 1 < len(volume.tiers):
                until = volume.tiers[j + 1].from_parcels - volume.other_parcels
                self.rows.append(({**parcels, is_it: M}, -np.inf, until + M))
            less = {
                column: -(tier.discount * money[column] + tier.rebate_minor * n)
                for column, n in parcels.items()
            }
            self.rows.append(({**less, off: 1.0}, -np.inf, 0.0))
            self.rows.append(({off: 1.0, is_it: -600.0 * M}, -np.inf, 0.0))
        self.rows.append((chosen, 0.0, 1.0))

    def add_segments(self, volume: TieredDiscount, parcels: Row, price: float, part: float) -> None:
        """Parcels fill the segments in order: a segment is open only when the one before it is
        full.
        """
        starts = [
            0.0,
            *(float(max(t.from_parcels - volume.other_parcels - 1, 0)) for t in volume.tiers),
        ]
        rates = [0.0, *(t.discount * price + t.rebate_minor for t in volume.tiers)]
        ends = [*starts[1:], M]
        total, before = {column: -n for column, n in parcels.items()}, -1
        for j, rate in enumerate(rates):
            inside = self.new(-part * rate, ends[j] - starts[j])
            total[inside] = 1.0
            if before >= 0:
                is_open = self.new(0.0, 1.0, True)
                self.rows.append(
                    ({before: 1.0, is_open: -(ends[j - 1] - starts[j - 1])}, 0.0, np.inf)
                )
                self.rows.append(({inside: 1.0, is_open: -(ends[j] - starts[j])}, -np.inf, 0.0))
            before = inside
        self.rows.append((total, 0.0, 0.0))

    def solve(self) -> float:
        matrix = np.zeros((len(self.rows), len(self.cost)))
        for n, (row, _, _) in enumerate(self.rows):
            for column, factor in row.items():
                matrix[n, column] = factor
        limits = LinearConstraint(matrix, [r[1] for r in self.rows], [r[2] for r in self.rows])
        options = {"mip_rel_gap": 1e-9}
        found = milp(
            self.cost,
            integrality=self.whole,
            bounds=Bounds(0, self.high),
            constraints=limits,
            options=options,
        )
        assert found.status == 0, found.message
        return float(found.fun)
