"""Result tables that print in one line and show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from planner.reporting.tables.column_types import NUMERIC
from planner.reporting.tables.schemas import TABLES


class Table:
    """One result table.

    Parameters
    ----------
    name : str
        Name of the table, which is that of its CSV file in a run folder.
    frame : DataFrame
        Its rows; `planner schema --columns` prints what the columns mean.
    """

    def __init__(self, name: str, frame: pd.DataFrame) -> None:
        self.name = name
        self._frame = frame

    def to_frame(self) -> pd.DataFrame:
        """A copy of the rows."""
        return self._frame.copy()

    def __len__(self) -> int:
        return len(self._frame)

    def __repr__(self) -> str:
        columns = list(map(str, self._frame.columns))
        shown = ", ".join(columns[:5]) + (", ..." if len(columns) > 5 else "")
        return f"<Table {self.name}: {len(self._frame):,} rows of {shown}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the first and the last rows."""
        html: str = self._frame.to_html(max_rows=20, index=False, border=0)
        return html


class Tables(Mapping[str, Table]):
    """The tables of a result, by name; also as attributes: `tables.staffing`."""

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self._tables = {
            name: Table(name, _with_numbers(name, frames[name])) for name in sorted(frames)
        }

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def __getattr__(self, name: str) -> Table:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._tables[name]
        except KeyError:
            raise AttributeError(f"no table {name!r}; there are {', '.join(self)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._tables]

    def __repr__(self) -> str:
        return f"<Tables: {', '.join(self)}>"


def _with_numbers(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with numbers where the table declares them; files hold some as text."""
    declared = TABLES[name].columns if name in TABLES else ()
    numeric = [c.name for c in declared if c.kind in NUMERIC and c.name in frame.columns]
    return frame.assign(**{column: pd.to_numeric(frame[column]) for column in numeric})
