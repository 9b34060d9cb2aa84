"""Plain data of a scenario -> the sheets of a workbook, cell by cell, before they are drawn.

What no column has a place for goes to the block of paths and values, so that nothing is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from planner.formats.scenario_workbook.cells import Cell, encode
from planner.formats.scenario_workbook.contents import Contents, Rows
from planner.formats.scenario_workbook.fields import (
    NO_DEFAULT,
    Field,
    Path,
    Step,
    default_at,
)
from planner.formats.scenario_workbook.labels import PARENT, shown_choice, word
from planner.formats.scenario_workbook.layout import (
    BRACKETS,
    BY_ZONE,
    CONTRACT,
    ITEM,
    NAMED,
    Block,
    Layout,
    Schemas,
    SheetLayout,
    layouts,
)
from planner.formats.scenario_workbook.read_blocks import HOUR_FIELDS, HOURS
from planner.formats.scenario_workbook.read_rates import PRICE, edge_of
from planner.formats.scenario_workbook.typed_paths import written_path, written_value

MOST_SHEET_NAME = 31
Line = list[Cell | None]


@dataclass
class BlockPage:
    """A block as it is drawn: its columns, and a cell or nothing below each, line by line.

    `edges`: headings of weights, by column.
    """

    block: Block
    fields: list[Field]
    lines: list[Line] = field(default_factory=list)
    edges: dict[int, Cell] = field(default_factory=dict)


@dataclass
class Page:
    """A sheet as it is drawn."""

    title: str
    layout: SheetLayout
    blocks: list[BlockPage]
    of_contract: str = ""


@dataclass
class _Document:
    """A document that is laid out.

    `consumed`: paths of values that have a cell; `shown`: of mappings that have a line.
    """

    data: dict[str, Any]
    layout: Layout
    lang: str
    consumed: set[Path] = field(default_factory=set)
    shown: set[Path] = field(default_factory=set)

    def cell(self, of: Field, path: Path) -> Cell | None:
        """The cell of a value, which then needs no other place."""
        value = at(self.data, path)
        if value is None or value == [] or value == {}:
            return None
        shown = partial(shown_choice, lang=self.lang)
        cell = encode(of, value, shown)
        if cell is not None:
            self.consumed.add(path)
        return cell


def at(data: Any, path: Sequence[Step]) -> Any:
    """What stands at a path; None where nothing does."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def pages_of(contents: Contents, schemas: Schemas, lang: str) -> list[Page]:
    """The sheets of a workbook, in their order.

    Parameters
    ----------
    contents : Contents
        What the scenario states.
    schemas : mapping
        JSON schemas of scenario, contract and stress.
    lang : str
        Language of sheets and headings.

    Returns
    -------
    list of Page
        Sheets of the scenario, then of its contracts, then the others.
    """
    of_kind = layouts(schemas)
    scenario = _Document(contents.scenario, of_kind["scenario"], lang)
    first = [_page(scenario, sheet, contents.tables) for sheet in scenario.layout.sheets]
    contracts: list[Page] = []
    for data in contents.contracts:
        document = _Document(data, of_kind[CONTRACT], lang)
        page = _page(document, document.layout.sheets[0], {})
        page.of_contract = str(data.get("name", ""))
        page.title = _contract_title(page.of_contract, lang, [p.title for p in contracts])
        contracts.append(page)
    stress = _Document(contents.stresses or {}, of_kind["stress"], lang)
    first.insert(-1, _page(stress, stress.layout.sheets[0], {}))
    needed = [page for page in first if page.layout.needed]
    return [*needed, *contracts, *(page for page in first if not page.layout.needed)]


def _contract_title(name: str, lang: str, taken: Sequence[str]) -> str:
    """Name of a contract's sheet: short, without what Excel forbids, no name twice."""
    plain = "".join("-" if c in "[]:*?/\\'" else c for c in f"{word('#contract', lang)} {name}")
    title, number = plain[:MOST_SHEET_NAME].strip(), 1
    while title.casefold() in (other.casefold() for other in taken):
        number += 1
        title = f"{plain[: MOST_SHEET_NAME - 4].strip()} {number}"
    return title


def _page(document: _Document, sheet: SheetLayout, tables: dict[str, Rows]) -> Page:
    blocks = []
    for block in sheet.blocks:
        rows = tables.get(block.key, [])
        if block.kind == "table":
            of_table = _Document({"rows": rows}, document.layout, document.lang)
            inner = Block(block.key, "rows", ("rows",), block.columns)
            blocks.append(_BUILT["rows"](of_table, inner))
        else:
            blocks.append(_BUILT[block.kind](document, block))
    return Page(word(f"#{sheet.key}", document.lang), sheet, blocks)


