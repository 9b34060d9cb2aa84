"""The blocks of a sheet, cell by cell: forms, tables, orders by hour, paths and values."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from planner.formats.base.similar_names import nearest
from planner.formats.base.yaml_source import KeyPath, SheetPlace, UnquotedText, parse_yaml
from planner.formats.scenario_workbook.book import Row
from planner.formats.scenario_workbook.cells import clean, decode
from planner.formats.scenario_workbook.draft import Draft
from planner.formats.scenario_workbook.fields import Field, Path
from planner.formats.scenario_workbook.labels import LANGUAGES, PARENT, label, plain, word
from planner.formats.scenario_workbook.layout import ITEM, NAMED
from planner.formats.scenario_workbook.sheets import (
    Heading,
    Part,
    find_field,
    headings,
    is_filled,
    unknown_heading,
)
from planner.formats.scenario_workbook.typed_paths import steps_of

_VALUE = 1  # column of the values of a form
_WORDS = {plain(word(key, lang)) for key in (".item", ".path") for lang in LANGUAGES}
HOURS = 24
HOUR, EVERY_DAY = "hour", "every_day"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOUR_FIELDS = [
    Field(path=(HOUR,), kind="count", required=True),
    Field(path=(EVERY_DAY,), kind="number"),
    *(Field(path=(day,), kind="number") for day in _DAYS),
]


def read_form(part: Part) -> None:
    """A value in each line: its name, then the value."""
    fields = part.fields
    for number, row in part.cells.rows:
        name = clean(row[0])
        value = row[_VALUE] if len(row) > _VALUE else ""
        place = part.place(number, _VALUE)
        if not isinstance(name, str) or not name or plain(name) in _WORDS:
            if is_filled(value) and (not isinstance(name, str) or not name):
                part.draft.add(place, "stands next to no name of a value: clear it")
            continue
        field = find_field(name, fields)
        if field is not None:
            own = field.path[0] == PARENT
            path = field.path[1:] if own else (*part.block.path, *field.path)
            part.take(field, value, path, place)
        elif is_filled(value):
            known = [label(f, lang) for lang in LANGUAGES for f in fields]
            part.draft.add(part.place(number, 0), f"unknown item{nearest(name, known)}")


def read_grid(part: Part) -> None:
    """A mapping in each line, of a list or of a mapping."""
    found, rows = _headings(part, part.fields)
    for row in rows:
        base = _item_path(part, found, row)
        if base is None:
            continue
        own = [
            (h, h.field, v) for h, v in _cells(found, row) if h.field and h.field.path[0] != PARENT
        ]
        closed_up = _closed_up([field for _, field, value in own if is_filled(value)])
        for heading, field, value in own:
            place = part.place(row[0], heading.place[1] - 1)
            if is_filled(value):
                part.take(field, value, (*base, *closed_up[field]), place)
            elif all(isinstance(step, str) for step in field.path):
                part.draft.mark((*base, *field.path), place)
        if part.draft.get(base) is None:
            part.draft.put(base, {}, part.draft.places[base])


def _closed_up(stated: Collection[Field]) -> dict[Field, Path]:
    """The path of each value; places in a list close up where columns between them are empty."""
    numbers: dict[Path, list[int]] = {}
    for field in stated:
        for at, step in enumerate(field.path):
            if isinstance(step, int):
                numbers.setdefault(field.path[:at], []).append(step)
    ranks = {before: sorted(set(found)) for before, found in numbers.items()}
    return {
        field: tuple(
            ranks[field.path[:at]].index(step) if isinstance(step, int) else step
            for at, step in enumerate(field.path)
        )
        for field in stated
    }


def _headings(part: Part, fields: list[Field]) -> tuple[list[Heading], list[Row]]:
    """The headings that stand for a value, and the rows that hold something below them."""
    found, rows = headings(part.cells, fields)
    columns = {heading.place[1] - 1 for heading in found if heading.field}
    _refuse_rows_above(part, found)
    rows = [row for row in rows if any(is_filled(v) for c, v in enumerate(row[1]) if c in columns)]
    for heading in found:
        used = any(is_filled(v) for row in rows for v in row[1][heading.place[1] - 1 :][:1])
        if heading.field is None and used:
            part.draft.add(heading.place, unknown_heading(heading.text, fields), heading.text)
    if not found and not part.is_empty:
        known = ", ".join(label(f, "en") for f in fields if f.required) or "those of a new one"
        part.draft.add(
            part.place(part.cells.rows[0][0], 0), f"no headings were found, such as {known}"
        )
    return [heading for heading in found if heading.field], rows


def _refuse_rows_above(part: Part, found: list[Heading]) -> None:
    """Find rows of several cells above the headings, which nothing reads; a note is one cell."""
    if not found:
        return
    for number, row in part.cells.rows:
        if number < found[0].place[0] and sum(map(is_filled, row)) > 1:
            words = "stands above the headings, where no row is read: move it below them"
            part.draft.add(part.place(number, 0), words)


def _cells(found: list[Heading], row: Row) -> list[tuple[Heading, Any]]:
    """The cells of a row below headings."""
    values = row[1]
    return [
        (heading, values[heading.place[1] - 1] if heading.place[1] <= len(values) else "")
        for heading in found
    ]


def _item_path(part: Part, found: list[Heading], row: Row) -> KeyPath | None:
    """Where the item of a row stands: its parent by name, then its place or its own name."""
    stated = {
        str(h.field.path[1]): (h, v)
        for h, v in _cells(found, row)
        if h.field and h.field.path[0] == PARENT
    }
    parents = iter([field.path[1] for field in part.fields if field.path[0] == PARENT])
    path: list[str | int] = []
    for at, step in enumerate(part.block.path):
        if step == ITEM and at + 1 == len(part.block.path):
            held = part.draft.get(tuple(path))
            path.append(len(held) if isinstance(held, list) else 0)
        elif step in (ITEM, NAMED):
            kind = str(next(parents))
            heading, value = stated.get(kind, (None, ""))
            place = part.place(row[0], heading.place[1] - 1 if heading else 0)
            name = str(decode(Field(path=(kind,), kind="name"), value)) if is_filled(value) else ""
            find = _own if step == NAMED else _parent
            inner = find(part, tuple(path), (kind, name), place)
            if inner is None:
                return None
            path.append(inner)
        else:
            path.append(step)
    part.draft.mark(tuple(path), part.place(row[0], found[0].place[1] - 1))
    return tuple(path)


def _own(part: Part, path: KeyPath, named: tuple[str, str], place: SheetPlace) -> str | None:
    """The name of an item of a mapping, which no other has."""
    kind, name = named
    held = part.draft.get(path)
    if not name:
        part.draft.add(place, f"is empty: name the {kind}")
    elif isinstance(held, dict) and name in held:
        part.draft.add(place, f'stands twice, got "{name}"')
    else:
        return name
    return None


def _parent(part: Part, path: KeyPath, named: tuple[str, str], place: SheetPlace) -> int | None:
    """The place of the item that a row names; the only one where it names none."""
    kind, name = named
    held = part.draft.get(path)
    names = [item.get("name") for item in held] if isinstance(held, list) else []
    if not name and len(names) == 1:
        return 0
    if name in names:
        return names.index(name)
    if not name:
        part.draft.add(place, f"is empty: name the {kind}")
    else:
        known = nearest(name, [str(n) for n in names if n])
        part.draft.add(place, f'no such {kind}, got "{name}"{known}')
    return None


def read_rows(part: Part) -> None:
    """The rows of a table."""
    found, rows = _headings(part, part.fields)
    for heading in found:
        assert heading.field is not None  # noqa: S101 - only those are left
        part.draft.mark((*part.block.path, *heading.field.path), heading.place)
    for number, row in enumerate(rows):
        for heading, value in _cells(found, row):
            field = heading.field
            if field is not None:
                place = part.place(row[0], heading.place[1] - 1)
                part.take(field, value, (*part.block.path, number, *field.path), place)
    if rows:
        part.draft.mark(part.block.path, found[0].place)


def read_hours(part: Part) -> None:
    """Orders by hour of the day, or of the week: a column for every day, or one for each."""
    found, rows = _headings(part, HOUR_FIELDS)
    weights: dict[str, dict[int, tuple[Any, SheetPlace]]] = {}
    for row in rows:
        values = {str(h.field.path[0]): (h, v) for h, v in _cells(found, row) if h.field}
        heading, value = values.pop(HOUR, (None, ""))
        hour = decode(HOUR_FIELDS[0], value) if is_filled(value) else None
        place = part.place(row[0], heading.place[1] - 1 if heading else 0)
        if not isinstance(hour, int) or not 0 <= hour < HOURS:
            if any(is_filled(v) for _, v in values.values()):
                part.draft.add(place, "must be an hour of the day, 0 to 23", HOUR)
            continue
        for day, (of_day, weight) in values.items():
            if is_filled(weight):
                at = part.place(row[0], of_day.place[1] - 1)
                weights.setdefault(day, {})[hour] = (decode(HOUR_FIELDS[1], weight), at)
    _put_hours(part, weights)


def _put_hours(part: Part, weights: dict[str, dict[int, tuple[Any, SheetPlace]]]) -> None:
    """The profile of a day or a week, if one is stated and whole."""
    if not weights:
        return
    days = _DAYS if EVERY_DAY not in weights else (EVERY_DAY,)
    if EVERY_DAY in weights and len(weights) > 1:
        other = next(day for day in weights if day != EVERY_DAY)
        words = "is stated for every day and for single days: clear the one or the others"
        part.draft.add(next(iter(weights[other].values()))[1], words, ".".join(part.block.path))
        return
    missing = [(d, h) for d in days for h in range(HOURS) if h not in weights.get(d, {})]
    if missing:
        day, hour = missing[0]
        words = (
            f"{len(missing)} of {HOURS * len(days)} numbers are empty, the first for hour {hour} "
            f"of {day.replace('_', ' ')}: write a number for each, 0 for none"
        )
        part.draft.add(part.place(1, 0), words, ".".join(part.block.path))
        return
    first = weights[days[0]][0][1]
    part.draft.put(part.block.path, [weights[d][h][0] for d in days for h in range(HOURS)], first)
    places = [weights[d][h][1] for d in days for h in range(HOURS)]
    part.draft.places.update({(*part.block.path, at): place for at, place in enumerate(places)})


def read_more(part: Part) -> None:
    """Paths and values that no other sheet has a place for; a value may be written as in YAML."""
    for number, row in part.cells.rows:
        path, value = clean(row[0]), row[_VALUE] if len(row) > _VALUE else ""
        place = part.place(number, _VALUE)
        if not is_filled(value) or (isinstance(path, str) and plain(path) in _WORDS):
            continue
        if not isinstance(path, str) or not path:
            part.draft.add(place, "stands next to no path: write one, or clear it")
            continue
        if isinstance(value, str):
            document, wrong = parse_yaml(f"value: {value.strip()}", part.sheet)
            if wrong:
                part.draft.add(place, f"cannot be read: {wrong[0].message}", path)
                continue
            value = _quoted(document.data["value"])
        elif isinstance(value, float) and value.is_integer():
            value = int(value)
        part.draft.put(_more_path(path, part.draft), value, place)


def _more_path(text: str, draft: Draft) -> KeyPath:
    """The steps of a path; digits are a place where a list stands, or nothing yet."""
    path: list[str | int] = []
    for name, step in steps_of(text):
        is_name = bool(name) or isinstance(draft.get(tuple(path)), dict)
        path.append(int(step) if step.isdigit() and not is_name else name or step)
    return tuple(path)


def _quoted(value: Any) -> Any:
    """The value with all texts as if they stood in quotes."""
    if isinstance(value, dict):
        return {key: _quoted(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_quoted(part) for part in value]
    return str(value) if isinstance(value, UnquotedText) else value
