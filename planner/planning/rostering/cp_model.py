"""The places of one team as a CP-SAT model: who may fill which, and what a good roster is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import gcd

from ortools.sat.python import cp_model

from planner.domain.horizon import Shift
from planner.domain.named_staff import Person, is_night
from planner.domain.workforce import StaffRow
from planner.planning.labour.rule import CrewPlaces, RosterLimit
from planner.planning.labour.rules import RULES
from planner.planning.milp.solver import interruptible
from planner.planning.rostering.greedy import Places
from planner.planning.rostering.lexicographic import solver_for
from planner.planning.validation.teams import Team

Expression = cp_model.LinearExprT


class Filling(Enum):
    """Whether a team can fill all its places."""

    POSSIBLE = "possible"  # a roster was found
    IMPOSSIBLE = "impossible"  # it was proved that there is none
    UNKNOWN = "unknown"  # neither, within the limit of the search


_FILLING = {
    cp_model.OPTIMAL: Filling.POSSIBLE,
    cp_model.FEASIBLE: Filling.POSSIBLE,
    cp_model.INFEASIBLE: Filling.IMPOSSIBLE,
    cp_model.UNKNOWN: Filling.UNKNOWN,
}


@dataclass(frozen=True)
class Assignee:
    """One person, and which places they fill.

    Attributes
    ----------
    person : Person
        Who it is.
    at : dict of int to IntVar
        Whether they fill a place of a row, by row number.
    """

    person: Person
    at: dict[int, cp_model.IntVar]


@dataclass(frozen=True, kw_only=True)
class RosterModel:
    """The model of one team.

    Attributes
    ----------
    model : CpModel
        The CP-SAT model.
    team : Team
        The team, with its places.
    shifts : dict of str to Shift
        The shifts of the rows.
    assignees : sequence of Assignee
        Its people.
    empty : sequence of IntVar
        Places of each row that nobody fills.
    """

    model: cp_model.CpModel
    team: Team
    shifts: dict[str, Shift]
    assignees: Sequence[Assignee]
    empty: Sequence[cp_model.IntVar]

    @property
    def rows(self) -> Sequence[StaffRow]:
        """The places, a row for each day, process and shift."""
        return self.team.rows

    def filled_on(self, assignee: Assignee, day: int) -> list[tuple[StaffRow, cp_model.IntVar]]:
        """Rows of a day, with whether somebody fills a place of them."""
        return [(self.rows[i], x) for i, x in assignee.at.items() if self.rows[i].day == day]


def roster_model(team: Team) -> RosterModel:
    """Every rule of a roster for the places of a team; no objective yet.

    Places do not depend on the start of a booking: people of one team may swap theirs.
    """
    model, rows = cp_model.CpModel(), team.rows
    shifts = {name: team.problem.shift(name) for name in sorted({r.shift for r in rows})}
    roster = RosterModel(
        model=model,
        team=team,
        shifts=shifts,
        assignees=[Assignee(p, _places(model, rows, shifts, p)) for p in team.people],
        empty=[model.new_int_var(0, r.headcount, "") for r in rows],
    )
    for i, row in enumerate(rows):
        filled = sum(a.at[i] for a in roster.assignees if i in a.at)
        model.add(filled + roster.empty[i] == row.headcount)
    places = CrewPlaces(team.problem, team.crew, rows, shifts)
    limits: dict[tuple[int, ...], list[RosterLimit]] = {}  # of people who can fill the same rows
    for assignee in roster.assignees:
        able = tuple(assignee.at)
        if able not in limits:
            limits[able] = [limit for rule in RULES for limit in rule.roster_limits(places, able)]
        _limit_shifts(roster, assignee)
        _add_limits(roster, assignee, limits[able])
    if team.crew.temporary:
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


def _limit_shifts(roster: RosterModel, assignee: Assignee) -> None:
    """Nobody works two shifts on a day."""
    for day in roster.team.days:
        roster.model.add(sum(x for _, x in roster.filled_on(assignee, day)) <= 1)


def _add_limits(roster: RosterModel, assignee: Assignee, limits: Sequence[RosterLimit]) -> None:
    """The limits of every labour rule on one person."""
    for limit in limits:
        filled = sum(weight * assignee.at[i] for i, weight in limit.weights.items())
        roster.model.add(filled <= limit.most)


def _follow_bookings(roster: RosterModel) -> None:
    """A temporary works on all days of the bookings they are given, and on no others."""
    stays = roster.team.stays
    for assignee in roster.assignees:
        given = [roster.model.new_bool_var("") for _ in stays]
        for day in roster.team.days:
            at_work = sum(x for _, x in roster.filled_on(assignee, day))
            there = [
                booking
                for (first, last, _), booking in zip(stays, given, strict=True)
                if first <= day <= last
            ]
            roster.model.add(at_work == sum(there))


def nobody_assigned(roster: RosterModel) -> list[int]:
    """Values of all variables with every place empty: a solution to begin with."""
    empty = {e.index: row.headcount for e, row in zip(roster.empty, roster.rows, strict=True)}
    return [empty.get(index, 0) for index in range(len(roster.model.proto.variables))]


def hint_of(roster: RosterModel, places: Places) -> dict[int, int]:
    """Values of the people's variables in a roster that exists, by index."""
    hint = {}
    for assignee in roster.assignees:
        for i, filled in assignee.at.items():
            row = roster.rows[i]
            at = places[assignee.person].get(row.day)
            hint[filled.index] = int(at == (row.process, row.shift))
    return hint


def filled_by_solver(team: Team, seconds: float) -> Filling:
    """Whether a team can fill all its places, as far as the solver finds out in some time.

    Parameters
    ----------
    team : Team
        The team.
    seconds : float
        Deterministic seconds that the solver may take.

    Returns
    -------
    Filling
        Unknown where the solver reached its limit with neither a roster nor a proof.
    """
    roster = roster_model(team)
    for empty in roster.empty:
        roster.model.add(empty == 0)
    solver = solver_for(seconds)
    solver.parameters.linearization_level = 2  # places are counts: the relaxation decides most
    status = interruptible(solver.solve, roster.model)
    return _FILLING[status]


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
    everything = set(range(len(roster.rows)))
    nights = {i for i, r in enumerate(roster.rows) if is_night(roster.shifts[r.shift])}
    horizon = roster.team.problem.horizon
    weekends = {i for i, r in enumerate(roster.rows) if horizon.is_weekend(r.day)}
    costs: list[Expression] = []
    for assignee in roster.assignees:
        for counted in (everything, nights, weekends):
            worked = [
                (paid[roster.rows[i].shift] // unit, x)
                for i, x in assignee.at.items()
                if i in counted
            ]
            if worked:
                levels = -(-len(roster.team.days) * max(n for n, _ in worked) // step)
                total = sum(n * x for n, x in worked)
                costs.append(_rising(roster.model, total, levels, step))
    return sum(costs)


def _rising(model: cp_model.CpModel, total: Expression, levels: int, step: int) -> Expression:
    """A cost of `total`: 1 for each of the first `step` units, 2 for each of the next, ..."""
    parts = [model.new_int_var(0, step, "") for _ in range(levels)]
    model.add(sum(parts) == total)
    return sum(cost * part for cost, part in enumerate(parts, 1))


def changes(roster: RosterModel) -> Expression:
    """Minus the number of times that people keep their shift or process from day to day."""
    kept: list[cp_model.IntVar] = []
    for day in roster.team.days:
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
    for assignee in roster.assignees:
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
