"""Paid hours in a week, and how long a booking of temporaries may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.business_limits import HOURS, PERMANENT_PEOPLE, people_of
from planner.domain.crew_days import crew_days
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.named_staff import (
    WEEK,
    Members,
    Person,
    limit_of_week_s,
    most_paid_s,
)
from planner.domain.plan import Violation
from planner.domain.problem import Problem
from planner.domain.roster import RosterRow
from planner.domain.wording import counted
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.crew_variables import (
    CrewVariables,
    booked_in_window,
    existing,
    limit_on_crew,
)
from planner.planning.labour.rule import CrewPlaces, LabourRule, RosterLimit, in_words
from planner.planning.labour.staffing_rows import first_days, sharing
from planner.planning.milp.builder import Limit, MilpBuilder, Term
from planner.planning.wording import on_day

PARTS = (1, 2, 3)  # of the week's hours that `packings` rounds shifts to


class WorkingHours(LabourRule):
    """In any seven days no more paid hours than all people may work, in whole shifts.

    Where shifts differ in length, whole shifts must also pack: sums of `packings` over all shifts
    <= what one person can have x people.

    Permanent people: paid hours of their shifts in the week <= sum over people of the most hours
    that fit into their free days. Temporaries: <= those on the books in the week x the most hours
    of a person; and no booking is longer than hours and days in a row allow.
    """

    limits = (HOURS, PERMANENT_PEOPLE)

    def add_rows(
        self, milp: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
    ) -> None:
        """Bookings first, then weeks; neither where nothing limits them.

        Parameters
        ----------
        milp, problem, team, members
            As in `LabourRule.add_rows`.
        """
        if team.crew.temporary:
            _limit_bookings(milp, team)
        if team.crew.max_hours_per_week is not None:
            _limit_weeks(milp, problem, team, members)

    def check(self, problem: Problem, crew: Crew, rows: list[StaffRow]) -> Iterator[Violation]:
        """Length of every booking, and hours worked in every week.

        Parameters
        ----------
        problem, crew, rows
            As in `LabourRule.check`.
        """
        shifts = [s for s in problem.shifts if _works(problem, crew, s)]
        if crew.temporary:
            yield from _too_long(problem, crew, shifts, rows)
        if crew.max_hours_per_week is None or not shifts:
            return
        lengths = [s.paid_s for s in shifts]
        for group in sharing(problem.members(crew), rows):
            yield from _overworked(problem, crew, lengths, group)

    def check_person(
        self, problem: Problem, person: Person, rows: list[RosterRow]
    ) -> Iterator[Violation]:
        """Paid hours of one person in every week.

        Parameters
        ----------
        problem, person, rows
            As in `LabourRule.check_person`.
        """
        crew = problem.crew(person.site, person.crew)
        for first in sorted({row.day for row in rows}):
            week = [row for row in rows if first <= row.day < first + WEEK]
            hours = sum(problem.shift(row.shift).paid_s for row in week) / HOUR_S
            if hours * HOUR_S > limit_of_week_s(crew):
                when = f"{counted(hours, 'hour')} in the week from {on_day(problem, first)}"
                words = f"{in_words(person)}: {when}, {crew.max_hours_per_week:g} allowed"
                yield Violation("limit_worked_hours", words)

    def roster_limits(self, places: CrewPlaces, able: Sequence[int]) -> Iterator[RosterLimit]:
        """Paid seconds in any seven days, in whole shifts."""
        lengths = [s.paid_s for s in places.shifts.values()]
        if limit_of_week_s(places.crew) >= WEEK * max(lengths):
            return
        most_s = most_paid_s(places.crew, lengths, WEEK)
        for first in first_days(places.problem, places.rows, WEEK):
            worked = places.within(able, first, WEEK)
            if worked:
                paid_s = {i: places.shifts[places.rows[i].shift].paid_s for i in worked}
                yield RosterLimit(paid_s, most_s)

    def allows(self, crew: Crew, worked: Mapping[int, Shift], day: int, shift: Shift) -> bool:
        """The shift fits into the hours of the seven days that end with it.

        Parameters
        ----------
        crew, worked, day, shift
            As in `LabourRule.allows`.
        """
        seconds = sum(worked[d].paid_s for d in worked if d > day - WEEK)
        return seconds + shift.paid_s <= limit_of_week_s(crew)


def packings(crew: Crew, lengths: Sequence[int]) -> list[tuple[dict[int, int], int]]:
    """Weights of shifts by length, and the largest sum of weights that fits into a person's week.

    None where all shifts are as long: hours then say it all. 2 people with 16 h cannot work 8 + 10
    + 10 h: with weights 1 for 8 h and 2 for 10 h nobody can have more than 2.

    References
    ----------
    Fekete, Schepers (2001), doi 10.1007/s101070100243: dual feasible functions for bin packing.
    """
    limit, found = limit_of_week_s(crew), []
    if len(set(lengths)) < 2 or limit >= WEEK * max(lengths):
        return []
    for k in PARTS:
        weights = {}
        for length in sorted(set(lengths)):
            whole, rest = divmod((k + 1) * length, int(limit))
            weights[length] = (k + 1) * whole if rest else k * whole
        found.append((weights, k * (k + 1)))
    return found


def _overworked(
    problem: Problem, crew: Crew, lengths: list[int], rows: list[StaffRow]
) -> Iterator[Violation]:
    """Weeks in which people who share these places have too many hours, or shifts that do not fit.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    crew : Crew
        The crew.
    lengths : list of int
        Paid seconds of the shifts there are.
    rows : list of StaffRow
        The places.
    """
    span = min(problem.horizon.days, WEEK)
    for first in first_days(problem, rows, span):
        week = [r for r in rows if first <= r.day < first + span]
        worked_s = sum(r.headcount * problem.shift(r.shift).paid_s for r in week)
        if crew.temporary:
            allowed_s = _joining(problem, crew, week, first) * most_paid_s(crew, lengths, span)
        else:
            allowed_s = problem.members(crew).seconds_of_week(first, span, lengths)
        if worked_s > allowed_s:
            when = f"in the week from {on_day(problem, first)}"
            hours = (
                f"{counted(worked_s / HOUR_S, 'hour')} worked {when}, "
                f"{allowed_s / HOUR_S:g} allowed"
            )
            yield Violation("limit_worked_hours", f"{crew.name} people at {crew.site}: {hours}")
        else:
            yield from _unpacked(problem, crew, lengths, (first, week))


def _unpacked(
    problem: Problem, crew: Crew, lengths: list[int], stretch: tuple[int, list[StaffRow]]
) -> Iterator[Violation]:
    """Whether the shifts of a week, whole as they are, fit into the hours of the people.

    Shifts that the crew does not work are another rule's to name.
    """
    (first, week), members = stretch, problem.members(crew)
    people = members.any_day(first, first + min(problem.horizon.days, WEEK) - 1)
    if crew.temporary:
        people = min(people, _joining(problem, crew, week, first))
    paid = [(row.headcount, problem.shift(row.shift).paid_s) for row in week]
    for weights, most in packings(crew, lengths):
        if sum(n * weights.get(paid_s, 0) for n, paid_s in paid) > most * people:
            hours = " and ".join(f"{s / HOUR_S:g}" for s in sorted({s for _, s in paid}))
            shifts = counted(sum(n for n, _ in paid), "shift")
            words = (
                f"{crew.name} people at {crew.site}: {shifts} of {hours} "
                f"hours in the week from {on_day(problem, first)} do not fit into "
                f"{crew.max_hours_per_week:g} hours for each of {people}"
            )
            yield Violation("limit_worked_hours", words)
            return


def _limit_bookings(milp: MilpBuilder, team: CrewVariables) -> None:
    """No booking is longer than the hours and the days in a row of one person allow."""
    ends = [team.on.first_excess(team.crew, team.shifts, s, team.days) for s in range(team.days)]
    last_columns = [team.books[s, end] for s, end in enumerate(ends) if end is not None]
    too_long = np.array([column for column in last_columns if column >= 0], dtype=np.int64)
    if all(end is None for end in ends):
        return
    rows = np.arange(len(too_long))
    milp.constraints("limit_worked_hours", len(rows), [Term(rows, too_long)], upper=0.0)


def _limit_weeks(
    milp: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
) -> None:
    """Paid hours in any seven days."""
    span, lengths = min(team.days, WEEK), [s.paid_s for s in team.shifts]
    firsts = np.arange(max(team.days - WEEK + 1, 1))
    for weights, most in packings(team.crew, lengths):
        _limit_packing(milp, problem, team, [weights[s] for s in lengths], most)
    terms = _in_weeks(team, np.array(lengths) / HOUR_S)
    if team.crew.temporary:
        terms += booked_in_window(team, span, -most_paid_s(team.crew, lengths, span) / HOUR_S)
        milp.constraints("limit_worked_hours", len(firsts), terms, upper=np.zeros(len(firsts)))
        _limit_booking_days(milp, team)
        return
    upper = np.array(
        [members.seconds_of_week(int(first), span, lengths) / HOUR_S for first in firsts]
    )
    limit = partial(_limit, problem, team.crew, upper)
    milp.constraints("limit_worked_hours", len(firsts), terms, upper=upper, limit=limit)


def _limit_booking_days(milp: MilpBuilder, team: CrewVariables) -> None:
    """Hours of those booked from a day in any seven days: no more than they may work together."""
    if not team.works.size:
        return
    lengths = [s.paid_s for s in team.shifts]
    most = most_paid_s(team.crew, lengths, min(team.days, WEEK)) / HOUR_S
    since, first = np.nonzero(team.books >= 0)
    needed = first <= np.maximum(since, team.days - WEEK)  # later weeks hold fewer days
    since, first = since[needed], first[needed]
    row = np.arange(len(since))
    terms = [Term(row, team.books[since, first], -most)]
    for k in range(WEEK):
        inside = first + k < team.days
        for h, paid_s in enumerate(lengths):
            at = team.works[h, since[inside], first[inside] + k]
            terms.append(existing(row[inside], at, paid_s / HOUR_S))
    milp.constraints("limit_worked_hours", len(row), terms, upper=0.0)


def _in_weeks(team: CrewVariables, weights: Floats) -> list[Term]:
    """People at work in every week, times a weight of their shift; row = first day."""
    firsts = np.arange(max(team.days - WEEK + 1, 1))
    return [
        existing(
            firsts[None, None, :, None],
            team.head[:, :, k : k + len(firsts)],
            weights[None, :, None, None],
        )
        for k in range(min(team.days, WEEK))
    ]


def _limit_packing(
    milp: MilpBuilder, problem: Problem, team: CrewVariables, weights: list[int], most: int
) -> None:
    """Shifts of any seven days, in parts of what one person can have <= people."""
    span, weeks = min(team.days, WEEK), max(team.days - WEEK + 1, 1)
    terms = _in_weeks(team, np.array(weights) / most)
    if team.crew.temporary:
        terms += booked_in_window(team, span, -1.0)
        milp.constraints("limit_worked_hours", weeks, terms, upper=np.zeros(weeks))
        return
    members = problem.members(team.crew)
    there = [members.any_day(first, first + span - 1) for first in range(weeks)]
    upper = np.array(there, dtype=float)
    limit = partial(_limit_of_packing, problem, team.crew, upper)
    milp.constraints("limit_worked_hours", weeks, terms, upper=upper, limit=limit)


def _limit(problem: Problem, crew: Crew, upper: Floats, first: int) -> Limit:
    on = on_day(problem, first)
    return limit_on_crew(
        problem,
        crew,
        HOURS,
        what=f"hours worked by {crew.name} people at {crew.site} in the week from {on}",
        allowed=upper[first],
        day=first,
    )


def _limit_of_packing(problem: Problem, crew: Crew, upper: Floats, first: int) -> Limit:
    on = on_day(problem, first)
    what = f"{crew.name} people at {crew.site} for whole shifts in the week from {on}"
    return limit_on_crew(problem, crew, people_of(crew), what=what, allowed=upper[first], day=first)


def _works(problem: Problem, crew: Crew, shift: Shift) -> bool:
    """Whether a crew works a shift at its site."""
    return crew.may_work(shift) and problem.site(crew.site).works_in(shift)


def _too_long(
    problem: Problem, crew: Crew, shifts: list[Shift], rows: list[StaffRow]
) -> Iterator[Violation]:
    """Bookings longer than one person may work on end."""
    on = crew_days(problem, crew)
    for since in sorted({r.since_day for r in rows}):
        last = max(r.day for r in rows if r.since_day == since)
        excess = on.first_excess(crew, shifts, since, last + 1)
        if excess is not None:
            who = f"{crew.name} people at {crew.site} booked from {on_day(problem, since)}"
            row = f"{counted(on.tenure(since, last + 1), 'day')} in a row"
            longest = on.tenure(since, excess)
            words = f"{who}: {row}, {longest} allowed by hours or days of work"
            yield Violation("limit_worked_hours", words)


def _joining(problem: Problem, crew: Crew, week: list[StaffRow], first: int) -> int:
    """Temporaries on the first day of work in a week, and those who start on a later one."""
    begins = crew_days(problem, crew).after(first - 1)
    return sum(r.headcount for r in week if r.day == max(begins, r.since_day))
