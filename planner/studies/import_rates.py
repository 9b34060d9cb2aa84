"""A courier's rate card -> a contract that `planner rate` and a scenario read as it is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import InputError
from planner.formats.base.columns import ZONES
from planner.formats.base.findings import Findings, nearest, shown
from planner.formats.contract.reader import ContractContext, read_contract
from planner.formats.rate_card.card import RateCard, ZoneRate
from planner.formats.rate_card.regions import zone_name
from planner.formats.rate_card.weight_headers import Amount
from planner.formats.rate_card.writer import contract_files, write_contract
from planner.formats.tables.tables import open_table, read_cells
from planner.output import new_files, sha256, write_bytes
from planner.studies.runs.manifest import write_json

MOST_EDGES = 12  # named one by one


def import_rates(
    folder: Path,
    card: RateCard,
    *,
    name: str,
    currency: str,
    zones: Path | None,
    log: Path,
    force: bool,
) -> dict[str, Any]:
    """Write the contract, its zone table and a summary into a folder that may hold other contracts.

    Parameters
    ----------
    folder : Path
        Gets NAME.yaml, NAME-zones.csv and NAME.summary.json; its other files are left as they are.
    card : RateCard
        The rate card.
    name : str
        Name of the contract.
    currency : str
        Currency of its prices.
    zones : Path or None
        Table (region, zone) for a card whose prices are by zone. Without it a zone table that is in
        the folder already is kept, and a missing one is written without rows.
    log : Path
        The file the rate card was read from; it is not replaced.
    force : bool
        Replace the contract's own files, unless they were changed since they were written.

    Returns
    -------
    dict[str, Any]
        The summary.

    Raises
    ------
    InputError
        `zones` cannot be read, or names a zone that the card does not have.
    PlannerError
        The contract's files are there already and `force` is not set, or they were changed.
    """
    contract, table = contract_files(name)
    summary = f"{name}.summary.json"
    rows = _zone_rows(card, zones, currency)
    kept = card.by_zone and zones is None and (folder / table).is_file()
    files = [contract] if kept else [contract, table]
    inputs = [log, *([] if zones is None else [zones])]
    names = [summary, contract] if kept else [table, summary, contract]
    with new_files(folder, names, inputs, force) as draft:
        write_contract(draft, name, currency, card, rows)
        if kept:
            write_bytes(draft / table, (folder / table).read_bytes())
        if kept or not rows.empty:
            read_contract(draft / contract, ContractContext(currency))
        found = _summarised(card, name, currency, files, rows)
        found["warnings"] += _about_zones(card, rows, table, kept)
        found["outputs"] = {name: sha256(draft / name) for name in files}
        write_json(draft / summary, found)
    return found


def _zone_rows(card: RateCard, zones: Path | None, currency: str) -> pd.DataFrame:
    """The zone table: the card's own, or the one given. Raises InputError.

    The zones of the one given must be the card's.
    """
    if zones is None:
        return pd.DataFrame(list(card.zones.items()), columns=["region", "zone"], dtype=str)
    findings = Findings(zones.parent)
    table = open_table(zones, zones.name, findings)
    cells = read_cells(table, ZONES, currency, findings) if table is not None else None
    if table is None or cells is None:
        raise InputError(findings.found)
    cells["zone"] = [zone_name(zone) for zone in cells["zone"]]
    for row, zone in enumerate(cells["zone"]):
        if zone not in card.rates:
            words = (
                "the rate card has no such zone, got "
                f"{shown(zone)}{nearest(zone, list(card.rates))}"
            )
            findings.found.append(table.finding(row, "zone", words))
    findings.raise_if_any()
    columns = ["region", "zone", "site"] if any(cells["site"]) else ["region", "zone"]
    return pd.DataFrame(cells)[columns]


def _about_zones(card: RateCard, rows: pd.DataFrame, table: str, kept: bool) -> list[str]:
    """What a person must do, or should know, where prices are by zone."""
    if not card.by_zone:
        return []
    zones = ", ".join(card.rates)
    if kept:
        return [
            f"{table} was there already and is kept: the rate card has prices by zone ({zones}) "
            "and names no regions"
        ]
    if rows.empty:
        words = (
            "the rate card has prices by zone and names no regions: write a row region,zone "
            "for each region into"
        )
        return [f"{words} {table}, or import again with --zones FILE; zones: {zones}"]
    unused = [zone for zone in card.rates if zone not in set(rows["zone"])]
    return [f"no region lies in zone {', '.join(unused)}"] if unused else []


def _summarised(
    card: RateCard, name: str, currency: str, files: list[str], rows: pd.DataFrame
) -> dict[str, Any]:
    """The summary of an import."""
    rates = card.rates.values()
    edges = {edge: edge.grams for rate in rates for edge, _ in rate.brackets}
    beyond = next((rate for rate in rates if rate.first and rate.step), None)
    heaviest = max(edges.values(), default=Decimal(0))
    return {
        "contract": name,
        "currency": currency,
        "files": files,
        "regions": rows["region"].nunique(),
        "zones": len(rates),
        "brackets_g": sorted({_grams(edge) for edge in edges}),
        "first_g": _grams(beyond.first[0]) if beyond and beyond.first else None,
        "step_g": _grams(beyond.step[0]) if beyond and beyond.step else None,
        "refused_above_g": None if beyond else _grams(Amount(heaviest, "g")),
        "prices": _prices(sorted(edges, key=lambda edge: edge.grams), beyond),
        "surcharges": [surcharge.name for surcharge in card.surcharges],
        "warnings": list(card.notes),
    }


def _prices(edges: list[Amount], beyond: ZoneRate | None) -> str:
    """Which weights have prices, in words."""
    parts = []
    if edges:
        few = f"brackets up to {', '.join(map(str, edges))}"
        parts.append(
            few if len(edges) <= MOST_EDGES else f"{len(edges)} brackets up to {edges[-1]}"
        )
    if beyond and beyond.first and beyond.step:
        parts.append(f"first {beyond.first[0]} and each {beyond.step[0]} more")
    else:
        parts.append(f"nothing above {edges[-1]}: such a parcel is refused")
    return "; ".join(parts)


def _grams(weight: Amount) -> int | float:
    """Grams as the smallest type of number that holds them."""
    grams = weight.grams
    return int(grams) if grams == grams.to_integral_value() else float(grams)
