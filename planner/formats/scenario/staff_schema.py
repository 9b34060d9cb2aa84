"""The shifts and crews of a scenario."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from planner.domain.horizon import DAY_S, Shift
from planner.formats.base.value_types import (
    Closed,
    Money,
    Name,
    TimeOfDay,
    each_once,
    wrong,
)
from planner.formats.scenario.calendar_schema import Days, Weekdays, every_day


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
    days: Weekdays = Field(
        default_factory=every_day,
        description="Weekdays on which it begins, such as [sun] (default: all); not where the site "
        "is closed then.",
    )
    not_on: Days = Field(default_factory=list, description="Dates on which it does not begin.")
    _days_once = field_validator("not_on")(each_once)

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

    def to_shift(self, off: frozenset[int] = frozenset()) -> Shift:
        """The pattern in seconds after midnight of the day it starts; `off`: days without it."""
        end = self.end if self.end > self.start else self.end + DAY_S
        begins = [
            (b.at if b.at >= self.start else b.at + DAY_S, b.minutes * 60) for b in self.breaks
        ]
        return Shift(
            self.name,
            self.start,
            end,
            tuple(sorted((b, b + length) for b, length in begins)),
            off=off,
        )


class OnCallFile(Closed):
    """People who can be called during the promotion at short notice, for single shifts."""

    notice_hours: float = Field(
        ge=0,
        le=168,
        allow_inf_nan=False,
        description="Hours between the call and the start of the shift.",
    )
    max_people: int = Field(
        ge=0,
        le=100_000,
        description="Most people that can be called for one day, in addition to those booked.",
    )
    wage_per_hour: Money = Field(description="Wage of a paid hour of a person who was called.")


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
    on_call: OnCallFile | None = Field(
        None,
        description="Temporary people who come at short notice during the promotion (default: "
        "nobody); plans made before it do not use them.",
    )
    processes: list[Name] = Field(
        default_factory=list, description="Processes they can do (default: all)."
    )
    _processes_once = field_validator("processes")(each_once)
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
        if self.headcount is not None and self.on_call is not None:
            raise wrong("on_call is for temporary people (max_headcount)")
        return self
