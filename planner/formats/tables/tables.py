"""Tables as text cells, from a file or from a YAML document: `read_cells` validates one against its
columns.

`write_table` and `write_pieces` write every CSV of the program, text in it as
`domain/spreadsheet_text.py` says.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from planner.domain.spreadsheet_text import could_run, inert, restored
from planner.errors import MOST_OF_A_KIND, Finding, InputError, more_findings
from planner.formats.base import input_limits
from planner.formats.base.columns import Column, parser
from planner.formats.base.findings import Findings, shown
from planner.formats.base.yaml_source import Document, KeyPath
from planner.formats.tables.table_files import open_table_file, place_of_cell, whole_frame
from planner.output import writing


@dataclass(frozen=True)
class Table:
    """Cells by column, and how to report a finding at (row, column name); `typed`: cells come from
    YAML; `notes`: what of the file is not read.
    """

    columns: tuple[str, ...]
    cells: dict[str, list[Any]]
    rows: int
    typed: bool
    finding: Callable[[int, str, str], Finding]
    notes: tuple[str, ...] = ()


def write_table(frame: pd.DataFrame, path: Path, raw: bool = False) -> None:
    """A frame as UTF-8 CSV with `\\n` line ends; the index is left out.

    `raw`: text as it is, for programs only.
    """
    write_pieces([frame], path, raw)


def write_pieces(frames: Iterable[pd.DataFrame], path: Path, raw: bool = False) -> None:
    """The same for a table that comes in chunks, at least one."""
    with writing(path) as stream:
        _write(frames, stream, raw)


def csv_text(frame: pd.DataFrame, raw: bool = False) -> str:
    """What `write_table` writes, as text."""
    stream = io.StringIO(newline="")
    _write([frame], stream, raw)
    return stream.getvalue()


def read_result_table(path: Path, **options: Any) -> pd.DataFrame:
    """A table that `write_table` has written, its texts as they were; `options`: those of
    pandas.read_csv.
    """
    table: pd.DataFrame = pd.read_csv(path, keep_default_na=False, **options).rename(
        columns=restored
    )
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name].map(
                lambda cell: restored(cell) if isinstance(cell, str) else cell
            )
    return table


def _write(frames: Iterable[pd.DataFrame], stream: TextIO, raw: bool) -> None:
    rows = _Rows(stream)
    for number, frame in enumerate(frames):
        safe = frame if raw else _inert_frame(frame)
        safe.to_csv(rows, index=False, header=number == 0, lineterminator=_Rows.end)


class _Rows(io.TextIOBase):
    """Takes rows that end in `\\r\\n`, for which the csv module quotes both characters in cells;
    ends them by `\\n`.
    """

    end = "\r\n"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, row: str, /) -> int:
        return self._stream.write(row.removesuffix(self.end) + "\n")


def _inert_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with headings and text cells that no spreadsheet takes for formulas."""
    columns = [
        _inert_cells(frame.iloc[:, place], first=place == 0) for place in range(frame.shape[1])
    ]
    names = [inert(str(name), number=place > 0) for place, name in enumerate(frame.columns)]
    return pd.DataFrame(dict(enumerate(columns)), index=frame.index).set_axis(names, axis=1)


def _inert_cells(cells: pd.Series, first: bool) -> pd.Series:
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return cells
    if not could_run("\n".join(cell for cell in cells.tolist() if isinstance(cell, str))):
        return cells
    return cells.astype(object).map(
        lambda cell: inert(cell, number=not first) if isinstance(cell, str) else cell
    )


def table_of_file(
    path: Path,
    file: str,
    columns: Sequence[Column] = (),
    size: input_limits.TableLimit = input_limits.TABLE,
) -> Table:
    """A file's table, findings located by line and column.

    With `columns`, the header may stand below title rows.

    Raises InputError when it cannot be read, or is larger than `size`.
    """
    names = {column.name for column in columns}
    source = open_table_file(
        path, file, size.bytes, (lambda row: len(names & set(row))) if names else None
    )
    frame = whole_frame(source, size.rows)
    lines = frame.index.tolist()

    def finding(row: int, column: str, message: str) -> Finding:
        line = lines[row] if row >= 0 else source.line
        place = (
            place_of_cell(path, source, line, source.columns.index(column))
            if column in source.columns
            else 0
        )
        return Finding(file, line, place, column, message)

    cells = {c: frame[c].tolist() for c in source.columns}
    return Table(source.columns, cells, len(frame), False, finding, source.notes)


def open_table(
    path: Path,
    file: str,
    findings: Findings,
    columns: Sequence[Column] = (),
    size: input_limits.TableLimit = input_limits.TABLE,
) -> Table | None:
    """A file's table; None, with findings, where it cannot be read."""
    try:
        table = table_of_file(path, file, columns, size)
    except InputError as error:
        findings.found += error.findings
        return None
    for note in table.notes:
        findings.warn(f"{file}: {note}")
    return table


