"""From required headcounts to bookings, shifts and places, within the limits on people.

Days of work, hours of a week, rest, the skills and days of named people, and the mix of permanent
and temporary people are met while people are placed. Any other labour rule is left to the checks:
`rules_of_thumb` lowers the headcounts until they pass. Where even the least people of every shift
cannot be had, the plan breaks that rule, and the check names it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.crew_days import crew_days
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.named_staff import (
    REST_DATES,
    WEEK,
    limit_of_week_s,
    match,
    stretches,
    too_close,
)
from planner.domain.problem import Problem
from planner.domain.records import Mask
from planner.domain.site import Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.planning.heuristics.crew_mix import (
    DayMix,
    Need,
    TemporaryCaps,
    least_people,
    limits_temporaries,
)
from planner.planning.heuristics.proportions import by_need, largest_remainder
from planner.planning.labour.skills import able_people


@dataclass(frozen=True)
class SiteCrews:
    """The crews of a site, and how a spreadsheet would put them to work."""

    problem: Problem
    site: Site

    def rows_for(self, needed: Floats) -> tuple[StaffRow, ...]:
        """Rows that bring the needed people, permanent people first, then temporaries.

        `needed` is [process, shift, day] with the shifts of `shifts()`, rounded up. Temporaries
        stay for at least their shortest booking; permanent people fill what is left of the day.
        Nobody works two shifts with too little rest between them if a later shift can do. Every
        shift gets its least people first, and no more temporaries are booked than the permanent
        people of their shifts allow.
        """
        least = least_people(self.problem, self.site, self.shifts())
        wanted = np.maximum(np.ceil(needed - 1e-9).astype(np.int64) * self.worked(), least)
        need = self._within_stations(wanted, least)
        caps = TemporaryCaps.none(need.shape[2])
        while True:
            rows, mixes = self._placed(need, least, caps)
            lower = caps.lowered(mixes)
            if lower is None:
                return _merged(rows)
            caps = lower

    def _placed(
        self, need: Ints, least: Ints, caps: TemporaryCaps
    ) -> tuple[list[StaffRow], list[DayMix]]:
        """Rows within the caps on temporaries, and the mix of people of each day."""
        crews = [c for c in self.problem.crews if c.site == self.site.name]
        booked = self._bookings(need.sum(axis=1), crews, caps)
        _, shifts, days = need.shape
        worked: dict[tuple[str, int | None], Ints] = defaultdict(
            lambda: np.zeros((days, shifts), dtype=np.int64)
        )  # people of each crew and booking day
        rows: list[StaffRow] = []
        mixes = [DayMix.empty(self.site.processes, shifts) for _ in range(days)]
        worked_on = self.worked()
        for day, mix in enumerate(mixes):
            open_now = worked_on[:, day]
            left = Need(need[:, :, day].copy(), least[:, :, day].copy())
            for crew, since, people in self._there(day, crews, booked[day]):
                own, starting = self._own(crew, since), crew.ramps_up and since == day
                wanted, so_far = people, worked[crew.name, own]
                if not crew.temporary:
                    wanted = min(people, int(left.people[self._able(crew)].sum()))
                room = self._rested(crew, day, _of(booked, crew, own), so_far)
                room -= np.cumsum(so_far[day])
                allowed = mix.room(starting=starting) if crew.temporary else None
                there = left.within(allowed).of_shifts(open_now)
                placed = np.zeros_like(left.people)
                placed[:, open_now] = self._place(crew, wanted, there, room[open_now])
                left.take(placed)
                placed = self._fitting(crew, day, placed)
                mix.add(placed, temporary=crew.temporary, starting=starting)
                so_far[day] += placed.sum(axis=0)
                rows += self._rows(placed, day, crew, since)
        return rows, mixes

    def _there(
        self, day: int, crews: list[Crew], booked: list[tuple[Crew, int, int]]
    ) -> list[tuple[Crew, int, int]]:
        """(crew, since, people) who are there on a day, in the order in which they are placed.

        Permanent people fill what temporaries leave; they come first where they limit the
        temporaries.
        """
        own = [(c, LONG_AGO, self._available(c, day)) for c in crews if not c.temporary]
        return [*own, *booked] if limits_temporaries(self.site) else [*booked, *own]

    def shifts(self) -> list[Shift]:
        """Regular shifts of the site by start: whoever works late today can start late tomorrow."""
        there = [s for s in self.problem.shifts if not s.extends and self.site.works_in(s)]
        return sorted(there, key=lambda s: (s.start_s, s.name))

    def worked(self) -> Mask:
        """Whether each of `shifts()` is worked on a day [shift, day]."""
        shifts, days = self.shifts(), range(self.problem.horizon.days)
        worked = [[bool(self.site.working(s, day)) for day in days] for s in shifts]
        return np.array(worked, dtype=bool).reshape(len(shifts), len(days))

    def evenly(self, needed: Floats) -> Ints:
        """People per day spread over the shifts that are worked [process, shift, day].

        `needed` is [process, day], rounded up; the early shifts get what is left over.
        """
        worked = self.worked()
        before = np.concatenate([np.zeros((1, worked.shape[1]), int), np.cumsum(worked, axis=0)])
        whole: Ints = np.ceil(needed - 1e-9).astype(np.int64)
        upto = -(-whole[:, None, :] * before // np.maximum(before[-1], 1))
        return np.asarray(np.diff(upto, axis=1))

    def _within_stations(self, need: Ints, least: Ints) -> Ints:
        """What the stations hold at any moment of a day.

        Shifts that overlap share them in proportion, beyond the least people of each.
        """
        shifts = self.shifts()
        need = need.copy()
        for p, process in enumerate(self.site.processes):
            for begins in shifts:
                meet = [k for k, s in enumerate(shifts) if _at_work(s, begins.start_s)]
                for day in np.flatnonzero(need[p, meet].sum(axis=0) > process.stations):
                    sure = least[p, meet, day]
                    sure = sure if sure.sum() <= process.stations else np.zeros_like(sure)
                    more = (need[p, meet, day] - sure).astype(float)
                    rest = largest_remainder(process.stations - int(sure.sum()), more)
                    need[p, meet, day] = sure + rest
        return need

    def _able(self, crew: Crew) -> Ints:
        return np.array(
            [p for p, process in enumerate(self.site.processes) if crew.may_do(process.name)],
            dtype=np.int64,
        )

    def _available(self, crew: Crew, day: int) -> int:
        """Permanents on a day such that their days off and their hours work out in every week."""
        there = self.problem.members(crew).there(day, day)
        longest_s = max((s.paid_s for s in self.shifts()), default=HOUR_S)
        limits = [*stretches(crew), (WEEK, min(WEEK, limit_of_week_s(crew) // longest_s))]
        spans = [(self._most_days(crew, length), int(most)) for length, most in limits]
        return min(there * min(most, span) // span for span, most in spans)

    def _most_days(self, crew: Crew, length: int) -> int:
        """Days of work in any so many days in a row, at most."""
        on, days = crew_days(self.problem, crew), self.problem.horizon.days
        firsts = range(max(days - length + 1, 1))
        return max(1, *(len(on.within(a, min(a + length, days) - 1)) for a in firsts))

    def _bookings(
        self, need: Ints, crews: list[Crew], caps: TemporaryCaps
    ) -> list[list[tuple[Crew, int, int]]]:
        """(crew, since, people) on the books of each day."""
        days = need.shape[1]
        booked: list[list[tuple[Crew, int, int]]] = [[] for _ in range(days)]
        left = need.copy()
        for crew in (c for c in crews if not c.temporary):
            for day in range(days):
                _take(left[:, day], self._able(crew), self._available(crew, day))
        for crew in (c for c in crews if c.temporary):
            wanted = np.minimum(left[self._able(crew)].sum(axis=0), crew.limit)
            found = self._cohorts(crew, np.minimum(wanted, caps.people), caps)
            caps = caps.without(found, crew.ramps_up)
            for day, cohorts in enumerate(found):
                booked[day] += [(crew, since, people) for since, people in cohorts]
                _take(left[:, day], self._able(crew), sum(people for _, people in cohorts))
        return booked

    def _cohorts(
        self, crew: Crew, wanted: Ints, caps: TemporaryCaps
    ) -> list[list[tuple[int, int]]]:
        """(since, people) on the books of each day.

        Hire when short; release whoever has stayed long enough when there are too many, or when too
        few people are available for the whole booking; and whoever has stayed as long as people
        may.
        """
        members, on = self.problem.members(crew), crew_days(self.problem, crew)
        last_day, first = len(wanted) - 1, 0
        if self.problem.planned_on is not None:
            first = max(self.problem.horizon.day_of(self.problem.planned_on) + crew.notice_days, 0)
        books: list[list[int]] = []
        found: list[list[tuple[int, int]]] = []
        for day, want in enumerate(wanted):
            if not on.works(day):
                found.append([])
                continue
            books = [
                c for c in books if on.first_excess(crew, self.shifts(), c[0], day + 1) is None
            ]
            on_books = sum(n for _, n in books)
            # people beyond those wanted, or beyond those available since each day of booking
            excess = [on_books - int(want)]
            for since, _ in books:
                booked_by_then = sum(n for s, n in books if s <= since)
                excess.append(booked_by_then - members.there(since, day))
            over = max(excess)
            for cohort in books:
                if over > 0 and day > on.last_of(cohort[0], crew.min_days):
                    leaving = min(over, cohort[1])
                    cohort[1] -= leaving
                    over -= leaving
            end = on.last_of(day, max(crew.min_days, 1))
            if over < 0 and first <= day and end <= last_day:
                free = max(members.there(day, end) - sum(n for _, n in books), 0)
                books.append([day, min(-over, free, caps.free(crew, on, day, books))])
            books = [cohort for cohort in books if cohort[1] > 0]
            found.append([(since, people) for since, people in books])
        return found

    def _rested(
        self, crew: Crew, day: int, booked: list[list[tuple[int, int]]], worked: Ints
    ) -> Ints:
        """People of a crew who may be in the first k shifts of a day together [shift].

        Not those who have had too little rest since an earlier day when the k-th begins. `booked`:
        temporaries on the books of each day as (since, people); `worked`: people of each shift
        [day, shift].
        """
        shifts = self.shifts()
        room = np.full(worked.shape[1], self._people_in(crew, day, day, booked))
        tired = np.zeros_like(room)
        for dates in range(1, min(REST_DATES, day) + 1):
            close = np.zeros((len(shifts), len(shifts)), dtype=np.int64)  # [later, earlier]
            for later, earlier in np.ndindex(close.shape):
                close[later, earlier] = too_close(
                    shifts[earlier], shifts[later], dates, crew.min_rest_hours
                )
            not_rested: Ints = close @ worked[day - dates]
            tired += not_rested
            people = self._people_in(crew, day - dates, day, booked)
            room = np.where(not_rested > 0, np.minimum(room, people - tired), room)
        return room

    def _own(self, crew: Crew, since: int) -> int | None:
        """Booking day of those who share their places; None: the whole crew shares them."""
        shared = not crew.temporary or self.problem.members(crew).named
        return None if shared else since

    def _people_in(
        self, crew: Crew, first: int, last: int, booked: list[list[tuple[int, int]]]
    ) -> int:
        """How many different people of a crew there are from one day to another."""
        if not crew.temporary:
            return self.problem.members(crew).any_day(first, last)
        on = [(day, since, n) for day in range(first, last + 1) for since, n in booked[day]]
        return sum(n for day, since, n in on if day in (first, since))

    def _place(self, crew: Crew, people: int, left: Need, room: Ints) -> Ints:
        """People of a crew by [process, shift], in proportion to what is still needed.

        Where the early shifts have no room for them, later ones take them; permanent people whom
        no shift has room for stay at home.
        """
        able, placed = self._able(crew), np.zeros_like(left.people)
        if placed[able].size == 0 or people <= 0:
            return placed
        placed[able] = left.shared(people, able)
        for k in range(len(room) - 1):
            over = min(int(placed[:, : k + 1].sum() - room[k]), int(placed[:, k].sum()))
            if over > 0:
                later = largest_remainder(over, placed[:, k].astype(float))
                placed[:, k] -= later
                placed[:, k + 1] += later
        over = min(int(placed.sum() - room[-1]), int(placed[:, -1].sum()))
        if over > 0 and not crew.temporary:
            placed[:, -1] -= largest_remainder(over, placed[:, -1].astype(float))
        return placed

    def _fitting(self, crew: Crew, day: int, placed: Ints) -> Ints:
        """The same people where those with a name are available and can do the work.

        Permanent people who find no place stay at home, temporaries are moved where they can work.
        """
        members = self.problem.members(crew)
        if not members.named:
            return placed
        shifts = self.shifts()
        cells = {
            (p.name, s.name): (i, h)
            for i, p in enumerate(self.site.processes)
            for h, s in enumerate(shifts)
            if self.site.working(s, day)
        }
        needed = {cell: int(placed[at]) for cell, at in cells.items()}
        able = able_people(self.problem, members, day, [c for c in cells if crew.may_do(c[0])])
        given = match(able, needed)
        left = {cell: n - sum(at == cell for at in given.values()) for cell, n in needed.items()}
        spare = iter([cells[able[who][0]] for who in able if able[who] and who not in given])
        fitted = placed.copy()
        for _ in range(sum(left.values()) - members.unnamed):
            most = max(left, key=lambda cell: left[cell])
            left[most] -= 1
            fitted[cells[most]] -= 1
            where = next(spare, None) if crew.temporary else None
            if where is not None:
                fitted[where] += 1
        return fitted

    def _rows(self, placed: Ints, day: int, crew: Crew, since: int) -> list[StaffRow]:
        """Rows of people placed by [process, shift]."""
        shifts = self.shifts()
        return [
            StaffRow(
                day=day,
                site=self.site.name,
                process=self.site.processes[p].name,
                crew=crew.name,
                shift=shifts[h].name,
                since_day=since,
                headcount=int(n),
            )
            for (p, h), n in np.ndenumerate(placed)
            if n > 0
        ]


def _of(
    booked: list[list[tuple[Crew, int, int]]], crew: Crew, own: int | None
) -> list[list[tuple[int, int]]]:
    """(since, people) of a crew on the books of each day; of one booking day unless it is None."""
    return [
        [(since, n) for c, since, n in of_day if c is crew and own in (None, since)]
        for of_day in booked
    ]


def _at_work(shift: Shift, second: int) -> bool:
    """Whether a shift is on at that second of the day, be it yesterday's."""
    return any(shift.start_s <= second + earlier < shift.end_s for earlier in (0, DAY_S))


def _take(left: Ints, able: Ints, people: int) -> None:
    """Take people off what is needed, in place."""
    left[able] -= by_need(min(people, int(left[able].sum())), left[able])


def _merged(rows: list[StaffRow]) -> tuple[StaffRow, ...]:
    """Rows of the same place and people added up, in canonical order."""
    total: Counter[StaffRow] = Counter()
    for row in rows:
        total[replace(row, headcount=0)] += row.headcount
    return tuple(replace(row, headcount=n) for row, n in sorted(total.items()))
