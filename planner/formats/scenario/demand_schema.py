"""The demand section of a scenario as closed models."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from planner.formats.base import input_limits
from planner.formats.base.number_notation import write_instead
from planner.formats.base.value_types import (
    WIDEST,
    Closed,
    Day,
    FileName,
    Moment,
    Name,
    Share,
    at_least,
    at_most_times,
    spread,
    wrong,
)
from planner.formats.scenario.platform_schema import Weekday

Orders = Annotated[float, Field(ge=0, le=1e8, allow_inf_nan=False)]
Spread = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False), spread]
_MOST_ORDERS = 1e8
_LEAST_WEIGHT = 0.001
_BASELINE, _GIVEN = (
    "baseline",
    "given",
)  # what demand without events is called where random numbers are drawn by name


class OpenDayFile(Closed):
    """A date on which the shop trades as on a weekday."""

    date: Day = Field(description="A date of the horizon.")
    like: Weekday | None = Field(
        None,
        description="The weekday it trades like (default: its own, or the nearest that is open).",
    )


def _date_or_mapping(value: object) -> str:
    return "(mapping)" if isinstance(value, (dict, OpenDayFile)) else "(text)"


OpenDays = list[
    Annotated[
        Annotated[Day, Tag("(text)")] | Annotated[OpenDayFile, Tag("(mapping)")],
        Discriminator(_date_or_mapping),
    ]
]


class HistoryFile(Closed):
    """Past orders: a raw log (ordered_at, region) or counts (time, region, orders)."""

    path: FileName = Field(description="CSV or Excel file in the scenario's folder.")
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Our column -> the file's own name, such as {ordered_at: 下单时间}.",
    )
    scale: float = Field(
        1.0,
        ge=1e-6,
        le=1e6,
        allow_inf_nan=False,
        description="Orders per order counted: 4 when the file is a random quarter.",
    )
    lift: float = Field(
        1.0,
        ge=1e-3,
        le=100,
        allow_inf_nan=False,
        description="Expected level relative to the history: a season, growth.",
    )
    open_days: OpenDays = Field(
        default_factory=list,
        description=(
            "Dates on which the shop trades although it never did on that weekday: a "
            "date, or {date, like}."
        ),
    )
    closed_days: list[Day] = Field(
        default_factory=list,
        description="Dates on which it takes no orders; those of an event stay.",
    )


class SizeFile(Closed):
    """How many orders an event brings: lognormal from its median and its 95 % point."""

    median: float = Field(
        ge=0.01, le=_MOST_ORDERS, allow_inf_nan=False, description="As likely above as below."
    )
    p95: float = Field(
        gt=0, le=1e9, allow_inf_nan=False, description="Exceeded once in twenty times."
    )

    _not_below_median = field_validator("p95")(at_least("median", "median"))
    _not_far_above = field_validator("p95")(at_most_times("median", WIDEST))


def _certain_size(value: object) -> object:
    """A single number stands for an event of known size."""
    if isinstance(value, str):
        raise wrong(f"must be a number or {{median, p95}}{write_instead(value)}")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if not 0.01 <= value <= _MOST_ORDERS:
        raise wrong(f"must be at least 0.01 and at most {_MOST_ORDERS:g}")
    return {"median": value, "p95": value}


class EventFile(Closed):
    """A burst: an opening, a live session, the last hours."""

    name: Name = Field(description="Name of the event, unique; not baseline, not given...")
    at: Moment = Field(description="When it begins, local time.")
    orders: Annotated[SizeFile, BeforeValidator(_certain_size)] = Field(
        description="Total orders: {median, p95}, or one number when it is certain."
    )
    ramp_minutes: float = Field(
        0, ge=0, le=10_000, allow_inf_nan=False, description="Minutes until the peak."
    )
    half_life_hours: float = Field(
        ge=1e-6,
        le=1_000,
        allow_inf_nan=False,
        description="Hours in which the rate halves (0.001 is 3.6 seconds).",
    )
    pull_forward: Share = Field(
        0.0,
        description=(
            "Share of its orders that the baseline of the next week loses; what a day "
            "lacks, later days lose."
        ),
    )
    regions: dict[str, Share] | None = Field(
        None, min_length=1, description="Own region mix: region -> share, sum 1."
    )
    products: dict[str, Share] | None = Field(
        None, min_length=1, description="Own product mix, sum 1."
    )

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if value == _BASELINE or value.startswith(_GIVEN):
            raise wrong("is a name the planner uses itself: choose another")
        return value


class DemandFile(Closed):
    """Exactly one of history, baseline_orders_per_day, given; events come on top (not with
    given).
    """

    history: HistoryFile | None = Field(None, description="Past orders the baseline is fitted to.")
    baseline_orders_per_day: Orders | None = Field(
        None, description="Mean orders per day without events."
    )
    given: FileName | None = Field(
        None, description="Your own forecast: time, region, orders[, product][, path]."
    )
    hourly_profile: list[Orders] | None = Field(
        None, description="24 weights (hour of day) or 168 (hour of week, from Monday 00:00)."
    )
    day_cv: Spread = Field(0.0, description="Coefficient of variation of a day's level.")
    hour_cv: Spread = Field(
        0.0, description="Coefficient of variation of an hour's rate beyond that."
    )
    events: list[EventFile] = Field(
        default_factory=list,
        max_length=input_limits.EVENTS,
        description="Bursts on top of the baseline.",
    )

    @field_validator("hourly_profile")
    @classmethod
    def _of_a_day_or_week(cls, value: list[float] | None) -> list[float] | None:
        if value is not None and len(value) not in (24, 168):
            raise wrong(f"must hold 24 or 168 numbers, holds {len(value)}")
        if value is not None and max(value) < _LEAST_WEIGHT:
            raise wrong(f"must hold a number of at least {_LEAST_WEIGHT}")
        return value

    @model_validator(mode="after")
    def _one_source(self) -> DemandFile:
        stated = [
            k
            for k in ("history", "baseline_orders_per_day", "given")
            if getattr(self, k) is not None
        ]
        if len(stated) != 1:
            states = ", ".join(stated) or "none"
            raise wrong(
                "must state exactly one of history, baseline_orders_per_day, given; states "
                f"{states}"
            )
        if self.given is not None and (
            self.events or self.hourly_profile or self.day_cv or self.hour_cv
        ):
            raise wrong(
                "given is taken as it is: no events, hourly_profile, day_cv or hour_cv may be "
                "stated with it"
            )
        if self.history is not None and (self.hourly_profile or self.day_cv or self.hour_cv):
            raise wrong(
                "hourly_profile, day_cv and hour_cv are fitted to the history: leave them out"
            )
        return self
