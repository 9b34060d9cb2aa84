"""What a workbook unpacks to, found by streaming through it.

It is refused where loading it would cost too much. A workbook of a kilobyte may unpack to
gigabytes, and one cell far out makes a reader allocate all cells before it. No size that the file
states of itself is believed: every part is unpacked chunk by chunk, and its cells are counted.
"""

from __future__ import annotations

import copy
import io
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.tables.sheet_area import TooLargeError
from planner.formats.tables.workbook_parts import (
    SAVE_AGAIN,
    related,
    shared_texts,
    sheet_cells,
    text_sizes,
)

_PIECE = 1 << 16
_ENCRYPTED = 0x1
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ROOT, _BOOK, _RELATED = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STYLES, _TEXTS = "xl/styles.xml", "xl/sharedstrings.xml"
_OTHER_KINDS = {
    "xl/workbook.bin": "is a binary workbook (.xlsb); save it as .xlsx or CSV",
    "content.xml": "is an OpenDocument file (.ods); save it as .xlsx or CSV",
    "word/document.xml": "is a text document; save its table as .xlsx or CSV",
}
_ENTRY, _END = (
    b"PK\x01\x02",
    b"PK\x05\x06",
)  # of an archive's directory: begin of an entry, and its last record
_LONGEST_END = 22 + 65_535  # bytes, with a comment


@dataclass
class _Book:
    """What is known of a workbook so far.

    ("sheet", name, id) and (kind of relationship, id, part); cells of a sheet's part that hold a
    shared text; bytes of every shared text.
    """

    file: str
    listed: list[tuple[str, str, str]] = field(default_factory=list)
    shared: dict[str, int] = field(default_factory=dict)
    texts: array[int] = field(default_factory=lambda: array("Q"))

    def sheets(self) -> list[tuple[str, str]]:
        """Every sheet with each part that may hold it."""
        parts: dict[str, list[str]] = {}
        for kind, key, target in self.listed:
            if kind != "sheet":
                parts.setdefault(key, []).append(_part_name(target))
        return [
            (name, part)
            for kind, name, key in self.listed
            if kind == "sheet"
            for part in parts.get(key, ())
        ]

    @cached_property
    def parts_of_sheets(self) -> set[str]:
        """The parts that may hold a sheet, once everything is listed."""
        return {part for _, part in self.sheets()}

    def finding(self, part: str, cell: str, words: str) -> InputError:
        """A finding at a cell of a part's sheet; at the part itself where it is no known sheet."""
        name = next((name for name, there in self.sheets() if there == part), part)
        return InputError([Finding(self.file, 0, 0, f"{name}!{cell}" if cell else name, words)])


def refuse_oversized(data: bytes, file: str) -> None:
    """Raises InputError for a workbook that is none, or is larger than `limits` allow.

    Raises as well what `zipfile` and `zlib` raise for a damaged archive.
    """
    archive, book = _archive(data, file), _Book(file)
    for name, chunks in _unpacked_parts(archive):
        try:
            _look_through(book, name, chunks)
        except TooLargeError as error:
            part, cell = (
                _first_use(archive, book) if name == _TEXTS and book.texts else (name, error.cell)
            )
            raise book.finding(part, cell, str(error)) from error
    _refuse_repeated_texts(archive, book)


