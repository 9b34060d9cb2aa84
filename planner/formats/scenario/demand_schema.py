"""The demand section of a scenario as pydantic models."""

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
    LocalDateTime,
    Name,
    Share,
    at_least,
    at_most_times,
    spread,
    wrong,
)
from planner.formats.scenario.calendar_schema import NO_COUNTRY, Country
from planner.formats.scenario.platform_schema import Hours, Weekday

Orders = Annotated[float, Field(ge=0, le=1e8, allow_inf_nan=False)]
Spread = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False), spread]
Concentration = Annotated[float, Field(ge=0.1, le=1e9, allow_inf_nan=False)]
_MOST_ORDERS = 1e8
_LEAST_WEIGHT = 0.001
_BASELINE, _GIVEN = (
    "baseline",
    "given",
)  # what demand without events is called where random numbers are drawn by name


class OpenDayFile(Closed):
    """A date on which the shop trades as on some weekday."""

    date: Day = Field(description="Date within the horizon.")
    like: Weekday | None = Field(
        None,
        description="Weekday it trades like (default: its own, or the nearest open one).",
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

    path: FileName = Field(description="CSV, Excel or Parquet file in the scenario's folder.")
    columns: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "Column of the table -> its name in the file, such as {ordered_at: 下单时间}."
        ),
    )
    scale: float = Field(
        1.0,
        ge=1e-6,
        le=1e6,
        allow_inf_nan=False,
        description=(
            "Real orders per order in the file: 4 when the file is a random quarter of them."
        ),
    )
    lift: float = Field(
        1.0,
        ge=1e-3,
        le=100,
        allow_inf_nan=False,
        description=(
            "Expected level relative to the history, for season or growth: 1.2 is 20 % more."
        ),
    )
    open_days: OpenDays = Field(
        default_factory=list,
        description=(
            "Dates on which the shop trades although it never did on that weekday: "
            '"2026-11-14", or {date: "2026-11-21", like: sunday}.'
        ),
    )
    closed_days: list[Day] = Field(
        default_factory=list,
        description="Dates without baseline orders; orders of an event remain.",
    )
    holidays: Country = Field(
        NO_COUNTRY,
        description=(
            "Country, such as CN, or part of it, such as DE-BY, on whose public holidays orders "
            "may be more or fewer: the effect is fitted to those in the history."
        ),
    )


