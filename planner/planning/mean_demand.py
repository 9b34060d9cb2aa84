"""Mean demand per lane, and the cost of a plan at it; used by rules of thumb and stated plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.charges import Period, Tier, TieredDiscount, period_of
from planner.domain.contracts import HEAVIEST_G, Contract
from planner.domain.costs import committed_costs, expected_shortfall_minor, foreseen_names
from planner.domain.demand_path import mean_path
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import DAY_S, SLOT_S, Horizon
from planner.domain.plan import Plan
from planner.domain.problem import Problem, ShareRow

Lane = tuple[str, str, str]


def mean_component_days(problem: Problem) -> Floats:
    """Expected orders [component, day]."""
    return MeanDemand.of(problem).components


@dataclass(frozen=True, eq=False)
class MeanDemand:
    """Expected orders of a problem.

    Attributes
    ----------
    problem : Problem
        The problem with its levers in force.
    components : Floats
        Expected orders [component, bucket].
    bucket_s : int
        Length of a bucket in seconds.
    """

    problem: Problem
    components: Floats
    bucket_s: int

    @classmethod
    def of(cls, problem: Problem, bucket_s: int = DAY_S) -> MeanDemand:
        """Mean demand in buckets of `bucket_s` seconds (default: a day).

        What is open when the horizon begins counts in the first.
        """
        path = mean_path(problem.demand, problem.horizon)
        orders = path.intensity.reshape(len(path.intensity), -1, bucket_s // SLOT_S).sum(axis=2)
        orders[:, 0] += problem.opening_rates(path).sum(axis=1)
        return cls(problem, orders, bucket_s)

    @property
    def of_promotion(self) -> MeanDemand:
        """The same without the orders of the tail."""
        own = np.arange(self.components.shape[1]) * self.bucket_s
        own_days = own < self.problem.horizon.reported_end_s
        return replace(self, components=self.components * own_days)

    def orders(self, region: str, band: tuple[int, int] = (0, HEAVIEST_G)) -> Floats:
        """Orders of a region and weight range [component, bucket].

        `band`: above and up to, in grams.
        """
        share = self.problem.demand.region_shares()[:, self.problem.region_names.index(region)]
        return np.asarray(self.components * (share * self._within(band))[:, None])

    def of_row(self, row: ShareRow) -> Floats:
        """Orders [component, bucket] of a row of the routing."""
        day = np.arange(self.components.shape[1]) * self.bucket_s // DAY_S * DAY_S
        held = (day >= row.from_s // DAY_S * DAY_S) & (day < row.to_s // DAY_S * DAY_S)
        return row.share * self.orders(row.region, (row.above_g, row.to_g)) * held

    def _within(self, band: tuple[int, int]) -> Floats:
        """Share of every component's orders in a band of weights [component]."""
        if band == (0, HEAVIEST_G):
            return np.ones(len(self.components))
        inside = [p.share_up_to(band[1]) - p.share_up_to(band[0]) for p in self.problem.products]
        return np.asarray(self.problem.demand.product_shares() @ np.array(inside))


def mean_region_days(problem: Problem) -> Floats:
    """Expected orders [region, day]."""
    return np.asarray(problem.demand.region_shares().T @ mean_component_days(problem))


def lane_price(problem: Problem, amounts: Floats, lane: Lane, weight: int) -> Floats:
    """One of the tables of `LaneCosts` for a lane and a weight class.

    Parameters
    ----------
    problem : Problem
        The problem.
    amounts : Floats
        Table [site, region, contract, weight class, day] in minor units.
    lane : Lane
        Site, region and contract ("": no courier).
    weight : int
        Number of the weight class.

    Returns
    -------
    Floats
        Minor units per parcel [day].
    """
    site, region, contract = lane
    c = problem.contract_names.index(contract) if contract else 0
    where = (problem.site_names.index(site), problem.region_names.index(region), c, weight)
    return np.asarray(amounts[where], dtype=float)


