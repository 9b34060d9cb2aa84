"""The Plan: what is chosen, what it costs, how sure we are."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.domain.problem import ShareRow, StockRow
from planner.domain.workforce import StaffRow


@dataclass(frozen=True, slots=True, order=True)
class ExtraCollection:
    """`vehicles` more vehicles booked at a site for a contract's collection at `at_s` (seconds
    after midnight) of `day`.
    """

    day: int
    site: str
    contract: str
    at_s: int
    vehicles: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """The verdict on held-out demand: `met` of `replications` kept the on-time share; `lower_bound`
    is Clopper-Pearson at `level`. `look`: how many verdicts it took, each on promotions of its
    own.
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


@dataclass(frozen=True, eq=False)
class Plan:
    """Decisions in a canonical order, their cost by name (minor units), and what the solver could
    prove.

    `stock` None: unlimited stock everywhere. `objective`, `bound` in minor units and `gap` as a
    share are None where no solver was used. `bound`: no plan for the sampled replications costs
    less, margins aside; `model_bound`, `model_gap`: what the solver proved of the planning model
    with its margins. `costs` are the planning model's expectation; the simulation's own figures
    stand in the run's tables. `expected`: what the planning model expects (for example its on-time
    share), to be compared with the simulation. `promises`: (region, hours) promised instead of the
    platform's own; `caps`: (event, orders), its sale stops then. `margins`: those of the planning
    model that it was made with.
    """

    method: str
    status: str
    staffing: tuple[StaffRow, ...]
    routing: tuple[ShareRow, ...]
    stock: tuple[StockRow, ...] | None = None
    extra: tuple[ExtraCollection, ...] = ()
    signed: tuple[str, ...] = ()
    objective: int | None = None
    bound: int | None = None
    gap: float | None = None
    model_bound: int | None = None
    model_gap: float | None = None
    costs: dict[str, int] = field(default_factory=dict)
    expected: dict[str, float] = field(default_factory=dict)
    certificate: Certificate | None = None
    reproducible: bool = True
    promises: tuple[tuple[str, float], ...] = ()
    caps: tuple[tuple[str, int], ...] = ()
    margins: dict[str, float] = field(default_factory=dict)


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
