"""A scenario half read: what its checks and its assembly work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from planner.domain.arrays import Ints
from planner.domain.contracts import Contract
from planner.domain.named_staff import Person
from planner.domain.problem import ShareRow, StockRow
from planner.domain.products import Product, Region
from planner.domain.workforce import StaffRow
from planner.formats.scenario.platform_schema import PlatformFile
from planner.formats.scenario.stress_schema import StressFile


@dataclass(kw_only=True)
class PartialScenario:
    """What could be read so far; None where a section is not there or is wrong."""

    parts: dict[str, Any]
    currency: str
    regions: tuple[Region, ...] | None = None
    products: tuple[Product, ...] | None = None
    contracts: tuple[Contract, ...] | None = None
    contract_names: list[str | None] = field(
        default_factory=list
    )  # as stated, of wrong ones too; None: not readable
    platforms: list[PlatformFile | None] = field(default_factory=list)  # one, or one of each part
    demand: Any = None
    backlog: Ints | None = None  # orders that are open at the start, as a table states them
    roster: tuple[StaffRow, ...] | None = None
    people: tuple[Person, ...] | None = None
    stock: tuple[StockRow, ...] | None = None
    routing: tuple[ShareRow, ...] | None = None
    stresses: tuple[StressFile, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()  # path and value of what was set from outside
    whole_history: bool = False  # past orders are read to their end