def _form(document: _Document, block: Block) -> BlockPage:
    """A value in each line."""
    page = BlockPage(block, [])
    for of in document.layout.fields(block):
        path = of.path[1:] if of.path[0] == PARENT else (*block.path, *of.path)
        cell = document.cell(of, path)
        if cell is not None or not of.rare:
            page.fields.append(of)
            page.lines.append([cell])
    return page


def _grid(document: _Document, block: Block) -> BlockPage:
    """A mapping in each line."""
    fields = document.layout.fields(block)
    items = list(_items(document.data, block.path))
    lines: list[Line] = []
    for path, names in items:
        named = iter(names)
        line: Line = []
        too_long = _too_long(document.data, path, fields)
        for of in fields:
            if of.path[0] == PARENT:
                line.append(encode(of, next(named)))
            elif (*path, *of.path[:-1]) in too_long:
                line.append(None)
            else:
                line.append(document.cell(of, (*path, *of.path)))
        document.shown.add(path)
        _consume_lists(document, path, fields)
        lines.append(line)
    return _without_rare(block, fields, lines)


def _too_long(data: Any, base: Path, fields: Sequence[Field]) -> set[Path]:
    """Lists of plain values that have more items than there are columns for them."""
    columns = Counter(f.path[:-1] for f in fields if isinstance(f.path[-1], int))
    return {
        (*base, *inner)
        for inner, most in columns.items()
        if len(at(data, (*base, *inner)) or ()) > most
    }


def _consume_lists(document: _Document, base: Path, fields: Sequence[Field]) -> None:
    """A list whose items all have cells of their own needs no other place."""
    lists = {f.path[:-1] for f in fields if isinstance(f.path[-1], int)}
    for path in ((*base, *inner) for inner in lists):
        held = at(document.data, path)
        if isinstance(held, list) and all(
            (*path, n) in document.consumed for n in range(len(held))
        ):
            document.consumed.add(path)


