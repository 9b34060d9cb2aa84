"""The disruptions section of a scenario."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator, model_validator

from planner.domain.problem import DisruptionKind
from planner.formats.base.value_types import (
    Closed,
    LocalDateTime,
    Name,
    Share,
    wrong,
)

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
