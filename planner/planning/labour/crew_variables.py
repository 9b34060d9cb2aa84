"""The columns of a crew in the planning model, and the terms that labour rules make of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.business_limits import LimitKind
from planner.domain.crew_days import EVERY_DAY, CrewDays
from planner.domain.horizon import Shift
from planner.domain.problem import Problem
from planner.domain.workforce import Crew
from planner.planning.milp.builder import Limit, Term


@dataclass(frozen=True, eq=False)
class CrewVariables:
    """Variables of one crew.

    Attributes
    ----------
    crew : Crew
        Whose variables they are.
    processes : tuple of str
        Processes that the crew may do.
    shifts : tuple of Shift
        Shifts that it may work.
    head : array of int [process, shift, day, class]
        Columns of the people at work; a class is a step of the ramp-up; -1 where nobody of the
        class can be, and where the shift is not worked.
    books : array of int [since, day]
        Columns of the temporaries booked since a day who are there on a day; -1 where impossible,
        which for permanent people is everywhere.
    idle : int
        Column of the guaranteed person-days that are not scheduled; -1 without a guarantee.
    works : array of int [shift, since, day]
        Columns of those of a booking day who work a shift on a day, -1 where it is not worked;
        empty where nothing depends on it.
    on : CrewDays
        Days on which the crew can work.
    """

    crew: Crew
    processes: tuple[str, ...]
    shifts: tuple[Shift, ...]
    head: Ints
    books: Ints
    idle: int = -1
    works: Ints = field(default_factory=lambda: np.empty((0, 0, 0), dtype=np.int64))
    on: CrewDays = EVERY_DAY

    @property
    def days(self) -> int:
        """Days of the horizon."""
        return int(self.head.shape[2])


def existing(row: Ints, column: Ints, factor: Floats | float) -> Term:
    """A term over the columns that exist.

    Parameters
    ----------
    row : array of int
        Rows within the block of constraints.
    column : array of int
        Columns; -1 where there is none.
    factor : array of float or float
        Coefficients; all three are broadcast against each other.

    Returns
    -------
    Term
        The entries whose column exists.
    """
    row, column, factors = np.broadcast_arrays(row, column, np.asarray(factor, dtype=float))
    there = column >= 0
    return Term(row[there], column[there], factors[there])


def heads_in_window(team: CrewVariables, shifts_of_day: tuple[tuple[int, ...], ...]) -> list[Term]:
    """People in some shifts of each of so many days in a row.

    Parameters
    ----------
    team : CrewVariables
        The crew.
    shifts_of_day : tuple of tuple of int
        Shifts, as listed by the team, of the first, second, ... day.

    Returns
    -------
    list of Term
        One term for each day of the window; row = first day of the window.
    """
    row = np.arange(team.days - len(shifts_of_day) + 1)[None, None, :, None]
    return [
        existing(row, team.head[:, list(shifts), k : k + row.size], 1.0)
        for k, shifts in enumerate(shifts_of_day)
    ]


def booked_in_window(team: CrewVariables, span: int, factor: float) -> list[Term]:
    """Temporaries who are there at some time of so many days in a row, times a factor.

    Parameters
    ----------
    team : CrewVariables
        A crew of temporaries.
    span : int
        Days of the window.
    factor : float
        Coefficient of each person.

    Returns
    -------
    list of Term
        Those on the books on the first day, then those who start on each later one; row = first
        day of the window.
    """
    rows = team.days - span + 1
    row, starts = np.arange(rows), team.books.diagonal()
    on_books = existing(row[None, :], team.books[:, :rows], factor)
    return [on_books, *(existing(row, starts[k : k + rows], factor) for k in range(1, span))]


def limit_on_crew(
    problem: Problem, crew: Crew, kind: LimitKind, *, what: str, allowed: float, day: int
) -> Limit:
    """The business limit behind a row on the people of a crew.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    crew : Crew
        Whose people are limited.
    kind : LimitKind
        Which limit of the business it is.
    what : str
        The limit in words.
    allowed : float
        Its size, in the unit of the kind.
    day : int
        Day of the horizon that the row belongs to.

    Returns
    -------
    Limit
        The limit, for the elastic model.
    """
    return Limit(
        kind=kind,
        names=(crew.site, crew.name),
        what=what,
        allowed=float(allowed),
        on=problem.horizon.date_of(day),
    )
