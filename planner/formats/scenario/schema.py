"""The scenario file as pydantic models; longer sections have files of their own.

`planner schema` publishes them, `planner check` enforces them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from planner.formats.base import input_limits
from planner.formats.base.value_types import (
    NO_CURRENCY,
    WIDEST,
    Closed,
    Currency,
    Day,
    FileName,
    Grade,
    Name,
    Note,
    Rows,
    at_least,
    at_most_times,
    raise_wrong,
)
from planner.formats.scenario.demand_schema import DemandFile
from planner.formats.scenario.disruption_schema import DisruptionFile
from planner.formats.scenario.horizon_schema import HorizonFile
from planner.formats.scenario.levers import LeversFile
from planner.formats.scenario.opening_backlog import OpeningBacklogFile
from planner.formats.scenario.platform_schema import (
    ForceMajeureFile,
    Platform,
    PlatformPartFile,
)
from planner.formats.scenario.service_schema import ServiceFile
from planner.formats.scenario.site_schema import SiteFile
from planner.formats.scenario.staff_schema import CrewFile, ShiftFile
from planner.formats.scenario.stress_schema import RiskFile


class ReturnsFile(Closed):
    """Time from hand-over until a returned parcel is back: lognormal."""

    median_days: float = Field(
        ge=0.001,
        le=365,
        allow_inf_nan=False,
        description="Days after which half of the returned parcels are back.",
    )
    p95_days: float = Field(
        ge=0.001, le=365, allow_inf_nan=False, description="Days after which 95 % of them are back."
    )

    _not_below_median = field_validator("p95_days")(at_least("median_days", "median"))
    _not_far_above = field_validator("p95_days")(at_most_times("median_days", WIDEST))


class AssumptionFile(Closed):
    """A figure that somebody must be able to check."""

    subject: Name = Field(description="Figure or rule that is assumed.")
    value: Note = Field(description="Value that is assumed.")
    source: Note = Field(description="Where it comes from.")
    retrieved: Day | None = Field(None, description="Date on which it was looked up.")
    grade: Grade = Field(
        "",
        description="Reliability of the source: A official, B trade press, C aggregator, user.",
    )


class ScenarioFile(Closed):
    """One promotion; the files it names lie in its folder."""

    name: Name | None = Field(None, description="Name of the scenario (default: its folder).")
    title: Name | None = Field(None, description="Title as printed (default: the name).")
    currency: Currency = Field(
        NO_CURRENCY,
        description=(
            "ISO 4217 code, such as CNY, of every price of the scenario (default: no currency)."
        ),
    )
    timezone: str = Field(
        "UTC",
        max_length=64,
        description=(
            "IANA name, such as Asia/Shanghai; all times of the scenario are local times there."
        ),
    )
    horizon: HorizonFile = Field(description="First day and number of days.")
    seed: int = Field(
        0,
        ge=0,
        le=2**63 - 1,
        description="Seed of every random draw; the same seed gives the same results.",
    )
    planned_on: Day | None = Field(
        None,
        description=(
            "Day on which the plan is made: later history is not used, and bookings keep their "
            "notice_days from it (default: the start of the horizon, without notice)."
        ),
    )
    service: ServiceFile = Field(
        default_factory=ServiceFile, description="Service level that a plan must reach."
    )
    platform: Platform | None = Field(
        None,
        description=(
            "Dispatch rule of the platform: name of a shipped rule pack (`planner init "
            "--list`), a file, or the rule itself; either this or platforms."
        ),
    )
    platforms: list[PlatformPartFile] = Field(
        default_factory=list,
        max_length=input_limits.PLATFORMS,
        description=(
            "Several platforms, each with its share of the orders and its own rule; either this "
            "or platform."
        ),
    )
    force_majeure: list[ForceMajeureFile] = Field(
        default_factory=list,
        max_length=100,
        description="Days whose orders no platform scores.",
    )
    regions: Rows | None = Field(
        None,
        description="Regions that order: CSV or Excel file, or rows (default: one region, all).",
    )
    products: Rows | None = Field(
        None,
        description=(
            "Product classes or SKUs: CSV or Excel file, or rows (default: one product, item)."
        ),
    )
    demand: DemandFile = Field(description="Expected orders and their uncertainty.")
    opening_backlog: OpeningBacklogFile | None = Field(
        None,
        description=(
            "Orders that are open when the horizon begins (default: what came since the site last "
            "worked, by its shifts and opening hours; with a shift past midnight nothing)."
        ),
    )
    sites: list[SiteFile] = Field(min_length=1, description="Warehouses.")
    shifts: list[ShiftFile] = Field(min_length=1, description="Shift patterns.")
    crews: list[CrewFile] = Field(
        min_length=1, description="Groups of people of one kind at one site."
    )
    staffing: Rows | None = Field(
        None,
        description=(
            "Today's roster, which `planner simulate` uses without a plan: CSV or Excel file, "
            "or rows."
        ),
    )
    staff: Rows | None = Field(
        None,
        description=(
            "People by name: CSV or Excel file, or rows (default: crews are numbers of people)."
        ),
    )
    stock: Rows | None = Field(
        None, description="Stock as placed today: CSV or Excel file, or rows."
    )
    routing: Rows | None = Field(
        None, description="Routing shares used today: CSV or Excel file, or rows."
    )
    contracts: list[FileName] = Field(
        default_factory=list,
        description=(
            "Contract files, such as contracts/express.yaml (default: no couriers, orders are "
            "done when packed)."
        ),
    )
    weight_classes_g: list[Annotated[int, Field(ge=1, le=10**8)]] = Field(
        default_factory=list,
        description=(
            "Upper edges in grams, rising, of the weight classes that are routed separately "
            "(重量段), such as [500, 1500]."
        ),
    )
    returns: ReturnsFile | None = Field(
        None, description="Time until returned parcels are back (default: no returns)."
    )
    levers: LeversFile = Field(
        default_factory=LeversFile, description="Further decisions that the plan may use."
    )
    disruptions: list[DisruptionFile] = Field(
        default_factory=list, description="Disruptions that are planned for and simulated."
    )
    risks: list[RiskFile] = Field(
        default_factory=list,
        max_length=20,
        description=(
            "What may strike a promotion, each with its probability: simulations draw it, so that "
            "plan and certificate include it. mix, correlation and demand are in the demand that "
            "is planned for; of the other kinds, what makes a plan fail too often in simulation "
            "is a limit of the next plan. Promotions that a strike makes fail may be as many as "
            "`confidence` leaves: a rare risk may change nothing (default: nothing)."
        ),
    )
    assumptions: list[AssumptionFile] = Field(
        default_factory=list,
        description="Figures that somebody must be able to check; printed in the report.",
    )

    @model_validator(mode="after")
    def _platform_or_platforms(self) -> ScenarioFile:
        if self.platform is None and not self.platforms:
            raise_wrong([(("platform",), "is missing")])
        if self.platform is not None and self.platforms:
            raise_wrong([(("platforms",), "stands next to platform: keep one of them")])
        return self

    @field_validator("weight_classes_g")
    @classmethod
    def _rise(cls, value: list[int]) -> list[int]:
        pairs = enumerate(pairwise(value), 1)
        raise_wrong([((i,), f"must rise: {b} g follows {a} g") for i, (a, b) in pairs if b <= a])
        return value