def parts_of_sheets(data: bytes, file: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every sheet of a workbook that was found small enough: its name, and its XML in chunks."""
    book = _Book(file)
    for name, chunks in _unpacked_parts(_archive(data, file)):
        if name in (_BOOK, _RELATED):
            book.listed += related(chunks)
        elif name != _ROOT and name in book.parts_of_sheets:
            yield next(title for title, part in book.sheets() if part == name), chunks


def _look_through(book: _Book, name: str, chunks: Iterator[bytes]) -> None:
    """Look through one part.

    Those that are not read later, such as charts and pivot tables, are only unpacked.
    """
    if name == _ROOT:
        for kind, _, target in related(chunks):
            if kind == "officeDocument" and target.removeprefix("/").casefold() != _BOOK:
                raise InputError(
                    [Finding(book.file, 0, 0, "", f"keeps its sheets in {target}; {SAVE_AGAIN}")]
                )
    elif name in (_BOOK, _RELATED):
        book.listed += related(chunks)
    elif name == _STYLES:
        related(chunks)
    elif name == _TEXTS:
        text_sizes(chunks, book.texts)
    elif name in book.parts_of_sheets:
        book.shared[name] = sheet_cells(chunks)
    else:
        for _ in chunks:
            pass


def _first_use(archive: zipfile.ZipFile, book: _Book) -> tuple[str, str]:
    """The part and the cell that use the last of the shared texts read so far."""
    for name, chunks in _unpacked_parts(archive):
        for cell, number in shared_texts(chunks) if book.shared.get(name) else ():
            if number == len(book.texts) - 1:
                return name, cell
    return _TEXTS, ""


def _refuse_repeated_texts(archive: zipfile.ZipFile, book: _Book) -> None:
    """Raise InputError where the texts of a sheet's cells are too much.

    A shared text counts each time it is used.
    """
    longest = max(book.texts, default=0)
    for name, chunks in _unpacked_parts(archive):
        total = 0
        many = book.shared.get(name, 0) * longest > input_limits.BOOK_TEXT_BYTES
        for cell, number in shared_texts(chunks) if many else ():
            if number is None:
                total += longest
            elif number < len(book.texts):
                total += book.texts[number]
            if total > input_limits.BOOK_TEXT_BYTES:
                words = (
                    f"the texts of its cells take more than {input_limits.BOOK_TEXT_BYTES:,} "
                    "bytes; save it as CSV"
                )
                raise book.finding(name, cell, words)


def _archive(data: bytes, file: str) -> zipfile.ZipFile:
    """The archive of a workbook; one that is packed as no spreadsheet does is refused."""
    refused = f"is packed as no spreadsheet does; {SAVE_AGAIN}"
    if data.count(_ENTRY) > input_limits.BOOK_PARTS:
        raise InputError(
            [
                Finding(
                    file,
                    0,
                    0,
                    "",
                    f"holds more than {input_limits.BOOK_PARTS:,} parts; save it as CSV",
                )
            ]
        )
    if (
        data.count(_END, max(len(data) - _LONGEST_END, 0)) > 1
    ):  # readers would differ about where the directory is
        raise InputError([Finding(file, 0, 0, "", refused)])
    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = archive.infolist()
    names = {entry.filename.casefold() for entry in entries}
    words = ""
    if _BOOK not in names:
        words = next(
            (words for name, words in _OTHER_KINDS.items() if name in names),
            "is an archive, not a workbook",
        )
    elif any(entry.flag_bits & _ENCRYPTED for entry in entries):
        words = "is protected by a password; save it without one"
    elif len(names) < len(entries) or any(entry.compress_type not in _PACKED for entry in entries):
        words = refused
    if words:
        raise InputError([Finding(file, 0, 0, "", words)])
    return archive


def _unpacked_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every part by its name, in chunks; sheets after what names them, before their shared texts.

    Raises TooLargeError where they are too much together.
    """
    order = {_ROOT: 0, _BOOK: 0, _RELATED: 1, _TEXTS: 3}
    left, tags = input_limits.BOOK_UNPACKED_BYTES, 0

    def chunks(entry: zipfile.ZipInfo) -> Iterator[bytes]:
        nonlocal left, tags
        opened, size = copy.copy(entry), 0
        opened.file_size = left + _PIECE  # the size that an entry states is checked, not believed
        with archive.open(opened) as stream:
            while chunk := stream.read(_PIECE):
                size += len(chunk)
                left -= len(chunk)
                if left < 0:
                    raise TooLargeError(
                        f"unpacks to more than {input_limits.BOOK_UNPACKED_BYTES:,} bytes; save "
                        "it as CSV"
                    )
                tags += chunk.count(b"<")
                if tags > input_limits.BOOK_TAGS:
                    raise TooLargeError(
                        f"holds more than {input_limits.BOOK_TAGS:,} tags of XML; save it as CSV"
                    )
                yield chunk
        if size != entry.file_size:
            raise zipfile.BadZipFile(f"{entry.filename} states a wrong size")

    for entry in sorted(
        archive.infolist(), key=lambda entry: order.get(entry.filename.casefold(), 2)
    ):
        yield entry.filename.casefold(), chunks(entry)


def _part_name(target: str) -> str:
    plain = target.removeprefix("/").casefold()
    return plain if plain.startswith("xl/") else f"xl/{plain}"
