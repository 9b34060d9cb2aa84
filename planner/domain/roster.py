"""A roster: who works when, person by person, with a name or a number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from planner.domain.horizon import Horizon
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyPlaces:
    """Places of a crew that a roster leaves empty: with them no plan is certified.

    Attributes
    ----------
    site, crew : str
        The crew.
    places : int
        How many places are empty.
    dates : tuple of str
        Days on which some are, as ISO dates.
    proved : bool
        Whether it is proved that no roster leaves fewer places empty.
    """

    site: str
    crew: str
    places: int
    dates: tuple[str, ...]
    proved: bool


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
    undecided : tuple of (site, crew)
        Crews with empty places for which it is not proved that no roster leaves fewer.
    """

    rows: tuple[RosterRow, ...]
    open: tuple[OpenRow, ...] = ()
    unproved: tuple[tuple[str, str], ...] = ()
    undecided: tuple[tuple[str, str], ...] = ()

    def until(self, days: int) -> Roster:
        """What it says of the days before a day."""
        return Roster(
            tuple(row for row in self.rows if row.day < days),
            tuple(row for row in self.open if row.day < days),
            self.unproved,
            self.undecided,
        )

    def empty_places(self, horizon: Horizon) -> tuple[EmptyPlaces, ...]:
        """Places without a person on the days that are reported, by crew."""
        rows: dict[tuple[str, str], list[OpenRow]] = defaultdict(list)
        for row in self.until(horizon.reported_days).open:
            rows[row.site, row.crew].append(row)
        return tuple(
            EmptyPlaces(
                site=site,
                crew=crew,
                places=sum(row.empty for row in of),
                dates=tuple(horizon.date_of(d).isoformat() for d in sorted({r.day for r in of})),
                proved=(site, crew) not in self.undecided,
            )
            for (site, crew), of in sorted(rows.items())
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
