"""A rate table -> the files of a contract: NAME.yaml and its zone table."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from planner.domain.carriers import Rate
from planner.domain.money import to_major
from planner.formats.rate_card.reader import RateTable
from planner.formats.tables import write_table


def write_contract(folder: Path, name: str, currency: str, table: RateTable) -> tuple[Path, Path]:
    """Write NAME.yaml and NAME-zones.csv; returns their paths."""
    contract, zones = folder / f"{name}.yaml", folder / f"{name}-zones.csv"
    write_table(pd.DataFrame(list(table.zones.items()), columns=["region", "zone"]), zones)
    contract.write_text(_contract_text(name, currency, zones.name, table), encoding="utf-8", newline="\n")
    return contract, zones


def _contract_text(name: str, currency: str, zones: str, table: RateTable) -> str:
    source = f"{table.file}, sheet {table.sheet}" if table.sheet else table.file
    lines = [
        f"name: {_quoted(name)}",
        f"currency: {currency}",
        f"source: {_quoted(source)}",
        "billable: {divisor_cm3_per_kg: 0, step_g: 1}  # not in the table: dimensional divisor (抛比) and step (进位)",
        f"zones: {_quoted(zones)}",
        "rates:",
    ]
    for zone, rate in table.rates.items():
        lines.append(f"  {zone}:")
        lines += _rate_lines(rate, currency)
    return "\n".join(lines) + "\n"


def _rate_lines(rate: Rate, currency: str) -> list[str]:
    lines = []
    if rate.brackets:
        lines.append("    brackets:")
    for bracket in rate.brackets:
        lines.append(f"      - {{to_g: {bracket.to_g}, price: {to_major(bracket.price_minor, currency)}}}")
    if rate.first_g:
        first, step = (to_major(minor, currency) for minor in (rate.first_price_minor, rate.step_price_minor))
        lines += [f"    first_g: {rate.first_g}", f"    first_price: {first}"]
        lines += [f"    step_g: {rate.step_g}", f"    step_price: {step}"]
    return lines


def _quoted(text: str) -> str:
    """A JSON string is a YAML string."""
    return json.dumps(text, ensure_ascii=False)
