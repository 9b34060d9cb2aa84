"""Excel workbooks: their sheets as text cells; files of other kinds are refused with what to do."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.spreadsheet_text import restored
from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.tables.csv_reader import unquoted, visible
from planner.formats.tables.workbook_sizes import refuse_oversized

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_HEAD = 64  # bytes by which the kind of a file is known
PARQUET = b"PAR1"
_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": (
        "is an old Excel file (.xls), or has a password; save it as .xlsx without one, or as CSV"
    ),
    b"\x1f\x8b": "is packed by gzip; unpack it first",
    b"SQLi": (
        "is a SQLite database; import orders from it with planner import sqlite:///FILE --query "
        '"select ..."'
    ),
    b"%PDF": "is a PDF document; ask for the table as CSV or .xlsx",
    b"{\\rtf": "is a text document (RTF); save the table as CSV or .xlsx",
}
# Many shops export such files under the name .xls or .csv.
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|meta|table|\?xml)", re.IGNORECASE)
_PAGE_WORDS = (
    "is a web page or XML, not a table; open it in a spreadsheet and save it as .xlsx or CSV"
)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def is_excel(path: Path) -> bool:
    """Whether a file is a workbook, by its first bytes."""
    return _head(path).startswith(b"PK\x03\x04")


def is_parquet(path: Path) -> bool:
    """Whether a file is a Parquet file, by its first bytes."""
    return _head(path).startswith(PARQUET)


def refuse_other_kinds(path: Path, name: str) -> None:
    """Raise InputError for a kind of file that is not read.

    An old workbook, a database, an archive.
    """
    head = _head(path)
    for begin, words in _OTHER_KINDS.items():
        if head.startswith(begin):
            raise InputError([Finding(name, 0, 0, "", words)])
    if _PAGE.match(head):
        raise InputError([Finding(name, 0, 0, "", _PAGE_WORDS)])


def open_workbook(path: Path, name: str) -> CalamineWorkbook:
    """A workbook. Raises InputError when it is none, or larger than `limits` allow."""
    from python_calamine import CalamineError, CalamineWorkbook

    if path.stat().st_size > input_limits.BOOK_BYTES:
        raise InputError(
            [
                Finding(
                    name,
                    0,
                    0,
                    "",
                    f"is larger than {input_limits.BOOK_BYTES:,} bytes; save it as CSV",
                )
            ]
        )
    data = path.read_bytes()
    try:
        refuse_oversized(data, name)
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, CalamineError, ValueError) as error:
        raise InputError([Finding(name, 0, 0, "", f"cannot be read as Excel: {error}")]) from error


def cells_of_sheet(book: CalamineWorkbook, sheet: str, name: str) -> list[list[str]]:
    """Read the cells of a sheet as text, from its first row and column.

    Parameters
    ----------
    book : CalamineWorkbook
        The workbook.
    sheet : str
        Name of the sheet.
    name : str
        Name of the file, as messages show it.

    Returns
    -------
    list of list of str
        Rows of cells.

    Raises
    ------
    InputError
        When the sheet cannot be read.
    """
    return [[_cell_text(value) for value in row] for row in _rows(book, sheet, name)]


def values_of_sheet(book: CalamineWorkbook, sheet: str, name: str) -> Iterator[list[Any]]:
    """Read the cells of a sheet as the values they are, from its first row and column.

    Parameters
    ----------
    book : CalamineWorkbook
        The workbook.
    sheet : str
        Name of the sheet.
    name : str
        Name of the file, as messages show it.

    Yields
    ------
    list
        Numbers, texts, dates and times of a row.

    Raises
    ------
    InputError
        When the sheet cannot be read.
    """
    yield from _rows(book, sheet, name)


def cells_of_text(book: CalamineWorkbook, sheet: str, name: str) -> set[tuple[int, int]]:
    """Find the cells that hold text and no number or date.

    Parameters
    ----------
    book : CalamineWorkbook
        The workbook.
    sheet : str
        Name of the sheet.
    name : str
        Name of the file, as messages show it.

    Returns
    -------
    set of (int, int)
        Row and column of each, from 0.

    Raises
    ------
    InputError
        When the sheet cannot be read.
    """
    rows = enumerate(_rows(book, sheet, name))
    return {(r, c) for r, row in rows for c, value in enumerate(row) if isinstance(value, str)}


def _rows(book: CalamineWorkbook, sheet: str, name: str) -> Iterator[list[Any]]:
    """The rows of a sheet, one at a time: what a reader makes of one is all that is held."""
    from python_calamine import CalamineError

    try:
        page = book.get_sheet_by_name(sheet)
        before = [""] * (page.start[1] if page.start else 0)
        for row in page.iter_rows():
            yield before + row
    except (CalamineError, ValueError) as error:
        raise InputError(
            [Finding(name, 0, 0, sheet, f"cannot be read as Excel: {error}")]
        ) from error


def _cell_text(value: Any) -> str:
    """An Excel cell as the text a CSV would hold."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else restored(unquoted(visible(str(value))))
