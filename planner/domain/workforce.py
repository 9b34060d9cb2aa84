"""People: crews with their rules, and rosters that say who is on when."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.horizon import Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """People of one kind at one site.

    Permanent people (`temporary` False): up to `limit` exist; on each day some of them work, one
    shift each, at most `max_days_per_week` of seven. Temporary people are booked for a run of at
    least `min_days` consecutive days, with `notice_days` notice, at most `limit` at a time, work
    one shift on every day they are booked, and cost `hire_cost_minor` each. `ramp`: speed on the
    1st, 2nd, ... day of tenure (then the last value). `absence`: chance that a scheduled person
    does not come. `processes`: what they can do (empty: everything). Hours beyond `regular_hours`
    of a shift are paid `overtime_factor` times. Scheduled hours are paid, worked or not.
    `extended`: shifts that go on into overtime and that these people may work, beside every regular
    one. `max_hours_per_week`: paid hours of one person in any seven days; `max_consecutive_days`:
    of work in a row (None: no limit of its own).
    """

    name: str
    site: str
    temporary: bool
    limit: int
    wage_minor_per_hour: int
    overtime_factor: float = 1.5
    regular_hours: float = 8.0
    notice_days: int = 0
    min_days: int = 1
    ramp: tuple[float, ...] = (1.0,)
    absence: float = 0.0
    hire_cost_minor: int = 0
    max_days_per_week: int = 7
    min_rest_hours: float = 11.0
    processes: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    max_hours_per_week: float | None = None
    max_consecutive_days: int | None = None

    def speed(self, tenure_day: int) -> float:
        """Speed relative to standard on the given day of tenure (0 = first day)."""
        return self.ramp[min(max(tenure_day, 0), len(self.ramp) - 1)]

    def may_do(self, process: str) -> bool:
        return not self.processes or process in self.processes

    def may_work(self, shift: Shift) -> bool:
        """Every regular shift, and the extended ones of this crew."""
        return not shift.extends or shift.name in self.extended

    def shift_pay_minor(self, paid_s: int) -> tuple[int, int]:
        """(regular pay, overtime) of one person for one shift; their sum is `shift_cost_minor`."""
        regular = self.shift_cost_minor(min(paid_s, round(self.regular_hours * 3600)))
        return regular, self.shift_cost_minor(paid_s) - regular

    def shift_cost_minor(self, paid_s: int) -> int:
        """Wage of one person for one shift, overtime included, rounded half up to the minor
        unit.
        """
        regular_s = min(paid_s, round(self.regular_hours * 3600))
        weighted = regular_s + self.overtime_factor * (paid_s - regular_s)
        return int(self.wage_minor_per_hour * weighted / 3600 + 0.5)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class StaffRow:
    """`headcount` people of a crew at a process in the shift that starts on `day`, on the books
    since `since_day`.

    `day` is one of the horizon; in a roster as stated also EVENING_BEFORE, for a shift that goes
    past midnight. `since_day` may be negative (before the horizon); permanent people carry a tenure
    that is past any ramp.
    """

    day: int
    site: str
    process: str
    crew: str
    shift: str
    since_day: int
    headcount: int


EVENING_BEFORE = -1  # day of the shifts that reach into the first day of the horizon
LONG_AGO = -3650  # since_day of people whose ramp-up is long over
