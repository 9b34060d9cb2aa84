"""Excel workbooks: their sheets as text cells; files of other kinds are refused with what to do."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.spreadsheet import restored
from planner.errors import Finding, InputError
from planner.formats.delimited import unquoted, visible

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_UNZIPPED = 500_000_000
_HEAD = 64  # bytes by which the kind of a file is known
_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "is an old Excel file (.xls); save it as .xlsx or CSV",
    b"PAR1": "is a Parquet file; save it as CSV or .xlsx",
    b"\x1f\x8b": "is packed by gzip; unpack it first",
    b"SQLi": "is a SQLite database; export the table as CSV",
    b"%PDF": "is a PDF document; ask for the table as CSV or .xlsx",
    b"{\\rtf": "is a text document (RTF); save the table as CSV or .xlsx",
}
# Many shops export such files under the name .xls or .csv.
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|meta|table|\?xml)", re.IGNORECASE)
_PAGE_WORDS = "is a web page or XML, not a table; open it in a spreadsheet and save it as .xlsx or CSV"


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def is_excel(path: Path) -> bool:
    """Is it a workbook by its first bytes?"""
    return _head(path).startswith(b"PK\x03\x04")


def refuse_other_kinds(path: Path, name: str) -> None:
    """Raises InputError for a file of a kind that is not read: an old workbook, Parquet, a packed file."""
    head = _head(path)
    for begin, words in _OTHER_KINDS.items():
        if head.startswith(begin):
            raise InputError([Finding(name, 0, 0, "", words)])
    if _PAGE.match(head):
        raise InputError([Finding(name, 0, 0, "", _PAGE_WORDS)])


def open_workbook(path: Path, name: str) -> CalamineWorkbook:
    """A workbook. Raises InputError when it is none, or one that unpacks to too much."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNZIPPED:
                raise InputError([Finding(name, 0, 0, "", "unpacks to more than is reasonable")])
        return CalamineWorkbook.from_path(path)
    except (zipfile.BadZipFile, CalamineError, ValueError) as error:
        raise InputError([Finding(name, 0, 0, "", f"cannot be read as Excel: {error}")]) from error


def cells_of_sheet(book: CalamineWorkbook, sheet: str, name: str) -> list[list[str]]:
    """The cells of a sheet as text, from its first row and column. Raises InputError."""
    from python_calamine import CalamineError

    try:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, ValueError) as error:
        raise InputError([Finding(name, 0, 0, sheet, f"cannot be read as Excel: {error}")]) from error
    return [[_cell_text(value) for value in row] for row in rows]


def _cell_text(value: Any) -> str:
    """An Excel cell as the text a CSV would hold."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else restored(unquoted(visible(str(value))))
