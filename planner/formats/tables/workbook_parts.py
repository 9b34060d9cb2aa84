"""Parts of a workbook, read as streams of XML.

Cells are counted and their places noted, nothing is held. Handlers keep their counts in local
variables or slots: they are called several million times.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn
from xml.parsers import expat

from planner.formats.base import input_limits
from planner.formats.tables.sheet_area import SheetArea, TooLargeError, following

SAVE_AGAIN = "open it in a spreadsheet and save it again"
Attributes = list[str]  # name, value, name, value, ...


def related(chunks: Iterable[bytes]) -> list[tuple[str, str, str]]:
    """What a part that is a list says of others.

    ("sheet", name, id) and (kind of relationship, id, part). Raises TooLargeError.
    """
    found: list[tuple[str, str, str]] = []

    def start(tag: str, attributes: Attributes) -> None:
        local = _local(tag)
        if local == "sheet":  # readers differ about which id counts
            found.extend(
                (local, _stated(attributes, "name"), id_) for id_ in _all_stated(attributes, "id")
            )
        elif local == "Relationship":
            kind = _stated(attributes, "Type").rpartition("/")[2]
            found.append((kind, _stated(attributes, "Id"), _stated(attributes, "Target")))
        if len(found) > input_limits.BOOK_PARTS:
            raise TooLargeError(
                f"names more than {input_limits.BOOK_PARTS:,} parts; save it as CSV"
            )

    for taken in _parsed(_parser(start), chunks):
        if taken > input_limits.BOOK_LIST_BYTES:
            raise TooLargeError(
                f"takes more than {input_limits.BOOK_LIST_BYTES:,} bytes; save it as CSV"
            )
    return found


def text_sizes(chunks: Iterable[bytes], sizes: array[int]) -> None:
    """Add the bytes of every shared text to `sizes`.

    Raises TooLargeError; a text that is too long is then the last.
    """
    begun = 0

    def start(tag: str, _: Attributes) -> None:
        nonlocal begun
        if _local(tag) == "si":
            begun = parser.CurrentByteIndex
            sizes.append(0)
            if len(sizes) > input_limits.SHEET_CELLS:
                raise TooLargeError(
                    f"has more than {input_limits.SHEET_CELLS:,} texts; save it as CSV"
                )

    def end(tag: str) -> None:
        if _local(tag) == "si":
            sizes[-1] = parser.CurrentByteIndex - begun
            _check_length(sizes[-1])

    parser = _parser(start, end)
    for taken in _parsed(parser, chunks):
        if sizes and not sizes[-1]:
            _check_length(taken - begun)


def sheet_cells(chunks: Iterable[bytes]) -> int:
    """Look through a sheet: how many of its cells hold a shared text.

    Raises TooLargeError beyond a limit.
    """
    depth = cells = shared = row = 0
    begun = sys.maxsize  # of the cell at hand; after the last one nothing is too long
    cell = before = data = ""  # `before`: the cell before it in its row
    area, most = SheetArea(), input_limits.CELL_BYTES
    filled: list[str] = []  # cells of a chunk that hold something

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal depth, cells, shared, row, begun, cell, before, data
        depth += 1
        local = tag if tag == "c" or tag == "v" else _local(tag)
        if local == "c":
            at = parser.CurrentByteIndex
            if at - begun > most:
                _check_length(at - begun, cell)
            begun = at
            cells += 1
            is_first = attributes and attributes[0] == "r"
            cell = before = attributes[1] if is_first else _cell_name(attributes, row, before)
            shared += "t" in attributes and _is_shared(attributes)
        elif local == "v" or local == "is":
            filled.append(cell)
        elif local == "row":
            row, before = _row_number(attributes, row + 1), ""
        elif local == "sheetData":
            data = tag

    def end(tag: str) -> None:
        nonlocal depth, begun
        depth -= 1
        if tag == data:
            begun = sys.maxsize

    parser = _parser(start, end, counts_depth=True)
    for taken in _parsed(parser, chunks):
        _check_depth(depth)
        _check_length(taken - begun, cell)
        area.add(filled)
        filled.clear()
        area.refuse_number(cells, cell)
    area.check()
    return shared


def shared_texts(chunks: Iterable[bytes]) -> Iterator[tuple[str, int | None]]:
    """Every cell of a checked sheet whose text is a shared one, and the number of that text.

    None where it states no plain number, which other readers may still take for one.
    """
    found: list[tuple[str, int | None]] = []
    number: list[str] | None = None
    cell, is_shared, row = "", False, 0

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal number, cell, is_shared, row
        local = _local(tag)
        if local == "c":
            cell, is_shared = _cell_name(attributes, row, cell), _is_shared(attributes)
        elif local == "row":
            row, cell = _row_number(attributes, row + 1), ""
        elif local == "v" and is_shared:
            number = []

    def text(part: str) -> None:
        if number is not None:
            number.append(part)

    def end(tag: str) -> None:
        nonlocal number
        if number is not None and _local(tag) == "v":
            digits = "".join(number).strip()
            plain = digits.isascii() and digits.isdigit() and len(digits) < 9
            found.append((cell, int(digits) if plain else None))
            number = None

    parser = _parser(start, end, counts_depth=True)
    parser.CharacterDataHandler = text
    for _ in _parsed(parser, chunks):
        yield from found
        found.clear()


def _parser(
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    counts_depth: bool = False,
) -> expat.XMLParserType:
    """A parser with these handlers, which refuses what no spreadsheet writes.

    Raises TooLargeError for entities and, unless its handlers count depth themselves, very deep
    nesting.
    """
    depth = 0

    def one_deeper(tag: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        _check_depth(depth)
        start(tag, attributes)

    def one_up(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(tag)

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start if counts_depth else one_deeper
    parser.EndElementHandler = end if counts_depth else one_up
    return parser


def _parsed(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> Iterator[int]:
    """Parse the chunks: after each, and at the end, the bytes parsed so far.

    Raises TooLargeError for damaged XML.
    """
    taken = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            taken += len(chunk)
            yield taken
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        words = (
            f"cannot be read as Excel: {expat.ErrorString(error.code)} in line "
            f"{error.lineno}; {SAVE_AGAIN}"
        )
        raise TooLargeError(words) from error
    yield taken


def _check_depth(depth: int) -> None:
    if depth > input_limits.BOOK_DEPTH:
        raise TooLargeError(
            f"is nested more than {input_limits.BOOK_DEPTH} levels deep; {SAVE_AGAIN}"
        )


def _check_length(length: int, cell: str = "") -> None:
    if length > input_limits.CELL_BYTES:
        words = (
            f"takes more than {input_limits.CELL_BYTES:,} bytes, more than a cell can hold: "
            "shorten it"
        )
        raise TooLargeError(words, cell)


def _local(tag: str) -> str:
    """The name of an element without its prefix."""
    return tag.rpartition(":")[2]


def _stated(attributes: Attributes, name: str) -> str:
    """The value of an attribute, whatever its prefix; empty where it is not there."""
    return next(_all_stated(attributes, name), "")


def _all_stated(attributes: Attributes, name: str) -> Iterator[str]:
    """The values of all attributes of a name, whatever their prefixes."""
    pairs = zip(attributes[::2], attributes[1::2], strict=True)
    return (value for key, value in pairs if _local(key) == name)


def _cell_name(attributes: Attributes, row: int, before: str) -> str:
    """The stated name of a cell, else that of its place: behind the cell before it in its row."""
    return _stated(attributes, "r") or following(before, row)


def _row_number(attributes: Attributes, following: int) -> int:
    stated = _stated(attributes, "r")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 8 else following


def _is_shared(attributes: Attributes) -> bool:
    """Whether the text of a cell with these attributes is a shared one."""
    return attributes[-2:] == ["t", "s"] or _stated(attributes, "t") == "s"


def _refuse_doctype(*_: object) -> NoReturn:
    raise TooLargeError(f"declares entities, which no spreadsheet does; {SAVE_AGAIN}")
