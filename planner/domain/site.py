"""Sites: processes in line, stations, opening hours, and the collections that carriers make."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Literal

from planner.domain.horizon import DAY_S, Interval, Shift

Distribution = Literal["lognormal", "gamma", "exponential", "deterministic", "empirical"]
Discipline = Literal["deadline", "fifo"]
Finish = Literal["stop", "task"]
KNOWN_BEFORE = 15  # days before the horizon for which calendars are known
CLOSED: Interval = (0, 0)  # opening of a day on which a site is closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A step of work.

    Parameters
    ----------
    name : str
        Unique within the site.
    orders_per_hour : float
        Orders that one worker at standard speed does on average, without batch set-up.
    cv : float
        Coefficient of variation of the work content.
    distribution : str
        Distribution of the work content.
    stations : int
        How many people can work at once.
    batch_orders, batch_setup_s : int
        A task, or tour, takes up to so many waiting orders, and lasts the set-up plus their work.
    discipline : {"deadline", "fifo"}
        Which waiting order is next.
    empirical : tuple of float
        Observed seconds, scaled to the mean, for the empirical distribution.
    min_people : int
        People in every regular shift that the site works, those who extend it included.
    max_temporary_share : float
        Share of the people of any shift who may be temporaries.
    starters_per_permanent : float, optional
        People on the first day of their ramp-up for each permanent person of the same shift; None:
        any number.
    """

    name: str
    orders_per_hour: float
    cv: float = 0.0
    distribution: Distribution = "lognormal"
    stations: int = 10**6
    batch_orders: int = 1
    batch_setup_s: int = 0
    discipline: Discipline = "deadline"
    empirical: tuple[float, ...] = ()
    min_people: int = 0
    max_temporary_share: float = 1.0
    starters_per_permanent: float | None = None

    @property
    def mean_s(self) -> float:
        """Mean work content of one order in seconds at standard speed, without batch set-up."""
        return 3600.0 / self.orders_per_hour

    @property
    def cv_of_work(self) -> float:
        """Coefficient of variation of the work content, by its distribution."""
        if self.distribution == "exponential":
            return 1.0
        if self.distribution == "empirical":
            return statistics.pstdev(self.empirical) / statistics.fmean(self.empirical)
        return 0.0 if self.distribution == "deterministic" else self.cv


