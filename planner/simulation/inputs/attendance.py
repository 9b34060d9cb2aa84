"""The servers of a replication: who came to work, how fast they are, and when they work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.crew_days import crew_days
from planner.domain.disruptions import absence, closures, outside
from planner.domain.horizon import Interval
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Mask
from planner.domain.under_way import Came
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.simulation.inputs.service_times import MICRO

_Place = tuple[int, str, str, str, str]  # day, site, process, crew, shift
_Rows = tuple[tuple[StaffRow, int], ...]  # rows of headcount 0, and how many people each has
# less rate, site, process, hours, crew, end of the hours that are paid
_Servers = tuple[int, str, str, tuple[Interval, ...], str, int]
KEPT_REPLICATIONS = 400  # whose teams are known
KEPT_TEAMS = 300  # of one replication: some hundred kilobytes at most
KEPT_ROWS = (
    50_000  # rows of replications drawn once for many plans: some tens of megabytes in each process
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerGroup:
    """Servers of the same site, process, speed and working hours.

    Attributes
    ----------
    site, process : str
        Where they work.
    rate : int
        Microseconds of standard work they do in a second.
    stretches : tuple of Interval
        Seconds in which they work, between breaks.
    people : int
        How many they are.
    crew : str
        Their crew, where the promotion pays hours after their shift: the site finishes tasks, and
        the shift began on a day of the promotion; else "".
    paid_until_s : int
        End of the work that their last shift pays, whether the site is open or not; 0 without crew.
    """

    site: str
    process: str
    rate: int
    stretches: tuple[Interval, ...]
    people: int
    crew: str = ""
    paid_until_s: int = 0


def servers_present(problem: Problem, plan: Plan, streams: Streams) -> list[ServerGroup]:
    """Everybody who comes to work (see `Attendance`).

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given and what is decided.
    streams : Streams
        Random streams of the replication; they decide who is absent.

    Returns
    -------
    list of ServerGroup
        In the order in which they take work: the fastest first, of equal speed by begin.
    """
    return attendance_of(problem, streams).servers(plan)


@lru_cache(maxsize=KEPT_REPLICATIONS)
def attendance_of(problem: Problem, streams: Streams) -> Attendance:
    """The attendance of a replication, the same for all plans that are simulated in it."""
    return Attendance(problem, streams)


class Attendance:
    """Who comes to work in one replication, for one plan after the other.

    People whose next shift begins in the second in which the last one ends continue their work:
    back-to-back shifts of one crew are one, so tasks in progress are not interrupted at midnight.
    People of speed 0 are as good as absent. Teams that plans have in common are worked out once.

    Parameters
    ----------
    problem : Problem
        What is given.
    streams : Streams
        Random streams of the replication; they decide who is absent.
    """

    def __init__(self, problem: Problem, streams: Streams) -> None:
        self._problem, self._streams = problem, streams
        self._teams: dict[_Rows, Counter[_Servers]] = {}
        self._stretches: dict[tuple[str, tuple[Interval, ...]], tuple[Interval, ...]] = {}

    def servers(self, plan: Plan) -> list[ServerGroup]:
        """Servers under a plan, in the order in which they take work."""
        count: Counter[_Servers] = Counter()
        for team in _teams(_as_they_came(self._problem, _planned(plan.staffing))):
            count.update(self._of_team(team))
        return [
            ServerGroup(
                site=site,
                process=process,
                rate=-rate,
                stretches=stretches,
                people=people,
                crew=crew,
                paid_until_s=paid_until_s,
            )
            for (rate, site, process, hours, crew, paid_until_s), people in sorted(count.items())
            if rate and (stretches := self._inside(site, hours))
        ]

    def _of_team(self, planned: _Rows) -> Counter[_Servers]:
        """Servers of the rows of one team."""
        found = self._teams.get(planned)
        if found is None:
            if len(self._teams) >= KEPT_TEAMS:
                self._teams.clear()  # most are of plans that were given up
            found = self._teams[planned] = self._present(planned)
        return found

    def _present(self, planned: Sequence[tuple[StaffRow, int]]) -> Counter[_Servers]:
        problem = self._problem
        rows = [(row, _present(problem, row, people, self._streams)) for row, people in planned]
        count: Counter[_Servers] = Counter()
        for row, hours, people in _working_on(problem, rows):
            rate = round(_hours_and_speed(problem, row)[1] * MICRO)
            crew, paid_until_s = "", 0
            if problem.site(row.site).finish == "task" and problem.horizon.reports(row.day):
                crew, paid_until_s = row.crew, problem.shift(row.shift).working(row.day)[-1][1]
            count[-rate, row.site, row.process, hours, crew, paid_until_s] += people
        return count

    def _inside(self, site: str, hours: tuple[Interval, ...]) -> tuple[Interval, ...]:
        """The part of the hours within the horizon and while the site is open."""
        found = self._stretches.get((site, hours))
        if found is None:
            end_s = self._problem.horizon.end_s
            stretches = [(max(a, 0), min(b, end_s)) for a, b in hours]
            found = tuple(outside(stretches, closures(self._problem, site)))
            self._stretches[site, hours] = found
        return found


@lru_cache(maxsize=8)  # a plan is simulated in one replication after the other
def _teams(rows: _Rows) -> tuple[_Rows, ...]:
    """Rows of each site, process, crew and shift: no row depends on another team's."""
    found: dict[tuple[str, str, str, str], list[tuple[StaffRow, int]]] = {}
    for row, people in rows:
        found.setdefault((row.site, row.process, row.crew, row.shift), []).append((row, people))
    return tuple(map(tuple, found.values()))


