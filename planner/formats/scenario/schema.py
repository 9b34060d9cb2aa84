"""The scenario file as closed models: what `planner schema` publishes and `planner check`
enforces.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from planner.domain.horizon import DAY_S, Shift
from planner.domain.problem import DisruptionKind
from planner.domain.site import Discipline, Distribution, Finish
from planner.formats.base.value_types import (
    NO_CURRENCY,
    WIDEST,
    Closed,
    Currency,
    Day,
    FileName,
    FileTag,
    Grade,
    MappingTag,
    Moment,
    Money,
    Name,
    Note,
    Rows,
    Share,
    TimeOfDay,
    at_least,
    at_most_times,
    by_kind,
    raise_wrong,
    spread,
    wrong,
)
from planner.formats.scenario.demand_schema import DemandFile
from planner.formats.scenario.levers import LeversFile
from planner.formats.scenario.platform_schema import PlatformFile

Platform = Annotated[Annotated[FileName, FileTag] | Annotated[PlatformFile, MappingTag], by_kind]
UNLIMITED_STATIONS = 10**6


class HorizonFile(Closed):
    """The days that are planned."""

    start: Moment = Field(description="First day, local midnight, such as 2026-11-08T00:00.")
    days: int = Field(ge=1, le=400, description="Number of days.")
    bucket_minutes: int = Field(
        60, ge=5, le=1440, description="Length of a reporting bucket; it must divide a day."
    )

    @field_validator("start")
    @classmethod
    def _midnight(cls, value: Moment) -> Moment:
        if (value.hour, value.minute, value.second) != (0, 0, 0):
            raise wrong("must be a local midnight")
        if not 1990 <= value.year <= 2100:
            raise wrong("must lie between 1990 and 2100")
        return value

    @field_validator("bucket_minutes")
    @classmethod
    def _divides_a_day(cls, value: int) -> int:
        if 1440 % value:
            raise wrong("must divide a day of 1440 minutes")
        return value


class ServiceFile(Closed):
    """The aim: P(share of orders on time >= on_time_share) >= confidence."""

    on_time_share: float = Field(
        0.98, gt=0, le=1, allow_inf_nan=False, description="Share of orders on time."
    )
    confidence: float = Field(
        0.95, gt=0, lt=1, allow_inf_nan=False, description="Probability of keeping that share."
    )


class OpeningFile(Closed):
    """Opening hours; `to` at or before `from` means the next day."""

    from_: TimeOfDay = Field(alias="from", description="Opens.")
    to: TimeOfDay = Field(description="Closes.")

    @property
    def interval(self) -> tuple[int, int]:
        return (self.from_, self.to if self.to > self.from_ else self.to + DAY_S)


class ProcessFile(Closed):
    """A step of work at a site."""

    orders_per_hour: float = Field(
        ge=0.01,
        le=1e6,
        allow_inf_nan=False,
        description="Orders one person at standard speed does in an hour.",
    )
    cv: Annotated[float, spread] | None = Field(
        None,
        ge=0,
        le=20,
        allow_inf_nan=False,
        description="Coefficient of variation of the time of one order.",
    )
    distribution: Distribution = Field(
        "lognormal", description="Kind of distribution of that time."
    )
    stations: int = Field(
        UNLIMITED_STATIONS, ge=1, le=UNLIMITED_STATIONS, description="How many can work at once."
    )
    batch_orders: int = Field(1, ge=1, le=10_000, description="Orders of one tour at most.")
    batch_setup_s: int = Field(
        0, ge=0, le=86_400, description="Seconds a task (one order, or a tour) takes on top."
    )
    discipline: Discipline = Field(
        "deadline", description="Which waiting order is next: earliest deadline, or fifo."
    )
    observed_seconds: (
        list[Annotated[float, Field(ge=0.001, le=86_400, allow_inf_nan=False)]] | None
    ) = Field(
        None,
        min_length=1,
        description="Observed seconds per order, for distribution empirical; scaled to the mean.",
    )

    @model_validator(mode="after")
    def _spread_fits_distribution(self) -> ProcessFile:
        if (self.distribution == "empirical") != (self.observed_seconds is not None):
            raise wrong("observed_seconds and distribution empirical go together")
        fixed = {"exponential": 1.0, "deterministic": 0.0}.get(self.distribution)
        if fixed is not None and self.cv not in (None, fixed):
            raise wrong(f"cv of distribution {self.distribution} is {fixed:g}: leave it out")
        if self.distribution == "empirical" and self.cv is not None:
            raise wrong("cv of distribution empirical comes from observed_seconds: leave it out")
        return self


class ReceiveFile(ProcessFile):
    """Work on a parcel that came back, done by the people of one of the site's processes at
    stations of its own.
    """

    by: Name | None = Field(None, description="Process whose people do it (default: the last one).")


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


class CollectionFile(Closed):
    """Daily pick-ups of a contract at a site."""

    contract: Name = Field(description="Contract whose carrier comes.")
    at: Annotated[list[TimeOfDay], BeforeValidator(_one_or_more)] = Field(
        min_length=1, description="Times of day, in quotes."
    )
    capacity_parcels: int | None = Field(
        None, ge=1, le=10**7, description="Parcels per pick-up (none: no limit)."
    )
    extra_cost: Money | None = Field(
        None, description="Price of one more vehicle at one of these times on one day."
    )
    max_extra: int | None = Field(
        None, ge=0, le=100, description="Vehicles that can be added (2 with extra_cost)."
    )

    @field_validator("at")
    @classmethod
    def _within_the_day(cls, value: list[int]) -> list[int]:
        if DAY_S in value:
            raise wrong('must be before "24:00"; write "00:00" for midnight')
        if len(set(value)) != len(value):
            raise wrong("must not name a time twice")
        return value

    @model_validator(mode="after")
    def _extra_has_a_price(self) -> CollectionFile:
        if self.max_extra and self.extra_cost is None:
            raise wrong("max_extra needs an extra_cost")
        if self.extra_cost is not None and self.capacity_parcels is None:
            raise wrong(
                "extra_cost needs capacity_parcels: without a limit no vehicle is ever added"
            )
        return self


class SiteFile(Closed):
    """A warehouse."""

    name: Name = Field(description="Name of the site, unique.")
    label: Name | None = Field(None, description="Name as printed.")
    region: Name | None = Field(
        None, description="Region it stands in (may be left out without regions)."
    )
    open: OpeningFile | None = Field(None, description="Opening hours (default: always).")
    processes: dict[Name, ProcessFile] = Field(
        min_length=1, description="Steps of work, in this order."
    )
    receive: ReceiveFile | None = Field(None, description="Work on returns.")
    finish: Finish = Field(
        "stop",
        description="A task in hand at a shift's end is put down for the next who is free (stop), "
        "or finished after"
        " hours and paid as overtime (task).",
    )
    collections: list[CollectionFile] = Field(
        default_factory=list, description="Pick-ups (none: done when packed)."
    )
    stock_capacity_units: int | None = Field(
        None, ge=0, le=10**9, description="Units that can be placed here."
    )
    inbound_cost_per_unit: Money = Field(0, description="Paid per unit placed here.")

    @property
    def opening(self) -> tuple[int, int]:
        """Opening hours in seconds after midnight (always open when none are stated)."""
        return self.open.interval if self.open else (0, DAY_S)


class BreakFile(Closed):
    """An unpaid break; a time before the shift's start belongs to the next day."""

    at: TimeOfDay = Field(description="Begins.")
    minutes: int = Field(ge=1, le=1_440, description="Lasts.")


