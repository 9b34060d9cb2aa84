"""Platform rules: which clock counts, by when, what a late order costs, and what is not scored."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.domain.horizon import DAY_S, HOUR_S, Horizon

Whole = TypeVar("Whole", np.int32, np.int64)
Clock = Literal["label", "handover", "first_scan", "delivered"]
HubExemption = Literal["delivery", "clock"]


@dataclass(frozen=True, slots=True)
class ForceMajeure:
    """Days whose orders a platform does not score: those placed or due on them.

    Parameters
    ----------
    first, last : date
        First and last day.
    regions : frozenset of str
        Regions that it concerns; empty: all.
    """

    first: date
    last: date
    regions: frozenset[str] = frozenset()

    def concerns(self, region: str) -> bool:
        """Whether orders of a region are exempt."""
        return not self.regions or region in self.regions


@dataclass(frozen=True, slots=True)
class OwnDeadline:
    """The deadline of an event's orders, such as a presale's, in place of the platform's.

    One of the three is stated.

    Parameters
    ----------
    hours : float, optional
        Hours from the order (a presale's balance) to the deadline.
    working_days : int, optional
        The end of the n-th working day after the order's day, by the platform's calendar.
    by_s : int, optional
        Last second of the horizon that is on time for orders placed until then; later orders have
        the platform's deadline.
    """

    hours: float | None = None
    working_days: int | None = None
    by_s: int | None = None


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
    cutoff_s : int, optional
        Second of the day from which an order counts as one of the next day, where working days
        count; None: midnight.
    non_working : frozenset of date
        Days that do not count as working days.
    due_by_s : int, optional
        Orders placed until this second of the horizon are due then, whatever the rule says of
        others: that of an event (`OwnDeadline`).
    for_every_order : bool
        Whether events have no deadlines of their own under this rule.
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
    remote_hub : {"delivery", "clock"}, optional
        What is not scored of an order that goes over a hub: its delivery, or any clock.
    force_majeure : tuple of ForceMajeure
        Days whose orders are not scored.
    source, retrieved, grade : str
        Where the rules come from, when they were looked up, and how far to trust them.
    """

    name: str
    counts: Clock
    deadline_hours: float = 48.0
    deadline_working_days: int | None = None
    cutoff_s: int | None = None
    non_working: frozenset[date] = frozenset()
    due_by_s: int | None = None
    for_every_order: bool = False
    promise_hours: dict[str, float] | None = None
    share_of_paid: float = 0.0
    floor_minor: int = 0
    cap_minor: int = 0
    threshold_late_share: float | None = None
    threshold_window_days: int | None = None
    order_handling_capacity: OrderHandlingCapacity | None = None
    remote_hub: HubExemption | None = None
    force_majeure: tuple[ForceMajeure, ...] = ()
    source: str = ""
    retrieved: str = ""
    grade: str = ""

    @property
    def exempts(self) -> bool:
        """Whether some orders are not scored."""
        return self.remote_hub is not None or bool(self.force_majeure)

    def with_deadline(self, hours: float) -> PlatformRule:
        """The same rules with one deadline for all orders, those of every event included."""
        return replace(self._in_hours(hours), for_every_order=True)

    def for_event(self, own: OwnDeadline | None) -> PlatformRule:
        """The rules for the orders of an event with a deadline of its own."""
        if own is None or self.for_every_order:
            return self
        if own.by_s is not None:
            return replace(self, due_by_s=own.by_s)
        if own.working_days is not None:
            return replace(self, deadline_working_days=own.working_days, promise_hours=None)
        return self._in_hours(own.hours or self.deadline_hours)

    def _in_hours(self, hours: float) -> PlatformRule:
        return replace(
            self,
            deadline_hours=hours,
            deadline_working_days=None,
            promise_hours=None,
            due_by_s=None,
        )

    def hours_in(self, region: str) -> float:
        """Hours from an order of a region to its deadline, where hours count."""
        return (self.promise_hours or {}).get(region, self.deadline_hours)

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
            hours = [self.hours_in(name) for name in region_names]
            seconds = np.array([round(h * HOUR_S) for h in hours], dtype=ordered_at_s.dtype)
            usual = np.asarray(ordered_at_s + seconds[region])
        else:
            usual = self._by_calendar(ordered_at_s, horizon)
        if self.due_by_s is None:
            return usual
        by = ordered_at_s.dtype.type(self.due_by_s)
        return np.asarray(np.where(ordered_at_s <= by, by, usual))

    def _by_calendar(self, ordered_at_s: NDArray[Whole], horizon: Horizon) -> NDArray[Whole]:
        """End of the n-th working day after the day that each order counts to."""
        from_next_day = 0 if self.cutoff_s is None else DAY_S - self.cutoff_s
        day = (ordered_at_s + ordered_at_s.dtype.type(from_next_day)) // DAY_S
        first = min(int(day.min(initial=0)), 0)
        last = max(int(day.max(initial=0)), horizon.days - 1)
        ends = np.array(self._ends_of_working_days(horizon, first, last), dtype=ordered_at_s.dtype)
        return np.asarray(ends[day - first])

    def _ends_of_working_days(self, horizon: Horizon, first: int, last: int) -> list[int]:
        """End of the n-th working day after each day from the first to the last, in seconds."""
        ends = []
        for day in range(first, last + 1):
            left, d = self.deadline_working_days or 0, day
            while left > 0:
                d += 1
                left -= horizon.date_of(d) not in self.non_working
            ends.append((d + 1) * DAY_S - 1)
        return ends

    def exempt_days(
        self,
        ordered_at_s: NDArray[Whole],
        deadline_s: NDArray[Whole],
        region: NDArray[Any],
        region_names: tuple[str, ...],
        horizon: Horizon,
    ) -> NDArray[np.bool_]:
        """Whether each order was placed or is due on a day of force majeure.

        Parameters
        ----------
        ordered_at_s, deadline_s : array of int, [n]
            Seconds of the horizon.
        region : array of int, [n]
            Index into `region_names`.
        region_names : tuple of str
            Regions of the problem.
        horizon : Horizon
            For the dates.

        Returns
        -------
        array of bool, [n]
            True: it is not scored.
        """
        exempt = np.zeros(len(ordered_at_s), dtype=bool)
        for days in self.force_majeure:
            concerned = np.array([days.concerns(name) for name in region_names])[region]
            first, last = horizon.day_of(days.first), horizon.day_of(days.last)
            for moment in (ordered_at_s, deadline_s):
                day = moment // DAY_S
                exempt |= concerned & (first <= day) & (day <= last)
        return exempt

    def compensation_minor(self, paid_minor: int) -> int:
        """What one late order costs, rounded half up."""
        amount = max(int(self.share_of_paid * paid_minor + 0.5), self.floor_minor)
        return min(amount, self.cap_minor) if self.cap_minor else amount


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPart:
    """A further platform that a shop sells on, and its part of the orders.

    Parameters
    ----------
    rule : PlatformRule
        Its dispatch rule.
    share : float
        Share of all orders.
    share_by_region, share_by_event : dict
        Share of the orders of single regions and of single events, in place of `share`; that of an
        event goes before that of a region.
    """

    rule: PlatformRule
    share: float
    share_by_region: dict[str, float] = field(default_factory=dict)
    share_by_event: dict[str, float] = field(default_factory=dict)

    def share_of(self, component: str, region: str) -> float:
        """Share of the orders of a component of demand in a region."""
        return self.share_by_event.get(component, self.share_by_region.get(region, self.share))
