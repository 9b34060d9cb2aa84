"""What a scenario states, wherever it is kept: plain data, before anything is validated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Rows = list[dict[str, Any]]


@dataclass
class Contents:
    """A scenario as plain data.

    Attributes
    ----------
    scenario : dict
        What `scenario.yaml` states, tables as rows; `contracts` is left out.
    contracts : list of dict
        What each contract states, zones as rows.
    stresses : dict or None
        The scenario's own catalogue of stresses.
    tables : dict
        Rows of tables that the scenario can only name, by the block of the workbook that shows
        them: history, given, open_orders.
    remarks : list of str
        First comments of the scenario's file.
    files : dict
        Name -> content of files that stay next to a workbook.
    """

    scenario: dict[str, Any]
    contracts: list[dict[str, Any]] = field(default_factory=list)
    stresses: dict[str, Any] | None = None
    tables: dict[str, Rows] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