class ShiftFile(Closed):
    """A shift pattern; an end at or before the start means the next day."""

    name: Name = Field(description="Name of the shift, unique.")
    start: TimeOfDay = Field(description="Begins.")
    end: TimeOfDay = Field(description="Ends.")
    breaks: list[BreakFile] = Field(default_factory=list, description="Unpaid breaks.")

    @field_validator("start")
    @classmethod
    def _before_midnight(cls, value: int) -> int:
        if value >= DAY_S:
            raise wrong('must be before "24:00"; write "00:00"')
        return value

    @model_validator(mode="after")
    def _breaks_lie_inside(self) -> ShiftFile:
        shift = self.to_shift()
        previous = shift.start_s
        for begin, end in shift.breaks:
            if begin < previous or end > shift.end_s:
                raise wrong("breaks must lie inside the shift and must not overlap")
            previous = end
        if shift.paid_s <= 0:
            raise wrong("must leave time to work")
        return self

    def to_shift(self) -> Shift:
        """The pattern in seconds after midnight of the day it starts."""
        end = self.end if self.end > self.start else self.end + DAY_S
        begins = [
            (b.at if b.at >= self.start else b.at + DAY_S, b.minutes * 60) for b in self.breaks
        ]
        return Shift(
            self.name, self.start, end, tuple(sorted((b, b + length) for b, length in begins))
        )


