"""Interface of a labour rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.domain.business_limits import LimitKind
from planner.domain.horizon import Shift
from planner.domain.named_staff import Members, Person
from planner.domain.plan import Violation
from planner.domain.problem import Problem
from planner.domain.roster import RosterRow
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.builder import MilpBuilder


@dataclass(frozen=True)
class CrewPlaces:
    """The places of one crew that a roster gives names to.

    Attributes
    ----------
    problem : Problem
        The problem planned.
    crew : Crew
        Whose places they are.
    rows : sequence of StaffRow
        One for each day, process and shift, in canonical order.
    shifts : dict of str to Shift
        The shifts of these rows.
    """

    problem: Problem
    crew: Crew
    rows: Sequence[StaffRow]
    shifts: dict[str, Shift]

    def within(self, able: Sequence[int], first: int, days: int = 1) -> list[int]:
        """Of some rows, those of so many days in a row.

        Parameters
        ----------
        able : sequence of int
            Row numbers.
        first : int
            First day.
        days : int
            Days in a row.

        Returns
        -------
        list of int
            Row numbers, in the given order.
        """
        return [i for i in able if first <= self.rows[i].day < first + days]


@dataclass(frozen=True)
class RosterLimit:
    """Weighted places that one person fills <= `most`; n people together: n times as much.

    Attributes
    ----------
    weights : dict of int to int
        Weight of a place, by row number.
    most : int
        The sum for one person at most.
    """

    weights: dict[int, int]
    most: int


class LabourRule:
    """A rule on the people of a crew, stated for the planning model, for checks and for rosters.

    A rule overrides the parts that it needs; by default a part adds nothing. `add_rows` and `check`
    are about the number of people in each place of a plan; `check_person`, `roster_limits` and
    `allows` are about who fills which place. The check must not use the other parts: it proves
    them.

    Attributes
    ----------
    limits : tuple of LimitKind
        Limits of the business that its rows in the planning model state: of
        `domain.business_limits`, or one made in the rule's module, whose key is the key of the
        scenario and whose relaxation is made with `domain.relaxations.raised`.
    """

    limits: tuple[LimitKind, ...] = ()

    def add_rows(
        self, milp: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
    ) -> None:
        """Add the rule's rows on a crew to the planning model.

        Parameters
        ----------
        milp : MilpBuilder
            The model under construction.
        problem : Problem
            The problem planned.
        team : CrewVariables
            Columns of the crew.
        members : Members
            Its people, with and without a name.
        """

    def check(self, problem: Problem, crew: Crew, rows: list[StaffRow]) -> Iterator[Violation]:
        """Violations of the rule by a plan, in plain arithmetic.

        Parameters
        ----------
        problem : Problem
            The problem planned.
        crew : Crew
            The crew to check.
        rows : list of StaffRow
            The plan's places of this crew.

        Yields
        ------
        Violation
            Each in words with numbers.
        """
        yield from ()

    def check_person(
        self, problem: Problem, person: Person, rows: list[RosterRow]
    ) -> Iterator[Violation]:
        """Violations of the rule by the roster of one person, in plain arithmetic.

        Parameters
        ----------
        problem : Problem
            The problem planned.
        person : Person
            Whose roster it is.
        rows : list of RosterRow
            The places that the person fills, by day.

        Yields
        ------
        Violation
            Each in words with numbers.
        """
        yield from ()

    def roster_limits(self, places: CrewPlaces, able: Sequence[int]) -> Iterator[RosterLimit]:
        """Limits of the rule on the roster of a person, for the solver.

        Parameters
        ----------
        places : CrewPlaces
            The places of the crew.
        able : sequence of int
            Numbers of the rows that the person can fill.

        Yields
        ------
        RosterLimit
            A linear limit on which of these rows the person fills.
        """
        yield from ()

    def allows(self, crew: Crew, worked: Mapping[int, Shift], day: int, shift: Shift) -> bool:
        """Whether somebody may work a shift after what they have worked.

        The greedy roster asks this, and people without names may work what it makes as it is: a
        rule on a person has to forbid here whatever `check_person` would find.

        Parameters
        ----------
        crew : Crew
            The crew of the person.
        worked : mapping of int to Shift
            Shifts of earlier days.
        day : int
            Day of the shift.
        shift : Shift
            The shift in question.

        Returns
        -------
        bool
            False only where the rule forbids it.
        """
        return True


def in_words(person: Person) -> str:
    """A person as the checks name them."""
    return f"{person.name} ({person.crew} at {person.site})"
