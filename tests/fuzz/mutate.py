"""Mutations that know the structure of what they change: YAML documents, tables, and plain bytes.

A workbook is mutated as the table it is made from.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import xlsxwriter

from planner.formats.base.yaml_source import parse_yaml

NUMBERS = (
    *(
        "0",
        "-1",
        "1",
        "2",
        "0.5",
        "1e-320",
        "1e-12",
        "1e9",
        "1e12",
        "1e308",
        "1e999",
        "-0.0",
        ".nan",
        ".inf",
        "-.inf",
    ),
    *(
        "NaN",
        "inf",
        "010",
        "1_000",
        "1,5",
        "1 000",
        "12%",
        "0x1F",
        "９",
        "9" * 40,
        "1" * 5000,
        "1e",
        "--1",
        "+",
        "2400",
    ),
)
WORDS = (
    *(
        "",
        " ",
        "~",
        "null",
        "true",
        "NO",
        "yes",
        "[]",
        "{}",
        "-",
        "?",
        "*a",
        "&a b",
        "!!python/object:os.system x",
    ),
    *(
        "'",
        '"',
        "\\",
        "#",
        "%",
        "@",
        "`",
        "|",
        ">",
        "a: b",
        "east",
        "one",
        "pack",
        "day",
        "all",
        "nobody",
        "浙江",
    ),
    *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "a;=1+1", "\t=1", "'=1"),
    *(
        "\x1b[31mred",
        "\x07",
        "\x00",
        "\u202eabc",
        "\u2028",
        "\ufeff",
        "\ud800",
        "\x85",
        "a\nscenario.yaml:1:1: fake",
    ),
    *(
        "../../etc/passwd",
        "/dev/null",
        "/dev/zero",
        ".",
        "x" * 300,
        "名" * 300,
        "<script>",
        "$\\frac{",
        "{{ 7 * 7 }}",
    ),
)
MOMENTS = (
    *(
        "2026-11-09",
        "2026-02-30",
        "2026-11-09T20:00",
        "2026-11-09T20:00+08:00",
        "0001-01-01",
        "9999-12-31T23:59",
    ),
    *(
        "09/11/2026",
        "2026-11-08 24:00",
        "24:00",
        "25:00",
        "00:00",
        "12:00",
        "20:00:00.123456",
        "1793923200",
        "46300.5",
    ),
)
SCALARS = NUMBERS + WORDS + MOMENTS
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "gb18030",
    "latin-1",
    "utf-32",
    "shift-jis",
    "cp1252",
)
BYTES = (
    b"\x00",
    b"\xff",
    b"\xfe\xff",
    b"\xed\xa0\x80",
    b"\r",
    b"\n\n",
    b'"',
    b",",
    b";",
    b"\t",
    b"\x1a",
    b"\xc3",
)
KINDS: tuple[Any, ...] = (None, True, 1.5, "x", [], {}, [[]], [{}], {"a": 1})
MOST_COPIES = 40


def mutated(name: str, content: bytes, chance: random.Random) -> tuple[bytes, str]:
    """One mutation of a file of a known kind, and what it is called."""
    kinds: list[Callable[[bytes, random.Random], bytes]] = [of_bytes]
    if name.endswith(".yaml"):
        kinds += [of_values, of_values, of_values, of_structure, of_structure]
    elif name.endswith(".csv"):
        kinds += [of_cells, of_cells, of_cells, of_rows, of_rows, of_encoding]
    elif name.endswith(".xlsx"):
        kinds = [of_cells, of_cells, of_rows]
    how = chance.choice(kinds)
    return how(content, chance), f"{name} {how.__name__}"


def of_bytes(content: bytes, chance: random.Random) -> bytes:
    """Bytes put in, taken out, repeated, or cut off anywhere."""
    at = chance.randrange(len(content) + 1)
    until = min(at + chance.choice((1, 1, 2, 8, 64)), len(content))
    piece = chance.choice((*BYTES, bytes([chance.randrange(256)])))
    ways = (
        content[:at] + piece + content[at:],
        content[:at] + piece + content[until:],
        content[:at] + content[until:],
        content[:at] + content[at:until] * MOST_COPIES + content[until:],
        content[:at],
    )
    return chance.choice(ways)


def of_values(content: bytes, chance: random.Random) -> bytes:
    """The text of one value of a YAML document replaced, everything else as it stands."""
    lines = content.decode("utf-8", "replace").splitlines()
    document, _ = parse_yaml("\n".join(lines), "x.yaml")
    places = (
        [place for path, place in document.places.items() if path] if document is not None else []
    )
    if not places:
        return of_bytes(content, chance)
    line, column = chance.choice(places)
    row = lines[line - 1]
    end = min(
        (at for at in (row.find(stop, column) for stop in ",}]") if at >= 0), default=len(row)
    )
    lines[line - 1] = row[: column - 1] + chance.choice(SCALARS) + row[end:]
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")


def of_structure(content: bytes, chance: random.Random) -> bytes:
    """Keys and items of a YAML document left out, renamed, repeated, moved, or of another kind."""
    document, _ = parse_yaml(content.decode("utf-8", "replace"), "x.yaml")
    if document is None or not isinstance(document.data, (dict, list)):
        return of_bytes(content, chance)
    data = json.loads(json.dumps(document.data))
    holder = chance.choice(list(_containers(data)))
    other = chance.choice(list(_containers(data)))
    if isinstance(holder, dict) and holder:
        _change_mapping(holder, other, chance)
    elif isinstance(holder, list):
        _change_list(holder, other, chance)
    return _as_yaml(data).encode("utf-8", "surrogatepass")


def _containers(data: Any) -> Iterator[Any]:
    if isinstance(data, (dict, list)):
        yield data
        for part in data.values() if isinstance(data, dict) else data:
            yield from _containers(part)


def other_kinds(content: bytes) -> Iterator[bytes]:
    """A YAML document with one value at a time replaced by each of the other kinds."""
    data = json.loads(_as_json(content))
    for holder in list(_containers(data)):
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            true = holder[key]
            for kind in KINDS:
                holder[key] = kind
                yield _as_yaml(data).encode()
            holder[key] = true


def _as_json(content: bytes) -> str:
    document, _ = parse_yaml(content.decode(), "x.yaml")
    return json.dumps(document.data)


def _change_mapping(holder: dict[str, Any], other: Any, chance: random.Random) -> None:
    key = chance.choice(list(holder))
    way = chance.randrange(6)
    if way == 0:
        del holder[key]
    elif way == 1:
        holder[chance.choice(WORDS)] = holder.pop(key)
    elif way == 2:
        holder[key] = json.loads(json.dumps(other))
    elif way == 3:
        holder[key] = [holder[key]]
    elif way == 4:
        holder[key] = chance.choice(([], {}, None, True, 0, -1, 1e308, chance.choice(WORDS)))
    else:
        holder.update(
            {f"{key}{k}": json.loads(json.dumps(holder[key])) for k in range(MOST_COPIES)}
        )


def _change_list(holder: list[Any], other: Any, chance: random.Random) -> None:
    way = chance.randrange(4)
    if way == 0 or not holder:
        holder.append(json.loads(json.dumps(other)))
    elif way == 1:
        holder.pop(chance.randrange(len(holder)))
    elif way == 2:
        chance.shuffle(holder)
    else:
        holder.extend(json.loads(json.dumps(chance.choice(holder))) for _ in range(MOST_COPIES))


def _as_yaml(data: Any) -> str:
    """JSON is YAML; a number stays one."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _table(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8", "replace").replace("\x00", "")
    return list(csv.reader(io.StringIO(text, newline=""))) or [[""]]


