"""The horizon section of a scenario: the days that are planned."""

from __future__ import annotations

from pydantic import Field, field_validator

from planner.domain.horizon import Horizon
from planner.formats.base.value_types import (
    Closed,
    LocalDateTime,
    wrong,
)


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
