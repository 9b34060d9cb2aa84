"""Tables as text cells, from a file or from a YAML document.

`read_cells` validates one against its columns. `write_table` and `write_pieces` write every CSV of
the program, text in it as `domain/spreadsheet_text.py` says.
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


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cells of a table.

    Attributes
    ----------
    columns : tuple of str
        Names of the columns.
    cells : dict
        Column -> its cells.
    rows : int
        Number of rows.
    typed : bool
        Cells come from YAML, with types, not from text.
    finding : callable
        (row, column name, message) -> Finding; row -1 is the header.
    notes : tuple of str
        What of the file is not read.
    """

    columns: tuple[str, ...]
    cells: dict[str, list[Any]]
    rows: int
    typed: bool
    finding: Callable[[int, str, str], Finding]
    notes: tuple[str, ...] = ()


def write_table(frame: pd.DataFrame, path: Path, raw: bool = False) -> None:
    r"""Write a frame as UTF-8 CSV with `\n` line ends, without its index.

    Parameters
    ----------
    frame : DataFrame
        The table.
    path : Path
        The new file.
    raw : bool
        Write text as it is, for programs only: spreadsheets may run it as formulas.
    """
    write_pieces([frame], path, raw)


def write_pieces(frames: Iterable[pd.DataFrame], path: Path, raw: bool = False) -> None:
    """Write a table that comes in chunks, at least one, as `write_table` does.

    Parameters
    ----------
    frames : iterable of DataFrame
        The chunks.
    path : Path
        The new file.
    raw : bool
        Write text as it is, for programs only.
    """
    with writing(path) as stream:
        _write(frames, stream, raw)


def csv_text(frame: pd.DataFrame, raw: bool = False) -> str:
    """The text that `write_table` writes."""
    stream = io.StringIO(newline="")
    _write([frame], stream, raw)
    return stream.getvalue()


