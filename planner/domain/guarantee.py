"""Days that permanent people are paid whether they are scheduled or not, and what those cost."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from planner.domain.named_staff import WEEK
from planner.domain.problem import Problem
from planner.domain.workforce import Crew, StaffRow

ROUNDED = 1e-9  # a product of stated numbers this close to an integer is that integer


def guaranteed_days(problem: Problem, crew: Crew) -> int:
    """Person-days that a crew is paid at least; n days of the promotion are n / 7 weeks.

    Rounded up: a part of a day is not paid for by itself.
    """
    per_week = crew.guaranteed_days_per_week or 0.0
    return math.ceil(per_week * crew.limit * problem.horizon.reported_days / WEEK - ROUNDED)


def counts(problem: Problem, row: StaffRow) -> bool:
    """Whether a place counts towards the guarantee: its shift begins on a day of the promotion."""
    return problem.horizon.reports(row.day)


def scheduled_days(problem: Problem, staffing: Iterable[StaffRow]) -> Counter[tuple[str, str]]:
    """Person-days of every (site, crew) whose shift begins on a day of the promotion."""
    days: Counter[tuple[str, str]] = Counter()
    for row in staffing:
        if counts(problem, row):
            days[row.site, row.crew] += row.headcount
    return days


def idle_days(problem: Problem, crew: Crew, scheduled: int) -> int:
    """Guaranteed person-days of a crew that are not scheduled.

    Parameters
    ----------
    problem : Problem
        Its days.
    crew : Crew
        The crew.
    scheduled : int
        Its person-days scheduled on days of the promotion.

    Returns
    -------
    int
        Person-days, none where there is no guarantee.
    """
    return max(guaranteed_days(problem, crew) - scheduled, 0)


def idle_change_minor(problem: Problem, crew: Crew, scheduled: int, more: int) -> int:
    """What more scheduled person-days of a crew change of its idle pay.

    Parameters
    ----------
    problem : Problem
        Its days.
    crew : Crew
        The crew.
    scheduled : int
        Person-days scheduled now.
    more : int
        Person-days added, negative for those removed.

    Returns
    -------
    int
        Minor units; negative where the added days take the place of idle ones.
    """
    idle = idle_days(problem, crew, scheduled + more) - idle_days(problem, crew, scheduled)
    return idle * crew.standard_day_minor


def idle_pay_minor(problem: Problem, staffing: Iterable[StaffRow]) -> int:
    """Pay of all idle days, minor units."""
    scheduled = scheduled_days(problem, staffing)
    return sum(
        idle_days(problem, crew, scheduled[crew.site, crew.name]) * crew.standard_day_minor
        for crew in problem.crews
    )
