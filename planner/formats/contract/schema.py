"""A courier contract file as closed models: prices and limits.

Money is in the scenario's currency, in major units.

The descriptions name each clause in English and as Chinese couriers call it, for editors that show
them while typing.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from planner.domain.charges import Charge, Surcharge
from planner.formats.base.region_names import RegionNames
from planner.formats.base.units import Measure, Measured
from planner.formats.base.value_types import (
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
    by_kind,
    each_once,
    raise_wrong,
    wrong,
)
from planner.formats.contract.service_schema import ContractService, HubFile
from planner.formats.contract.tariff_schema import BillableFile, RateFile

# the line of parcels beyond a daily allotment that the carrier takes at a price
OVER_ALLOTMENT = "over_allotment"
# what else stands on an invoice or in a table of its lines: no surcharge may be called so; the
# fixed name of another kind of charge belongs here too
OTHER_LINES = (
    *("parcel", "region", "weight_g", "volume_cm3", "date", "total", "refused"),
    *(
        "base",
        "discount",
        "minimum",
        "fuel",
        "hub_fee",
        "hub_onward",
        "hub_subsidy",
        OVER_ALLOTMENT,
    ),
    *(
        "volume_surcharges",
        "volume_discounts",
        "volume_discount",
        "volume_rebate",
        "late_refunds",
        "late_refund",
    ),
    *("fixed_fee", "collection_fees", "shortfall", "losses"),
)

Zones = Annotated[
    Annotated[FileName, FileTag]
    | Annotated[list[dict[str, Any]], RowsTag]
    | Annotated[dict[Name, Name], MappingTag],
    by_kind,
]


def _all_or_some(value: Any) -> str | None:
    if isinstance(value, bool):
        return "(all)"
    return "(some)" if isinstance(value, list) else None


Exclusive = Annotated[
    Annotated[bool, Tag("(all)")] | Annotated[list[Name], Tag("(some)")],
    Discriminator(
        _all_or_some,
        custom_error_type="planner",
        custom_error_message="must be true or a list of regions",
    ),
]


class OwnVolumeFile(Closed):
    """When a surcharge falls due because of the shop's own volume: above a number of parcels, or
    above a multiple of the usual number (达到基准单量倍数后的旺季附加费).
    """

    above_parcels: int | None = Field(
        None, ge=0, le=10**9, description="More parcels than this in a period."
    )
    baseline_parcels: int | None = Field(
        None, ge=0, le=10**9, description="Usual parcels of a period (基准单量)."
    )
    ratio: float | None = Field(
        None,
        gt=0,
        le=100,
        allow_inf_nan=False,
        description="Times the baseline; the product is rounded up.",
    )
    per: Literal["day", "week", "month", "promotion"] = Field(
        "week", description="Counted per; weeks begin on Monday."
    )
    on: Literal["excess", "all"] = Field(
        "excess", description="Who pays: the parcels beyond it, or all of the period."
    )

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if (self.above_parcels is None) == (self.baseline_parcels is None):
            raise wrong("must state either above_parcels or baseline_parcels with a ratio")
        if (self.baseline_parcels is None) != (self.ratio is None):
            raise wrong("baseline_parcels and ratio go together")
        return self

    @property
    def threshold(self) -> int:
        """Parcels of a period that do not pay yet."""
        if self.above_parcels is not None:
            return self.above_parcels
        exact = Decimal(self.baseline_parcels or 0) * Decimal(repr(self.ratio or 0.0))
        return int(exact.to_integral_value(ROUND_CEILING))


class SurchargeFile(Measured):
    """An amount per parcel or a share of the discounted base price, where and when it applies
    (dates included; none: always and everywhere): remote area (偏远), peak season (旺季附加费),
    waybill (面单费), oversize (超大件).
    """

    name: Name = Field(
        description="Name of the surcharge, as on the invoice; those of one name are one line."
    )
    per_parcel: Money | None = Field(None, description="Amount per parcel.")
    share: float | None = Field(
        None,
        ge=0,
        le=10,
        allow_inf_nan=False,
        description="Share of base price less discount, minimum included.",
    )
    regions: list[Name] | None = Field(
        None, min_length=1, description="Only these regions, such as remote ones (偏远)."
    )
    _regions_once = field_validator("regions")(each_once)
    from_: Day | None = Field(None, alias="from", description="First day.")
    to: Day | None = Field(None, description="Last day.")
    over_g: Measure | None = Field(
        None, ge=1, le=10**8, description="Only parcels of more actual grams (超重)."
    )
    over_cm3: Measure | None = Field(
        None, ge=1, le=10**9, description="Only parcels of more volume (超大); one is enough."
    )
    volume: OwnVolumeFile | None = Field(None, description="Only because of the shop's own volume.")
    residential_share: Share | None = Field(
        None,
        gt=0,
        description=(
            "Only parcels to homes (住宅派送), which are this share of all; the same "
            "parcels each time."
        ),
    )
    fuel: bool = Field(
        False, description="true: the contract's fuel share is charged on it as well (计燃油)."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        if self.name in OTHER_LINES:
            errors.append(
                (("name",), f"is another line of the invoice: choose another name than {self.name}")
            )
        if self.per_parcel is None and self.share is None:
            errors.append(((), "must state per_parcel or share"))
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            errors.append(((), "to must not be before from"))
        if self.volume is not None:
            given = [
                k
                for k in ("share", "regions", "over_g", "over_cm3", "residential_share")
                if getattr(self, k) is not None
            ]
            given += ["fuel"] if self.fuel else []
            errors += [((key,), "has no meaning with volume: leave it out") for key in given]
        raise_wrong(errors)
        return self

    def charge(self, regions: RegionNames) -> Surcharge:
        """The clause of a surcharge that does not depend on the shop's own volume."""
        return Surcharge(
            name=self.name,
            regions=regions.names_of(self.regions or ()),
            start=self.from_,
            end=self.to,
            per_parcel_minor=self.per_parcel or 0,
            share=self.share or 0.0,
            over_g=self.over_g or 0,
            over_cm3=self.over_cm3 or 0,
            residential_share=self.residential_share,
            fuel=self.fuel,
        )