class SizeFile(Closed):
    """Total orders of an event: lognormal, from its median and its 95 % point."""

    median: float = Field(
        ge=0.01,
        le=_MOST_ORDERS,
        allow_inf_nan=False,
        description="Total orders, exceeded with probability 50 %.",
    )
    p95: float = Field(
        gt=0,
        le=1e9,
        allow_inf_nan=False,
        description="Total orders, exceeded with probability 5 %.",
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


class OwnDeadlineFile(Closed):
    """The deadline of an event's orders, such as a presale's; the platform's clock counts."""

    hours: Hours | None = Field(
        None, description="Hours after the order; of a presale, after the balance is paid."
    )
    working_days: int | None = Field(
        None,
        ge=1,
        le=60,
        description=(
            "End of the n-th working day after the day of the order, by the calendar of the "
            "platform."
        ),
    )
    by: LocalDateTime | None = Field(
        None,
        description=(
            "Last minute, local time; orders placed after it have the platform's own deadline."
        ),
    )

    @model_validator(mode="after")
    def _one(self) -> OwnDeadlineFile:
        stated = [k for k in ("hours", "working_days", "by") if getattr(self, k) is not None]
        if len(stated) != 1:
            states = ", ".join(stated) or "none"
            raise wrong(f"must state exactly one of hours, working_days, by; states {states}")
        return self


class EventFile(Closed):
    """A burst: an opening, a live session, the last hours."""

    name: Name = Field(
        description="Name of the event, unique; not baseline, and not beginning with given."
    )
    at: LocalDateTime = Field(description="Begin, local time.")
    orders: Annotated[SizeFile, BeforeValidator(_certain_size)] = Field(
        description="Total orders: {median, p95}, or one number when it is certain."
    )
    ramp_minutes: float = Field(
        0,
        ge=0,
        le=10_000,
        allow_inf_nan=False,
        description="Minutes from the begin to the peak rate.",
    )
    half_life_hours: float = Field(
        ge=1e-6,
        le=1_000,
        allow_inf_nan=False,
        description="Hours in which the rate halves after the peak (0.001 is 3.6 seconds).",
    )
    pull_forward: Share = Field(
        0.0,
        description=(
            "Share of its orders that the baseline loses in the following week; what one day "
            "lacks is taken from later days."
        ),
    )
    regions: dict[str, Share] | None = Field(
        None,
        min_length=1,
        description=(
            "Region -> share of this event's orders, sum 1 (default: the shares of the regions "
            "table)."
        ),
    )
    products: dict[str, Share] | None = Field(
        None,
        min_length=1,
        description=(
            "Product -> share of this event's orders, sum 1 (default: the shares of the "
            "products table)."
        ),
    )
    mix_concentration: Concentration | None = Field(
        None,
        description="How well its mix of products is known (default: that of the demand).",
    )
    region_concentration: Concentration | None = Field(
        None,
        description="How well its mix of regions is known (default: that of the demand).",
    )
    deadline: OwnDeadlineFile | None = Field(
        None,
        description=(
            "Deadline of its orders, such as a presale's (预售), whose orders are placed here when "
            'the balance is paid: {hours: 120}, {working_days: 5} or {by: "2026-11-20T23:59"} '
            "(default: the platform's)."
        ),
    )

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if value == _BASELINE or value.startswith(_GIVEN):
            raise wrong("is a name the planner uses itself: choose another")
        return value


class DemandFile(Closed):
    """Demand: exactly one of history, baseline_orders_per_day and given.

    Events come in addition (not with given).
    """

    history: HistoryFile | None = Field(
        None, description="Past orders to which the baseline is fitted."
    )
    baseline_orders_per_day: Orders | None = Field(
        None, description="Mean orders per day without events."
    )
    given: FileName | None = Field(
        None,
        description=(
            "Your own forecast, used as it is: CSV or Excel file with time, region, orders[, "
            "product][, path]."
        ),
    )
    scale: float = Field(
        1.0,
        ge=1e-3,
        le=1_000,
        allow_inf_nan=False,
        description=(
            "Factor on all orders: baseline, events and a given forecast; orders that "
            "opening_backlog states are not changed."
        ),
    )
    hourly_profile: list[Orders] | None = Field(
        None,
        description=(
            "24 weights (hour of day) or 168 (hour of week, from Monday 00:00) (default: even)."
        ),
    )
    day_cv: Spread = Field(0.0, description="Coefficient of variation of the level of a day.")
    hour_cv: Spread = Field(
        0.0,
        description=(
            "Coefficient of variation of the rate of an hour, in addition to that of its day."
        ),
    )
    mix_concentration: Concentration | None = Field(
        None,
        description=(
            "How well the mix of products is known: the baseline and each event draw their shares "
            "once per promotion, Dirichlet(concentration x share); a share p then has a standard "
            "deviation of sqrt(p (1 - p) / (concentration + 1)) (default: shares are certain)."
        ),
    )
    region_concentration: Concentration | None = Field(
        None,
        description=(
            "The same for the regions: at 57, a share of 30 % is known to 6 points (default: "
            "shares are certain)."
        ),
    )
    size_correlation: Share = Field(
        0.0,
        description=(
            "Correlation of the log sizes of any two events: 0 independent, 1 all large or all "
            "small."
        ),
    )
    priority_share: Share = Field(
        0.0,
        description=(
            "Share of all orders, such as those of repeat buyers, that have at least priority 1 "
            "whatever they ask for: they go first at every process and collection."
        ),
    )
    events: list[EventFile] = Field(
        default_factory=list,
        max_length=input_limits.EVENTS,
        description="Bursts in addition to the baseline.",
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
        if self.given is not None and (self.mix_concentration or self.region_concentration):
            raise wrong(
                "given is taken as it is, with the mix of each of its paths: mix_concentration "
                "and region_concentration may not be stated with it"
            )
        if self.history is not None and (self.hourly_profile or self.day_cv or self.hour_cv):
            raise wrong(
                "hourly_profile, day_cv and hour_cv are fitted to the history: leave them out"
            )
        return self
