"""Which vehicle comes when, how much it takes, and how much of a contract's daily allotment is left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from planner.domain.disruptions import collection_comes
from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem

ENDLESS = 1 << 60  # parcels: no limit


@dataclass(frozen=True, slots=True)
class Pickup:
    """One visit of a carrier: contract (index), day and second of the horizon, parcels its vehicles hold."""

    contract: int
    day: int
    second: int
    room: int


def pickups(problem: Problem, plan: Plan, site_name: str) -> dict[int, list[Pickup]]:
    """The visits at a site by second, booked vehicles included, without those that a disruption prevents."""
    site = problem.site(site_name)
    extra: Counter[tuple[int, str, int]] = Counter()
    for e in plan.extra:
        if e.site == site_name:
            extra[e.day, e.contract, e.at_s] += e.vehicles
    visits: dict[int, list[Pickup]] = {}
    for day in range(problem.horizon.days):
        for c in site.collections:
            second = day * DAY_S + c.at_s
            if collection_comes(problem, site_name, c.contract, second):
                vehicles = 1 + extra[day, c.contract, c.at_s]
                room = ENDLESS if c.capacity_parcels is None else c.capacity_parcels * vehicles
                pickup = Pickup(problem.contract_names.index(c.contract), day, second, room)
                visits.setdefault(second, []).append(pickup)
    return visits


class Allotments:
    """What each contract still takes today, over all sites."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._taken: Counter[tuple[int, int]] = Counter()

    def left(self, pickup: Pickup) -> int:
        """Parcels the contract still takes on the day of the visit; a cut counts as long as it lasts."""
        contract = self._problem.contracts[pickup.contract]
        if contract.allotment_per_day is None:
            return ENDLESS
        allotted = float(contract.allotment_per_day)
        for d in self._problem.disruptions:
            if d.kind == "allotment_cut" and d.contract in ("", contract.name) and d.from_s <= pickup.second < d.to_s:
                allotted *= d.factor
        return max(int(allotted + 1e-9) - self._taken[pickup.contract, pickup.day], 0)

    def take(self, pickup: Pickup, parcels: int) -> None:
        self._taken[pickup.contract, pickup.day] += parcels