class CrewFile(Closed):
    """People of one kind at one site: `headcount` for permanent people, `max_headcount` for
    temporary ones.
    """

    name: Name = Field(description="Name of the crew, unique at its site.")
    site: Name | None = Field(None, description="Site (may be left out when there is one).")
    headcount: int | None = Field(None, ge=0, le=100_000, description="Permanent people there are.")
    max_headcount: int | None = Field(
        None, ge=0, le=100_000, description="Temporary people that can be had at once."
    )
    wage_per_hour: Money = Field(0, description="Wage per paid hour.")
    overtime_factor: float = Field(
        1.5, ge=1, le=10, allow_inf_nan=False, description="Pay of overtime hours."
    )
    regular_hours: float = Field(
        8.0, ge=0.01, le=24, allow_inf_nan=False, description="Hours of a shift before overtime."
    )
    notice_days: int = Field(0, ge=0, le=365, description="Days between booking and first day.")
    min_days: int = Field(1, ge=1, le=365, description="Shortest booking in consecutive days.")
    ramp: list[Annotated[float, Field(ge=0.01, le=5, allow_inf_nan=False)]] = Field(
        default_factory=lambda: [1.0],
        min_length=1,
        description="Speed on the first, second, ... day; then the last.",
    )
    absence: float = Field(
        0.0, ge=0, le=0.99, allow_inf_nan=False, description="Chance that a person does not come."
    )
    hire_cost: Money = Field(0, description="Paid once per person booked.")
    max_days_per_week: int = Field(
        7, ge=1, le=7, description="Days of seven a permanent person works at most."
    )
    max_hours_per_week: float | None = Field(
        None,
        gt=0,
        le=168,
        allow_inf_nan=False,
        description="Paid hours of one person in any seven days at most.",
    )
    max_consecutive_days: int | None = Field(
        None,
        ge=1,
        le=365,
        description="Days in a row one person works at most (default: only what the week allows).",
    )
    min_rest_hours: float = Field(
        11.0, ge=0, le=24, allow_inf_nan=False, description="Rest between two shifts."
    )
    processes: list[Name] = Field(
        default_factory=list, description="What they can do (empty: everything)."
    )
    overtime_hours: float = Field(
        0.0,
        ge=0,
        le=6,
        multiple_of=0.25,
        allow_inf_nan=False,
        description=(
            "Hours, in quarters, by which they may extend a shift (加班); day with 2 is "
            "called day+2h."
        ),
    )

    @model_validator(mode="after")
    def _permanent_or_temporary(self) -> CrewFile:
        if (self.headcount is None) == (self.max_headcount is None):
            raise wrong(
                "must state either headcount (permanent people) or max_headcount (temporary people)"
            )
        if self.headcount is not None and (self.notice_days or self.min_days > 1 or self.hire_cost):
            raise wrong(
                "notice_days, min_days and hire_cost are for temporary people (max_headcount)"
            )
        return self


class ReturnsFile(Closed):
    """When returns come back after hand-over: lognormal."""

    median_days: float = Field(
        ge=0.001, le=365, allow_inf_nan=False, description="Half are back by then."
    )
    p95_days: float = Field(
        ge=0.001, le=365, allow_inf_nan=False, description="All but one in twenty are back by then."
    )

    _not_below_median = field_validator("p95_days")(at_least("median_days", "median"))
    _not_far_above = field_validator("p95_days")(at_most_times("median_days", WIDEST))


_MEANS: dict[DisruptionKind, tuple[str, ...]] = {
    "allotment_cut": ("contract", "factor"),
    "missed_collection": ("site", "contract"),
    "absence_wave": ("site", "crew", "factor"),
    "site_closed": ("site",),
}