def table_of_rows(document: Document, path: KeyPath) -> Table:
    """Rows written out in a YAML document: a list of mappings."""
    rows: Any = document.data
    for step in path:
        rows = rows[step]
    columns = tuple(dict.fromkeys(key for row in rows for key in row))

    def finding(row: int, column: str, message: str) -> Finding:
        at = (*path, row, column) if row >= 0 else path
        known = at in document.places
        return (
            document.finding(at, message)
            if known or row >= 0
            else document.finding((*path, column), message)
        )

    return Table(
        columns, {c: [row.get(c, "") for row in rows] for c in columns}, len(rows), True, finding
    )


def read_cells(
    table: Table,
    columns: Sequence[Column],
    currency: str,
    findings: Findings,
    rename: dict[str, str] | None = None,
    may_be_empty: bool = False,
    timezone: str | None = None,
) -> dict[str, list[Any]] | None:
    """Validated columns of a table; None when there was a finding.

    `rename`: our column -> the table's own name.

    Cells left out get the column's default; with `rename` the table may have columns that are of no
    interest. `timezone`: the zone to whose local time those with an offset from UTC are converted.
    """
    before = len(findings.found)
    theirs = {c.name: (rename or {}).get(c.name, c.name) for c in columns}
    if rename is None:
        known = {*theirs, *(other for c in columns for other in c.other_units)}
        for name in table.columns:
            if name not in known:
                hint = findings.hint(name, theirs, in_order=True)
                findings.found.append(table.finding(-1, name, f"unknown column{hint}"))
    values = {c.name: _column(table, c, theirs, currency, timezone, findings) for c in columns}
    if table.rows == 0 and not may_be_empty:
        findings.found.append(table.finding(-1, "", "holds no rows"))
    return values if len(findings.found) == before else None


def _column(
    table: Table,
    column: Column,
    theirs: dict[str, str],
    currency: str,
    timezone: str | None,
    findings: Findings,
) -> list[Any]:
    name = theirs[column.name]
    stated = {name: 1.0, **column.other_units} if name == column.name else {name: 1.0}
    there = [other for other in stated if other in table.cells]
    if not there:
        if column.required:
            others = [other for other in table.columns if other not in theirs.values()]
            meant = findings.hint(name, others, in_order=True)
            if "did you mean" not in meant:
                meant = f"; there are {', '.join(table.columns)}"
            findings.found.append(table.finding(-1, name, f"column is missing{meant}"))
        return [column.default] * table.rows
    name = there[0]
    findings.found += [
        table.finding(-1, other, f"states the same as {name}: leave one out") for other in there[1:]
    ]
    parse = parser(column, currency, typed=table.typed, factor=stated[name], timezone=timezone)
    parsed: dict[Any, Any] = {}
    values = []
    wrong: dict[str, list[int]] = {}  # what must be -> rows
    for row, cell in enumerate(table.cells[name]):
        key = (type(cell), cell) if not isinstance(cell, (list, dict)) else id(cell)
        if key not in parsed:
            parsed[key] = _parse_cell(parse, column, cell)
        value = parsed[key]
        if isinstance(value, _Bad):
            wrong.setdefault(value.kind, []).append(row)
            value = column.default
        values.append(value)
    cells = table.cells[name]
    for rows in wrong.values():
        findings.found += findings_of_rows(
            table, name, rows, lambda row: _parse_cell(parse, column, cells[row]).message
        )
    return values


def findings_of_rows(
    table: Table, column: str, rows: Sequence[int], words: Callable[[int], str]
) -> Iterator[Finding]:
    """A finding of one kind at each of the first rows, then how many more there are."""
    for row in rows[:MOST_OF_A_KIND]:
        yield table.finding(row, column, words(row))
    if len(rows) > MOST_OF_A_KIND:
        yield more_findings(table.finding(-1, column, "").file, column, len(rows) - MOST_OF_A_KIND)


@dataclass(frozen=True, slots=True)
class _Bad:
    """What is wrong with a cell: what it must be, then what it is and a cure."""

    kind: str
    rest: str = ""

    @property
    def message(self) -> str:
        return self.kind + self.rest


def _parse_cell(parse: Callable[[Any], Any], column: Column, cell: Any) -> Any:
    if cell == "" or cell is None:
        return _Bad("is empty") if column.required else column.default
    if isinstance(cell, str) and len(cell) > input_limits.CELL_CHARACTERS:
        return _Bad(f"is longer than {input_limits.CELL_CHARACTERS:,} characters")
    try:
        return parse(cell)
    except ValueError as error:
        cure = getattr(error, "cure", "")
        kind, colon, instead = str(error).partition(": write ")
        return _Bad(kind, f"{colon}{instead}, got {shown(cell)}" + (f"; {cure}" if cure else ""))
