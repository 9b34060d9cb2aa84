"""What every crew is paid for the promotion: days scheduled, guaranteed days off work, overtime."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.domain.costs import paid_seconds, shift_pay_minor
from planner.domain.guarantee import idle_days, scheduled_days
from planner.domain.problem import Problem
from planner.domain.workforce import Crew, StaffRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewPay:
    """The pay of one crew; money in minor units.

    Attributes
    ----------
    crew : Crew
        The crew.
    scheduled_days : int
        Person-days whose shift begins on a day of the promotion.
    idle_days : int
        Person-days that are guaranteed and not scheduled.
    overtime_s : int
        Paid seconds beyond the regular hours of a shift.
    wages_minor, overtime_minor, idle_minor : int
        Regular pay, overtime, and pay of the idle days.
    """

    crew: Crew
    scheduled_days: int
    idle_days: int
    overtime_s: int
    wages_minor: int
    overtime_minor: int
    idle_minor: int

    @property
    def amount_minor(self) -> int:
        """All of it."""
        return self.wages_minor + self.overtime_minor + self.idle_minor


def payroll(problem: Problem, staffing: Iterable[StaffRow]) -> tuple[CrewPay, ...]:
    """The pay of every crew, in the order of the problem."""
    rows = tuple(staffing)
    scheduled = scheduled_days(problem, rows)
    return tuple(
        _pay_of(
            problem,
            crew,
            [r for r in rows if (r.site, r.crew) == (crew.site, crew.name)],
            scheduled[crew.site, crew.name],
        )
        for crew in problem.crews
    )


def _pay_of(problem: Problem, crew: Crew, rows: list[StaffRow], scheduled: int) -> CrewPay:
    wages = overtime = seconds = 0
    for row in rows:
        shift = problem.shift(row.shift)
        regular, beyond = shift_pay_minor(problem, crew, shift, row.day)
        paid_s = paid_seconds(problem, shift, row.day)
        wages += row.headcount * regular
        overtime += row.headcount * beyond
        seconds += row.headcount * _beyond_s(crew, paid_s)
    idle = idle_days(problem, crew, scheduled)
    return CrewPay(
        crew=crew,
        scheduled_days=scheduled,
        idle_days=idle,
        overtime_s=seconds,
        wages_minor=wages,
        overtime_minor=overtime,
        idle_minor=idle * crew.standard_day_minor,
    )


def _beyond_s(crew: Crew, paid_s: int) -> int:
    """Paid seconds of a shift beyond its regular hours."""
    return max(paid_s - round(crew.regular_hours * 3600), 0)
