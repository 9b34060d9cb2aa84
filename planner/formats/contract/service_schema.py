"""Scan, transit, loss, delay and hub of a contract file, as closed models."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from planner.formats.base.units import Measure, Measured
from planner.formats.base.value_types import (
    WIDEST,
    Closed,
    Money,
    Name,
    Share,
    at_least,
    at_most_times,
    raise_wrong,
)
from planner.formats.contract.tariff_schema import PricesFile


class ScanDelayFile(Closed):
    """Hours from hand-over to the first scan (揽收扫描): lognormal."""

    median: float = Field(
        ge=0, le=2_000, allow_inf_nan=False, description="As likely longer as shorter."
    )
    p95: float = Field(
        ge=0, le=2_000, allow_inf_nan=False, description="Exceeded once in twenty times."
    )

    _not_below_median = field_validator("p95")(at_least("median", "median"))
    _not_far_above = field_validator("p95")(at_most_times("median", WIDEST))


def _one_or_by_zone(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return "(zones)" if value and not {"median", "p95"} & set(value) else "(delay)"


ScanDelays = Annotated[
    Annotated[ScanDelayFile, Tag("(delay)")] | Annotated[dict[str, ScanDelayFile], Tag("(zones)")],
    Discriminator(
        _one_or_by_zone,
        custom_error_type="planner",
        custom_error_message="must be {median, p95}, or that by zone",
    ),
]


class TransitFile(Closed):
    """Days on the way (时效): lognormal."""

    mean: float = Field(ge=0, le=365, allow_inf_nan=False, description="Mean.")
    p90: float = Field(ge=0, le=365, allow_inf_nan=False, description="Exceeded once in ten times.")

    _not_below_mean = field_validator("p90")(at_least("mean", "mean"))


Days = Annotated[float, Field(gt=0, le=365, allow_inf_nan=False)]


def _days_or_by_zone(value: Any) -> str:
    return "(zones)" if isinstance(value, dict) else "(days)"


class LateRefundFile(Closed):
    """The carrier pays back a share of a parcel's price when it is delivered later than promised
    (延误赔付).
    """

    share: Share = Field(description="Share of the parcel's price that is paid back.")
    days: Annotated[
        Annotated[Days, Tag("(days)")] | Annotated[dict[str, Days], Tag("(zones)")],
        Discriminator(_days_or_by_zone),
    ] = Field(
        description="Days from hand-over to delivery that are promised, or zone -> days (others: "
        "no promise)."
    )


class ContractService(Closed):
    """How soon the carrier scans and delivers, and what it pays when it does not."""

    scan_delay_hours: ScanDelays | None = Field(
        None,
        description="From hand-over to first scan, one for all or zone -> delay (none: at once).",
    )
    transit_days: dict[str, TransitFile] = Field(
        default_factory=dict, description="Zone -> days from first scan to delivery."
    )
    loss_share: Share = Field(0.0, description="Share of the parcels that are lost (丢件率).")
    liability: Money = Field(0, description="Most the carrier pays for a lost parcel (赔付上限).")
    late_refund: LateRefundFile | None = Field(
        None, description="What it pays for late ones (延误赔付)."
    )


class HubFile(Measured):
    """Consolidation (中转集运): parcels for `regions` go to the hub as if to the hub's region, and
    on from there by the platform.
    """

    region: Name = Field(description="Region the hub stands in; leg 1 is billed for it.")
    regions: list[Name] = Field(
        min_length=1, description="Regions whose parcels go through it, such as remote ones."
    )
    fee: Money = Field(0, description="Fee of the hub per parcel (集运操作费).")
    onward: PricesFile | None = Field(
        None, description="Prices of leg 2 by billable weight (none: costs nothing)."
    )
    subsidy: Money = Field(
        0, description="What the platform pays of leg 2 per parcel (平台补贴), at most its price."
    )
    up_to_g: Measure = Field(
        0, ge=0, le=10**8, description="Heavier parcels are refused (0: no limit)."
    )
    counts: Literal["handover", "first_scan", "hub"] | None = Field(
        None,
        description=(
            "Clock that counts for these parcels; hub: arrival there (none: the platform's)."
        ),
    )
    onward_days: TransitFile | None = Field(
        None, description="Days from the hub to the customer (none: at once)."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        errors: list[tuple[tuple[str | int, ...], str]] = []
        seen: set[str] = set()
        for i, region in enumerate(self.regions):
            if region == self.region:
                errors.append((("regions", i), "is the hub's own region: its parcels need no hub"))
            elif region in seen:
                errors.append((("regions", i), f"stands twice: {region}"))
            seen.add(region)
        if self.subsidy and self.onward is None:
            errors.append((("subsidy",), "needs onward prices: it is no more than these"))
        raise_wrong(errors)
        return self