def _working_on(
    problem: Problem, rows: Sequence[tuple[StaffRow, int]]
) -> list[tuple[StaffRow, tuple[Interval, ...], int]]:
    """(row, hours, people) of a team; rows that follow each other without a pause are joined."""
    begun: dict[float, list[_Run]] = {}
    for row, people in rows:
        hours, speed = _hours_and_speed(problem, row)
        runs = begun.setdefault(speed, [])
        for run in [r for r in runs if hours and r.hours[-1][1] == hours[0][0]]:
            staying = min(run.people, people)
            if staying:
                runs.append(
                    _Run(
                        row, (*run.hours[:-1], (run.hours[-1][0], hours[0][1]), *hours[1:]), staying
                    )
                )
                run.people -= staying
                people -= staying
        if people and hours:
            runs.append(_Run(row, hours, people))
    return [(r.row, r.hours, r.people) for runs in begun.values() for r in runs if r.people]


@lru_cache(maxsize=4096)  # the same in every replication
def _hours_and_speed(problem: Problem, row: StaffRow) -> tuple[tuple[Interval, ...], float]:
    """When the people of a row work, and their speed by the days that they have been there."""
    hours = problem.site(row.site).working(problem.shift(row.shift), row.day)
    crew = problem.crew(row.site, row.crew)
    speed = crew.speed(crew_days(problem, crew).tenure(row.since_day, row.day))
    return tuple(hours), speed


@dataclass(slots=True)
class _Run:
    """`people` of a row, and the hours in which they work without having changed."""

    row: StaffRow
    hours: tuple[Interval, ...]
    people: int


@lru_cache(maxsize=8)  # a plan is simulated in one replication after the other
def _planned(staffing: tuple[StaffRow, ...]) -> _Rows:
    """Rows in order, those that differ in nothing but headcount put together."""
    count: Counter[StaffRow] = Counter()
    for row in staffing:
        count[replace(row, headcount=0)] += row.headcount
    return tuple(sorted(count.items()))


def _place(row: StaffRow | Came) -> _Place:
    return row.day, row.site, row.process, row.crew, row.shift


@lru_cache(maxsize=8)
def _came(came: tuple[Came, ...]) -> dict[_Place, int]:
    """Who came, by place."""
    return {_place(each): each.people for each in came}


