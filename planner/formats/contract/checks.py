"""Checks across the keys of a contract file, on the data as written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from planner.domain.contracts import Contract
from planner.domain.horizon import Horizon
from planner.domain.money import to_major
from planner.domain.weight_units import weight_in_words
from planner.formats.base.findings import Findings, shown
from planner.formats.base.region_names import RegionNames, warn_elsewhere
from planner.formats.base.yaml_source import Document, KeyPath, found_at
from planner.formats.contract.schema import ContractFile
from planner.formats.contract.service_schema import TransitFile
from planner.formats.contract.tariff_schema import PricesFile

_WIDEST_TRANSIT = 2.27  # p90 / mean of a lognormal cannot be above exp(1.2816^2 / 2)
_REGIONS: tuple[tuple[str, ...], ...] = (
    ("surcharges", "*", "regions", "*"),
    ("exclusive", "*"),
    ("hub", "region"),
    ("hub", "regions", "*"),
)
_BY_ZONE = (
    ("service", "transit_days"),
    ("service", "scan_delay_hours"),
    ("service", "late_refund", "days"),
)


def check_names(
    document: Document,
    zones: Mapping[tuple[str, str], str] | None,
    around: RegionNames,
    findings: Findings,
) -> None:
    """Check that regions are served where they must be and that zones have rates.

    Parameters
    ----------
    document : Document
        The file as written.
    zones : Mapping[tuple[str, str], str] or None
        Zone by (site or "", region); None where they could not be read.
    around : RegionNames
        Regions of the scenario; without any, those of the contract count, and other names are a
        warning.
    findings : Findings
        What is wrong is added to it.
    """
    stated = [(path, name) for pattern in _REGIONS for path, name in _texts(document, pattern)]
    for path, name in stated if around else ():
        if not around.knows(name):
            findings.add(document, path, around.wrong(name))
    if zones is None:
        return
    in_table = {region for _, region in zones}
    beyond = [name for _, name in stated if around.name_of(name) not in in_table]
    warn_elsewhere(f"{document.file}: surcharges, hub and exclusive", beyond, around, findings)
    regions = around or own_regions(document, zones)
    _check_served(document, in_table, regions, findings)
    if not around:
        _warn_about_unserved(document, regions, findings)
    rates = next((v for _, v in found_at(document.data, ("rates",)) if isinstance(v, dict)), None)
    if rates is None:
        return
    for zone in sorted(set(zones.values()) - set(rates)):
        findings.add(
            document, ("rates",), f"zone {zone} of the zone table has no rate", at_key=True
        )
    of_regions = set(zones.values())
    if empty := [str(zone) for zone in rates if zone not in of_regions]:
        findings.warn(f"{document.file}: no region lies in zone {', '.join(empty)}")
    for path, zone in _stated_by_zone(document.data):
        if zone not in rates:
            words = f"no such zone, got {shown(zone)}{findings.hint(zone, rates, in_order=True)}"
            findings.add(document, path, words, at_key=True)


def own_regions(document: Document, zones: Mapping[tuple[str, str], str] | None) -> RegionNames:
    """Regions of a contract without a scenario: those with a zone and those behind its hub."""
    served = RegionNames(dict.fromkeys(region for _, region in zones or {}))
    through_hub = (name for _, name in _texts(document, ("hub", "regions", "*")))
    names = dict.fromkeys((*served.names, *(served.name_of(name) for name in through_hub)))
    return RegionNames(names, whose="the contract")


def _check_served(
    document: Document, served: Collection[str], regions: RegionNames, findings: Findings
) -> None:
    """The hub's region has a zone, and nobody is exclusive where it does not go."""
    through_hub = {regions.name_of(name) for _, name in _texts(document, ("hub", "regions", "*"))}
    for path, name in _texts(document, ("hub", "region")):
        if regions.knows(name) and regions.name_of(name) not in served:
            findings.add(document, path, f"the hub's region has no zone, got {shown(name)}")
    for path, name in _texts(document, ("exclusive", "*")):
        if regions.knows(name) and regions.name_of(name) not in {*served, *through_hub}:
            findings.add(
                document, path, f"has no zone: the contract does not serve it, got {shown(name)}"
            )