@dataclass(frozen=True, slots=True)
class Collection:
    """A carrier's pick-up at a site, at the same time on every day on which it comes.

    Parameters
    ----------
    contract : str
        Contract whose parcels are collected.
    at_s : int
        Seconds after midnight.
    capacity_parcels : int, optional
        Parcels of a vehicle; None: no limit.
    extra_cost_minor, max_extra : int
        Cost of one more vehicle of the same capacity at that time of one day, and how many at most.
    off : frozenset of int
        Days on which it does not come.
    """

    contract: str
    at_s: int
    capacity_parcels: int | None = None
    extra_cost_minor: int = 0
    max_extra: int = 0
    off: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday of the country of a site: day of the horizon, and its name by language."""

    day: int
    english: str
    chinese: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A warehouse.

    Parameters
    ----------
    name, label : str
        Unique name; what is printed.
    region : str
        Region it lies in.
    processes : tuple of Process
        In the order in which they are done.
    opening : (int, int)
        From and to, in seconds after midnight; beyond 86,400: open past midnight.
    hours : tuple of (int, (int, int))
        Opening of single days that differ from it, by day of the horizon; `CLOSED` on days off.
    holidays : tuple of Holiday
        Public holidays around the horizon that the site keeps, by day.
    collections : tuple of Collection
        Pick-ups.
    stock_capacity_units : int, optional
        Limit on the units placed.
    inbound_cost_minor : int
        Cost per unit placed, minor units.
    receive : Process, optional
        Work on returns, at stations and in tours of its own.
    received_by : str
        Process whose people receive returns; its discipline decides whether a return or an order is
        next.
    finish : {"stop", "task"}
        What happens to a task in progress when a shift ends. `stop`: it is interrupted, and the
        next person who is free continues it; `task`: it is finished after hours, and what goes
        beyond the paid shift is overtime. In a break it waits for its person.
    works : tuple of str
        Regular shifts that it works; empty: every one that overlaps its opening hours.
    """

    name: str
    label: str
    region: str
    processes: tuple[Process, ...]
    opening: Interval = (0, DAY_S)
    hours: tuple[tuple[int, Interval], ...] = ()
    holidays: tuple[Holiday, ...] = ()
    collections: tuple[Collection, ...] = ()
    stock_capacity_units: int | None = None
    inbound_cost_minor: int = 0
    receive: Process | None = None
    received_by: str = ""
    finish: Finish = "stop"
    works: tuple[str, ...] = ()

    def names(self, shift: Shift) -> bool:
        """Whether a shift, or the one it extends, is of those that the site says it works."""
        return not self.works or (shift.extends or shift.name) in self.works

    def works_in(self, shift: Shift) -> bool:
        """Whether people can work a shift here: the site names it and is open then on some day."""
        return self.names(shift) and self.opens_for(shift)

    def opens_for(self, shift: Shift) -> bool:
        """Whether a shift overlaps the opening of some day."""
        patterns = {self.opening, *(hours for _, hours in self.hours)}
        return any(shift.working(0, hours) for hours in patterns)

    def opening_on(self, day: int) -> Interval:
        """From and to on a day, in seconds after its midnight; `CLOSED` where it is closed."""
        return dict(self.hours).get(day, self.opening)

    def is_closed(self, day: int) -> bool:
        """Whether the site does not open on a day."""
        return bool(self.hours) and self.opening_on(day) == CLOSED

    def working(self, shift: Shift, day: int) -> list[Interval]:
        """Stretches of work on the shift that begins on a day, in seconds of the horizon.

        None on a day on which the shift does not begin or the site is closed, even where the shift
        reaches into the next day. Breaks and the time while the site is closed are left out.
        """
        if day in shift.off or self.is_closed(day):
            return []
        if not self.hours:
            return shift.working(day, self.opening)
        return [
            (max(a, o), min(b, c))
            for a, b in shift.working(day)
            for o, c in self._open_around(day)
            if min(b, c) > max(a, o)
        ]

    def _open_around(self, day: int) -> list[Interval]:
        """When the site is open from the day before to the day after, joined at midnight."""
        found: list[Interval] = []
        for on in (day - 1, day, day + 1):
            a, b = (on * DAY_S + second for second in self.opening_on(on))
            if found and a <= found[-1][1]:
                found[-1] = (found[-1][0], max(b, found[-1][1]))
            else:
                found.append((a, b))
        return found

    def works_on(self, shift: Shift, day: int) -> bool:
        """Whether people can work here on the shift that begins on a day."""
        return self.names(shift) and bool(self.working(shift, day))

    def reaches_next_day(self, shift: Shift, day: int) -> bool:
        """Whether there is work on the day after the one on which the shift begins."""
        return any(end > (day + 1) * DAY_S for _, end in self.working(shift, day))

    def collects(self, collection: Collection, day: int) -> bool:
        """Whether a collection comes on a day, by its calendar and the opening of the site.

        A vehicle at closing time still comes. At midnight it belongs to the day that ends, unless
        that was open round the clock.
        """
        if day in collection.off:
            return False
        if not self.hours:
            return True
        at_s, today, before = collection.at_s, self.opening_on(day), self.opening_on(day - 1)
        late = before[0] <= at_s + DAY_S <= before[1] and before[1] - before[0] < DAY_S
        return late or (today != CLOSED and today[0] <= at_s <= today[1])

    def process(self, name: str) -> Process:
        """The process called `name`; KeyError when the site has none."""
        for process in self.processes:
            if process.name == name:
                return process
        raise KeyError(name)