def mean_costs(problem: Problem, plan: Plan, lane_costs: LaneCosts) -> dict[str, int]:
    """Expected costs of a plan by name, at mean demand of the promotion with every order on time.

    What is committed, and couriers. A weight class that its lane refuses is left out: who takes it
    in the end is not known here.

    Parameters
    ----------
    problem : Problem
        The problem with its levers in force.
    plan : Plan
        The plan.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.

    Returns
    -------
    dict[str, int]
        Minor units by name.
    """
    costs = dict.fromkeys(foreseen_names(problem), 0) | committed_costs(problem, plan)
    amounts = dict.fromkeys(
        ("courier", "losses", "late_refunds", "volume_surcharges", "volume_discounts"), 0.0
    )
    demand = MeanDemand.of(problem).of_promotion
    carried = {name: ContractLanes.nothing(problem) for name in problem.contract_names}
    for row in plan.routing:
        for weight, part in _by_class(problem, row):
            orders = demand.of_row(part).sum(axis=0)
            lane = (row.site, row.region, row.contract)
            charge, base, refund, loss = (
                orders * np.nan_to_num(lane_price(problem, table, lane, weight), posinf=0.0)
                for table in (lane_costs.mean, lane_costs.base, lane_costs.refund, lane_costs.loss)
            )
            amounts["courier"] += float(charge.sum())
            amounts["losses"] += float(loss.sum())
            amounts["late_refunds"] -= float(refund.sum())
            if row.contract:
                carried[row.contract].add(orders, base, charge)
    for name, of in carried.items():
        amounts["volume_surcharges"] += of.surcharges(problem.contract(name), problem.horizon)
        amounts["volume_discounts"] -= of.discounts(problem.contract(name), problem.horizon)
    costs |= {name: round(amount) for name, amount in amounts.items()}
    everything = float(demand.components.sum())
    costs["shortfall"] = round(
        sum(
            expected_shortfall_minor(
                problem.contract(name), float(carried[name].parcels.sum()), everything
            )
            for name in plan.signed
        )
    )
    return costs


def _by_class(problem: Problem, row: ShareRow) -> Iterator[tuple[int, ShareRow]]:
    """The row cut at the edges of the weight classes, with the class of each part."""
    for weight, (above_g, to_g) in enumerate(problem.weight_bands):
        low, high = max(above_g, row.above_g), min(to_g, row.to_g)
        if low < high:
            yield weight, replace(row, above_g=low, to_g=high)


@dataclass(frozen=True, eq=False)
class ContractLanes:
    """Parcels of a contract per day, their base price and their whole price in minor units."""

    parcels: Floats
    base: Floats
    charge: Floats

    @classmethod
    def nothing(cls, problem: Problem) -> ContractLanes:
        """No parcels."""
        return cls(*(np.zeros(problem.horizon.days) for _ in range(3)))

    def add(self, parcels: Floats, base: Floats, charge: Floats) -> None:
        """Add parcels, in place.

        Parameters
        ----------
        parcels : Floats
            Parcels [day].
        base : Floats
            Base price in minor units [day].
        charge : Floats
            Whole price in minor units [day].
        """
        self.parcels[:] += parcels
        self.base[:] += base
        self.charge[:] += charge

    def surcharges(self, contract: Contract, horizon: Horizon) -> float:
        """Surcharges on the contract's own volume in minor units."""
        total = 0.0
        for s in contract.volume.surcharges:
            for days in _periods(horizon, s.per, s.start, s.end):
                parcels = float(self.parcels[days].sum())
                over = max(parcels - s.above_parcels, 0.0)
                total += s.per_parcel_minor * (parcels if over and s.on == "all" else over)
        return total

    def discounts(self, contract: Contract, horizon: Horizon) -> float:
        """Discounts and rebates of the volume tiers in minor units.

        For incremental tiers at the period's mean price.
        """
        volume, total = contract.volume.discount, 0.0
        if volume is None:
            return total
        prices = self.base if volume.on == "base" else self.charge
        for days in _periods(horizon, volume.over):
            parcels, money = float(self.parcels[days].sum()), float(prices[days].sum())
            mean = money / parcels if parcels > 0 else 0.0
            total += sum(
                count * (mean * tier.discount + tier.rebate_minor)
                for tier, count in _parcels_by_tier(volume, parcels)
            )
        return total


def _parcels_by_tier(volume: TieredDiscount, parcels: float) -> list[tuple[Tier, float]]:
    """Parcels that each tier's discount is for."""
    if volume.kind == "all_units":
        reached = volume.tier_of(int(np.floor(parcels + 1e-6)))
        return [] if reached < 0 else [(volume.tiers[reached], parcels)]
    starts = [max(t.from_parcels - volume.other_parcels - 1, 0) for t in volume.tiers]
    ends = [*starts[1:], np.inf]
    found = []
    for tier, start, end in zip(volume.tiers, starts, ends, strict=True):
        found.append((tier, max(min(parcels, end) - start, 0.0)))
    return found


def _periods(
    horizon: Horizon, per: Period, start: date | None = None, end: date | None = None
) -> list[list[int]]:
    """Days of the horizon by period, from `start` to `end`."""
    found: dict[date, list[int]] = {}
    for day in range(horizon.days):
        on = horizon.date_of(day)
        if (start is None or on >= start) and (end is None or on <= end):
            found.setdefault(period_of(per, on), []).append(day)
    return list(found.values())
