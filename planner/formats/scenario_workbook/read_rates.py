"""The prices of a contract as couriers send them: a zone in each line, weights in columns."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from planner.formats.base.similar_names import nearest
from planner.formats.scenario_workbook.book import Cells, Row
from planner.formats.scenario_workbook.cells import clean, decode
from planner.formats.scenario_workbook.fields import Field
from planner.formats.scenario_workbook.labels import PARENT, label
from planner.formats.scenario_workbook.layout import BRACKETS, BY_ZONE
from planner.formats.scenario_workbook.sheets import Part, headings, is_filled

_EDGE = re.compile(
    r"(?:≤|<=|up ?to|至|不超过)?\s*([0-9][0-9,]*(?:\.[0-9]+)?)"
    r"\s*(kg|g|lbs?|oz|公斤|千克|克|磅|盎司)?(?:以内|以下|及以下)?"
)
_UNIT: dict[str | None, tuple[str, int]] = {
    **dict.fromkeys(("kg", "公斤", "千克"), ("to_g", 1000)),
    **dict.fromkeys((None, "g", "克"), ("to_g", 1)),
    **dict.fromkeys(("lb", "lbs", "磅"), ("to_lb", 1)),
    **dict.fromkeys(("oz", "盎司"), ("to_oz", 1)),
}
ZONE = (PARENT, "zone")
PRICE = Field(path=("price",), kind="money")


def edge_of(heading: Any) -> tuple[str, float | int] | None:
    """Key and value of the upper edge that a heading states, such as 300, `≤ 300 g`, `1 kg`."""
    if isinstance(heading, int | float) and not isinstance(heading, bool):
        return "to_g", int(heading) if float(heading).is_integer() else heading
    text = unicodedata.normalize("NFKC", str(heading)).strip().casefold()
    found = _EDGE.fullmatch(text)
    if found is None:
        return None
    key, factor = _UNIT[found[2]]
    number = float(found[1].replace(",", "")) * factor
    return key, int(number) if number.is_integer() else number


def read_rates(part: Part) -> None:
    """The rates of every zone, and what else is stated by zone."""
    fields, cells, draft = part.fields, part.cells, part.draft
    found, rows = headings(cells, fields)
    if not found:
        if not part.is_empty:
            place = part.place(cells.rows[0][0], 0)
            draft.add(place, f"no headings were found, such as {label(fields[0], 'en')}")
        return
    at = {h.field: h.place[1] - 1 for h in found if h.field is not None}
    if ZONE not in [field.path for field in at]:
        words = f"column is missing: {label(fields[0], 'en')} or {label(fields[0], 'zh')}"
        draft.add((found[0].place[0], 1, cells.sheet), words)
        return
    edges: dict[int, tuple[str, float | int]] = {}
    for heading in found:
        column = heading.place[1] - 1
        edge = edge_of(_heading_value(cells, heading.place[0], column))
        if heading.field is None and edge is not None:
            edges[column] = edge
        elif heading.field is None and any(is_filled(_at(row, column)) for row in rows):
            known = [label(f, lang) for lang in ("en", "zh") for f in fields if not f.rare]
            words = "unknown column; a weight is written as a number of grams, or 1 kg"
            draft.add(heading.place, words + nearest(heading.text, known), heading.text)
    for row in rows:
        _read_zone(part, row, at, edges)


def _heading_value(cells: Cells, number: int, column: int) -> Any:
    return next(row[column] for at, row in cells.rows if at == number)


def _at(row: Row, column: int) -> Any:
    return row[1][column] if column < len(row[1]) else ""


def _read_zone(
    part: Part, row: Row, at: dict[Field, int], edges: dict[int, tuple[str, float | int]]
) -> None:
    """The prices of one line."""
    draft = part.draft
    columns = {*at.values(), *edges}
    if not any(is_filled(_at(row, column)) for column in columns):
        return
    zone_field = next(field for field in at if field.path == ZONE)
    column = at[zone_field]
    place = part.place(row[0], column)
    name = clean(_at(row, column))
    if name == "":
        draft.add(place, "is empty: name the zone", "zone")
        return
    zone = str(decode(zone_field, name))
    if zone in (draft.get(("rates",)) or {}):
        draft.add(place, f'stands twice, got "{zone}"', "zone")
        return
    extras = [f for f in at if f.path[0] == PARENT and f is not zone_field]
    only_extras = any(is_filled(_at(row, at[f])) for f in extras) and not any(
        is_filled(_at(row, c)) for c in columns - {column} - {at[f] for f in extras}
    )
    if not only_extras:
        draft.put(("rates", zone), {}, place)
    brackets = [(edge, c) for c, edge in edges.items() if is_filled(_at(row, c))]
    for number, ((key, edge), c) in enumerate(brackets):
        inner = ("rates", zone, BRACKETS, number)
        price = decode(PRICE, _at(row, c))
        draft.put(inner, {key: edge, "price": price}, part.place(row[0], c))
    for field, c in at.items():
        if field is zone_field:
            continue
        path = ("rates", zone, *field.path)
        if field.path[0] == PARENT:
            path = (*BY_ZONE[str(field.path[1])], zone, *field.path[2:])
        if is_filled(_at(row, c)) or field.path[0] != PARENT:
            part.take(field, _at(row, c), path, part.place(row[0], c))
