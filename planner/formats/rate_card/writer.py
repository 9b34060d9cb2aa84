"""A rate card -> the files of a contract: NAME.yaml and its zone table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.domain.money import to_major
from planner.domain.wording import json_text
from planner.errors import on_one_line
from planner.formats.rate_card.card import CardSurcharge, RateCard, ZoneRate
from planner.formats.rate_card.weight_headers import Amount
from planner.formats.tables.tables import write_table
from planner.output import write_text


def contract_files(name: str) -> tuple[str, str]:
    """The names of a contract's files: the contract, its zone table."""
    return f"{name}.yaml", f"{name}-zones.csv"


def write_contract(
    folder: Path, name: str, currency: str, card: RateCard, zones: pd.DataFrame
) -> None:
    """Write NAME.yaml and NAME-zones.csv.

    Parameters
    ----------
    folder : Path
        Where to.
    name : str
        Name of the contract and of its files.
    currency : str
        Of the prices.
    card : RateCard
        The rate card.
    zones : pd.DataFrame
        Columns region and zone, and site where zones depend on it.
    """
    contract, table = contract_files(name)
    write_table(zones, folder / table)
    text = _contract_text(name, currency, table, card)
    write_text(folder / contract, text)


def _contract_text(name: str, currency: str, zones: str, card: RateCard) -> str:
    source = on_one_line(f"{card.file}, sheet {card.sheet}" if card.sheet else card.file)
    by_zone = "  # region,zone: a row for each region that is served" if card.by_zone else ""
    lines = [
        f"name: {_quoted(name)}",
        f"currency: {currency}",
        f"source: {_quoted(source)}",
        _billable(card),
        f"zones: {_quoted(zones)}{by_zone}",
        "rates:",
    ]
    for zone, rate in card.rates.items():
        lines.append(f"  {_quoted(zone) if card.by_zone else zone}:")
        lines += _rate_lines(rate, currency)
    if card.surcharges:
        lines.append("surcharges:")
        lines += [_surcharge_line(surcharge, currency) for surcharge in card.surcharges]
    return "\n".join(lines) + "\n"


def _billable(card: RateCard) -> str:
    """Actual weight. A step in grams would round a pound up to more than a pound."""
    if card.imperial:
        return (
            "billable: {divisor_cm3_per_kg: 0}  # not in the table: dimensional divisor, such "
            "as divisor_in3_per_lb"
        )
    return (
        "billable: {divisor_cm3_per_kg: 0, step_g: 1}  # not in the table: dimensional divisor "
        "(抛比) and step (进位)"
    )


def _rate_lines(rate: ZoneRate, currency: str) -> list[str]:
    lines = []
    if rate.brackets:
        lines.append("    brackets:")
    for edge, minor in rate.brackets:
        lines.append(f"      - {{{_weight('to', edge)}, price: {to_major(minor, currency)}}}")
    for key, priced in (("first", rate.first), ("step", rate.step)):
        if priced is not None:
            lines += [
                f"    {_weight(key, priced[0])}",
                f"    {key}_price: {to_major(priced[1], currency)}",
            ]
    return lines


def _weight(key: str, weight: Amount) -> str:
    """Pounds stay pounds, and ounces ounces: a contract keeps them exactly."""
    if weight.imperial:
        return f"{key}_{weight.unit}: {weight.number.normalize():f}"
    return f"{key}_g: {weight.grams.normalize():f}"


def _surcharge_line(surcharge: CardSurcharge, currency: str) -> str:
    regions = (
        f"regions: [{', '.join(map(_quoted, surcharge.regions))}], " if surcharge.regions else ""
    )
    amount = to_major(surcharge.minor, currency)
    return f"  - {{name: {_quoted(surcharge.name)}, {regions}per_parcel: {amount}}}"


def _quoted(text: str) -> str:
    """A JSON string is a YAML string."""
    return json_text(text)
