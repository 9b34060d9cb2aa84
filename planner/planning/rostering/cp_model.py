"""The places of one crew as a CP-SAT model: who may fill which, and what a good roster is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from ortools.sat.python import cp_model

from planner.domain.horizon import Shift
from planner.domain.named_staff import Members, Person, is_night
from planner.domain.problem import Problem
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.rule import CrewPlaces
from planner.planning.labour.rules import RULES
from planner.planning.rostering.greedy import greedy_roster
from planner.planning.validation.bookings import Stay, booked, places_of

Expression = cp_model.LinearExprT


@dataclass(frozen=True)
class Assignee:
    """Who is given places: one person, or all people of the crew without a name together.

    Attributes
    ----------
    size : int
        How many people that is.
    at : dict of int to IntVar
        How many of them fill places of a row, by row number.
    """

    size: int
    at: dict[int, cp_model.IntVar]


@dataclass(frozen=True)
class NamedAssignee(Assignee):
    """One person with a name."""

    person: Person


@dataclass(frozen=True, kw_only=True)
class RosterModel:
    """The model of one crew.

    Attributes
    ----------
    model : CpModel
        The CP-SAT model.
    crew : Crew
        The crew.
    rows : sequence of StaffRow
        Its places, a row for each day, process and shift.
    stays : sequence of Stay
        The bookings of its temporaries.
    shifts : dict of str to Shift
        The shifts of the rows.
    named : sequence of NamedAssignee
        People with a name.
    unnamed : sequence of Assignee
        People without one, together; empty where there are none.
    empty : sequence of IntVar
        Places of each row that nobody fills.
    """

    model: cp_model.CpModel
    crew: Crew
    rows: Sequence[StaffRow]
    stays: Sequence[Stay]
    shifts: dict[str, Shift]
    named: Sequence[NamedAssignee]
    unnamed: Sequence[Assignee]
    empty: Sequence[cp_model.IntVar]

    @property
    def assignees(self) -> list[Assignee]:
        """Everybody, people with a name first."""
        return [*self.named, *self.unnamed]

    @property
    def days(self) -> list[int]:
        """Days on which somebody is wanted."""
        return sorted({row.day for row in self.rows})

    def filled_on(self, assignee: Assignee, day: int) -> list[tuple[StaffRow, cp_model.IntVar]]:
        """Rows of a day, with what these people fill of them."""
        return [(self.rows[i], x) for i, x in assignee.at.items() if self.rows[i].day == day]


def roster_model(problem: Problem, crew: Crew, rows: Sequence[StaffRow]) -> RosterModel:
    """Every rule of a roster with names for the places of a crew; no objective yet.

    Places do not depend on the start of a booking: people of one crew may swap theirs.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    crew : Crew
        A crew with named people.
    rows : sequence of StaffRow
        The plan's places of the crew.

    Returns
    -------
    RosterModel
        The model with its variables.
    """
    model, stays = cp_model.CpModel(), booked(rows)
    rows = places_of(rows)
    members = problem.members(crew)
    shifts = {s.name: s for s in problem.shifts if any(s.name == r.shift for r in rows)}
    named = [NamedAssignee(1, _places(model, rows, shifts, p), p) for p in members.named]
    unnamed = _unnamed(model, rows, members)
    roster = RosterModel(
        model=model,
        crew=crew,
        rows=rows,
        stays=stays,
        shifts=shifts,
        named=named,
        unnamed=unnamed,
        empty=[model.new_int_var(0, r.headcount, "") for r in rows],
    )
    for i, row in enumerate(rows):
        filled = sum(a.at[i] for a in roster.assignees if i in a.at)
        model.add(filled + roster.empty[i] == row.headcount)
    places = CrewPlaces(problem, crew, rows, shifts)
    for assignee in roster.assignees:
        _limit_shifts(roster, assignee)
        _add_labour_rules(roster, assignee, places)
    if crew.temporary:
        _follow_bookings(roster)
    return roster


def _places(
    model: cp_model.CpModel, rows: Sequence[StaffRow], shifts: dict[str, Shift], person: Person
) -> dict[int, cp_model.IntVar]:
    """The rows that a person can fill a place of."""
    found = {}
    for i, row in enumerate(rows):
        if row.day in person.available_days and person.can(row.process, shifts[row.shift]):
            found[i] = model.new_bool_var("")
    return found


def _unnamed(model: cp_model.CpModel, rows: Sequence[StaffRow], members: Members) -> list[Assignee]:
    """The people without a name, who can fill every place."""
    size = members.unnamed
    if not size:
        return []
    at = {i: model.new_int_var(0, min(r.headcount, size), "") for i, r in enumerate(rows)}
    return [Assignee(size, at)]


def _limit_shifts(roster: RosterModel, assignee: Assignee) -> None:
    """Nobody works two shifts on a day."""
    for day in roster.days:
        at_work = sum(x for _, x in roster.filled_on(assignee, day))
        roster.model.add(at_work <= assignee.size)


def _add_labour_rules(roster: RosterModel, assignee: Assignee, places: CrewPlaces) -> None:
    """Every labour rule, for one person or for all people without a name together."""
    for rule in RULES:
        for limit in rule.roster_limits(places, list(assignee.at)):
            filled = sum(weight * assignee.at[i] for i, weight in limit.weights.items())
            roster.model.add(filled <= assignee.size * limit.most)


def _follow_bookings(roster: RosterModel) -> None:
    """A temporary works on all days of the bookings they are given, and on no others."""
    for assignee in roster.assignees:
        given = [
            roster.model.new_int_var(0, min(people, assignee.size), "")
            for _, _, people in roster.stays
        ]
        for day in roster.days:
            at_work = sum(x for _, x in roster.filled_on(assignee, day))
            there = [
                booking
                for (first, last, _), booking in zip(roster.stays, given, strict=True)
                if first <= day <= last
            ]
            roster.model.add(at_work == sum(there))


def nobody_assigned(roster: RosterModel) -> list[int]:
    """Values of all variables with every place empty: a solution to begin with."""
    empty = {e.index: row.headcount for e, row in zip(roster.empty, roster.rows, strict=True)}
    return [empty.get(index, 0) for index in range(len(roster.model.proto.variables))]


def greedy_hint(roster: RosterModel, problem: Problem) -> dict[int, int]:
    """Values of the named people's variables in the greedy roster, by index."""
    greedy = greedy_roster(problem, roster.crew, roster.rows, roster.stays)
    hint = {}
    for assignee in roster.named:
        for i, filled in assignee.at.items():
            row = roster.rows[i]
            at = greedy[assignee.person].get(row.day)
            hint[filled.index] = int(at == (row.process, row.shift))
    return hint


