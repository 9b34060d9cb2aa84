"""Least people of every shift, and how many temporaries its permanent people allow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.crew_days import CrewDays
from planner.domain.disruptions import open_work
from planner.domain.horizon import Shift
from planner.domain.problem import Problem
from planner.domain.records import Mask
from planner.domain.site import Process, Site
from planner.domain.workforce import Crew
from planner.planning.heuristics.proportions import by_need, largest_remainder

ANY = 10**9  # people: no limit
_ROUNDED = 1e-9


def least_people(problem: Problem, site: Site, shifts: list[Shift]) -> Ints:
    """`min_people` of every process in every shift that the site works.

    Parameters
    ----------
    problem : Problem
        Its days and disruptions.
    site : Site
        The site.
    shifts : list of Shift
        Regular shifts of the site.

    Returns
    -------
    Ints
        People [process, shift, day], 0 while the site is closed.
    """
    days = problem.horizon.days
    worked = np.array(
        [[bool(open_work(problem, site, s, d)) for d in range(days)] for s in shifts],
        dtype=np.int64,
    ).reshape(len(shifts), days)
    least = np.array([p.min_people for p in site.processes], dtype=np.int64)
    return np.asarray(least[:, None, None] * worked)


@dataclass(frozen=True, eq=False)
class TemporaryCaps:
    """Temporaries of a site, and those who start, that a day takes at most [day].

    They are lowered until every shift has permanent people enough for its temporaries.
    """

    people: Ints
    starters: Ints

    @classmethod
    def none(cls, days: int) -> TemporaryCaps:
        """No cap on any day."""
        return cls(np.full(days, ANY, dtype=np.int64), np.full(days, ANY, dtype=np.int64))

    def free(self, crew: Crew, on: CrewDays, day: int, books: list[list[int]]) -> int:
        """People of a crew who may start on a day, for all days of its shortest booking.

        Parameters
        ----------
        crew : Crew
            The crew.
        on : CrewDays
            Days on which it can work.
        day : int
            The day.
        books : list of [since, people]
            Its people on the books already.

        Returns
        -------
        int
            People.
        """
        most, shortest = int(self.starters[day]) if crew.ramps_up else ANY, max(crew.min_days, 1)
        for at in on.within(day, min(on.last_of(day, shortest), len(self.people) - 1)):
            staying = sum(n for since, n in books if at == day or at <= on.last_of(since, shortest))
            most = min(most, int(self.people[at]) - staying)
        return max(most, 0)

    def lowered(self, mixes: list[DayMix]) -> TemporaryCaps | None:
        """Lower caps for the days that have too many temporaries; None where no day has."""
        people, starters = self.people.copy(), self.starters.copy()
        for day, mix in enumerate(mixes):
            too_many, too_many_starters = mix.too_many()
            if too_many:
                left = max(int(mix.temporary.sum()) - too_many, 0)
                people[day] = min(people[day], left)
            if too_many_starters:
                left = max(int(mix.starting.sum()) - too_many_starters, 0)
                starters[day] = min(starters[day], left)
        same = (people == self.people).all() and (starters == self.starters).all()
        return None if same else TemporaryCaps(people, starters)

    def without(self, booked: list[list[tuple[int, int]]], ramps_up: bool) -> TemporaryCaps:
        """What is left after a crew whose (since, people) are on the books of each day.

        Parameters
        ----------
        booked : list
            (since, people) of each day.
        ramps_up : bool
            Whether those who start count as starters.

        Returns
        -------
        TemporaryCaps
            The lower caps.
        """
        there = np.array([sum(n for _, n in day) for day in booked], dtype=np.int64)
        starting = np.array(
            [sum(n for since, n in of if since == day) for day, of in enumerate(booked)],
            dtype=np.int64,
        )
        return TemporaryCaps(self.people - there, self.starters - starting * ramps_up)


@dataclass(frozen=True, eq=False)
class DayMix:
    """Permanent people, temporaries and starters of a day [process, shift], while they are placed.

    Attributes
    ----------
    processes : tuple of Process
        Processes of the site, with their limits.
    permanent, temporary, starting : array of int
        People placed so far; starters are among the temporaries.
    """

    processes: tuple[Process, ...]
    permanent: Ints
    temporary: Ints
    starting: Ints

    @classmethod
    def empty(cls, processes: tuple[Process, ...], shifts: int) -> DayMix:
        """Nobody yet."""
        return cls(processes, *(np.zeros((len(processes), shifts), np.int64) for _ in range(3)))

    def add(self, placed: Ints, *, temporary: bool, starting: bool) -> None:
        """Count people who are placed, in place.

        Parameters
        ----------
        placed : Ints
            People [process, shift].
        temporary, starting : bool
            Whether they are temporaries, and on the first day of their ramp-up.
        """
        count = self.temporary if temporary else self.permanent
        count += placed
        if starting:
            self.starting[:] += placed

    def room(self, *, starting: bool) -> Ints:
        """Temporaries that each place still takes; negative where it has too many."""
        room = self._allowed("share") - self.temporary
        if starting:
            room = np.minimum(room, self._allowed("starters") - self.starting)
        return np.asarray(room)

    def too_many(self) -> tuple[int, int]:
        """Temporaries, and starters, beyond what the places take."""
        people = np.maximum(self.temporary - self._allowed("share"), 0).sum()
        starters = np.maximum(self.starting - self._allowed("starters"), 0).sum()
        return int(people), int(starters)

    def _allowed(self, limit: str) -> Ints:
        """Temporaries, or starters, that the permanent people of each place allow."""
        each = np.array([_per_permanent(process)[limit] for process in self.processes])
        allowed = np.floor(self.permanent * np.minimum(each, ANY)[:, None] + _ROUNDED)
        return np.where(np.isinf(each)[:, None], ANY, allowed).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Need:
    """People still needed on a day [process, shift].

    Attributes
    ----------
    people, least : array of int
        People wanted, and of these the least that every shift has to have.
    room : array of int or None
        People that each place takes at most; None: any number.
    """

    people: Ints
    least: Ints
    room: Ints | None = None

    def within(self, room: Ints | None) -> Need:
        """The same need where places take no more than so many."""
        return replace(self, room=room)

    def take(self, placed: Ints) -> None:
        """Reduce the need by people who are placed, in place."""
        for left in (self.people, self.least):
            np.maximum(left - placed, 0, out=left)

    def of_shifts(self, shifts: Mask) -> Need:
        """The need of some shifts alone."""
        room = None if self.room is None else self.room[:, shifts]
        return Need(self.people[:, shifts], self.least[:, shifts], room)

    def shared(self, people: int, able: Ints) -> Ints:
        """People of a crew in the processes that it can do [process, shift].

        First where a shift lacks its least people, then in proportion to what is needed; people
        beyond that go where places have room.
        """
        wanted, least = self.people[able].ravel(), self.least[able].ravel()
        spare = None
        if self.room is not None:
            room = np.maximum(self.room[able].ravel(), 0)
            wanted, least = np.minimum(wanted, room), np.minimum(least, room)
            spare = np.maximum(room - wanted, 0)
        placed = largest_remainder(min(people, int(least.sum())), least.astype(float))
        more, rest = np.maximum(wanted - placed, 0), people - int(placed.sum())
        if spare is not None and rest > more.sum():
            placed, rest, more = placed + more, rest - int(more.sum()), spare
        return (placed + by_need(rest, more)).reshape(len(able), -1)


def _per_permanent(process: Process) -> dict[str, float]:
    """Temporaries, and starters, per permanent person at most; infinite without a limit."""
    share, starters = process.max_temporary_share, process.starters_per_permanent
    return {
        "share": share / (1.0 - share) if share < 1 else np.inf,
        "starters": np.inf if starters is None else starters,
    }


def limits_temporaries(site: Site) -> bool:
    """Whether any process of a site limits its temporaries by its permanent people."""
    return any(
        p.max_temporary_share < 1 or p.starters_per_permanent is not None for p in site.processes
    )
