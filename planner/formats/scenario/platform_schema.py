"""A platform's dispatch rule as a pydantic model: inline in a scenario, or a rule pack."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from planner.domain.platform import Clock, HubExemption
from planner.formats.base.value_types import (
    NO_CURRENCY,
    Closed,
    Currency,
    Day,
    FileName,
    FileTag,
    Grade,
    MappingTag,
    Money,
    Name,
    Note,
    Share,
    TimeOfDay,
    by_kind,
    each_once,
    wrong,
)

Hours = Annotated[float, Field(gt=0, le=2_000, allow_inf_nan=False)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class CompensationFile(Closed):
    """Compensation for a late order: a share of what was paid, between floor and cap."""

    share_of_paid: Share = Field(0.0, description="Share of what the customer paid.")
    floor: Money = Field(0, description="Least amount per late order.")
    cap: Money = Field(0, description="Largest amount per late order (0: no cap).")

    @model_validator(mode="after")
    def _floor_below_cap(self) -> CompensationFile:
        if self.cap and self.floor > self.cap:
            raise wrong("floor must not be above cap")
        return self


class OrderHandlingCapacityFile(Closed):
    """What follows when a day brings more orders than the number that the seller has declared."""

    extends_working_days: int = Field(
        1,
        ge=1,
        le=30,
        description=(
            "Working days by which the deadline of the orders beyond the number moves; of 24 hours "
            "where the deadline is in hours."
        ),
    )
    pacing: float | None = Field(
        None,
        gt=1,
        le=100,
        allow_inf_nan=False,
        description=(
            "Multiple of the number above which the platform holds orders back (default: it never "
            "does)."
        ),
    )


class ThresholdFile(Closed):
    """A share of late orders above which the platform throttles the shop, and its window."""

    late_share: Share = Field(description="Share of the orders that fall due.")
    window_days: int | None = Field(
        None,
        ge=1,
        le=400,
        description="Days over which it is counted (default: the whole promotion).",
    )


class ForceMajeureFile(Closed):
    """Days of force majeure: orders placed or due on them are not scored."""

    from_: Day = Field(alias="from", description="First day.")
    to: Day = Field(description="Last day.")
    regions: list[Name] = Field(
        default_factory=list, description="Regions that it concerns (default: all)."
    )
    _regions_once = field_validator("regions")(each_once)

    @model_validator(mode="after")
    def _in_order(self) -> ForceMajeureFile:
        if self.to < self.from_:
            raise wrong("to must not be before from")
        return self


class ExemptionsFile(Closed):
    """Orders that the platform does not score: neither late nor on time, and no compensation."""

    remote_hub: HubExemption | None = Field(
        None,
        description=(
            "What is not scored of an order that goes over a hub of its contract (偏远中转): its "
            "delivery, or any clock (default: all is scored)."
        ),
    )
    force_majeure: list[ForceMajeureFile] = Field(
        default_factory=list,
        max_length=100,
        description="Days whose orders are not scored; for all platforms: force_majeure.",
    )


class PlatformFile(Closed):
    """Dispatch rule of a platform: counted clock, deadline, calendar and cost of late orders."""

    name: Name | None = Field(None, description="Name of the platform or rule.")
    currency: Currency = Field(NO_CURRENCY, description="Currency of floor and cap.")
    counts: Clock = Field(
        description=(
            "Event whose time is compared with the deadline: label printed, hand-over to the "
            "carrier, first scan by the carrier, or delivery."
        )
    )
    deadline_hours: float | None = Field(
        None,
        gt=0,
        le=2_000,
        allow_inf_nan=False,
        description="Hours after the order; either this or deadline_working_days.",
    )
    deadline_working_days: int | None = Field(
        None,
        ge=1,
        le=60,
        description=(
            "End of the n-th working day after the day of the order; either this or deadline_hours."
        ),
    )
    country: str | None = Field(
        None,
        pattern="^[A-Z]{2}$",
        description=(
            "ISO 3166 code, such as US, of the country whose public holidays are no working days."
        ),
    )
    weekend: list[Weekday] = Field(
        ["saturday", "sunday"], max_length=6, description="Weekdays that are no working days."
    )
    holidays: list[Day] = Field(
        default_factory=list, description="Further dates that are no working days."
    )
    working_days: list[Day] = Field(
        default_factory=list,
        description="Dates that are working days although they are a weekend or holiday.",
    )
    _days_once = field_validator("weekend", "holidays", "working_days")(each_once)
    cutoff: TimeOfDay | None = Field(
        None,
        description=(
            "Time of day from which on an order counts as one of the next day, where working days "
            "count (default: midnight)."
        ),
    )
    promise_hours: dict[str, Hours] = Field(
        default_factory=dict,
        description="Region -> hours after the order, where they differ from deadline_hours.",
    )
    compensation: CompensationFile = Field(
        default_factory=CompensationFile, description="Cost of one late order."
    )
    threshold_late_share: Share | None = Field(
        None,
        description=(
            "Share of late orders above which the platform throttles the shop (default: no "
            "such rule); short for threshold: {late_share: ...}."
        ),
    )
    threshold: ThresholdFile | None = Field(
        None, description="The same with the days over which the platform counts."
    )
    order_handling_capacity: OrderHandlingCapacityFile | None = Field(
        None,
        description=(
            "The platform asks for the orders a day that the seller can handle, and gives those "
            "beyond that number more time (default: it does not)."
        ),
    )
    exemptions: ExemptionsFile = Field(
        default_factory=ExemptionsFile, description="Orders that are not scored."
    )
    source: Note = Field("", description="Where the rule was read.")
    retrieved: Day | None = Field(None, description="Date on which it was read.")
    grade: Grade = Field(
        "",
        description="Reliability of the source: A official, B trade press, C aggregator, user.",
    )
    notes: Note = Field(
        "", description="Further terms of the rule, and what was decided where sources conflict."
    )

    @field_validator("country")
    @classmethod
    def _has_known_holidays(cls, value: str | None) -> str | None:
        import holidays

        if value is not None and value not in holidays.list_supported_countries(
            include_aliases=False
        ):
            raise wrong("is no country whose holidays are known; list them under holidays")
        return value

    @property
    def late_share_limit(self) -> float | None:
        """The late share above which the platform throttles the shop, however it is stated."""
        return self.threshold_late_share if self.threshold is None else self.threshold.late_share

    @model_validator(mode="after")
    def _one_threshold(self) -> PlatformFile:
        if self.threshold is not None and self.threshold_late_share is not None:
            raise wrong("must state either threshold or threshold_late_share")
        return self

    @model_validator(mode="after")
    def _one_calendar(self) -> PlatformFile:
        if (self.deadline_hours is None) == (self.deadline_working_days is None):
            raise wrong("must state either deadline_hours or deadline_working_days")
        if self.deadline_working_days is not None and self.promise_hours:
            raise wrong("promise_hours belongs to deadline_hours")
        return self


Platform = Annotated[Annotated[FileName, FileTag] | Annotated[PlatformFile, MappingTag], by_kind]


class PlatformPartFile(Closed):
    """One of several platforms, with its share of the orders."""

    platform: Platform = Field(
        description=(
            "Dispatch rule of the platform: name of a shipped rule pack (`planner init "
            "--list`), a file, or the rule itself."
        )
    )
    share: Share = Field(description="Share of all orders; the platforms sum to 1.")
    share_by_region: dict[str, Share] = Field(
        default_factory=dict,
        description="Region -> share of its orders, where it differs from share.",
    )
    share_by_event: dict[str, Share] = Field(
        default_factory=dict,
        description=("Event -> share of its orders, in every region, where it differs from share."),
    )
