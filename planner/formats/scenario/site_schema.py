"""The sites section of a scenario: opening hours, processes and carriers' pick-ups."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from planner.domain.horizon import DAY_S, Interval
from planner.domain.site import CLOSED, Discipline, Distribution, Finish
from planner.formats.base.value_types import (
    Closed,
    Money,
    Name,
    Share,
    TimeOfDay,
    each_once,
    raise_wrong,
    spread,
    wrong,
)
from planner.formats.scenario.calendar_schema import (
    NO_COUNTRY,
    WEEKDAYS,
    Country,
    DayHours,
    Days,
    Weekdays,
    every_day,
)

UNLIMITED_STATIONS = 10**6


def _hours_on(weekday: str) -> str:
    return f'Hours of {weekday}s: "closed", or such as "09:00-13:00" (default: as on other days).'


class OpeningFile(Closed):
    """Opening hours and days of a site."""

    from_: TimeOfDay | None = Field(
        None, alias="from", description='Opening time, such as "08:00" (default: round the clock).'
    )
    to: TimeOfDay | None = Field(
        None, description="Closing time; at or before `from` it is on the next day."
    )
    days: Weekdays = Field(
        default_factory=every_day,
        description="Weekdays on which it opens, such as [mon..fri, sun] (default: all); a shift "
        "that begins on another day is not worked.",
    )
    mon: DayHours | None = Field(None, description=_hours_on("Monday"))
    tue: DayHours | None = Field(None, description=_hours_on("Tuesday"))
    wed: DayHours | None = Field(None, description=_hours_on("Wednesday"))
    thu: DayHours | None = Field(None, description=_hours_on("Thursday"))
    fri: DayHours | None = Field(None, description=_hours_on("Friday"))
    sat: DayHours | None = Field(None, description=_hours_on("Saturday"))
    sun: DayHours | None = Field(None, description=_hours_on("Sunday"))
    closed: Days = Field(default_factory=list, description="Dates on which it does not open.")
    holidays: Country = Field(
        NO_COUNTRY,
        description="Country, such as CN, or part of it, such as DE-BY, on whose public holidays "
        "it does not open.",
    )
    extra_open: Days = Field(
        default_factory=list,
        description="Dates on which it opens at the usual hours although a weekday or holiday says "
        "otherwise, such as working weekends that make up for a holiday.",
    )
    _days_once = field_validator("closed", "extra_open")(each_once)

    @model_validator(mode="after")
    def _days_agree(self) -> OpeningFile:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        if (self.from_ is None) != (self.to is None):
            errors.append(((), "needs both from and to, or neither"))
        for name in WEEKDAYS:
            if getattr(self, name) not in (None, CLOSED) and name not in self.days:
                errors.append(((name,), "has hours, but is not among days"))
        for k, on in enumerate(self.extra_open):
            if on in self.closed:
                errors.append((("extra_open", k), f"is under closed too: {on}"))
        raise_wrong(errors)
        return self

    @property
    def interval(self) -> Interval:
        """Opening and closing time in seconds after midnight; the next day counts on."""
        if self.from_ is None or self.to is None:
            return (0, DAY_S)
        return (self.from_, self.to if self.to > self.from_ else self.to + DAY_S)

    def of_weekday(self, name: str) -> Interval:
        """Opening and closing time of a weekday; `CLOSED` where it does not open."""
        own: Interval | None = getattr(self, name)
        return CLOSED if name not in self.days else self.interval if own is None else own


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
    """Pick-ups of a contract at a site."""

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
    days: Weekdays = Field(
        default_factory=every_day,
        description="Weekdays on which it comes, such as [mon..sat] (default: all); never while "
        "the site is closed.",
    )
    not_on: Days = Field(default_factory=list, description="Dates on which it does not come.")
    holidays: Country = Field(
        NO_COUNTRY,
        description="Country, such as CN, or part of it, on whose public holidays it does not "
        "come.",
    )
    _days_once = field_validator("not_on")(each_once)

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
    open: OpeningFile | None = Field(
        None, description="Opening hours and days (default: round the clock, every day)."
    )
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
    _works_once = field_validator("works")(each_once)
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
