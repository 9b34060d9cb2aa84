"""The Plan: what is chosen, what it costs, how sure we are."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from planner.domain.demand_levers import ChosenLevers
from planner.domain.problem import ShareRow, StockRow, Target
from planner.domain.roster import EmptyPlaces
from planner.domain.workforce import StaffRow


class PlanStatus(StrEnum):
    """How the search for a plan ended; the values stand in files."""

    OPTIMAL = "optimal"  # costs no more than its bound
    FEASIBLE = "feasible"
    DRAFT = "draft"  # the first plan of the joint model; no simulation has changed it
    TRIMMED = "trimmed"  # adjusted by simulation: resources added, removed, or both
    RULE_OF_THUMB = "rule of thumb"
    AS_STATED = "as stated"  # the operation of the scenario
    BEST_FOUND = "best found"  # by a search without a bound
    FALLBACK = "fallback"  # stands in where the solver crashed; the note says why


@dataclass(frozen=True, slots=True, order=True)
class ExtraCollection:
    """Additional vehicles booked at a site for one collection of a contract.

    Parameters
    ----------
    day : int
        Day of the horizon.
    site, contract : str
        The collection's site and contract.
    at_s : int
        Its time, seconds after midnight.
    vehicles : int
        Vehicles in addition to the scheduled one.
    """

    day: int
    site: str
    contract: str
    at_s: int
    vehicles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The verdict on held-out demand.

    Parameters
    ----------
    certified : bool
        Whether the service level is met with the confidence asked for, and no place is empty.
    on_time_share, confidence : float
        The aim: P(share of orders on time >= on_time_share) >= confidence.
    replications, met : int
        Held-out replications, and those that reached the on-time share.
    lower_bound : float
        Clopper-Pearson lower bound at `level` of the probability to reach it.
    level : float
        Confidence level of the bound at this look.
    seed : int
        Seed of the scenario.
    look : int
        Number of the verdict, each on replications of its own.
    also : tuple of Target
        Targets that had to be met too.
    empty_places : tuple of EmptyPlaces
        Places of the plan that its roster leaves empty, by crew.
    """

    certified: bool
    on_time_share: float
    confidence: float
    replications: int
    met: int
    lower_bound: float
    level: float
    seed: int
    look: int = 1
    also: tuple[Target, ...] = ()
    empty_places: tuple[EmptyPlaces, ...] = ()


class Decisions(NamedTuple):
    """What a plan decides: its fields of the same names."""

    staffing: tuple[StaffRow, ...]
    routing: tuple[ShareRow, ...]
    stock: tuple[StockRow, ...] | None
    extra: tuple[ExtraCollection, ...]
    signed: tuple[str, ...]
    promises: tuple[tuple[str, float], ...]
    caps: tuple[tuple[str, int], ...]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Plan:
    """Decisions in a canonical order, their cost, and what the solver could prove.

    Parameters
    ----------
    method : str
        How the plan was made.
    status : PlanStatus
        How the search for it ended.
    staffing, routing, stock, extra, signed : tuples of rows
        The decisions: people per shift, shares of orders per lane, units placed (None: unlimited
        stock everywhere), additional vehicles, contracts signed.
    objective, bound, gap : int, int, float, optional
        Cost in minor units; no plan for the sampled replications costs less than the bound, margins
        aside; gap as a share. None where no solver was used.
    model_objective, model_bound, model_gap : int, int, float, optional
        What the solver proved of the planning model with its margins, of all days that it plans:
        the cost with that of the tail, and its bound.
    costs : dict
        The planning model's expectation by name, minor units; the simulation's own figures stand in
        the tables of the run.
    expected : dict
        What the planning model expects (such as its on-time share), to compare with the simulation.
    certificate : Certificate, optional
        The verdict on held-out demand.
    reproducible : bool
        False if a time limit ended the search.
    promises, caps : tuples
        (region, hours) promised instead of the platform's own; (event, orders) at which its sale
        stops.
    margins : dict
        Margins of the planning model that it was made with.
    note : str
        Why the plan has its status, for people; empty where the status says it all.
    """

    method: str
    status: PlanStatus
    staffing: tuple[StaffRow, ...]
    routing: tuple[ShareRow, ...]
    stock: tuple[StockRow, ...] | None = None
    extra: tuple[ExtraCollection, ...] = ()
    signed: tuple[str, ...] = ()
    objective: int | None = None
    bound: int | None = None
    gap: float | None = None
    model_objective: int | None = None
    model_bound: int | None = None
    model_gap: float | None = None
    costs: dict[str, int] = field(default_factory=dict)
    expected: dict[str, float] = field(default_factory=dict)
    certificate: Certificate | None = None
    reproducible: bool = True
    promises: tuple[tuple[str, float], ...] = ()
    caps: tuple[tuple[str, int], ...] = ()
    margins: dict[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def decisions(self) -> Decisions:
        """What the plan decides, without what is known of it."""
        return Decisions(**{name: getattr(self, name) for name in Decisions._fields})

    @property
    def levers(self) -> ChosenLevers:
        """The demand levers that the plan uses."""
        return ChosenLevers(self.promises, self.caps)

    @property
    def status_in_words(self) -> str:
        """The status, with the note behind it."""
        return f"{self.status}: {self.note}" if self.note else str(self.status)

    def __repr__(self) -> str:
        """Method, status and verdict instead of every row."""
        verdict = "not simulated"
        if self.certificate is not None:
            verdict = "certified" if self.certificate.certified else "not certified"
        people = sum(row.headcount for row in self.staffing)
        return f"<Plan {self.method}, {self.status}, {people} person-days, {verdict}>"


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule a plan breaks: found by plain arithmetic, without the solver."""

    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class Booking:
    """`people` temporaries of a crew who start on `since_day` and stay through `last_day`."""

    site: str
    crew: str
    since_day: int
    last_day: int
    people: int


def on_books(staffing: tuple[StaffRow, ...]) -> dict[tuple[str, str, int, int], int]:
    """People scheduled per (site, crew, since_day, day), over all processes and shifts."""
    count: dict[tuple[str, str, int, int], int] = {}
    for row in staffing:
        key = (row.site, row.crew, row.since_day, row.day)
        count[key] = count.get(key, 0) + row.headcount
    return count
