"""Days of work of a crew: how long a booking may go on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.crew_days import CrewDays
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.named_staff import booking_limits
from tests.builders import a_crew

DAY = Shift("day", 8 * HOUR_S, 16 * HOUR_S)


def refused_on(days: list[int], run_limit: int, week_limit: int) -> int | None:
    """The first of some days of work that a person may not work, counted for each by itself."""
    for place, day in enumerate(days):
        worked = set(days[:place])
        run = next(n for n in range(len(days) + 1) if day - n - 1 not in worked)
        if run + 1 > run_limit or sum(day - d < 7 for d in worked) >= week_limit:
            return day
    return None


@pytest.mark.parametrize("seed", range(40))
def test_a_booking_ends_where_a_limit_is_reached(seed: int) -> None:
    """Of days in a row, and of hours in any seven days, with days without work between."""
    rng = np.random.default_rng(seed)
    on = CrewDays(frozenset(int(d) for d in rng.choice(np.arange(-10, 30), rng.integers(8))))
    row = int(rng.integers(1, 9)) if rng.random() < 0.7 else None
    hours = float(rng.choice([8.0, 24.0, 40.0, 48.0])) if rng.random() < 0.7 else None
    crew = replace(a_crew(temporary=True), max_consecutive_days=row, max_hours_per_week=hours)
    since, until = int(rng.integers(-10, 5)), int(rng.integers(5, 30))
    limits = booking_limits(crew, [DAY])
    expected = refused_on(on.within(since, until - 1), *limits)
    assert on.first_excess(crew, [DAY], since, until) == expected