def read_result_table(path: Path, **options: Any) -> pd.DataFrame:
    """Read a table that `write_table` has written, its texts as they were.

    `options`: those of pandas.read_csv.
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
    r"""Takes rows that end in `\r\n` and ends them by `\n`.

    With the longer line end the csv module quotes both characters in cells.
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
    """Cells of a column with an apostrophe where a spreadsheet would take text for a formula."""
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
    """Read the table of a file.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Its name, as messages show it.
    columns : sequence of Column
        Columns by which the header is found, which then may stand below title rows.
    size : TableLimit
        Most rows and bytes.

    Returns
    -------
    Table
        Findings in it know their line and column.

    Raises
    ------
    InputError
        When it cannot be read or is too large.
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
    return Table(
        columns=source.columns,
        cells=cells,
        rows=len(frame),
        typed=False,
        finding=finding,
        notes=source.notes,
    )


def open_table(
    path: Path,
    file: str,
    findings: Findings,
    columns: Sequence[Column] = (),
    size: input_limits.TableLimit = input_limits.TABLE,
) -> Table | None:
    """Read the table of a file.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Its name, as messages show it.
    findings : Findings
        Takes what is wrong, and warnings.
    columns : sequence of Column
        Columns by which the header is found, which then may stand below title rows.
    size : TableLimit
        Most rows and bytes.

    Returns
    -------
    Table or None
        None with findings.
    """
    held = findings.inside.get(file)
    if isinstance(held, Table):
        return held
    try:
        table = table_of_file(path, file, columns, size)
    except InputError as error:
        findings.found += error.findings
        return None
    for note in table.notes:
        findings.warn(f"{file}: {note}")
    return table


def table_of_rows(document: Document, path: KeyPath) -> Table:
    """The table of rows written out in a YAML document: a list of mappings."""
    rows: Any = document.data
    for step in path:
        rows = rows[step]
    columns = tuple(dict.fromkeys(key for row in rows for key in row))

    def finding(row: int, column: str, message: str) -> Finding:
        if row >= 0:
            return document.finding((*path, row, column), message)
        heading = (*path, column)  # known in a workbook
        at = path if path in document.places and heading not in document.places else heading
        return document.finding(at, message)

    return Table(
        columns=columns,
        cells={c: [row.get(c, "") for row in rows] for c in columns},
        rows=len(rows),
        typed=True,
        finding=finding,
    )


def read_cells(
    table: Table,
    columns: Sequence[Column],
    currency: str,
    findings: Findings,
    *,
    rename: dict[str, str] | None = None,
    may_be_empty: bool = False,
    timezone: str | None = None,
) -> dict[str, list[Any]] | None:
    """Validate the columns of a table.

    Parameters
    ----------
    table : Table
        The table.
    columns : sequence of Column
        Columns it may have; cells and columns left out get their default.
    currency : str
        ISO 4217 code; amounts become its minor unit.
    findings : Findings
        Takes what is wrong.
    rename : dict or None
        Column -> its name in the table, which then may have further columns.
    may_be_empty : bool
        A table without rows is no finding.
    timezone : str or None
        IANA zone; times with an offset from UTC are converted to its local time.

    Returns
    -------
    dict or None
        Column -> values by row; None with findings.
    """
    before = len(findings.found)
    theirs = {c.name: (rename or {}).get(c.name, c.name) for c in columns}
    if rename is None:
        known = {*theirs, *(other for c in columns for other in c.other_units)}
        for name in table.columns:
            if name not in known:
                hint = findings.hint(name, theirs, in_order=True)
                findings.found.append(table.finding(-1, name, f"unknown column{hint}"))
    values: dict[str, list[Any]] = {}
    for column in columns:
        stated = _stated_name(table, column, theirs, findings)
        if stated is None:
            values[column.name] = [column.default] * table.rows
            continue
        factor = column.other_units.get(stated, 1.0) if stated != theirs[column.name] else 1.0
        parse = parser(column, currency, typed=table.typed, factor=factor, timezone=timezone)
        values[column.name] = _column(table, column, stated, parse, findings)
    if table.rows == 0 and not may_be_empty:
        findings.found.append(table.finding(-1, "", "holds no rows"))
    return values if len(findings.found) == before else None


def _stated_name(
    table: Table, column: Column, theirs: dict[str, str], findings: Findings
) -> str | None:
    """The name of a column in the table, in whatever unit; None where it is left out."""
    name = theirs[column.name]
    names = [name, *column.other_units] if name == column.name else [name]
    stated = [other for other in names if other in table.cells]
    if not stated and column.required:
        others = [other for other in table.columns if other not in theirs.values()]
        meant = findings.hint(name, others, in_order=True)
        if "did you mean" not in meant:
            meant = f"; there are {', '.join(table.columns)}"
        findings.found.append(table.finding(-1, name, f"column is missing{meant}"))
    for other in stated[1:]:
        words = f"states the same as {stated[0]}: leave one out"
        findings.found.append(table.finding(-1, other, words))
    return stated[0] if stated else None


def _column(
    table: Table, column: Column, name: str, parse: Callable[[Any], Any], findings: Findings
) -> list[Any]:
    """The values of one column; the default where a cell is wrong."""
    cells = table.cells[name]
    parsed: dict[Any, Any] = {}
    values = []
    wrong: dict[str, list[int]] = {}  # what must be -> rows
    for row, cell in enumerate(cells):
        key = (type(cell), cell) if not isinstance(cell, (list, dict)) else id(cell)
        if key not in parsed:
            parsed[key] = _parse_cell(parse, column, cell)
        value = parsed[key]
        if isinstance(value, _BadCell):
            wrong.setdefault(value.kind, []).append(row)
            value = column.default
        values.append(value)
    for rows in wrong.values():
        findings.found += findings_of_rows(
            table, name, rows, lambda row: _parse_cell(parse, column, cells[row]).message
        )
    return values


def findings_of_rows(
    table: Table, column: str, rows: Sequence[int], words: Callable[[int], str]
) -> Iterator[Finding]:
    """Make findings of one kind: at the first rows, then how many more there are.

    Parameters
    ----------
    table : Table
        The table.
    column : str
        Column of the cells.
    rows : sequence of int
        Rows that are wrong.
    words : callable
        Row -> message.

    Yields
    ------
    Finding
        In the order of the rows.
    """
    for row in rows[:MOST_OF_A_KIND]:
        yield table.finding(row, column, words(row))
    if len(rows) > MOST_OF_A_KIND:
        header = table.finding(-1, column, "")
        yield more_findings(header.file, column, len(rows) - MOST_OF_A_KIND, header.sheet)


@dataclass(frozen=True, slots=True)
class _BadCell:
    """What is wrong with a cell: what it must be, then what it is and a cure."""

    kind: str
    rest: str = ""

    @property
    def message(self) -> str:
        return self.kind + self.rest


def _parse_cell(parse: Callable[[Any], Any], column: Column, cell: Any) -> Any:
    """The value of a cell, its default, or what is wrong with it."""
    if cell == "" or cell is None:
        return _BadCell("is empty") if column.required else column.default
    if isinstance(cell, str) and len(cell) > input_limits.CELL_CHARACTERS:
        return _BadCell(f"is longer than {input_limits.CELL_CHARACTERS:,} characters")
    try:
        return parse(cell)
    except ValueError as error:
        cure = getattr(error, "cure", "")
        kind, colon, instead = str(error).partition(": write ")
        rest = f"{colon}{instead}, got {shown(cell)}"
        return _BadCell(kind, f"{rest}; {cure}" if cure else rest)
