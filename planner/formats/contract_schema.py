"""A courier contract file as closed models. Money is in the scenario's currency, in major units."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from planner.formats.values import (
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
    RowsTag,
    Share,
    at_least,
    by_kind,
    wrong,
)

NOT_YET = "is not supported yet"
Zones = Annotated[
    Annotated[FileName, FileTag] | Annotated[list[dict[str, Any]], RowsTag] | Annotated[dict[str, str], MappingTag],
    by_kind,
]


class BillableFile(Closed):
    """Billable weight: max(actual, volume / divisor), rounded up to the step."""

    divisor_cm3_per_kg: int = Field(0, ge=0, le=100_000, description="0: actual weight only.")
    step_g: int = Field(1, ge=1, le=100_000, description="Rounded up to a multiple of it.")


class BracketFile(Closed):
    """Up to `to_g` grams the parcel costs `price`."""

    to_g: int = Field(ge=1, le=10_000_000, description="Upper edge in grams, included.")
    price: Money = Field(description="Price of the parcel.")


class RateFile(Closed):
    """Prices of a zone: brackets, above them first weight plus additional weight."""

    brackets: list[BracketFile] = Field(default_factory=list, description="Weight brackets, rising.")
    first_g: int = Field(0, ge=0, le=10_000_000, description="First weight in grams (0: only brackets).")
    first_price: Money = Field(0, description="Price up to the first weight.")
    step_g: int = Field(1_000, ge=1, le=10_000_000, description="Additional weight is charged per begun step.")
    step_price: Money = Field(0, description="Price of a step.")

    @field_validator("brackets")
    @classmethod
    def _rise(cls, value: list[BracketFile]) -> list[BracketFile]:
        for lower, upper in pairwise(value):
            if upper.to_g <= lower.to_g:
                raise wrong(f"must rise: {upper.to_g} g follows {lower.to_g} g (brackets overlap or are out of order)")
            if upper.price < lower.price:
                raise wrong(f"the price falls with weight at {upper.to_g} g")
        return value

    @model_validator(mode="after")
    def _complete(self) -> RateFile:
        if not self.brackets and not self.first_g:
            raise wrong("must hold brackets or a first weight")
        if not self.first_g and (self.first_price or self.step_price):
            raise wrong("first_price and step_price need a first_g")
        if self.brackets and self.first_g and self._price_just_above() < self.brackets[-1].price:
            raise wrong(f"the price falls with weight above {self.brackets[-1].to_g} g")
        return self

    def _price_just_above(self) -> int:
        beyond = max(self.brackets[-1].to_g + 1 - self.first_g, 0)
        return self.first_price + -(-beyond // self.step_g) * self.step_price


class SurchargeFile(Closed):
    """An amount per parcel, where and when it applies (dates included; none: always and everywhere)."""

    name: Name = Field(description="Name of the surcharge, as on the invoice.")
    per_parcel: Money = Field(description="Amount per parcel.")
    regions: list[Name] | None = Field(None, min_length=1, description="Only these regions.")
    from_: Day | None = Field(None, alias="from", description="First day.")
    to: Day | None = Field(None, description="Last day.")

    @model_validator(mode="after")
    def _in_order(self) -> SurchargeFile:
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise wrong("to must not be before from")
        return self


class TierFile(Closed):
    """A volume tier. Only tiers without discount are understood so far."""

    from_: int = Field(alias="from", ge=0, le=10**9, description="From this many parcels.")
    discount: Share = Field(0.0, description="Discount of the tier.")

    @field_validator("discount")
    @classmethod
    def _none_yet(cls, value: float) -> float:
        if value:
            raise wrong(f"a volume discount {NOT_YET}; use discount, or the price of the tier you expect")
        return value


class VolumeFile(Closed):
    """Volume discounts over a period; accepted only while every discount is 0."""

    basis: Literal["parcels"] = Field("parcels", description="What is counted.")
    over: Literal["promotion"] = Field("promotion", description="Over which period.")
    kind: Literal["all_units", "incremental"] = Field("all_units", description="What a tier's discount applies to.")
    tiers: list[TierFile] = Field(default_factory=list, description="Tiers.")


class CommitmentFile(Closed):
    """Parcels promised over the promotion; each one short costs a fee."""

    parcels: int = Field(ge=0, le=10**9, description="Parcels over the horizon.")
    shortfall_per_parcel: Money = Field(description="Fee per parcel short.")


class AllotmentFile(Closed):
    """What the carrier takes on one day at most, over all sites."""

    per_day: int = Field(ge=0, le=10**9, description="Parcels per day.")


class ScanDelayFile(Closed):
    """Hours from hand-over to the first scan: lognormal."""

    median: float = Field(ge=0, le=2_000, allow_inf_nan=False, description="As likely longer as shorter.")
    p95: float = Field(ge=0, le=2_000, allow_inf_nan=False, description="Exceeded once in twenty times.")

    _not_below_median = field_validator("p95")(at_least("median", "median"))


class TransitFile(Closed):
    """Days from first scan to delivery: lognormal."""

    mean: float = Field(ge=0, le=365, allow_inf_nan=False, description="Mean.")
    p90: float = Field(ge=0, le=365, allow_inf_nan=False, description="Exceeded once in ten times.")

    _not_below_mean = field_validator("p90")(at_least("mean", "mean"))


class ContractService(Closed):
    """How soon the carrier scans and delivers."""

    scan_delay_hours: ScanDelayFile | None = Field(None, description="From hand-over to first scan (none: at once).")
    transit_days: dict[str, TransitFile] = Field(default_factory=dict, description="Zone -> transit.")


class ContractFile(Closed):
    """One courier contract, clause by clause."""

    name: Name = Field(description="Name of the contract, unique.")
    label: Name | None = Field(None, description="Name as printed.")
    currency: Currency = Field(description="Must be the scenario's.")
    billable: BillableFile = Field(default_factory=BillableFile, description="How weight is billed.")
    zones: Zones = Field(
        description="CSV file or rows (region, zone[, site]), or region -> zone. A region without a zone is not served."
    )
    rates: dict[str, RateFile] = Field(min_length=1, description="Zone -> prices.")
    minimum_charge: Money = Field(0, description="Least base price after discount.")
    discount: Share = Field(0.0, description="Share taken off the base price.")
    fuel: float = Field(0.0, ge=0, le=5, allow_inf_nan=False, description="Share added to the discounted base price.")
    surcharges: list[SurchargeFile] = Field(default_factory=list, description="Amounts per parcel.")
    volume: VolumeFile | None = Field(None, description="Volume tiers (without discount so far).")
    commitment: CommitmentFile | None = Field(None, description="Promised parcels.")
    allotment: AllotmentFile | None = Field(None, description="Daily limit.")
    fixed_fee: Money = Field(0, description="Paid once when the contract is used at all.")
    service: ContractService = Field(default_factory=ContractService, description="Scan and transit.")
    hub: None = Field(None, description="Consolidation hubs are not supported yet: null.")
    source: Note = Field("", description="Where the terms come from.")
    retrieved: Day | None = Field(None, description="When they were looked up.")
    grade: Grade = Field("", description="How far to trust them.")