def _csv(rows: list[list[str]], separator: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def of_cells(content: bytes, chance: random.Random) -> bytes:
    """One to three cells of a table replaced, its header among them."""
    rows = _table(content)
    for _ in range(chance.randint(1, 3)):
        row = chance.choice(rows)
        if row:
            row[chance.randrange(len(row))] = chance.choice(SCALARS)
    return _csv(rows)


def of_rows(content: bytes, chance: random.Random) -> bytes:
    """Rows and columns of a table left out, repeated, moved, or of another length; another
    separator.
    """
    rows = _table(content)
    row, column = chance.randrange(len(rows)), chance.randrange(max(map(len, rows)) or 1)
    way = chance.randrange(8)
    if way == 0:
        rows[row : row + 1] = [rows[row]] * MOST_COPIES
    elif way == 1:
        rows.pop(row)
    elif way == 2:
        rows = [cells[:column] + cells[column + 1 :] for cells in rows]
    elif way == 3:
        rows = [cells + cells[column : column + 1] for cells in rows]
    elif way == 4:
        rows[row] = rows[row][:column]
    elif way == 5:
        rows[row] = rows[row] + [chance.choice(SCALARS)] * MOST_COPIES
    elif way == 6:
        chance.shuffle(rows)
    else:
        return _csv(rows, chance.choice(";\t| "))
    return _csv(rows)


def of_encoding(content: bytes, chance: random.Random) -> bytes:
    """The same text in another encoding."""
    return content.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


def workbook(content: bytes, chance: random.Random) -> bytes:
    """A table as a workbook: numbers as numbers or as text, at times with a far cell, further
    sheets, or damage.
    """
    data = io.BytesIO()
    book = xlsxwriter.Workbook(
        data, {"in_memory": True, "nan_inf_to_errors": True, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    as_numbers = chance.random() < 0.7
    for at, row in enumerate(_table(content)):
        for column, cell in enumerate(row):
            text = cell.encode("utf-8", "replace").decode("utf-8")
            if as_numbers and text.replace(".", "", 1).isdigit() and len(text) < 300:
                sheet.write_number(at, column, float(text))
            else:
                sheet.write_string(at, column, text)
    if chance.random() < 0.1:
        sheet.write_string(chance.choice((5_000, 1_048_575)), chance.choice((5, 16_383)), "x")
    if chance.random() < 0.1:
        book.add_worksheet().write_string(0, 0, "x")
    book.close()
    return of_bytes(data.getvalue(), chance) if chance.random() < 0.2 else data.getvalue()
