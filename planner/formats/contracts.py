"""Courier contract files -> Contract."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.domain.carriers import Billable, Bracket, Contract, Rate, Surcharge, Transit
from planner.domain.horizon import HOUR_S
from planner.formats.contract_schema import ContractFile
from planner.formats.fields import ZONES
from planner.formats.findings import Findings, nearest, shown
from planner.formats.tables import open_table, read_cells, table_of_rows
from planner.formats.values import NO_CURRENCY
from planner.formats.yaml_source import Document, Path_, load_yaml

_WIDEST_TRANSIT = 2.27  # p90 / mean of a lognormal cannot be above exp(1.2816^2 / 2)


def read_contract(
    path: Path, currency: str, regions: Collection[str] = (), sites: Collection[str] = (), label: str | None = None
) -> Contract:
    """One contract file, checked against the names of regions and sites where they are given.

    `label`: the file's name in findings (default: as in its folder). Raises InputError with all findings.
    """
    findings = Findings(path.parent)
    contract = None
    if path.is_file():
        contract = load_contract(path, label or path.name, currency, regions, sites, findings)
    else:
        findings.found.append(Document(label or path.name, None).finding((), "no such file (contract)"))
    findings.raise_if_any()
    assert contract is not None  # noqa: S101 - no finding means there is a contract
    return contract


def load_contract(
    path: Path, file: str, currency: str, regions: Collection[str], sites: Collection[str], findings: Findings
) -> Contract | None:
    """Contract of a file; None when something is wrong with it (then there are findings)."""
    before = len(findings.found)
    document, found = load_yaml(path, file)
    findings.found += found
    if document.data is None:
        return None
    stated: ContractFile | None = None
    try:
        stated = ContractFile.model_validate(document.data, context={"currency": currency})
    except ValidationError as error:
        findings.add_errors(document, ContractFile, error)
    inside = Findings(path.parent, findings.found, findings.warnings, findings.files)
    zones = _zones(document, Path(file).parent.as_posix(), currency, regions, sites, inside)
    _check_raw_names(document, zones, regions, sites, inside)
    if stated is not None and stated.currency != currency and currency != NO_CURRENCY:
        inside.add(document, ("currency",), f"must be the scenario's {currency}, got {shown(stated.currency)}")
    if stated is None or zones is None or len(findings.found) > before:
        return None
    _warn_about_transit(stated, file, findings)
    return _to_contract(stated, zones)


def _zones(
    document: Document, folder: str, currency: str, regions: Collection[str], sites: Collection[str], inside: Findings
) -> dict[tuple[str, str], str] | None:
    """(site or "", region) -> zone, from a file, rows or a mapping; None when it cannot be read."""
    stated = document.data.get("zones") if isinstance(document.data, dict) else None
    if isinstance(stated, dict):
        _check_names(document, [(("zones", r), r) for r in stated], "region", regions, inside)
        return {("", region): zone for region, zone in stated.items() if isinstance(zone, str)}
    if isinstance(stated, str):
        path = inside.open(document, ("zones",), stated, "zones")
        if path is None:
            return None
        table = open_table(path, stated if folder == "." else f"{folder}/{stated}", inside)
    elif isinstance(stated, list) and all(isinstance(row, dict) for row in stated):
        table = table_of_rows(document, ("zones",))
    else:
        return None
    cells = read_cells(table, ZONES, currency, inside) if table else None
    if table is None or cells is None:
        return None
    zones: dict[tuple[str, str], str] = {}
    for row, (site, region, zone) in enumerate(zip(cells["site"], cells["region"], cells["zone"], strict=True)):
        for kind, name, known in (("region", region, regions), ("site", site, sites)):
            if name and known and name not in known:
                words = f"no such {kind}, got {shown(name)}{nearest(name, sorted(known))}"
                inside.found.append(table.finding(row, kind, words))
        if (site, region) in zones:
            inside.found.append(table.finding(row, "region", f"stands twice, got {shown(region)}"))
        zones[site, region] = zone
    return zones


def _check_names(
    document: Document, used: Sequence[tuple[Path_, Any]], kind: str, known: Collection[str], findings: Findings
) -> None:
    for path, name in used:
        if known and isinstance(name, str) and name not in known:
            words = f"no such {kind}, got {shown(name)}{nearest(name, sorted(known))}"
            findings.add(document, path, words, at_key=path[-1] == name)


def _check_raw_names(
    document: Document,
    zones: dict[tuple[str, str], str] | None,
    regions: Collection[str],
    sites: Collection[str],
    findings: Findings,
) -> None:
    """Zones need rates; transit needs zones; surcharges need regions that exist."""
    data = document.data if isinstance(document.data, dict) else {}
    rates = data.get("rates") if isinstance(data.get("rates"), dict) else None
    if zones is not None and rates is not None:
        for zone in sorted(set(zones.values()) - set(rates)):
            findings.add(document, ("rates",), f"zone {zone} of the zone table has no rate", at_key=True)
        for zone in rates:
            if zone not in zones.values():
                findings.warn(f"{document.file}: no region lies in zone {zone}")
        service = data.get("service") if isinstance(data.get("service"), dict) else {}
        transit = service.get("transit_days") if isinstance(service, dict) else {}
        laid = [(("service", "transit_days", zone), zone) for zone in (transit if isinstance(transit, dict) else {})]
        _check_names(document, laid, "zone", list(rates), findings)
    surcharges = data.get("surcharges")
    for i, surcharge in enumerate(surcharges if isinstance(surcharges, list) else []):
        names = surcharge.get("regions") if isinstance(surcharge, dict) else None
        used = [(("surcharges", i, "regions", k), n) for k, n in enumerate(names if isinstance(names, list) else [])]
        _check_names(document, used, "region", regions, findings)


def _warn_about_transit(stated: ContractFile, file: str, findings: Findings) -> None:
    for zone, transit in stated.service.transit_days.items():
        if transit.mean and transit.p90 > _WIDEST_TRANSIT * transit.mean:
            findings.warn(f"{file}: service.transit_days.{zone}: no lognormal is that wide; the widest is taken")


def _to_contract(stated: ContractFile, zones: dict[tuple[str, str], str]) -> Contract:
    scan = stated.service.scan_delay_hours
    commitment = stated.commitment
    return Contract(
        name=stated.name,
        label=stated.label or stated.name,
        zones=zones,
        rates={
            zone: Rate(
                zone,
                tuple(Bracket(b.to_g, b.price) for b in rate.brackets),
                rate.first_g,
                rate.first_price,
                rate.step_g,
                rate.step_price,
            )
            for zone, rate in stated.rates.items()
        },
        billable=Billable(stated.billable.divisor_cm3_per_kg, stated.billable.step_g),
        minimum_charge_minor=stated.minimum_charge,
        discount=stated.discount,
        fuel=stated.fuel,
        surcharges=tuple(
            Surcharge(s.name, s.per_parcel, frozenset(s.regions or ()), s.from_, s.to) for s in stated.surcharges
        ),
        commitment_parcels=commitment.parcels if commitment else 0,
        shortfall_minor=commitment.shortfall_per_parcel if commitment else 0,
        allotment_per_day=stated.allotment.per_day if stated.allotment else None,
        fixed_fee_minor=stated.fixed_fee,
        scan_delay_median_s=round(scan.median * HOUR_S) if scan else 0,
        scan_delay_p95_s=round(scan.p95 * HOUR_S) if scan else 0,
        transit={zone: Transit(t.mean, t.p90) for zone, t in stated.service.transit_days.items()},
        source=_source(stated),
    )


def _source(stated: ContractFile) -> str:
    """Source with date and grade in one line."""
    notes = [str(stated.retrieved) if stated.retrieved else "", f"grade {stated.grade}" if stated.grade else ""]
    return "; ".join(filter(None, [stated.source, *notes]))
