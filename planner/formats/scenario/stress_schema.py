"""The catalogue of stresses (`stress.yaml`) and the risks of a scenario as pydantic models."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator, model_validator

from planner.domain.stress import StressKind
from planner.formats.base.value_types import Closed, LocalDateTime, Name, Share, raise_wrong, wrong

# what each kind may name, and the largest strength it has
_MEANS: dict[StressKind, tuple[str, ...]] = {
    "mix": ("less", "more"),
    "correlation": (),
    "agency_fill": ("site", "crew"),
    "absence_wave": ("site", "crew", "from", "to"),
    "missed_pickup": ("site", "contract", "from", "to"),
    "allotment_cut": ("contract", "from", "to"),
    "site_closed": ("site", "from"),
    "demand": (),
    "learning": ("site", "crew"),
    "scan_delay": ("contract",),
}
_MOST: dict[StressKind, float] = {
    "missed_pickup": 100.0,
    "site_closed": 168.0,
    "demand": 10.0,
    "learning": 10.0,
    "scan_delay": 10.0,
}
_SHARE = 1.0  # the largest strength of every other kind


class StressFile(Closed):
    """Something that goes wrong, and how much.

    Each kind takes names of its own: mix `less` and `more`; agency_fill, absence_wave and learning
    `site` and `crew`; missed_pickup `site` and `contract`; site_closed `site`; allotment_cut and
    scan_delay `contract`. Where one is left out, each product, collection, allotment or site is
    tried in turn and the worst counts; crews, and contracts that scan late, are hit together.
    """

    name: Name = Field(description="Name, unique in its list.")
    kind: StressKind = Field(description="What goes wrong.")
    strength: float = Field(
        ge=0,
        allow_inf_nan=False,
        description=(
            "How much; 0 is nothing. mix: share of all orders that ask for another product (0.12: "
            "12 points); correlation: 1 makes all events large or small together; agency_fill: "
            "share of the people booked who are not sent; absence_wave: share of those who would "
            "come and stay away; missed_pickup: collections in a row that do not come; "
            "allotment_cut: share of the allotment that is gone; site_closed: hours; demand: share "
            "of orders more; learning: share by which the ramp takes longer; scan_delay: share by "
            "which the first scan comes later."
        ),
    )
    probability: Share | None = Field(
        None, description="Chance that it happens in a promotion (default: not stated)."
    )
    site: Name | None = Field(None, description="Site it happens at (default: see above).")
    contract: Name | None = Field(None, description="Contract it concerns (default: see above).")
    crew: Name | None = Field(None, description="Crew it concerns (default: all).")
    less: Name | None = Field(
        None, description="Product whose share falls (default: all others, in proportion)."
    )
    more: Name | None = Field(
        None, description="Product whose share rises (default: each in turn)."
    )
    from_: LocalDateTime | None = Field(
        None,
        alias="from",
        description=(
            "Begin, local time (default: the busiest two days of the plan; of site_closed its "
            "busiest hours)."
        ),
    )
    to: LocalDateTime | None = Field(None, description="End, local time; after `from`.")

    @field_validator("strength")
    @classmethod
    def _fits_the_kind(cls, value: float, info: ValidationInfo) -> float:
        kind: StressKind | None = info.data.get("kind")
        if kind is None:
            return value
        most = _MOST.get(kind, _SHARE)
        if value > most:
            raise wrong(f"must be at most {most:g} with kind {kind}")
        if kind == "missed_pickup" and value != int(value):
            raise wrong("must be a whole number of collections with kind missed_pickup")
        return value

    @field_validator("site", "contract", "crew", "less", "more", "from_", "to")
    @classmethod
    def _means_something(cls, value: object, info: ValidationInfo) -> object:
        kind: StressKind | None = info.data.get("kind")
        field = str(info.field_name).removesuffix("_")
        if value is not None and kind is not None and field not in _MEANS[kind]:
            raise wrong(f"has no meaning with kind {kind}: leave it out")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> StressFile:
        if self.from_ is not None and self.to is not None and self.to <= self.from_:
            raise wrong("to must be after from")
        if self.less is not None and self.less == self.more:
            raise wrong("less and more must be different products")
        return self


class RiskFile(StressFile):
    """A stress that may strike a promotion: demand, plan and certificate include it.

    Keys as in the catalogue of stresses (`stress.yaml`). Where one of several places is hit, chance
    decides which.
    """

    probability: Share = Field(description="Chance that it strikes a promotion.")

    @model_validator(mode="after")
    def _says_when(self) -> RiskFile:
        means = _MEANS[self.kind]
        stated = {"from": self.from_, "to": self.to}
        missing = [key for key, value in stated.items() if key in means and value is None]
        raise_wrong([((key,), f"is needed for a risk of kind {self.kind}") for key in missing])
        return self


class CatalogueFile(Closed):
    """What a plan is tried under: `planner stress`, and the risks on page 1 of `planner run`."""

    stresses: list[StressFile] = Field(
        min_length=1, max_length=100, description="Stresses, each with its strength."
    )