class TierFile(Closed):
    """A volume tier (阶梯价): what is taken off from so many parcels on."""

    from_: int = Field(
        alias="from", ge=0, le=10**9, description="From this many parcels in the period."
    )
    discount: Share = Field(0.0, description="Share taken off.")
    rebate_per_parcel: Money = Field(0, description="Amount per parcel taken off (返利).")


class VolumeFile(Closed):
    """Discounts by volume over a period (单量阶梯)."""

    basis: Literal["parcels"] = Field("parcels", description="What is counted.")
    over: Literal["promotion", "month"] = Field("promotion", description="Over which period.")
    kind: Literal["all_units", "incremental"] = Field(
        "all_units",
        description=(
            "The tier reached is for every parcel, or each parcel has the tier of its place."
        ),
    )
    discount_on: Literal["base", "all"] = Field(
        "base",
        description=(
            "Of base price less discount (minimum included), or of the whole price of a parcel."
        ),
    )
    other_parcels: int = Field(
        0,
        ge=0,
        le=10**9,
        description="Parcels of every period outside the promotion; they count first.",
    )
    tiers: list[TierFile] = Field(default_factory=list, description="Tiers, rising.")

    @model_validator(mode="after")
    def _rise(self) -> Self:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        for i, (lower, upper) in enumerate(pairwise(self.tiers), 1):
            if upper.from_ <= lower.from_:
                errors.append(
                    (("tiers", i, "from"), f"must rise: {upper.from_} follows {lower.from_}")
                )
            falls = (
                upper.discount < lower.discount
                and upper.rebate_per_parcel <= lower.rebate_per_parcel
            )
            if self.kind == "all_units" and falls:
                words = f"must not fall: {upper.discount:g} follows {lower.discount:g}"
                errors.append((("tiers", i, "discount"), words))
        raise_wrong(errors)
        return self


class CommitmentFile(Closed):
    """Parcels promised over the promotion (保底单量), a number or a share of all the shop's (the
    larger of the two); each one short costs a fee.
    """

    parcels: int | None = Field(None, ge=0, le=10**9, description="Parcels over the horizon.")
    share: Share | None = Field(None, description="Share of all the shop's parcels; rounded up.")
    shortfall_per_parcel: Money = Field(description="Fee per parcel short (未达量补差).")

    @model_validator(mode="after")
    def _promises_something(self) -> Self:
        if self.parcels is None and self.share is None:
            raise wrong("must state parcels or share")
        return self