def places_open(roster: RosterModel) -> Expression:
    """Number of places that nobody fills."""
    return sum(roster.empty)


def unevenness(roster: RosterModel) -> Expression:
    """Days and nights of everybody, each further one of the same person counting more.

    The sum of such rising costs is least where all have the same. Where shifts differ in length,
    hours stand for days.
    """
    paid = {name: s.paid_s for name, s in roster.shifts.items()}
    unit = gcd(*paid.values())
    step = max(max(paid.values()) // unit // 2, 1)
    nights = {name for name, s in roster.shifts.items() if is_night(s)}
    costs: list[Expression] = []
    for assignee in roster.assignees:
        for counted in (set(paid), nights):
            worked = [
                (paid[roster.rows[i].shift] // unit, x)
                for i, x in assignee.at.items()
                if roster.rows[i].shift in counted
            ]
            if worked:
                levels = -(-len(roster.days) * max(n for n, _ in worked) // step)
                total = sum(n * x for n, x in worked)
                costs.append(_rising(roster.model, total, levels, step * assignee.size))
    return sum(costs)


def _rising(model: cp_model.CpModel, total: Expression, levels: int, step: int) -> Expression:
    """A cost of `total`: 1 for each of the first `step` units, 2 for each of the next, ..."""
    parts = [model.new_int_var(0, step, "") for _ in range(levels)]
    model.add(sum(parts) == total)
    return sum(cost * part for cost, part in enumerate(parts, 1))


def changes(roster: RosterModel) -> Expression:
    """Minus the number of times that people keep their shift or process from day to day."""
    kept: list[cp_model.IntVar] = []
    for day in roster.days:
        for kind in ("shift", "process"):
            today = {getattr(r, kind) for r in roster.rows if r.day == day}
            tomorrow = {getattr(r, kind) for r in roster.rows if r.day == day + 1}
            for name in sorted(today & tomorrow):
                kept += _kept(roster, day, kind, name)
    return -sum(kept)


def _kept(roster: RosterModel, day: int, kind: str, name: str) -> list[cp_model.IntVar]:
    """Who works in a shift (or at a process) on a day and on the next.

    No more of them than there are places.
    """
    kept = []
    for assignee in roster.named:
        both = [
            [x for r, x in roster.filled_on(assignee, d) if getattr(r, kind) == name]
            for d in (day, day + 1)
        ]
        if all(both):
            kept.append(roster.model.new_bool_var(""))
            for at_work in both:
                roster.model.add(kept[-1] <= sum(at_work))
    for d in (day, day + 1):
        places = sum(r.headcount for r in roster.rows if r.day == d and getattr(r, kind) == name)
        if places < len(kept):
            roster.model.add(sum(kept) <= places)
    return kept