def _items(data: Any, pattern: Sequence[str], path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    """(path, names of its parents and its own in a mapping) of every item that a pattern finds."""
    if not pattern:
        yield path, []
        return
    step, rest = pattern[0], pattern[1:]
    if step == ITEM:
        for number, item in enumerate(data if isinstance(data, list) else []):
            for found, names in _items(item, rest, (*path, number)):
                own = [item.get("name")] if rest and isinstance(item, dict) else []
                yield found, [*own, *names]
    elif step == NAMED:
        for name, item in (data if isinstance(data, dict) else {}).items():
            for found, names in _items(item, rest, (*path, name)):
                yield found, [name, *names]
    else:
        yield from _items(at(data, (step,)), rest, (*path, step))


def _without_rare(block: Block, fields: Sequence[Field], lines: Sequence[Line]) -> BlockPage:
    """The columns that are always there, and those that hold something."""
    kept = [
        n
        for n, of in enumerate(fields)
        if not of.rare or any(line[n] is not None for line in lines)
    ]
    return BlockPage(block, [fields[n] for n in kept], [[line[n] for n in kept] for line in lines])


def _rows(document: _Document, block: Block) -> BlockPage:
    """The rows of a table."""
    fields = document.layout.fields(block)
    rows = at(document.data, block.path)
    lines = []
    for number in range(len(rows) if isinstance(rows, list) else 0):
        path: Path = (*block.path, number)
        lines.append([document.cell(of, (*path, *of.path)) for of in fields])
        document.shown.add(path)
    return _without_rare(block, fields, lines)


def _hours(document: _Document, block: Block) -> BlockPage:
    """Orders by hour; a profile of the week has a column for each day."""
    profile = at(document.data, block.path)
    stated = profile if isinstance(profile, list) and len(profile) in (HOURS, 7 * HOURS) else []
    weekly = len(stated) > HOURS
    lines: list[Line] = []
    for hour in range(HOURS):
        line: Line = [Cell(hour, "count")]
        for number, of in enumerate(HOUR_FIELDS[1:]):
            is_stated = bool(stated) and (number > 0 if weekly else number == 0)
            place = hour + HOURS * (number - 1 if weekly else 0)
            line.append(encode(of, stated[place]) if is_stated else None)
        lines.append(line)
    if stated:
        document.consumed.add(block.path)
    return BlockPage(block, list(HOUR_FIELDS), lines)


def _rates(document: _Document, block: Block) -> BlockPage:
    """A zone in each line, weights in columns."""
    fields = document.layout.fields(block)
    rates = at(document.data, block.path)
    rates = rates if isinstance(rates, dict) else {}
    zones = dict.fromkeys(rates)
    for path in BY_ZONE.values():
        held = at(document.data, path)
        if isinstance(held, dict) and (path[-1] == "days" or _all_mappings(held.values())):
            zones.update(dict.fromkeys(held))
    edges = _edges(rates)
    split = 1 + len(edges)
    columns = [fields[0], *(PRICE for _ in edges), *fields[1:]]
    lines = []
    for zone in zones:
        prices = _brackets(document, zone, edges)
        others = [document.cell(of, _path_of_zone(of, zone, block.path)) for of in fields[1:]]
        document.shown.add((*block.path, zone))
        lines.append([encode(fields[0], zone), *prices, *others])
    page = _without_rare(block, columns, lines)
    page.edges = dict(zip(range(1, split), edges.values(), strict=True))
    return page


def _all_mappings(values: Iterable[Any]) -> bool:
    return all(isinstance(value, dict) for value in values)


def _path_of_zone(of: Field, zone: str, rates: Path) -> Path:
    if of.path[0] != PARENT:
        return (*rates, zone, *of.path)
    return (*BY_ZONE[str(of.path[1])], zone, *of.path[2:])


def _edges(rates: dict[str, Any]) -> dict[tuple[str, Any], Cell]:
    """Every upper edge of a bracket, rising, with its heading."""
    found: dict[tuple[str, Any], Cell] = {}
    for rate in rates.values():
        for bracket in rate.get(BRACKETS, ()) if isinstance(rate, dict) else ():
            edge = _edge(bracket)
            if edge is None or set(bracket) != {edge[0], "price"}:
                continue
            key, limit = edge
            unit = key.removeprefix("to_")
            heading = limit if unit == "g" else f"{limit} {unit}"
            if edge_of(heading) == (key, limit):
                found[key, limit] = Cell(heading, "edge")
    return dict(sorted(found.items(), key=lambda item: (item[0][0], item[0][1])))


def _edge(bracket: dict[str, Any]) -> tuple[str, Any] | None:
    """Key and value of the upper edge of a bracket."""
    return next(((key, value) for key, value in bracket.items() if key.startswith("to_")), None)


def _brackets(document: _Document, zone: str, edges: dict[tuple[str, Any], Cell]) -> Line:
    """The prices of a zone's brackets below their edges; none where one has no column."""
    path: Path = ("rates", zone, BRACKETS)
    stated = at(document.data, path)
    stated = stated if isinstance(stated, list) else []
    cells: dict[tuple[str, Any], Cell] = {}
    for bracket in stated:
        edge = _edge(bracket)
        cell = encode(PRICE, bracket.get("price"))
        if edge is None or edge not in edges or cell is None or edge in cells:
            continue
        cells[edge] = cell
    in_order = [e for e in edges if e in cells] == list(cells)
    if len(cells) != len(stated) or not in_order:
        return [None for _ in edges]
    if stated:
        document.consumed.add(path)
    return [cells.get(edge) for edge in edges]


def _more(document: _Document, block: Block) -> BlockPage:
    """What is left: a path and a value in each line."""
    page = BlockPage(block, [])
    for path, value in _left_over(document, document.data):
        page.lines.append([Cell(written_path(path), "text"), Cell(written_value(value), "text")])
    return page


def _left_over(document: _Document, data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that has no cell, with its path."""
    if path in document.consumed or data is None:
        return
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from _left_over(document, value, (*path, key))
    elif isinstance(data, list) and data and all(isinstance(item, dict) for item in data):
        for number, item in enumerate(data):
            yield from _left_over(document, item, (*path, number))
    elif data or data is False or data == 0 or not _means_nothing(document, data, path):
        yield path, data


def _means_nothing(document: _Document, empty: Any, path: Path) -> bool:
    """Whether an empty text, list or mapping says no more than leaving it out."""
    if path in document.shown:
        return True
    default = default_at(document.layout.schema, path)
    return not isinstance(empty, str) and default in (NO_DEFAULT, empty)


_BUILT: dict[str, Callable[[_Document, Block], BlockPage]] = {
    "form": _form,
    "grid": _grid,
    "rows": _rows,
    "hours": _hours,
    "rates": _rates,
    "more": _more,
}
