"""Rosters by hand: so many people per process and day become bookings, shifts and places, within the limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.domain.problem import Problem
from planner.domain.site import Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow


def largest_remainder(total: int, weights: Floats) -> Ints:
    """Whole numbers in proportion to the weights that add up to the total (ties: the first)."""
    if len(weights) == 0 or weights.sum() <= 0:
        return np.zeros(len(weights), dtype=np.int64)
    exact = total * weights / weights.sum()
    whole: Ints = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


@dataclass(frozen=True)
class SiteCrews:
    """The crews of a site, and how a spreadsheet would put them to work."""

    problem: Problem
    site: Site

    def rows_for(self, needed: Floats) -> tuple[StaffRow, ...]:
        """Rows that bring `needed` people [process, day] (rounded up), permanents first, then temporaries.

        Temporaries stay for at least their shortest booking; permanents fill what is left of the day.
        """
        need = np.minimum(np.ceil(needed - 1e-9).astype(np.int64), self._places()[:, None])
        crews = [c for c in self.problem.crews if c.site == self.site.name]
        booked = self._bookings(need, crews)
        rows: list[StaffRow] = []
        for day in range(need.shape[1]):
            left = need[:, day].copy()
            for crew, since, people in booked[day]:
                rows += self._place(crew, day, since, people, left)
            for crew in (c for c in crews if not c.temporary):
                people = min(self._available(crew), int(left[self._able(crew)].sum()))
                rows += self._place(crew, day, LONG_AGO, people, left)
        return _merged(rows)

    def _shifts(self) -> list[str]:
        """Shifts of the site by start: whoever works late today can start late tomorrow."""
        there = [s for s in self.problem.shifts if s.working(0, self.site.opening)]
        return [s.name for s in sorted(there, key=lambda s: (s.start_s, s.name))]

    def _places(self) -> Ints:
        """People a process can take in a day [process]: its stations in every shift, less where shifts overlap."""
        names = self._shifts()
        shifts = [self.problem.shift(n) for n in names]
        at_once = max((sum(a.start_s <= b.start_s < a.end_s for a in shifts) for b in shifts), default=1)
        return np.array([p.stations * len(names) // at_once for p in self.site.processes], dtype=np.int64)

    def _able(self, crew: Crew) -> Ints:
        return np.array(
            [p for p, process in enumerate(self.site.processes) if crew.may_do(process.name)], dtype=np.int64
        )

    def _available(self, crew: Crew) -> int:
        """Permanents on a day such that their days off work out in every week."""
        week = min(self.problem.horizon.days, 7)
        return crew.limit * min(crew.max_days_per_week, week) // week

    def _bookings(self, need: Ints, crews: list[Crew]) -> list[list[tuple[Crew, int, int]]]:
        """(crew, since, people) on the books of each day."""
        days = need.shape[1]
        booked: list[list[tuple[Crew, int, int]]] = [[] for _ in range(days)]
        left = need.copy()
        for crew in (c for c in crews if not c.temporary):
            for day in range(days):
                _take(left[:, day], self._able(crew), self._available(crew))
        for crew in (c for c in crews if c.temporary):
            wanted = np.minimum(left[self._able(crew)].sum(axis=0), crew.limit)
            for day, cohorts in enumerate(self._cohorts(crew, wanted)):
                booked[day] += [(crew, since, people) for since, people in cohorts]
                _take(left[:, day], self._able(crew), sum(people for _, people in cohorts))
        return booked

    def _cohorts(self, crew: Crew, wanted: Ints) -> list[list[tuple[int, int]]]:
        """(since, people) on each day: hire when short, let go who has stayed long enough when there are too many."""
        first = 0
        if self.problem.planned_on is not None:
            first = max(self.problem.horizon.day_of(self.problem.planned_on) + crew.notice_days, 0)
        books: list[list[int]] = []
        found: list[list[tuple[int, int]]] = []
        for day, want in enumerate(wanted):
            over = sum(n for _, n in books) - int(want)
            for cohort in books:
                if over > 0 and day >= cohort[0] + crew.min_days:
                    leaving = min(over, cohort[1])
                    cohort[1] -= leaving
                    over -= leaving
            if over < 0 and first <= day <= len(wanted) - max(crew.min_days, 1):
                books.append([day, -over])
            books = [cohort for cohort in books if cohort[1] > 0]
            found.append([(since, people) for since, people in books])
        return found

    def _place(self, crew: Crew, day: int, since: int, people: int, left: Ints) -> list[StaffRow]:
        """Spread people over shifts evenly and over processes by what is still needed (in place)."""
        able = self._able(crew)
        shifts = self._shifts()
        if not len(able) or not shifts or people <= 0:
            return []
        per_process = _by_need(people, left[able])
        left[able] = np.maximum(left[able] - per_process, 0)
        rows = []
        for p, count in zip(able, per_process, strict=True):
            upto = -(-int(count) * np.arange(len(shifts) + 1) // len(shifts))  # cumulated, the early shift first
            for name, n in zip(shifts, np.diff(upto), strict=True):
                if n > 0:
                    process = self.site.processes[p].name
                    rows.append(StaffRow(day, self.site.name, process, crew.name, name, since, int(n)))
        return rows


def _take(left: Ints, able: Ints, people: int) -> None:
    """Take people off what is needed, in place."""
    left[able] -= _by_need(min(people, int(left[able].sum())), left[able])


def _by_need(people: int, need: Ints) -> Ints:
    """People per process in proportion to the need; evenly where nothing is needed."""
    weights = need.astype(float) if need.sum() > 0 else np.ones(len(need))
    return largest_remainder(people, weights)


def _merged(rows: list[StaffRow]) -> tuple[StaffRow, ...]:
    """Rows of the same place and people added up, in canonical order."""
    total: dict[tuple[int, str, str, str, str, int], int] = {}
    for r in rows:
        key = (r.day, r.site, r.process, r.crew, r.shift, r.since_day)
        total[key] = total.get(key, 0) + r.headcount
    return tuple(StaffRow(*key, n) for key, n in sorted(total.items()))
