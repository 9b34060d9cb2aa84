"""The sheets of a scenario's workbook: which part of a document each block of a sheet shows.

This is the one description that reader and writer follow. A block shows what the schema has at its
path; a form takes all values below it that no other block shows, so a new key appears by itself. A
new list of mappings needs a line here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from planner.formats.base.columns import TABLES
from planner.formats.scenario_workbook.fields import (
    Field,
    Path,
    fields_of,
    fields_of_columns,
    numbered,
    values_of,
)
from planner.formats.scenario_workbook.labels import PARENT

Schemas = Mapping[str, dict[str, Any]]
Kind = Literal["form", "grid", "rows", "table", "hours", "rates", "more"]
CONTRACT = "contract"
MARK, DASH = "■", "—"  # begins the title of a block; ends it before a name
ITEM = "*"  # an item of a list
NAMED = "@"  # an item of a mapping, by its name


@dataclass(frozen=True)
class Block:
    """A part of a sheet.

    Attributes
    ----------
    key : str
        Its name in `texts.csv`, after a `#`.
    kind : str
        form: a value in each line. grid: a mapping in each line, of a list or mapping. rows: rows
        of a table that the document may hold. table: rows of a table that it can only name.
        hours: orders by hour. rates: prices by zone and weight. more: paths and values.
    path : tuple
        What it shows.
    columns : str
        Of rows and table: the columns (`base/columns`).
    """

    key: str
    kind: Kind
    path: tuple[str, ...] = ()
    columns: str = ""


@dataclass(frozen=True)
class SheetLayout:
    """A sheet: its blocks, one below the other. `needed`: a scenario cannot do without it."""

    blocks: tuple[Block, ...]
    needed: bool = False

    @property
    def key(self) -> str:
        """Name in `texts.csv`, after a `#`."""
        return self.blocks[0].key


def _sheet(*blocks: Block, needed: bool = False) -> SheetLayout:
    return SheetLayout(blocks, needed)


SCENARIO = (
    _sheet(Block("promotion", "form"), needed=True),
    _sheet(
        Block("platform", "form", ("platform",)),
        Block("exempt_days", "grid", ("platform", "exemptions", "force_majeure", ITEM)),
        needed=True,
    ),
    _sheet(Block("platforms", "grid", ("platforms", ITEM))),
    _sheet(Block("force_majeure", "grid", ("force_majeure", ITEM))),
    _sheet(Block("regions", "rows", ("regions",), "regions"), needed=True),
    _sheet(Block("products", "rows", ("products",), "products"), needed=True),
    _sheet(Block("demand", "form", ("demand",)), needed=True),
    _sheet(Block("hours", "hours", ("demand", "hourly_profile"))),
    _sheet(Block("events", "grid", ("demand", "events", ITEM)), needed=True),
    _sheet(Block("sites", "grid", ("sites", ITEM)), needed=True),
    _sheet(Block("processes", "grid", ("sites", ITEM, "processes", NAMED)), needed=True),
    _sheet(Block("collections", "grid", ("sites", ITEM, "collections", ITEM)), needed=True),
    _sheet(Block("shifts", "grid", ("shifts", ITEM)), needed=True),
    _sheet(Block("crews", "grid", ("crews", ITEM)), needed=True),
    _sheet(Block("staff", "rows", ("staff",), "staff")),
    _sheet(Block("staffing", "rows", ("staffing",), "staffing")),
    _sheet(Block("stock", "rows", ("stock",), "stock")),
    _sheet(Block("routing", "rows", ("routing",), "routing")),
    _sheet(Block("targets", "grid", ("service", "also", ITEM))),
    _sheet(
        Block("promises", "grid", ("levers", "promise_hours", ITEM)),
        Block("caps", "grid", ("levers", "order_caps", ITEM)),
    ),
    _sheet(Block("disruptions", "grid", ("disruptions", ITEM))),
    _sheet(Block("risks", "grid", ("risks", ITEM))),
    _sheet(Block("assumptions", "grid", ("assumptions", ITEM))),
    _sheet(Block("history", "table", ("demand", "history", "path"), "history (counts)")),
    _sheet(Block("given", "table", ("demand", "given"), "given demand")),
    _sheet(Block("open_orders", "table", ("opening_backlog", "table"), "opening backlog")),
    _sheet(Block("more", "more")),
)
STRESSES = (_sheet(Block("stresses", "grid", ("stresses", ITEM))),)
# of every contract
CONTRACT_SHEET = _sheet(
    Block("contract", "form"),
    Block("rates", "rates", ("rates",)),
    Block("zones", "rows", ("zones",), "zones"),
    Block("surcharges", "grid", ("surcharges", ITEM)),
    Block("tiers", "grid", ("volume", "tiers", ITEM)),
    Block("more", "more"),
)
PLATFORM = ("platform",)
CONTRACTS = ("contracts",)  # each has a sheet
# what a zone states besides its prices -> where
BY_ZONE: dict[str, Path] = {
    "transit_days": ("service", "transit_days"),
    "scan_delay_hours": ("service", "scan_delay_hours"),
    "late_refund_days": ("service", "late_refund", "days"),
}
BRACKETS = "brackets"
# single texts that are names of another sheet's rows: kind of name -> block, and the column there
NAMES = {
    "site": "sites",
    "process": "processes",
    "crew": "crews",
    "shift": "shifts",
    "region": "regions",
    "product": "products",
    "event": "events",
    "less": "products",
    "more": "products",
    "by": "processes",
}
PARENTS = {"sites": "site", "processes": "process"}  # what the items of a list are called


@dataclass(frozen=True)
class Layout:
    """The blocks of one document with the values that each of them shows."""

    schema: dict[str, Any]
    sheets: tuple[SheetLayout, ...]
    _fields: dict[Block, list[Field]] = field(default_factory=dict, compare=False)

    @cached_property
    def blocks(self) -> list[Block]:
        """All blocks, sheet by sheet."""
        return [block for sheet in self.sheets for block in sheet.blocks]

    def fields(self, block: Block) -> list[Field]:
        """The values that a block shows."""
        if block not in self._fields:
            self._fields[block] = [replace(f, block=block.key) for f in self._found(block)]
        return self._fields[block]

    def _found(self, block: Block) -> Iterator[Field]:
        if block.columns:
            yield from fields_of_columns(TABLES[block.columns])
        elif block.kind == "form":
            found = fields_of(self.schema, block.path, self._owned(block.path))
            if block.path == PLATFORM:
                yield self._rule_pack()
                found = [replace(f, required=False) for f in found]
            yield from found
        elif block.kind == "grid":
            at = tuple(ITEM if step == NAMED else step for step in block.path)
            yield from self._parents(block)
            for each in fields_of(self.schema, at, self._owned(at)):
                yield from numbered(each)
        elif block.kind == "rates":
            yield Field(path=(PARENT, "zone"), kind="name", required=True)
            yield from fields_of(self.schema, (*block.path, ITEM), [(BRACKETS,)])
            yield from self._by_zone()

    def _rule_pack(self) -> Field:
        """The name of a shipped rule, in place of a rule of one's own."""
        node = self.schema["properties"]["platform"]
        return Field(
            path=(PARENT, "platform"),
            kind="name",
            required=True,
            meaning=node["description"],
            suggested=tuple(node.get("examples", ())),
        )

    def _parents(self, block: Block) -> list[Field]:
        """Columns for the names that lead to an item: its site, its own name in a mapping."""
        named = [
            PARENTS[block.path[at - 1]]
            for at, step in enumerate(block.path)
            if step == NAMED or (step == ITEM and at + 1 < len(block.path))
        ]
        return [Field(path=(PARENT, name), kind="name", required=True) for name in named]

    def _owned(self, at: tuple[str, ...]) -> list[Path]:
        """Paths below a mapping that other blocks show."""
        shown = [b.path for b in self.blocks if b.path and b.kind != "table"]
        paths = [tuple(ITEM if s == NAMED else s for s in path) for path in (*shown, CONTRACTS)]
        lists = [path[:-1] if path[-1] == ITEM else path for path in paths]
        return [path[len(at) :] for path in lists if path[: len(at)] == at and path != at]

    def _by_zone(self) -> Iterator[Field]:
        """What a zone states besides its prices."""
        for key, path in BY_ZONE.items():
            for inner in values_of(self.schema, (*map(str, path), ITEM)):
                yield replace(inner, path=(PARENT, key, *inner.path), required=False)


def layouts(schemas: Schemas) -> dict[str, Layout]:
    """The layout of every kind of document: scenario, stress, contract."""
    return {
        "scenario": Layout(schemas["scenario"], SCENARIO),
        "stress": Layout(schemas["stress"], STRESSES),
        CONTRACT: Layout(schemas[CONTRACT], (CONTRACT_SHEET,)),
    }