class DisruptionFile(Closed):
    """Something that goes wrong from `from` until `to`; a name left out (site, contract, crew)
    means all.

    Names by kind: contract of an allotment_cut, site and contract of a missed_collection, site and
    crew of an absence_wave, site of a site_closed.
    """

    kind: DisruptionKind = Field(description="What goes wrong.")
    from_: Moment = Field(alias="from", description="Begins.")
    to: Moment = Field(description="Ends.")
    site: Name | None = Field(None, description="Where.")
    contract: Name | None = Field(None, description="Whose allotment or collections.")
    crew: Name | None = Field(None, description="Who is absent.")
    factor: Share | None = Field(
        None, description="What is left of the allotment; the absence during the wave."
    )

    @field_validator("site", "contract", "crew", "factor")
    @classmethod
    def _means_something(
        cls, value: str | float | None, info: ValidationInfo
    ) -> str | float | None:
        kind = info.data.get("kind")
        if value is not None and kind is not None and info.field_name not in _MEANS[kind]:
            raise wrong(f"has no meaning with kind {kind}: leave it out")
        return value

    @model_validator(mode="after")
    def _complete(self) -> DisruptionFile:
        if self.to <= self.from_:
            raise wrong("to must be after from")
        if "factor" in _MEANS[self.kind] and self.factor is None:
            raise wrong(f"factor is needed with kind {self.kind}")
        return self


class AssumptionFile(Closed):
    """A figure somebody must be able to check."""

    subject: Name = Field(description="What it is about.")
    value: Note = Field(description="What is assumed.")
    source: Note = Field(description="Where it comes from.")
    retrieved: Day | None = Field(None, description="When it was looked up.")
    grade: Grade = Field(
        "", description="How far to trust it: A official, B trade, C aggregator, user."
    )


class ScenarioFile(Closed):
    """One promotion: what is given. Files named in it lie in its folder."""

    name: Name | None = Field(None, description="Name of the scenario (default: its folder).")
    title: Name | None = Field(None, description="Title as printed.")
    currency: Currency = Field(NO_CURRENCY, description="ISO 4217 code of every price.")
    timezone: str = Field(
        "UTC", max_length=64, description="IANA name; all times are its wall clock."
    )
    horizon: HorizonFile = Field(description="First day and number of days.")
    seed: int = Field(0, ge=0, le=2**63 - 1, description="Seed of every random draw.")
    planned_on: Day | None = Field(
        None, description="The day the plan is made: nothing later is known."
    )
    service: ServiceFile = Field(default_factory=ServiceFile, description="The aim.")
    platform: Platform = Field(
        description="Name of a shipped rule pack (`planner init --list`), a file, or the rule "
        "itself."
    )
    regions: Rows | None = Field(
        None, description="Regions: CSV file or rows (default: one region, all)."
    )
    products: Rows | None = Field(
        None, description="Product classes: CSV file or rows (default: one)."
    )
    demand: DemandFile = Field(description="What is known of demand.")
    sites: list[SiteFile] = Field(min_length=1, description="Warehouses.")
    shifts: list[ShiftFile] = Field(min_length=1, description="Shift patterns.")
    crews: list[CrewFile] = Field(min_length=1, description="People.")
    staffing: Rows | None = Field(None, description="Today's roster: CSV file or rows.")
    staff: Rows | None = Field(
        None, description="People by name: CSV file or rows (default: only numbers of people)."
    )
    stock: Rows | None = Field(None, description="Stock as placed today: CSV file or rows.")
    routing: Rows | None = Field(None, description="Routing shares of today: CSV file or rows.")
    contracts: list[FileName] = Field(default_factory=list, description="Contract files.")
    weight_classes_g: list[Annotated[int, Field(ge=1, le=10**8)]] = Field(
        default_factory=list,
        description="Upper edges of the weight classes that are routed apart, rising (重量段).",
    )
    returns: ReturnsFile | None = Field(None, description="When returns come back.")
    levers: LeversFile = Field(default_factory=LeversFile, description="What else may be decided.")
    disruptions: list[DisruptionFile] = Field(
        default_factory=list, description="Things that go wrong."
    )
    assumptions: list[AssumptionFile] = Field(
        default_factory=list, description="Figures to be checked."
    )

    @field_validator("weight_classes_g")
    @classmethod
    def _rise(cls, value: list[int]) -> list[int]:
        pairs = enumerate(pairwise(value), 1)
        raise_wrong([((i,), f"must rise: {b} g follows {a} g") for i, (a, b) in pairs if b <= a])
        return value
