"""Levers: what a shop may decide before a promotion beside stock, staff and couriers, and the problem it leads to.

A longer promise gives every order of a region more time and costs something per order of it; a cap stops the sale of an
event, and every order refused costs its margin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from planner.domain.plan import Plan
    from planner.domain.problem import Problem

Orders = NDArray[np.float64] | NDArray[np.int64]
Promised = tuple[tuple[str, float], ...]  # (region, hours)
Capped = tuple[tuple[str, int], ...]  # (event, orders)


@dataclass(frozen=True, slots=True)
class PromiseOption:
    """A region may be promised `hours` instead of the platform's own, at a cost per order of the region."""

    region: str
    hours: float
    cost_minor_per_order: int = 0


@dataclass(frozen=True, slots=True)
class CapOption:
    """The sale of an event may stop after so many orders."""

    event: str
    orders: int


@dataclass(frozen=True, slots=True)
class Levers:
    """What may be chosen (`promises`, `caps`) and what is in force (`promised`, `capped`).

    `own_hours`: the hours of single regions that the platform's rule promises by itself.
    """

    promises: tuple[PromiseOption, ...] = ()
    caps: tuple[CapOption, ...] = ()
    promised: Promised = ()
    capped: Capped = ()
    own_hours: tuple[tuple[str, float], ...] = ()

    @property
    def any(self) -> bool:
        """May anything be chosen?"""
        return bool(self.promises or self.caps)

    def cost_minor_per_order(self, region: str, hours: float) -> int:
        """What a promise costs per order of its region; ValueError when it is no option."""
        for option in self.promises:
            if (option.region, option.hours) == (region, hours):
                return option.cost_minor_per_order
        raise ValueError(f"region {region} cannot be promised {hours:g} hours")


NO_LEVERS = Levers()


def applied(problem: Problem, plan: Plan) -> Problem:
    """The problem as the plan changes it; the very same object where its levers are in force already."""
    return with_levers(problem, plan.promises, plan.caps)


def with_levers(problem: Problem, promised: Promised = (), capped: Capped = ()) -> Problem:
    """The problem with these levers in force, and no others."""
    levers = problem.levers
    if (levers.promised, levers.capped) == (promised, capped):
        return problem
    own = tuple((problem.platform.promise_hours or {}).items()) if not levers.promised else levers.own_hours
    cap = dict(capped)
    events = tuple(replace(e, cap=cap.get(e.name)) for e in problem.demand.events)
    return replace(
        problem,
        platform=replace(problem.platform, promise_hours={**dict(own), **dict(promised)}),
        demand=replace(problem.demand, events=events),
        levers=replace(levers, promised=promised, capped=capped, own_hours=own),
    )


def longer_promises_minor(
    problem: Problem, promised: Promised, orders: NDArray[np.float64] | NDArray[np.int64]
) -> float:
    """What the promises cost when every region orders so much [region]."""
    return sum(
        problem.levers.cost_minor_per_order(region, hours) * float(orders[problem.region_names.index(region)])
        for region, hours in promised
    )


def refused_minor(problem: Problem, refused: NDArray[np.float64]) -> float:
    """Margin of the orders refused of every component [component]."""
    margin = np.array([p.margin_minor for p in problem.products], dtype=float)
    return float(refused @ problem.demand.product_shares() @ margin)
