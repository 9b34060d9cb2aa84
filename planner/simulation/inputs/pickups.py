"""Which vehicle comes when, how much it takes, and what is left of a contract's allotment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from planner.domain.disruptions import allotted_at, collection_comes
from planner.domain.horizon import DAY_S
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem

ENDLESS = 1 << 60  # parcels: no limit


@dataclass(frozen=True, slots=True)
class Pickup:
    """One visit of a carrier.

    Attributes
    ----------
    contract : int
        Index of the contract.
    day, second : int
        Day and second of the horizon.
    room : int
        Parcels its vehicles hold.
    allotted : int
        Parcels the contract takes on that day over all sites, as it stands at the visit.
    """

    contract: int
    day: int
    second: int
    room: int
    allotted: int


def pickups(problem: Problem, plan: Plan, site_name: str) -> tuple[Pickup, ...]:
    """The visits at a site, extra vehicles included, without those that a disruption prevents.

    Parameters
    ----------
    problem, plan : Problem, Plan
        Collections and disruptions; extra vehicles.
    site_name : str
        The site.

    Returns
    -------
    tuple of Pickup
        By second; those of one second in the order of the site's collections.
    """
    return _pickups(problem, tuple(e for e in plan.extra if e.site == site_name), site_name)


@lru_cache(maxsize=256)  # many replications have the same vehicles
def _pickups(
    problem: Problem, vehicles: tuple[ExtraCollection, ...], site_name: str
) -> tuple[Pickup, ...]:
    site = problem.site(site_name)
    extra: Counter[tuple[int, str, int]] = Counter()
    for e in vehicles:
        extra[e.day, e.contract, e.at_s] += e.vehicles
    visits = []
    for day in range(problem.horizon.days):
        for c in site.collections:
            if collection_comes(problem, site, c, day):
                second = day * DAY_S + c.at_s
                coming = 1 + extra[day, c.contract, c.at_s]
                room = ENDLESS if c.capacity_parcels is None else c.capacity_parcels * coming
                contract = problem.contract_names.index(c.contract)
                allotted = allotted_at(problem, problem.contracts[contract], second)
                visits.append(
                    Pickup(contract, day, second, room, ENDLESS if allotted is None else allotted)
                )
    return tuple(sorted(visits, key=_second))


def _second(visit: Pickup) -> int:
    return visit.second


class Allotments:
    """What each contract still takes today, over all sites."""

    def __init__(self) -> None:
        self._taken: Counter[tuple[int, int]] = Counter()

    def left(self, pickup: Pickup) -> int:
        """Parcels the contract still takes on the day of the visit."""
        return max(pickup.allotted - self._taken[pickup.contract, pickup.day], 0)

    def take(self, pickup: Pickup, parcels: int) -> None:
        """Count parcels that were handed over at a visit."""
        self._taken[pickup.contract, pickup.day] += parcels