class AllotmentFile(Closed):
    """What the carrier takes on one day at most, over all sites (单日上限), and what happens
    beyond.
    """

    per_day: int = Field(ge=0, le=10**9, description="Parcels per day.")
    over: Literal["refuse", "surcharge"] = Field(
        "refuse", description="Parcels beyond it are left, or pay more."
    )
    surcharge_per_parcel: Money | None = Field(
        None, description="Amount per parcel beyond it, with over surcharge."
    )

    @model_validator(mode="after")
    def _surcharge_has_a_price(self) -> Self:
        if (self.over == "surcharge") != (self.surcharge_per_parcel is not None):
            raise wrong("surcharge_per_parcel and over surcharge go together")
        return self


class ContractFile(Closed):
    """One courier contract, clause by clause."""

    name: Name = Field(description="Name of the contract, unique.")
    label: Name | None = Field(None, description="Name as printed.")
    currency: Currency = Field(description="Must be the scenario's.")
    billable: BillableFile = Field(
        default_factory=BillableFile, description="How weight is billed (计费重量)."
    )
    zones: Zones = Field(
        description="CSV file or rows (region, zone[, site]), or region -> zone. A region without "
        "a zone is not served."
    )
    rates: dict[Name, RateFile] = Field(min_length=1, description="Zone -> prices (报价表).")
    minimum_charge: Money = Field(0, description="Least base price after discount (最低收费).")
    discount: Share = Field(0.0, description="Share taken off the base price (折扣).")
    fuel: float = Field(
        0.0,
        ge=0,
        le=5,
        allow_inf_nan=False,
        description="Share added to the discounted base price (燃油附加费).",
    )
    surcharges: list[SurchargeFile] = Field(
        default_factory=list, description="Amounts per parcel (附加费)."
    )
    volume: VolumeFile | None = Field(None, description="Discounts by volume (单量阶梯).")
    commitment: CommitmentFile | None = Field(None, description="Promised parcels (保底单量).")
    exclusive: Exclusive | None = Field(
        None,
        description=(
            "true or regions: while it is signed, no other contract carries parcels there (独家)."
        ),
    )
    _exclusive_once = field_validator("exclusive")(each_once)
    allotment: AllotmentFile | None = Field(None, description="Daily limit (单日上限).")
    collection_fee: Money = Field(0, description="Per vehicle that comes (上门揽收费).")
    fixed_fee: Money = Field(0, description="Paid once when the contract is used at all.")
    service: ContractService = Field(
        default_factory=ContractService, description="Scan, transit, loss and delay."
    )
    hub: HubFile | None = Field(None, description="Consolidation hub (中转集运); null: none.")
    source: Note = Field("", description="Where the terms come from.")
    retrieved: Day | None = Field(None, description="When they were looked up.")
    grade: Grade = Field("", description="How far to trust them.")

    @field_validator("surcharges")
    @classmethod
    def _differ(cls, value: list[SurchargeFile]) -> list[SurchargeFile]:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        seen: set[str] = set()
        by_volume: dict[bool, set[str]] = {
            True: set(),
            False: set(),
        }  # names of surcharges with and without volume
        for i, surcharge in enumerate(value):
            whole, has_volume = surcharge.model_dump_json(), surcharge.volume is not None
            if whole in seen:
                errors.append(((i,), f"stands twice: {surcharge.name}"))
            elif surcharge.name in by_volume[not has_volume]:
                errors.append(
                    (
                        (i, "name"),
                        "is also the name of a surcharge of another kind (with, without volume)",
                    )
                )
            seen.add(whole)
            by_volume[has_volume].add(surcharge.name)
        raise_wrong(errors)
        return value

    def charges(self, regions: RegionNames) -> tuple[Charge, ...]:
        """All clauses that charge a parcel, in the order of their lines on the invoice."""
        return tuple(s.charge(regions) for s in self.surcharges if s.volume is None)
