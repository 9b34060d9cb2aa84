"""People: crews with their rules, and rosters that say who is on when."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.horizon import Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Terms on which people can be called during the promotion, for single shifts.

    Attributes
    ----------
    notice_hours : float
        Hours between the call and the start of the shift.
    max_people : int
        People who can be called for one day, in addition to those booked.
    wage_minor_per_hour : int
        Wage of a paid hour of theirs, in minor units.
    """

    notice_hours: float
    max_people: int
    wage_minor_per_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """People of one kind at one site.

    Everybody works one shift a day at most; scheduled hours are paid, worked or not. Temporaries
    are booked for consecutive days and work on all of them.

    Attributes
    ----------
    name, site : str
        Name, unique at the site, and the site.
    temporary : bool
        Whether the people are booked for the promotion; else they are permanent.
    limit : int
        People who exist; of temporaries those who can be booked at a time.
    wage_minor_per_hour : int
        Wage per paid hour, in minor units.
    overtime_factor : float
        Pay of hours beyond `regular_hours`, as a multiple of the wage.
    regular_hours : float
        Hours of a shift before overtime.
    notice_days : int
        Days between the booking of a temporary and the first day.
    min_days : int
        Shortest booking in days.
    ramp : tuple of float
        Speed relative to standard on the 1st, 2nd, ... day of tenure; then the last value.
    absence : float
        Chance that a scheduled person does not come.
    unfilled : float
        Chance that a person booked is never sent, whom nobody foresees: a stress.
    hire_cost_minor : int
        Paid once for each temporary booked, in minor units.
    max_days_per_week : int
        Days of any seven that a permanent person works at most.
    min_rest_hours : float
        Rest between two shifts of a person, in hours.
    processes : tuple of str
        What they can do; empty: everything.
    extended : tuple of str
        Shifts with overtime that they may work, in addition to every regular one.
    max_hours_per_week : float or None
        Paid hours of one person in any seven days at most; None: no limit.
    max_consecutive_days : int or None
        Days of work in a row at most; None: only what the week allows.
    guaranteed_days_per_week : float or None
        Days a week that a permanent person is paid at least, scheduled or not; None: only the
        days scheduled are paid.
    on_call : OnCall or None
        Terms on which more of them come at short notice; plans made before the promotion do not
        use them.
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
    unfilled: float = 0.0
    hire_cost_minor: int = 0
    max_days_per_week: int = 7
    min_rest_hours: float = 11.0
    processes: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    max_hours_per_week: float | None = None
    max_consecutive_days: int | None = None
    guaranteed_days_per_week: float | None = None
    on_call: OnCall | None = None

    @property
    def standard_day_minor(self) -> int:
        """Wage of a standard shift, which an idle day is paid: `regular_hours` times the wage."""
        return self.shift_cost_minor(round(self.regular_hours * 3600))

    @property
    def ramps_up(self) -> bool:
        """Whether people begin at another speed: temporaries with more than one step."""
        return self.temporary and len(self.ramp) > 1

    def speed(self, tenure_day: int) -> float:
        """Speed relative to standard on the given day of tenure (0 = first day)."""
        return self.ramp[min(max(tenure_day, 0), len(self.ramp) - 1)]

    def may_do(self, process: str) -> bool:
        """Whether the crew does a process."""
        return not self.processes or process in self.processes

    def may_work(self, shift: Shift) -> bool:
        """Whether the crew works a shift: every regular one, and its extended ones."""
        return not shift.extends or shift.name in self.extended

    def shift_pay_minor(self, paid_s: int) -> tuple[int, int]:
        """(regular pay, overtime) of one person for one shift; their sum is `shift_cost_minor`."""
        regular = self.shift_cost_minor(min(paid_s, round(self.regular_hours * 3600)))
        return regular, self.shift_cost_minor(paid_s) - regular

    def shift_cost_minor(self, paid_s: int) -> int:
        """Wage of one person for one shift with its overtime, in minor units, rounded half up."""
        regular_s = min(paid_s, round(self.regular_hours * 3600))
        weighted = regular_s + self.overtime_factor * (paid_s - regular_s)
        return int(self.wage_minor_per_hour * weighted / 3600 + 0.5)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class StaffRow:
    """People of a crew at a process in one shift.

    Attributes
    ----------
    day : int
        Day of the horizon on which the shift starts; in a stated roster also EVENING_BEFORE, for a
        shift that goes past midnight.
    site, process, crew, shift : str
        Names.
    since_day : int
        Day since which they are on the books; negative before the horizon, LONG_AGO for permanent
        people, whose ramp-up is over.
    headcount : int
        How many people, at least 1.
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
