"""A courier's rate table -> a contract that `planner rate` and a scenario read as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from planner.formats.contracts import read_contract
from planner.formats.rate_card.reader import RateTable
from planner.formats.rate_card.writer import write_contract


def import_rates(folder: Path, table: RateTable, name: str, currency: str) -> dict[str, Any]:
    """Write the contract, its zones and a summary into a draft folder; the summary is returned."""
    path, zones = write_contract(folder, name, currency, table)
    contract = read_contract(path, currency)
    edges = sorted({bracket.to_g for rate in contract.rates.values() for bracket in rate.brackets})
    beyond = next(((r.first_g, r.step_g) for r in contract.rates.values() if r.first_g), None)
    found = {
        "contract": contract.name,
        "currency": currency,
        "files": [path.name, zones.name],
        "regions": len(contract.zones),
        "zones": len(contract.rates),
        "brackets_g": edges,
        "first_g": beyond[0] if beyond else None,
        "step_g": beyond[1] if beyond else None,
        "refused_above_g": None if beyond else edges[-1],
        "warnings": list(table.notes),
    }
    text = json.dumps(found, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return found
