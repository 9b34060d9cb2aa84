"""Parquet files as tables of text cells.

Row groups are read batch by batch, and of them only the columns asked for. Rows are counted from 1;
there is no line with a header.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from planner.errors import Finding, InputError, PlannerError
from planner.formats.base import input_limits
from planner.formats.tables.arrow_cells import cells_of_array, is_text
from planner.formats.tables.csv_reader import (
    Cells,
    Chunk,
    one_line,
    refuse_empty,
    refuse_wide,
)

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_CELLS_OF_A_BATCH = 150_000
_BYTES_OF_A_BATCH = 16_000_000
_NO_EXTRA = (
    'reading Parquet files needs pyarrow; install the extra: pip install "promo-planner[parquet]"'
)


@dataclass(frozen=True, kw_only=True)
class ParquetTable:
    """A Parquet file whose columns are known.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        Its name, as messages show it.
    columns : tuple of str
        Names of the columns, on one line each.
    own_names : tuple of str
        The same as the file has them.
    texts : tuple of str
        Columns of text or bytes, by the names of the file.
    notes : tuple of str
        How it is read, where the file leaves that open.
    """

    path: Path
    name: str
    columns: tuple[str, ...]
    own_names: tuple[str, ...]
    texts: tuple[str, ...]
    notes: tuple[str, ...]


def open_parquet(path: Path, name: str) -> ParquetTable:
    """Read the columns of a file.

    Raises InputError when it is damaged or too long, PlannerError without pyarrow.
    """
    with _opened(path, name) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
        own_names = tuple(schema.names)
        columns = tuple(one_line(column) for column in own_names)
        if not columns:
            raise InputError([Finding(name, 0, 0, "", "has no columns")])
        refuse_empty(columns, name)
        refuse_wide(columns, name, 0)
        if rows > input_limits.LOG_ROWS:
            words = f"has {rows:,} rows; at most {input_limits.LOG_ROWS:,} are read"
            raise InputError([Finding(name, 0, 0, "", words)])
        return ParquetTable(
            path=path,
            name=name,
            columns=columns,
            own_names=own_names,
            texts=tuple(field.name for field in schema if is_text(field.type)),
            notes=_notes(file),
        )


def read_batches(
    table: ParquetTable, wanted: Sequence[str], rows: int | None = None
) -> Iterator[Chunk]:
    """Read the wanted columns batch by batch.

    Parameters
    ----------
    table : ParquetTable
        The file.
    wanted : sequence of str
        Columns that are read.
    rows : int or None
        Rows of a batch; None: as many as suit the file.

    Yields
    ------
    Chunk
        All rows, for a row without any value is no empty line; other columns than the wanted ones
        are not known to it.

    Raises
    ------
    InputError
        Where the file is damaged, or a column holds lists or the like.
    """
    own = {column: table.own_names[table.columns.index(column)] for column in wanted}
    with _opened(table.path, table.name, [c for c in own.values() if c in table.texts]) as file:
        _refuse_nested(file, own, table.name)
        size = rows or _rows_of_a_batch(file, list(own.values()))
        begin = 1
        for batch in file.iter_batches(size, columns=list(own.values()), use_threads=False):
            end = begin + batch.num_rows
            if end > input_limits.LOG_ROWS + 1:
                words = f"has more than {input_limits.LOG_ROWS:,} rows"
                raise InputError([Finding(table.name, 0, 0, "", words)])
            at = {c: batch.schema.get_field_index(theirs) for c, theirs in own.items()}
            if min(at.values()) < 0:
                raise InputError([Finding(table.name, 0, 0, "", "two columns have one name")])
            cells = {c: cells_of_array(batch.column(i)) for c, i in at.items()}
            for column, texts in cells.items():
                _refuse_long(texts, table.name, begin, column)
            index = pd.RangeIndex(begin, end)
            frame = pd.DataFrame(cells, index=index, columns=pd.Index(wanted), dtype=object)
            yield Chunk(frame, 0, partial(_row_of, frame))
            begin = end


def _row_of(frame: pd.DataFrame, row: int) -> list[str]:
    return list(map(str, frame.iloc[row].tolist()))


@contextmanager
def _opened(path: Path, name: str, as_dictionary: Sequence[str] = ()) -> Iterator[ParquetFile]:
    """A file, with the errors of pyarrow as findings.

    `as_dictionary`: columns of text that are read as codes, so that a long text which stands in
    many rows is held once.
    """
    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise PlannerError(_NO_EXTRA) from error
    try:
        with pa.OSFile(str(path)) as source:
            yield ParquetFile(
                source, read_dictionary=list(as_dictionary), page_checksum_verification=True
            )
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        said = str(error).strip().partition("\n")[0]
        raise InputError([Finding(name, 0, 0, "", f"cannot be read as Parquet: {said}")]) from error


def _notes(file: ParquetFile) -> tuple[str, ...]:
    """Columns of an old kind of time that is written in UTC by some programs, by others not."""
    schema = file.schema
    columns = [schema.column(i) for i in range(len(schema))]
    old = [one_line(column.path) for column in columns if column.physical_type == "INT96"]
    if not old:
        return ()
    words = (
        "holds times of the old kind INT96, which states no zone: read as local times (Spark "
        "writes UTC; export them as timestamps with a time zone)"
    )
    return tuple(f"{column} {words}" for column in old)


def _refuse_nested(file: ParquetFile, own: dict[str, str], name: str) -> None:
    """Raise InputError for wanted columns whose cells hold several values."""
    import pyarrow as pa

    schema = file.schema_arrow
    findings = [
        Finding(name, 0, 0, column, f"holds {schema.field(theirs).type} in each row; name a column")
        for column, theirs in own.items()
        if pa.types.is_nested(schema.field(theirs).type)
    ]
    if findings:
        raise InputError(findings)


def _rows_of_a_batch(file: ParquetFile, columns: Sequence[str]) -> int:
    """Rows of a batch, by its cells and by the bytes of its longest cells."""
    metadata, longest = file.metadata, 1
    for i in range(metadata.num_row_groups):
        group = metadata.row_group(i)
        parts = (group.column(k) for k in range(group.num_columns))
        size = sum(p.total_uncompressed_size for p in parts if p.path_in_schema in columns)
        longest = max(longest, size // max(group.num_rows, 1))
    return max(min(_CELLS_OF_A_BATCH // len(columns), _BYTES_OF_A_BATCH // longest), 1)


def _refuse_long(cells: Cells, name: str, begin: int, column: str) -> None:
    """Raise InputError for a text that no cell of a log holds.

    Parameters
    ----------
    cells : array of str
        Cells of a batch.
    name : str
        Name of the file.
    begin : int
        Its first row.
    column : str
        Name of the column.
    """
    most = input_limits.CELL_CHARACTERS
    if max(map(len, cells), default=0) > most:
        row = begin + next(i for i, text in enumerate(cells) if len(text) > most)
        raise InputError([Finding(name, row, 0, column, f"is longer than {most:,} characters")])
