"""A roster: who works when, person by person, with a name or a number."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.workforce import StaffRow


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RosterRow:
    """One place of a plan's staffing, and the person who fills it.

    Attributes
    ----------
    day : int
        Day on which the shift starts.
    site, process, crew, shift, person : str
        The place, and the name or number of the person.
    """

    day: int
    site: str
    process: str
    crew: str
    shift: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OpenRow:
    """Places of a plan's staffing that nobody fills.

    Attributes
    ----------
    day : int
        Day on which the shift starts.
    site, process, crew, shift : str
        The place.
    empty : int
        How many of them are empty.
    """

    day: int
    site: str
    process: str
    crew: str
    shift: str
    empty: int


@dataclass(frozen=True, slots=True)
class Roster:
    """Who works when.

    Attributes
    ----------
    rows : tuple of RosterRow
        Places with a person, in canonical order.
    open : tuple of OpenRow
        Places without one, in canonical order; a plan that is certified has none.
    unproved : tuple of (site, crew)
        Crews for which it is not proved that no fewer places stay open, or that no roster is
        fairer.
    """

    rows: tuple[RosterRow, ...]
    open: tuple[OpenRow, ...] = ()
    unproved: tuple[tuple[str, str], ...] = ()

    def until(self, days: int) -> Roster:
        """What it says of the days before a day."""
        return Roster(
            tuple(row for row in self.rows if row.day < days),
            tuple(row for row in self.open if row.day < days),
            self.unproved,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfilledPlaces:
    """Places that no set of people of a crew can fill together.

    Attributes
    ----------
    site, crew : str
        The crew.
    rows : tuple of StaffRow
        The places. Of permanent people none can be left out: all others may be empty.
    fewer : bool
        Whether any plan with as many people in each of these places is no plan either. Of
        temporaries, who work on every day booked, only this plan is known to be none.
    """

    site: str
    crew: str
    rows: tuple[StaffRow, ...]
    fewer: bool