def _warn_about_unserved(document: Document, regions: RegionNames, findings: Findings) -> None:
    """A surcharge for a region that the contract does not serve is never charged: the name may be
    misspelt.
    """
    for path, name in _texts(document, ("surcharges", "*", "regions", "*")):
        if regions.find(name) is None:
            where = ".".join(map(str, path))
            findings.warn(
                f"{document.file}: {where}: the contract serves no such region, got {shown(name)}"
            )


def _texts(document: Document, pattern: tuple[str, ...]) -> Iterator[tuple[KeyPath, str]]:
    return (
        (path, value) for path, value in found_at(document.data, pattern) if isinstance(value, str)
    )


def _stated_by_zone(data: Any) -> Iterator[tuple[KeyPath, str]]:
    """Where a mapping by zone names a zone (a scan delay for all zones is no such mapping)."""
    for pattern in _BY_ZONE:
        for path, stated in found_at(data, pattern):
            if isinstance(stated, dict) and not {"median", "p95"} & set(stated):
                yield from (((*path, zone), zone) for zone in stated)


def warn_about(
    stated: ContractFile, contract: Contract, file: str, horizon: Horizon | None, findings: Findings
) -> None:
    """Warn about what can be read but is hardly meant.

    Parameters
    ----------
    stated : ContractFile
        The file.
    contract : Contract
        The contract made of it.
    file : str
        Name of the file in warnings.
    horizon : Horizon or None
        Days of the promotion, where they are known.
    findings : Findings
        Warnings are added to it.
    """
    transits: dict[str, TransitFile | None] = {
        f"service.transit_days.{zone}": transit
        for zone, transit in stated.service.transit_days.items()
    }
    transits["hub.onward_days"] = stated.hub.onward_days if stated.hub else None
    for place, transit in transits.items():
        if transit and transit.mean and transit.p90 > _WIDEST_TRANSIT * transit.mean:
            findings.warn(f"{file}: {place}: no lognormal is that wide; the widest is taken")
    for zone in contract.tariff.rates if contract.service.scan_delay_by_zone else ():
        if zone not in contract.service.scan_delay_by_zone:
            findings.warn(
                f"{file}: service.scan_delay_hours: zone {zone} is left out; its parcels are "
                "scanned at once"
            )
    _warn_about_falls(stated, file, findings)
    if horizon is not None:
        _warn_about_dates(stated, file, horizon, findings)
    _warn_about_hub(contract, file, findings)


def _warn_about_falls(stated: ContractFile, file: str, findings: Findings) -> None:
    """A heavier parcel that costs less: real contracts have it, typing errors as well.

    No price is replaced by another one: each parcel pays that of its own weight.
    """
    prices: dict[str, PricesFile] = {f"rates.{zone}": rate for zone, rate in stated.rates.items()}
    if stated.hub is not None and stated.hub.onward is not None:
        prices["hub.onward"] = stated.hub.onward
    for place, rate in prices.items():
        for lower, upper, price in rate.falls():
            there = "above that" if upper is None else f"up to {weight_in_words(upper.to_g)}"
            was, now = (to_major(minor, stated.currency) for minor in (lower.price, price))
            words = (
                f"the price falls with weight: {was} up to {weight_in_words(lower.to_g)}, "
                f"{now} {there}"
            )
            findings.warn(f"{file}: {place}: {words}; each parcel pays the price of its own weight")


def _warn_about_dates(
    stated: ContractFile, file: str, horizon: Horizon, findings: Findings
) -> None:
    first, last = horizon.date_of(0), horizon.date_of(horizon.reported_days - 1)
    for i, surcharge in enumerate(stated.surcharges):
        if (surcharge.from_ and surcharge.from_ > last) or (surcharge.to and surcharge.to < first):
            words = (
                f"{surcharge.name} lies outside the promotion, {first} to {last}: it is never "
                "charged"
            )
            findings.warn(f"{file}: surcharges.{i}: {words}")


def _warn_about_hub(contract: Contract, file: str, findings: Findings) -> None:
    """A surcharge of a region that goes through the hub is never asked for (a zone neither, but
    contracts share zone tables).
    """
    if contract.hub is None:
        return
    for surcharge in contract.tariff.surcharges:
        for region in sorted(surcharge.regions & contract.hub.regions):
            words = (
                f"region {region} goes through the hub and is billed as {contract.hub.hub_region}"
            )
            findings.warn(f"{file}: surcharge {surcharge.name}: {words}")
