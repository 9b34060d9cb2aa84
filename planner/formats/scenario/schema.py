"""The scenario file as pydantic models.

`planner schema` publishes them, `planner check` enforces them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from planner.domain.horizon import DAY_S, Horizon, Shift
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
    LocalDateTime,
    MappingTag,
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
from planner.formats.scenario.opening_backlog import OpeningBacklogFile
from planner.formats.scenario.platform_schema import PlatformFile
from planner.formats.scenario.service_schema import ServiceFile
from planner.formats.scenario.stress_schema import RiskFile

Platform = Annotated[Annotated[FileName, FileTag] | Annotated[PlatformFile, MappingTag], by_kind]
UNLIMITED_STATIONS = 10**6


class HorizonFile(Closed):
    """The days that are planned."""

    start: LocalDateTime = Field(
        description='First day, written as its local midnight, such as "2026-11-08T00:00".'
    )
    days: int = Field(ge=1, le=400, description="Number of days of the promotion.")
    tail_days: int = Field(
        2,
        ge=0,
        le=30,
        description="Days after them that are planned and simulated with baseline demand, so that "
        "every order is followed until it has left; costs and tables leave them out.",
    )
    bucket_minutes: int = Field(
        60, ge=5, le=1440, description="Minutes of a reporting bucket; must divide a day."
    )

    def to_horizon(self, timezone: str) -> Horizon:
        """The days as the planner counts them, the tail among them."""
        return Horizon(
            start=self.start,
            days=self.days + self.tail_days,
            bucket_s=self.bucket_minutes * 60,
            timezone=timezone,
            tail_days=self.tail_days,
        )

    @field_validator("start")
    @classmethod
    def _midnight(cls, value: LocalDateTime) -> LocalDateTime:
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


class OpeningFile(Closed):
    """Opening hours of a site."""

    from_: TimeOfDay = Field(alias="from", description='Opening time, such as "08:00".')
    to: TimeOfDay = Field(description="Closing time; at or before `from` it is on the next day.")

    @property
    def interval(self) -> tuple[int, int]:
        """Opening and closing time in seconds after midnight; the next day counts on."""
        return (self.from_, self.to if self.to > self.from_ else self.to + DAY_S)


class WorkFile(Closed):
    """How one step of work is done."""

    orders_per_hour: float = Field(
        ge=0.01,
        le=1e6,
        allow_inf_nan=False,
        description="Orders that one person at standard speed completes in an hour.",
    )
    cv: Annotated[float, spread] | None = Field(
        None,
        ge=0,
        le=20,
        allow_inf_nan=False,
        description=(
            "Coefficient of variation of the time of one order (default: that of the "
            "distribution; 0 for lognormal and gamma)."
        ),
    )
    distribution: Distribution = Field(
        "lognormal", description="Distribution of the time of one order."
    )
    stations: int = Field(
        UNLIMITED_STATIONS,
        ge=1,
        le=UNLIMITED_STATIONS,
        description="Work places: people who can work here at the same time (default: no limit).",
    )
    batch_orders: int = Field(
        1, ge=1, le=10_000, description="Most orders of one task, such as a picking tour."
    )
    batch_setup_s: int = Field(
        0,
        ge=0,
        le=86_400,
        description=(
            "Seconds that a task (an order or a tour) takes in addition to the work on its orders."
        ),
    )
    discipline: Discipline = Field(
        "deadline",
        description=(
            "Which waiting order is next: the one with the earliest deadline, or first in, "
            "first out."
        ),
    )
    observed_seconds: (
        list[Annotated[float, Field(ge=0.001, le=86_400, allow_inf_nan=False)]] | None
    ) = Field(
        None,
        min_length=1,
        description=(
            "Observed seconds per order, only with distribution empirical; scaled to the mean "
            "of orders_per_hour."
        ),
    )

    @model_validator(mode="after")
    def _spread_fits_distribution(self) -> WorkFile:
        if (self.distribution == "empirical") != (self.observed_seconds is not None):
            raise wrong("observed_seconds and distribution empirical go together")
        fixed = {"exponential": 1.0, "deterministic": 0.0}.get(self.distribution)
        if fixed is not None and self.cv not in (None, fixed):
            raise wrong(f"cv of distribution {self.distribution} is {fixed:g}: leave it out")
        if self.distribution == "empirical" and self.cv is not None:
            raise wrong("cv of distribution empirical comes from observed_seconds: leave it out")
        return self


class ProcessFile(WorkFile):
    """A process: one step of work at a site."""

    min_people: int = Field(
        0,
        ge=0,
        le=100_000,
        description=(
            "Fewest people scheduled in every shift that the site works, on every day (those who "
            "extend the shift count)."
        ),
    )
    max_temporary_share: Share = Field(
        1.0, description="Largest share of temporary people among those of any shift."
    )
    starters_per_permanent: float | None = Field(
        None,
        ge=0,
        le=1_000,
        allow_inf_nan=False,
        description=(
            "Most people on the first day of their ramp for each permanent person of the same "
            "shift (default: any number)."
        ),
    )


class ReceiveFile(WorkFile):
    """Work on returned parcels.

    The people of one of the site's processes do it, at separate stations.
    """

    by: Name | None = Field(
        None, description="Process whose people do this work (default: the last one of the site)."
    )


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


class CollectionFile(Closed):
    """Daily pick-ups of a contract at a site."""

    contract: Name = Field(description="Name of the contract whose carrier collects.")
    at: Annotated[list[TimeOfDay], BeforeValidator(_one_or_more)] = Field(
        min_length=1, description='One or more times of day, in quotes, such as ["12:00", "18:00"].'
    )
    capacity_parcels: int | None = Field(
        None, ge=1, le=10**7, description="Parcels that one pick-up takes (default: no limit)."
    )
    extra_cost: Money | None = Field(
        None,
        description=(
            "Cost of one additional vehicle at one of these times on one day (default: none "
            "can be added)."
        ),
    )
    max_extra: int | None = Field(
        None,
        ge=0,
        le=100,
        description=(
            "Vehicles that can be added at one of these times on one day (default: 2 with "
            "extra_cost, else 0)."
        ),
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
    label: Name | None = Field(None, description="Name as printed (default: the name).")
    region: Name | None = Field(
        None, description="Region the site is in (may be left out where no regions are stated)."
    )
    open: OpeningFile | None = Field(None, description="Opening hours (default: round the clock).")
    processes: dict[Name, ProcessFile] = Field(
        min_length=1,
        description=(
            "Processes in the order in which they are done, such as {pick: ..., pack: ...}."
        ),
    )
    receive: ReceiveFile | None = Field(
        None, description="Work on returned parcels (default: none)."
    )
    works: list[Name] = Field(
        default_factory=list,
        min_length=1,
        description=(
            "Shifts that the site works (default: every one that overlaps its opening hours)."
        ),
    )
    finish: Finish = Field(
        "stop",
        description=(
            "Task in progress when a shift ends: handed over to the next free person (stop), "
            "or finished after hours and paid as overtime (task)."
        ),
    )
    collections: list[CollectionFile] = Field(
        default_factory=list,
        description="Pick-ups by carriers (default: orders are done when packed).",
    )
    stock_capacity_units: int | None = Field(
        None, ge=0, le=10**9, description="Units that can be stored here (default: no limit)."
    )
    inbound_cost_per_unit: Money = Field(0, description="Cost of placing one unit here.")

    @property
    def opening(self) -> tuple[int, int]:
        """Opening hours in seconds after midnight (always open when none are stated)."""
        return self.open.interval if self.open else (0, DAY_S)


class BreakFile(Closed):
    """An unpaid break; a time before the start of the shift belongs to the next day."""

    at: TimeOfDay = Field(description="Time of day at which the break begins.")
    minutes: int = Field(ge=1, le=1_440, description="Length in minutes.")


class ShiftFile(Closed):
    """A shift pattern."""

    name: Name = Field(description="Name of the shift, unique.")
    start: TimeOfDay = Field(description="Time of day at which the shift begins.")
    end: TimeOfDay = Field(
        description="Time of day at which it ends; at or before `start` it is on the next day."
    )
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
    """People of one kind at one site.

    A crew is permanent (`headcount`) or temporary (`max_headcount`).
    """

    name: Name = Field(description="Name of the crew, unique at its site.")
    site: Name | None = Field(
        None, description="Site where they work (may be left out where there is one)."
    )
    headcount: int | None = Field(
        None,
        ge=0,
        le=100_000,
        description="Permanent people employed; either this or max_headcount.",
    )
    max_headcount: int | None = Field(
        None,
        ge=0,
        le=100_000,
        description=(
            "Most temporary people that can be booked at the same time; either this or headcount."
        ),
    )
    wage_per_hour: Money = Field(0, description="Wage of a regular paid hour.")
    overtime_factor: float = Field(
        1.5,
        ge=1,
        le=10,
        allow_inf_nan=False,
        description="Wage of an overtime hour relative to a regular one.",
    )
    regular_hours: float = Field(
        8.0,
        ge=0.01,
        le=24,
        allow_inf_nan=False,
        description="Paid hours of a shift before overtime begins.",
    )
    notice_days: int = Field(
        0,
        ge=0,
        le=365,
        description="Days between booking and first working day (temporary people).",
    )
    min_days: int = Field(
        1, ge=1, le=365, description="Shortest booking in consecutive days (temporary people)."
    )
    ramp: list[Annotated[float, Field(ge=0.01, le=5, allow_inf_nan=False)]] = Field(
        [1.0],
        min_length=1,
        description=(
            "Speed relative to standard on the first, second, ... working day, such as [0.6, "
            "0.8, 1.0]; the last value holds from then on."
        ),
    )
    absence: float = Field(
        0.0,
        ge=0,
        le=0.99,
        allow_inf_nan=False,
        description="Probability that a planned person does not come.",
    )
    hire_cost: Money = Field(0, description="Paid once for every person booked (temporary people).")
    max_days_per_week: int = Field(
        7, ge=1, le=7, description="Most working days of a permanent person in any seven days."
    )
    max_hours_per_week: float | None = Field(
        None,
        gt=0,
        le=168,
        allow_inf_nan=False,
        description="Most paid hours of one person in any seven days (default: no limit).",
    )
    max_consecutive_days: int | None = Field(
        None,
        ge=1,
        le=365,
        description=(
            "Most working days in a row of one person (default: only max_days_per_week limits "
            "them)."
        ),
    )
    min_rest_hours: float = Field(
        11.0,
        ge=0,
        le=24,
        allow_inf_nan=False,
        description="Hours of rest between two shifts of one person.",
    )
    guaranteed_days_per_week: float | None = Field(
        None,
        gt=0,
        le=7,
        allow_inf_nan=False,
        description=(
            "Days a week that each of them is paid at least, scheduled or not (permanent people; "
            "default: only days on which they are scheduled are paid)."
        ),
    )
    processes: list[Name] = Field(
        default_factory=list, description="Processes they can do (default: all)."
    )
    overtime_hours: float = Field(
        0.0,
        ge=0,
        le=6,
        multiple_of=0.25,
        allow_inf_nan=False,
        description=(
            "Hours, in quarters, by which they may extend a shift (加班); shift day extended by "
            "2 is called day+2h."
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
        if self.headcount is None and self.guaranteed_days_per_week is not None:
            raise wrong("guaranteed_days_per_week is for permanent people (headcount)")
        return self


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


_MEANS: dict[DisruptionKind, tuple[str, ...]] = {
    "allotment_cut": ("contract", "factor"),
    "missed_collection": ("site", "contract"),
    "absence_wave": ("site", "crew", "factor"),
    "site_closed": ("site",),
}


class DisruptionFile(Closed):
    """A disruption from `from` until `to`.

    Each kind takes names of its own: an allotment_cut the contract; a missed_collection site and
    contract; an absence_wave site and crew; a site_closed the site.
    """

    kind: DisruptionKind = Field(description="What goes wrong.")
    from_: LocalDateTime = Field(alias="from", description="Begin, local time.")
    to: LocalDateTime = Field(description="End, local time; after `from`.")
    site: Name | None = Field(None, description="Site it happens at (default: all).")
    contract: Name | None = Field(
        None, description="Contract whose allotment or collections it affects (default: all)."
    )
    crew: Name | None = Field(None, description="Crew that is absent (default: all).")
    factor: Share | None = Field(
        None,
        description=(
            "allotment_cut: share of the allotment that remains; absence_wave: probability of "
            "absence during the wave."
        ),
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
    platform: Platform = Field(
        description=(
            "Dispatch rule of the platform: name of a shipped rule pack (`planner init "
            "--list`), a file, or the rule itself."
        )
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
            "plan and certificate include it (default: nothing)."
        ),
    )
    assumptions: list[AssumptionFile] = Field(
        default_factory=list,
        description="Figures that somebody must be able to check; printed in the report.",
    )

    @field_validator("weight_classes_g")
    @classmethod
    def _rise(cls, value: list[int]) -> list[int]:
        pairs = enumerate(pairwise(value), 1)
        raise_wrong([((i,), f"must rise: {b} g follows {a} g") for i, (a, b) in pairs if b <= a])
        return value