def _as_they_came(problem: Problem, planned: _Rows) -> _Rows:
    """(row, people) in order; where it is known who came, those, the longest there first."""
    known = _came(problem.came)
    if not known:
        return planned
    left, found = dict(known), []
    for row, headcount in planned:
        place = _place(row)
        people = headcount if place not in known else min(headcount, left[place])
        if place in known:
            left[place] -= people
        found.append((row, people))
    for (day, site, process, crew, shift), people in left.items():
        since = day if problem.crew(site, crew).temporary else LONG_AGO
        row = StaffRow(
            day=day,
            site=site,
            process=process,
            crew=crew,
            shift=shift,
            since_day=since,
            headcount=0,
        )
        found.append((row, people))
    return tuple(sorted((row, people) for row, people in found if people))


def _present(problem: Problem, row: StaffRow, headcount: int, streams: Streams) -> int:
    """How many of a row's people come; each has a random number, whatever the headcount."""
    if _place(row) in _came(problem.came):
        return headcount
    chance = absence(problem, row.site, row.crew, problem.shift(row.shift), row.day)
    unfilled = problem.crew(row.site, row.crew).unfilled
    if chance <= 0 and unfilled <= 0:
        return headcount
    drawn = 1 << headcount.bit_length()  # for headcounts to come, too
    comes = _who_comes(streams, row, chance, drawn)[:headcount]
    if unfilled > 0:  # the same people on every day of a booking
        booking = replace(row, day=row.since_day)
        comes = comes & _who_is_sent(streams, booking, unfilled, drawn)[:headcount]
    return int(np.count_nonzero(comes))


@lru_cache(maxsize=KEPT_ROWS)
def _who_comes(streams: Streams, row: StaffRow, chance: float, people: int) -> Mask:
    """Of the row's first people, each."""
    rng = streams.rng("absence", row.site, row.process, row.crew, row.shift, row.day, row.since_day)
    return np.asarray(rng.random(people) >= chance)


@lru_cache(maxsize=KEPT_ROWS)
def _who_is_sent(streams: Streams, booking: StaffRow, chance: float, people: int) -> Mask:
    """Of the first people booked for a place, each."""
    name = (booking.site, booking.process, booking.crew, booking.shift, booking.since_day)
    return np.asarray(streams.rng("unfilled", *name).random(people) >= chance)


def after_hours(problem: Problem, groups: Sequence[ServerGroup], seconds: Ints) -> Ints:
    """Work after hours by process and crew, of shifts that begin in the promotion's own days.

    Parameters
    ----------
    problem : Problem
        Gives the order of processes and crews.
    groups : sequence of ServerGroup
        The servers.
    seconds : Ints
        Seconds that each group worked beyond its paid hours [group].

    Returns
    -------
    Ints
        Seconds [process, crew].
    """
    total = np.zeros((len(problem.process_names), len(problem.crews)), dtype=np.int64)
    for k in np.flatnonzero(seconds).tolist():
        group = groups[k]
        if not group.crew:
            continue
        crew = problem.crews.index(problem.crew(group.site, group.crew))
        total[problem.process_names.index(group.process), crew] += seconds[k]
    return total


def present_seconds(problem: Problem, groups: Sequence[ServerGroup]) -> Ints:
    """Seconds of people on duty [site, process, bucket], processes as in the problem."""
    horizon, sites, processes = problem.horizon, problem.site_names, problem.process_names
    on_duty = [
        (sites.index(group.site), processes.index(group.process), start, end, group.people)
        for group in groups
        for start, end in group.stretches
    ]
    site, process, start, end, people = np.array(on_duty, dtype=np.int64).reshape(-1, 5).T
    second, change = np.concatenate([start, end]), np.concatenate([people, -people])
    bucket = second // horizon.bucket_s
    where = np.tile(site, 2), np.tile(process, 2), bucket
    changes = np.zeros((len(sites), len(processes), horizon.buckets + 1), dtype=np.int64)
    present = np.zeros_like(changes)
    np.add.at(changes, where, change)
    np.add.at(present, where, change * ((bucket + 1) * horizon.bucket_s - second))
    present += (
        np.cumsum(changes, axis=2) - changes
    ) * horizon.bucket_s  # of those who were there before the bucket
    return present[:, :, :-1]
