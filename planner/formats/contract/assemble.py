"""A valid contract file -> Contract, clause by clause (nothing can go wrong here any more)."""

from __future__ import annotations

from planner.domain.charges import Tier, TieredDiscount, VolumeSurcharge, VolumeTerms
from planner.domain.contracts import Billable, Bracket, Commitment, Contract, Hub, Rate, Tariff
from planner.domain.horizon import HOUR_S
from planner.domain.service_terms import LateRefund, ScanDelay, ServiceTerms, Transit
from planner.formats.base.region_names import RegionNames
from planner.formats.contract.schema import OVER_ALLOTMENT, ContractFile, VolumeFile
from planner.formats.contract.service_schema import (
    ContractService,
    HubFile,
    LateRefundFile,
    ScanDelayFile,
    TransitFile,
)
from planner.formats.contract.tariff_schema import BillableFile, PricesFile, RateFile

_ONWARD = "onward"


def to_contract(
    stated: ContractFile, zones: dict[tuple[str, str], str], regions: RegionNames
) -> Contract:
    """Make the contract of a valid file.

    Parameters
    ----------
    stated : ContractFile
        The file.
    zones : dict[tuple[str, str], str]
        Zone by (site or "", region).
    regions : RegionNames
        Finds regions under every form of their names.

    Returns
    -------
    Contract
        The contract, money in minor units and times in seconds.
    """
    hub = _hub(stated.hub, regions) if stated.hub else None
    return Contract(
        name=stated.name,
        label=stated.label or stated.name,
        tariff=Tariff(
            zones=zones,
            rates={zone: _rate(zone, rate) for zone, rate in stated.rates.items()},
            billable=_billable(stated.billable),
            minimum_charge_minor=stated.minimum_charge,
            discount=stated.discount,
            fuel=stated.fuel,
            surcharges=stated.charges(regions),
        ),
        volume=VolumeTerms(
            discount=_tiered_discount(stated.volume) if stated.volume else None,
            surcharges=_volume_surcharges(stated),
        ),
        service=_service(stated.service, stated.rates),
        commitment=_commitment(stated, _exclusive(stated.exclusive, zones, hub, regions)),
        hub=hub,
        source=_source(stated),
    )


def _billable(stated: BillableFile) -> Billable:
    """A step left out does not round: with edges and parcels in whole grams that is a step of a
    gram.
    """
    step_g = stated.step_g or 0
    return Billable(
        stated.divisor, step_g, stated.free_g, stated.volumetric_above_g, stated.volumetric_share
    )


def _rate(zone: str, stated: PricesFile) -> Rate:
    return Rate(
        zone=zone,
        brackets=tuple(Bracket(b.to_g, b.price) for b in stated.brackets),
        first_g=stated.first_g,
        first_price_minor=stated.first_price,
        step_g=stated.step_g,
        step_price_minor=stated.step_price,
        minimum_minor=stated.minimum if isinstance(stated, RateFile) else 0,
    )


def _volume_surcharges(stated: ContractFile) -> tuple[VolumeSurcharge, ...]:
    found = [
        VolumeSurcharge(
            name=s.name,
            per_parcel_minor=s.per_parcel or 0,
            above_parcels=s.volume.threshold,
            per=s.volume.per,
            on=s.volume.on,
            start=s.from_,
            end=s.to,
        )
        for s in stated.surcharges
        if s.volume is not None
    ]
    allotment = stated.allotment
    if allotment is not None and allotment.over == "surcharge":
        amount = allotment.surcharge_per_parcel or 0
        found.append(
            VolumeSurcharge(
                name=OVER_ALLOTMENT,
                per_parcel_minor=amount,
                above_parcels=allotment.per_day,
                per="day",
                on="excess",
            )
        )
    return tuple(found)


def _tiered_discount(stated: VolumeFile) -> TieredDiscount | None:
    """The tiers; None when none of them takes anything off."""
    tiers = tuple(Tier(t.from_, t.discount, t.rebate_per_parcel) for t in stated.tiers)
    if not any(t.discount or t.rebate_minor for t in tiers):
        return None
    return TieredDiscount(tiers, stated.kind, stated.discount_on, stated.over, stated.other_parcels)


def _exclusive(
    stated: bool | list[str] | None,
    zones: dict[tuple[str, str], str],
    hub: Hub | None,
    regions: RegionNames,
) -> frozenset[str]:
    if isinstance(stated, list):
        return regions.names_of(stated)
    served = frozenset(region for _, region in zones) | (hub.regions if hub else frozenset())
    return served if stated else frozenset()


def _commitment(stated: ContractFile, exclusive: frozenset[str]) -> Commitment:
    promised = stated.commitment
    allotment = stated.allotment if stated.allotment and stated.allotment.over == "refuse" else None
    return Commitment(
        parcels=(promised.parcels or 0) if promised else 0,
        share=(promised.share or 0.0) if promised else 0.0,
        shortfall_minor=promised.shortfall_per_parcel if promised else 0,
        exclusive=exclusive,
        allotment_per_day=allotment.per_day if allotment else None,
        collection_fee_minor=stated.collection_fee,
        fixed_fee_minor=stated.fixed_fee,
    )


def _service(stated: ContractService, rates: dict[str, RateFile]) -> ServiceTerms:
    delays, refund = stated.scan_delay_hours, stated.late_refund
    by_zone = delays if isinstance(delays, dict) else {}
    return ServiceTerms(
        scan_delay=_scan_delay(delays) if isinstance(delays, ScanDelayFile) else ScanDelay(),
        scan_delay_by_zone={zone: _scan_delay(delay) for zone, delay in by_zone.items()},
        transit={zone: _transit(transit) for zone, transit in stated.transit_days.items()},
        loss_share=stated.loss_share,
        liability_minor=stated.liability,
        late_refund=_late_refund(refund, rates) if refund else None,
    )


def _scan_delay(stated: ScanDelayFile) -> ScanDelay:
    return ScanDelay(round(stated.median * HOUR_S), round(stated.p95 * HOUR_S))


def _transit(stated: TransitFile) -> Transit:
    return Transit(stated.mean, stated.p90)


def _late_refund(stated: LateRefundFile, rates: dict[str, RateFile]) -> LateRefund:
    return LateRefund(
        stated.share,
        stated.days if isinstance(stated.days, dict) else dict.fromkeys(rates, stated.days),
    )


def _hub(stated: HubFile, regions: RegionNames) -> Hub:
    return Hub(
        hub_region=regions.name_of(stated.region),
        regions=regions.names_of(stated.regions),
        fee_minor=stated.fee,
        onward=_rate(_ONWARD, stated.onward) if stated.onward else None,
        subsidy_minor=stated.subsidy,
        up_to_g=stated.up_to_g,
        counts=stated.counts,
        onward_days=_transit(stated.onward_days) if stated.onward_days else None,
    )


def _source(stated: ContractFile) -> str:
    """Source with date and grade in one line."""
    notes = [
        str(stated.retrieved) if stated.retrieved else "",
        f"grade {stated.grade}" if stated.grade else "",
    ]
    return "; ".join(filter(None, [stated.source, *notes]))
