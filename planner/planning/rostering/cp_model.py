"""The places of one crew as a model for CP-SAT: who may fill which, and what a good roster is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from ortools.sat.python import cp_model

from planner.domain.horizon import Shift
from planner.domain.named_staff import Person, is_night
from planner.domain.problem import Problem
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.rule import CrewPlaces
from planner.planning.labour.rules import RULES
from planner.planning.rostering.greedy import fill_by_hand
from planner.planning.validation.bookings import Stay, booked, places_of

Expression = cp_model.LinearExprT


@dataclass(frozen=True)
class Hands:
    """A person, or all people of the crew without a name (`person` None): `size` people; `at[row]`
    of them fill places of a row.
    """

    person: Person | None
    size: int
    at: dict[int, cp_model.IntVar]


@dataclass(frozen=True)
class Duties:
    """The model of one crew: its places, a row for each kind; the bookings behind them;
    `empty[row]`: places nobody fills.
    """

    model: cp_model.CpModel
    crew: Crew
    rows: Sequence[StaffRow]
    stays: Sequence[Stay]
    shifts: dict[str, Shift]
    hands: Sequence[Hands]
    empty: Sequence[cp_model.IntVar]


def duties_of(problem: Problem, crew: Crew, rows: Sequence[StaffRow]) -> Duties:
    """Every rule of a roster with names for the places of a crew; no aim yet.

    A place is a place, whoever is booked since when: people of one crew may swap theirs.
    """
    model, stays = cp_model.CpModel(), booked(rows)
    rows = places_of(rows)
    members = problem.members(crew)
    shifts = {s.name: s for s in problem.shifts if any(s.name == r.shift for r in rows)}
    hands = [Hands(p, 1, _places(model, rows, shifts, p)) for p in members.named]
    if members.unnamed:
        at = {
            i: model.new_int_var(0, min(r.headcount, members.unnamed), "")
            for i, r in enumerate(rows)
        }
        hands.append(Hands(None, members.unnamed, at))
    empty = [model.new_int_var(0, r.headcount, "") for r in rows]
    for i, row in enumerate(rows):
        model.add(sum(h.at[i] for h in hands if i in h.at) + empty[i] == row.headcount)
    made = Duties(model, crew, rows, stays, shifts, hands, empty)
    for some in hands:
        _limit_shifts(made, some)
        _add_labour_rules(made, some, CrewPlaces(problem, crew, rows, shifts))
    if crew.temporary:
        _follow_bookings(made)
    return made


def _places(
    model: cp_model.CpModel, rows: Sequence[StaffRow], shifts: dict[str, Shift], person: Person
) -> dict[int, cp_model.IntVar]:
    """The rows a person can fill a place of."""
    free = person.available_days
    able = [
        i for i, r in enumerate(rows) if r.day in free and person.can(r.process, shifts[r.shift])
    ]
    return {i: model.new_bool_var("") for i in able}


def _on(
    duties: Duties, hands: Hands, first: int, days: int = 1
) -> list[tuple[StaffRow, cp_model.IntVar]]:
    """Rows within so many days from the first, with what these people fill of them."""
    return [
        (duties.rows[i], x)
        for i, x in hands.at.items()
        if first <= duties.rows[i].day < first + days
    ]


def _limit_shifts(duties: Duties, hands: Hands) -> None:
    """Nobody works two shifts on a day."""
    for day in sorted({r.day for r in duties.rows}):
        duties.model.add(sum(x for _, x in _on(duties, hands, day)) <= hands.size)


def _add_labour_rules(duties: Duties, hands: Hands, places: CrewPlaces) -> None:
    """Every labour rule, for one person or for all people without a name together."""
    for rule in RULES:
        for limit in rule.roster_limits(places, list(hands.at)):
            filled = sum(weight * hands.at[i] for i, weight in limit.weights.items())
            duties.model.add(filled <= hands.size * limit.most)


def _follow_bookings(duties: Duties) -> None:
    """A temporary works on all days of the bookings they are given, and on no others."""
    for hands in duties.hands:
        given = [
            duties.model.new_int_var(0, min(people, hands.size), "")
            for _, _, people in duties.stays
        ]
        for day in sorted({r.day for r in duties.rows}):
            at_work = sum(x for _, x in _on(duties, hands, day))
            there = [
                y
                for (first, last, _), y in zip(duties.stays, given, strict=True)
                if first <= day <= last
            ]
            duties.model.add(at_work == sum(there))


def nobody_works(duties: Duties) -> list[int]:
    """Values of all variables there are: the solution to begin with."""
    empty = {e.index: row.headcount for e, row in zip(duties.empty, duties.rows, strict=True)}
    return [empty.get(index, 0) for index in range(len(duties.model.proto.variables))]


def as_by_hand(duties: Duties, problem: Problem) -> dict[int, int]:
    """Who fills which place in a roster by hand, for the search to begin with."""
    roster = fill_by_hand(problem, duties.crew, duties.rows, duties.stays)
    hint = {}
    for hands in (h for h in duties.hands if h.person is not None):
        for i, filled in hands.at.items():
            row = duties.rows[i]
            at = roster[hands.person].get(row.day) if hands.person is not None else None
            hint[filled.index] = int(at == (row.process, row.shift))
    return hint


def places_open(duties: Duties) -> Expression:
    """Places nobody fills."""
    return sum(duties.empty)


def unevenness(duties: Duties) -> Expression:
    """Days and nights of everybody, each day more of the same person counting more than the one
    before.

    The sum of such rising costs is least where all have alike. Where shifts differ in length, hours
    stand for days.
    """
    paid = {name: s.paid_s for name, s in duties.shifts.items()}
    unit = gcd(*paid.values())
    step = max(max(paid.values()) // unit // 2, 1)
    nights = {name for name, s in duties.shifts.items() if is_night(s)}
    days = len({r.day for r in duties.rows})
    costs: list[Expression] = []
    for hands in duties.hands:
        for counted in (set(paid), nights):
            rows = [(duties.rows[i], x) for i, x in hands.at.items()]
            worked = [(paid[r.shift] // unit, x) for r, x in rows if r.shift in counted]
            if worked:
                levels = -(-days * max(n for n, _ in worked) // step)
                costs.append(
                    _rising(duties.model, sum(n * x for n, x in worked), levels, step * hands.size)
                )
    return sum(costs)


def _rising(model: cp_model.CpModel, total: Expression, levels: int, step: int) -> Expression:
    """A cost of `total`: 1 for each of the first `step` units, 2 for each of the next, and so
    on.
    """
    parts = [model.new_int_var(0, step, "") for _ in range(levels)]
    model.add(sum(parts) == total)
    return sum(cost * part for cost, part in enumerate(parts, 1))


def changes(duties: Duties) -> Expression:
    """Shifts and processes that people do not keep from one day to the next."""
    kept: list[cp_model.IntVar] = []
    for day in sorted({r.day for r in duties.rows}):
        for kind in ("shift", "process"):
            here = [{getattr(r, kind) for r in duties.rows if r.day == d} for d in (day, day + 1)]
            for name in sorted(here[0] & here[1]):
                kept += _kept(duties, day, kind, name)
    return -sum(kept)


def _kept(duties: Duties, day: int, kind: str, name: str) -> list[cp_model.IntVar]:
    """Who works in a shift (or at a process) on a day and on the next: no more of them than there
    are places.
    """
    kept = []
    for hands in (h for h in duties.hands if h.person is not None):
        both = [
            [x for r, x in _on(duties, hands, d) if getattr(r, kind) == name]
            for d in (day, day + 1)
        ]
        if all(both):
            kept.append(duties.model.new_bool_var(""))
            for at_work in both:
                duties.model.add(kept[-1] <= sum(at_work))
    for d in (day, day + 1):
        places = sum(r.headcount for r in duties.rows if r.day == d and getattr(r, kind) == name)
        if places < len(kept):
            duties.model.add(sum(kept) <= places)
    return kept
