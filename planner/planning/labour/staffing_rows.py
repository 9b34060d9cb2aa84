"""The staffing rows of a plan, as the checks of labour rules count them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from planner.domain.named_staff import Members
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.workforce import Crew, StaffRow


def rows_of(plan: Plan, crew: Crew) -> list[StaffRow]:
    """The places of a crew."""
    return [r for r in plan.staffing if (r.site, r.crew) == (crew.site, crew.name)]


def sharing(members: Members, rows: list[StaffRow]) -> list[list[StaffRow]]:
    """Places that the same people share.

    All of a crew; of temporaries without names those of each booking day.
    """
    if not members.crew.temporary or members.named:
        return [rows]
    days = sorted({row.since_day for row in rows})
    return [[row for row in rows if row.since_day == since] for since in days]


def people_per_day(rows: Sequence[StaffRow]) -> dict[int, int]:
    """People at work on each day."""
    people: dict[int, int] = defaultdict(int)
    for row in rows:
        people[row.day] += row.headcount
    return people


def first_days(problem: Problem, rows: Sequence[StaffRow], length: int) -> range:
    """First day of every so many days in a row, within the horizon.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    rows : sequence of StaffRow
        Places; windows begin on the evening before the horizon where somebody works then.
    length : int
        Days of a window.

    Returns
    -------
    range
        Days; a single one where the horizon is shorter than the window.
    """
    begin = min((r.day for r in rows if r.day < 0), default=0)
    return range(begin, max(problem.horizon.days - length + 1, begin + 1))
