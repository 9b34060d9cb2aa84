"""Platform rules: which clock counts, by when, and what a late order costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.domain.horizon import DAY_S, Horizon

Whole = TypeVar("Whole", np.int32, np.int64)
Clock = Literal["label", "handover", "first_scan", "delivered"]


@dataclass(frozen=True, slots=True)
class PlatformRule:
    """A dated rule pack: the counted clock, the deadline with its calendar, the compensation, the
    threshold.

    Deadline: `deadline_hours` after the order; or, when `deadline_working_days` is set, the end of
    the n-th working day after the order's day (days in `non_working` do not count). `promise_hours`
    replaces the hours for single regions. Compensation of a late order: `share_of_paid` of what was
    paid, at least `floor_minor`, at most `cap_minor`. `threshold_late_share`: above it the platform
    throttles the shop (None: no rule known).
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
    source: str = ""
    retrieved: str = ""
    grade: str = ""

    def deadlines(
        self,
        ordered_at_s: NDArray[Whole],
        region: NDArray[Any],
        region_names: tuple[str, ...],
        horizon: Horizon,
    ) -> NDArray[Whole]:
        """Deadline of each order in seconds of the horizon (the last second that is still on
        time).
        """
        if self.deadline_working_days is None:
            hours = [
                (self.promise_hours or {}).get(name, self.deadline_hours) for name in region_names
            ]
            seconds = np.array([round(h * 3600) for h in hours], dtype=ordered_at_s.dtype)
            return np.asarray(ordered_at_s + seconds[region])
        ends = np.array(self._ends_of_working_days(horizon), dtype=ordered_at_s.dtype)
        return np.asarray(ends[ordered_at_s // DAY_S])

    def _ends_of_working_days(self, horizon: Horizon) -> list[int]:
        """End of the n-th working day after each day of the horizon, in seconds."""
        ends = []
        for day in range(horizon.days):
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
