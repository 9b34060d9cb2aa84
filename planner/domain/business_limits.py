"""The limits of the business, each declared once: key, unit, reluctance, and how it gives way.

The planning model states its rows with them, the search for what to blame weighs them by their
reluctance, repairs move them, and `reporting.language` has a sentence for each key of `LIMITS`. A
labour rule can bring a limit of its own, which does not stand here (`LabourRule.limits`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.domain import relaxations
from planner.domain.relaxations import Relaxation
from planner.domain.workforce import Crew


@dataclass(frozen=True, kw_only=True)
class LimitKind:
    """One kind of limit that a planner knows.

    Attributes
    ----------
    key : str
        Name in result files (`explanation.json`, `blame.csv`); stays the same between versions.
    unit : str
        Unit of the limit's size, as a plural.
    relaxation : Relaxation
        How the limit gives way.
    reluctance : float
        How much rather another limit should give way, per share of this one's size (1: any
        place or vehicle).
    of_crew : bool
        Whether the limit counts what the people of a crew do together: more people exceed it
        less, so an excess of the crew's size counts here too.
    decreases : bool
        Whether the limit gives way by becoming smaller (days of notice, people asked for).
    """

    key: str
    unit: str
    relaxation: Relaxation
    reluctance: float = 1.0
    of_crew: bool = False
    decreases: bool = False

    def allowed(self, needed: float, excess: float) -> float:
        """The limit as it is given, from what is needed and by how much it falls short.

        Parameters
        ----------
        needed : float
            The size that would do, in `unit`.
        excess : float
            By how much the limit would have to move, in `unit`, at least 0.

        Returns
        -------
        float
            The present size in `unit`.
        """
        return needed + excess if self.decreases else needed - excess


# permanent people are harder to get than temporaries
TEMPORARY_PEOPLE = LimitKind(key="crew", unit="people", relaxation=relaxations.MORE_PEOPLE)
PERMANENT_PEOPLE = replace(TEMPORARY_PEOPLE, reluctance=2.0)
SKILLS = LimitKind(
    key="skills",
    unit="people",
    relaxation=relaxations.MORE_PEOPLE,
    reluctance=2.0,
    of_crew=True,
)
WEEK_OF_CREW = LimitKind(
    key="days", unit="days", relaxation=relaxations.MORE_DAYS, reluctance=1.5, of_crew=True
)
DAYS_OF_PEOPLE = replace(WEEK_OF_CREW, reluctance=2.0)
HOURS = LimitKind(
    key="hours", unit="hours", relaxation=relaxations.MORE_HOURS, reluctance=2.0, of_crew=True
)
# more people or more places are rather found than people who start before their notice is over
NOTICE = LimitKind(
    key="notice",
    unit="days",
    relaxation=relaxations.LESS_NOTICE,
    reluctance=3.0,
    decreases=True,
)
STATIONS = LimitKind(key="stations", unit="stations", relaxation=relaxations.MORE_STATIONS)
PRESENCE = LimitKind(
    key="presence", unit="people", relaxation=relaxations.LESS_PRESENCE, decreases=True
)
# their size is in people beyond those allowed, of which there are many before a crew doubles
TEMPORARY_SHARE = LimitKind(
    key="temporaries", unit="people", relaxation=relaxations.ANY_TEMPORARIES, reluctance=0.1
)
STARTERS = LimitKind(
    key="starters", unit="people", relaxation=relaxations.ANY_STARTERS, reluctance=0.1
)
COLLECTION = LimitKind(key="collection", unit="parcels", relaxation=relaxations.MORE_VEHICLES)
ALLOTMENT = LimitKind(key="allotment", unit="parcels", relaxation=relaxations.MORE_ALLOTMENT)
SUPPLY = LimitKind(key="supply", unit="units", relaxation=relaxations.MORE_SUPPLY)
SPACE = LimitKind(key="space", unit="units", relaxation=relaxations.MORE_SPACE)
# the promise to the customers gives way last
SERVICE = LimitKind(key="service", unit="orders", relaxation=relaxations.LOWER_AIM, reluctance=20.0)
# a target of one's own rather than the deadline of the platform
TARGET = LimitKind(
    key="target", unit="orders", relaxation=relaxations.LOWER_TARGET, reluctance=10.0
)

LIMITS: dict[str, LimitKind] = {
    kind.key: kind
    for kind in (
        PERMANENT_PEOPLE,
        SKILLS,
        WEEK_OF_CREW,
        HOURS,
        NOTICE,
        STATIONS,
        PRESENCE,
        TEMPORARY_SHARE,
        STARTERS,
        COLLECTION,
        ALLOTMENT,
        SUPPLY,
        SPACE,
        SERVICE,
        TARGET,
    )
}


def people_of(crew: Crew) -> LimitKind:
    """The limit on how many people of a crew there are."""
    return TEMPORARY_PEOPLE if crew.temporary else PERMANENT_PEOPLE
