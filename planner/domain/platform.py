"""Platform rules: which clock counts, by when, and what a late order costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.domain.horizon import DAY_S, Horizon

Whole = TypeVar("Whole", np.int32, np.int64)
Clock = Literal["label", "handover", "first_scan", "delivered"]


@dataclass(frozen=True, slots=True)
class OrderHandlingCapacity:
    """What follows when a day brings more orders than the seller has declared.

    Parameters
    ----------
    extends_working_days : int
        Working days by which the deadline of the orders beyond the declared number moves.
    pacing : float, optional
        Multiple of the declared number above which the platform holds orders back; None: never.
    """

    extends_working_days: int = 1
    pacing: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRule:
    """A dated rule pack: counted clock, deadline with its calendar, compensation, threshold.

    Parameters
    ----------
    name : str
        Name of the rule pack.
    counts : {"label", "handover", "first_scan", "delivered"}
        The event that must happen by the deadline.
    deadline_hours : float
        Hours from the order to the deadline.
    deadline_working_days : int, optional
        Instead of hours: the end of the n-th working day after the order's day.
    non_working : frozenset of date
        Days that do not count as working days.
    promise_hours : dict, optional
        Hours of single regions, in place of `deadline_hours`.
    share_of_paid : float
        Compensation of a late order as a share of what was paid for it.
    floor_minor, cap_minor : int
        Least and most compensation of an order in minor units; 0: no cap.
    threshold_late_share : float, optional
        Late share above which the platform throttles the shop; None: no rule is known.
    threshold_window_days : int, optional
        Days over which it counts that share; None: all days of the promotion.
    order_handling_capacity : OrderHandlingCapacity, optional
        What a declared number of orders a day does; None: the platform asks for none.
    source, retrieved, grade : str
        Where the rules come from, when they were looked up, and how far to trust them.
    """

    name: str
    counts: Clock
    deadline_hours: float = 48.0
    deadline_working_days: int | None = None
    non_working: frozenset[date] = frozenset()
    promise_hours: dict[str, float] | None = None
    share_of_paid: float = 0.0
    floor_minor: int = 0
    cap_minor: int = 0
    threshold_late_share: float | None = None
    threshold_window_days: int | None = None
    order_handling_capacity: OrderHandlingCapacity | None = None
    source: str = ""
    retrieved: str = ""
    grade: str = ""

    def with_deadline(self, hours: float) -> PlatformRule:
        """The same rules with one deadline for all orders."""
        return replace(self, deadline_hours=hours, deadline_working_days=None, promise_hours=None)

    def extended(self) -> PlatformRule:
        """The rules for orders beyond the declared number of a day.

        Without a calendar of working days, a working day is 24 hours.
        """
        asked = self.order_handling_capacity
        days = 0 if asked is None else asked.extends_working_days
        if self.deadline_working_days is not None:
            return replace(self, deadline_working_days=self.deadline_working_days + days)
        promised = {name: h + 24 * days for name, h in (self.promise_hours or {}).items()}
        return replace(
            self, deadline_hours=self.deadline_hours + 24 * days, promise_hours=promised or None
        )

    def deadlines(
        self,
        ordered_at_s: NDArray[Whole],
        region: NDArray[Any],
        region_names: tuple[str, ...],
        horizon: Horizon,
    ) -> NDArray[Whole]:
        """Deadline of each order: the last second that is still on time.

        Parameters
        ----------
        ordered_at_s : array of int, [n]
            Seconds of the horizon.
        region : array of int, [n]
            Index into `region_names`.
        region_names : tuple of str
            Regions of the problem.
        horizon : Horizon
            For the calendar of working days.

        Returns
        -------
        array of int, [n]
            Seconds of the horizon, in the type of `ordered_at_s`.
        """
        if self.deadline_working_days is None:
            hours = [
                (self.promise_hours or {}).get(name, self.deadline_hours) for name in region_names
            ]
            seconds = np.array([round(h * 3600) for h in hours], dtype=ordered_at_s.dtype)
            return np.asarray(ordered_at_s + seconds[region])
        day = ordered_at_s // DAY_S
        first = min(int(day.min(initial=0)), 0)
        ends = np.array(self._ends_of_working_days(horizon, first), dtype=ordered_at_s.dtype)
        return np.asarray(ends[day - first])

    def _ends_of_working_days(self, horizon: Horizon, first: int) -> list[int]:
        """End of the n-th working day after each day from the first on, in seconds."""
        ends = []
        for day in range(first, horizon.days):
            left, d = self.deadline_working_days or 0, day
            while left > 0:
                d += 1
                left -= horizon.date_of(d) not in self.non_working
            ends.append((d + 1) * DAY_S - 1)
        return ends

    def compensation_minor(self, paid_minor: int) -> int:
        """What one late order costs, rounded half up."""
        amount = max(int(self.share_of_paid * paid_minor + 0.5), self.floor_minor)
        return min(amount, self.cap_minor) if self.cap_minor else amount
