"""The certificate, the same in run.json and plan.json."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from planner.documents.values import (
    MOST_DAYS,
    MOST_ITEMS,
    Closed,
    Count,
    Day,
    Inside,
    Name,
    Seed,
    Share,
    wrong,
)


class TargetObject(Closed):
    """A target of one's own, in addition to the platform's deadline."""

    within_hours: Annotated[float, Field(gt=0, le=2_000, allow_inf_nan=False)]
    share: Share


Targets = Annotated[list[TargetObject], Field(max_length=MOST_ITEMS)]


class EmptyPlacesObject(Closed):
    """Places of a crew that the roster leaves empty, as `planner.domain.roster.EmptyPlaces`."""

    site: Name
    crew: Name
    places: Annotated[Count, Field(ge=1)]
    dates: Annotated[list[Day], Field(min_length=1, max_length=MOST_DAYS)]
    proved: bool


class CertificateObject(Closed):
    """The verdict on held-out replications, as `planner.domain.plan.Certificate`."""

    certified: bool
    on_time_share: Share
    confidence: Inside
    replications: Annotated[Count, Field(ge=1)]
    met: Count
    lower_bound: Share
    level: Inside
    seed: Seed
    look: Annotated[Count, Field(ge=1)]
    also: Targets = Field(default_factory=list)
    # older certificates have none
    empty_places: Annotated[list[EmptyPlacesObject], Field(max_length=MOST_ITEMS)] = Field(
        default_factory=list
    )

    @model_validator(mode="after")
    def _met_are_among_them(self) -> Self:
        if self.met > self.replications:
            raise wrong("met must not be more than replications")
        return self
