"""The service section of a scenario: the aim, and targets of one's own."""

from __future__ import annotations

from itertools import pairwise

from pydantic import Field, field_validator

from planner.formats.base import input_limits
from planner.formats.base.value_types import Closed, wrong


class TargetFile(Closed):
    """A service target of one's own, in addition to the platform's deadline."""

    within_hours: float = Field(
        ge=0.01,
        le=2_000,
        allow_inf_nan=False,
        description="Hours from the order to the platform's counted clock.",
    )
    share: float = Field(
        gt=0,
        le=1,
        allow_inf_nan=False,
        description="Share of all orders that must be so soon.",
    )


class ServiceFile(Closed):
    """Service level: P(share of orders on time >= on_time_share) >= confidence."""

    on_time_share: float = Field(
        0.98,
        gt=0,
        le=1,
        allow_inf_nan=False,
        description="Share of all orders that must be on time.",
    )
    confidence: float = Field(
        0.95,
        gt=0,
        lt=1,
        allow_inf_nan=False,
        description="Probability with which the promotion must reach that share.",
    )
    also: list[TargetFile] = Field(
        default_factory=list,
        max_length=input_limits.TARGETS,
        description=(
            "Targets of one's own, in addition to the platform's deadline; a promotion meets the "
            "service level if it reaches all of them too."
        ),
    )

    @field_validator("also")
    @classmethod
    def _of_other_hours(cls, value: list[TargetFile]) -> list[TargetFile]:
        by_hours = sorted(value, key=lambda target: target.within_hours)
        for sooner, later in pairwise(by_hours):
            if sooner.within_hours == later.within_hours:
                raise wrong(f"states {sooner.within_hours:g} hours twice")
            if sooner.share >= later.share:
                raise wrong(
                    f"asks for {later.share:g} within {later.within_hours:g} hours, which "
                    f"{sooner.share:g} within {sooner.within_hours:g} hours includes: leave it out"
                )
        return value
