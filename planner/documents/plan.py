"""plan.json: what a plan costs, what was proved of it, and how it was reached."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.documents.certificate import CertificateObject, Targets
from planner.documents.values import (
    MOST_ITEMS,
    Closed,
    Costs,
    Count,
    Currency,
    Inside,
    Name,
    Names,
    Number,
    Share,
    Text,
)

MarginName = Literal[
    "efficiency", "risk_factor", "late_factor", "pickup_z", "stock_z", "steady_end"
]
Status = Literal[
    "optimal",
    "feasible",
    "draft",
    "trimmed",
    "rule of thumb",
    "as stated",
    "best found",
    "fallback",
]
Hours = Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]
Numbers = Annotated[dict[Name, Number], Field(max_length=MOST_ITEMS)]
Promises = Annotated[dict[Name, Hours], Field(max_length=MOST_ITEMS)]
Counts = Annotated[dict[Name, Count], Field(max_length=MOST_ITEMS)]


class SimulatedObject(Closed):
    """The on-time share of the held-out replications; one alone has no interval."""

    mean: Share
    low: Share | None
    high: Share | None


class PlanServiceObject(Closed):
    """The aim, what the planning model expects, and what the simulation gives."""

    on_time_share: Share
    confidence: Inside
    also: Targets = Field(default_factory=list)
    expected: Numbers
    simulated: SimulatedObject | None


class SolvedObject(Closed):
    """The plan as the solver left it."""

    status: Status
    note: Text | None = None
    objective: Number | None
    bound: Number | None
    gap: Number | None
    model_objective: Number | None
    model_bound: Number | None
    model_gap: Number | None


class ReinforcedObject(Closed):
    """What was added to the plan where orders failed in pilot replications."""

    kept: bool
    added: Counts
    cost: Number
    rerouted: Share
    missed_before: Count
    missed: Count
    runs: Count
    simulated: Count


class TrimmedObject(Closed):
    """What trimming took out of the plan."""

    kept: bool
    dropped: Counts
    saved: Number
    complete: bool
    simulated: Count


class LoopObject(Closed):
    """How the plan was reached."""

    stopped: Text
    plans: Count
    verdicts: Count
    simulated: Count
    planned: SolvedObject
    reinforced: ReinforcedObject | None = None
    trimmed: TrimmedObject | None


class PlanDocument(SolvedObject):
    """plan.json; `loop` is missing where one plan was made and not improved."""

    method: Name
    currency: Currency
    certain_demand: Names
    costs: Costs
    service: PlanServiceObject
    certificate: CertificateObject | None
    signed: Names
    promises: Promises
    caps: Counts
    margins: dict[MarginName, Number]
    reproducible: bool
    stock_unlimited: bool
    loop: LoopObject | None = None
