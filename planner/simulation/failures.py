"""What counts when plans are tried: the orders that fail, and what failures cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.costs import after_hours_minor, handling_minor
from planner.domain.deadline_classes import late_minor
from planner.domain.exemptions import exempt_orders
from planner.domain.lever_effects import chosen_levers, promises_minor
from planner.domain.problem import Problem
from planner.domain.records import (
    NEVER,
    Mask,
    Orders,
    Records,
    Small,
    failed_and_due,
    seen_by_region,
)
from planner.simulation.inputs.milestones import left_at


@dataclass(frozen=True, slots=True)
class PilotResult:
    """Result of one plan on one pilot run.

    Attributes
    ----------
    failed : tuple of int
        Orders late or without stock: under the deadline, then for each target of one's own.
    due : tuple of int
        Orders due, in the same order.
    failing_minor : int
        Cost of the failed orders, of work after hours, and of what is put off to the tail, minor
        units: a late order of the tail costs what any late order costs, and one that is left at the
        end its handling.
    levers_minor : int
        Margin of the orders refused beyond a cap, and what longer promises cost, minor units.
    """

    failed: tuple[int, ...]
    due: tuple[int, ...]
    failing_minor: int
    levers_minor: int = 0

    def __add__(self, other: PilotResult) -> PilotResult:
        """The result of both for other orders of the same run."""
        return PilotResult(
            tuple(a + b for a, b in zip(self.failed, other.failed, strict=True)),
            tuple(a + b for a, b in zip(self.due, other.due, strict=True)),
            self.failing_minor + other.failing_minor,
            self.levers_minor + other.levers_minor,
        )


def pilot_result(problem: Problem, records: Records) -> PilotResult:
    """Count failed orders and their cost; the charges of carriers are left out.

    Parameters
    ----------
    problem : Problem
        The problem that was simulated.
    records : Records
        What happened to the orders of all days.

    Returns
    -------
    PilotResult
        Figures of the promotion's orders, and what is left of the tail's.
    """
    orders = records.orders
    left = left_at(
        problem, orders.platform, packed=records.packed_at_s, handed_over=records.handed_over_at_s
    )
    found = failures(
        problem,
        orders,
        records.site,
        (records.on_time, *records.also),
        after_hours_s=records.after_hours_s,
        never_left=exempt_orders(problem, orders, records.contract) & (left == NEVER),
    )
    return replace(found, levers_minor=levers_minor(problem, orders))


def levers_minor(problem: Problem, orders: Orders) -> int:
    """Margin of the orders refused beyond a cap, and what longer promises cost.

    Parameters
    ----------
    problem : Problem
        The problem with its levers in force.
    orders : Orders
        The orders that are taken, of all days.

    Returns
    -------
    int
        Minor units.
    """
    cost = sum(
        refused * product.margin_minor
        for refused, product in zip(orders.refused or (), problem.products, strict=False)
    )
    chosen, known = chosen_levers(problem), problem.demand.under_way
    if chosen.promised or (known is not None and known.promised):
        n = int(np.searchsorted(orders.ordered_at_s, problem.horizon.reported_end_s))
        by_region = np.bincount(orders.region[:n], minlength=len(problem.regions))
        seen = seen_by_region(problem, orders)
        cost += round(promises_minor(problem, chosen.promised, by_region, seen))
    return cost


def failures(
    problem: Problem,
    orders: Orders,
    site: Small,
    verdicts: Sequence[Small],
    *,
    after_hours_s: Ints | None,
    never_left: Mask,
) -> PilotResult:
    """As `pilot_result`, for some of the orders.

    Parameters
    ----------
    problem : Problem
        The problem that was simulated.
    orders : Orders
        Orders of all days, by time [n].
    site : Small
        Site of each order, -1: cancelled [n].
    verdicts : sequence of Small
        Verdict on each order, under the deadline and for each target of one's own [n].
    after_hours_s : Ints, optional
        Seconds of work after hours [process, crew]; None: none.
    never_left : Mask
        Exempt orders that are in the building at the end: nobody is paid for their delay, and
        somebody has to work on them [n].

    Returns
    -------
    PilotResult
        Figures of these orders.
    """
    n = int(np.searchsorted(orders.ordered_at_s, problem.horizon.reported_end_s))
    no_stock = site[:n] < 0
    late = verdicts[0] == 0
    left = late & (orders.deadline_s > problem.horizon.end_s)
    left[:n] = False
    if problem.horizon.tail_days:
        left |= never_left & (site >= 0)
    cancelled = int(np.count_nonzero(no_stock))
    paid = late & ~left
    failing = (
        late_minor(problem, orders.platform[paid], orders.product[paid])
        + _total(orders.product[:n][no_stock], [p.margin_minor for p in problem.products])
        + _total(site[left], handling_minor(problem))
    )
    if after_hours_s is not None:
        failing += int(after_hours_minor(problem, after_hours_s).sum())
    counts = [failed_and_due(verdict[:n], cancelled) for verdict in verdicts]
    failed, due = zip(*counts, strict=True)
    return PilotResult(failed, due, failing)


def _total(which: Small, minor: Sequence[int]) -> int:
    """Sum of the amounts of what is counted."""
    count = np.bincount(which, minlength=len(minor))
    return int(count @ np.array(minor, dtype=np.int64))
