"""Columns of the result tables as a reader sees them, by their declaration: names instead of keys,
yes and no, dates, shares, money.

The workbook writes the values with formats, the web page writes them as text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Literal

import pandas as pd

from planner.reporting.language.labels import Labels
from planner.reporting.pages.contract_cells import alternative
from planner.reporting.tables.column_types import Column
from planner.reporting.tables.contract_columns import BETWEEN_REGIONS
from planner.reporting.tables.run_folder import is_true
from planner.reporting.tables.schemas import TABLES

CellKind = Literal["text", "day", "moment", "share", "money", "whole", "count"]

GROUPS = {"all": "all_regions", "remote": "remote_regions", "other": "other_regions"}
FAILS = {"refused": "fails_refused", "late": "fails_late"}


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column under its heading; `kind` says how its values are written."""

    heading: str
    kind: CellKind
    values: pd.Series
    column: Column


def shown_columns(labels: Labels, name: str, table: pd.DataFrame) -> list[ShownColumn]:
    """Columns of a result table in the reader's language.

    Parameters
    ----------
    labels : Labels
        Language, and the names shown instead of keys.
    name : str
        Name of the table.
    table : DataFrame
        The table as it was read.

    Returns
    -------
    list of ShownColumn
        Its columns in their order; a sentence only in the reader's language where it has both.
    """
    shown = []
    for column in TABLES[name].columns:
        if column.language in ("", labels.lang):
            values = _in_words(labels, column, table[column.name])
            shown.append(
                ShownColumn(labels.pick(column.heading), _cell_kind(column, values), values, column)
            )
    return shown


def to_time(text: str) -> date | datetime | None:
    """A day or moment as it stands in the tables; None for an empty cell."""
    return datetime.fromisoformat(text) if text else None


def _cell_kind(column: Column, values: pd.Series) -> CellKind:
    """How the values of a column are written."""
    if column.kind == "date":
        return "day"
    if column.kind == "moment":
        return "moment"
    if not pd.api.types.is_numeric_dtype(values):
        return "text"
    if column.kind in ("share", "ratio"):
        return "share"
    if column.kind == "money":
        return "money"
    return "whole" if (values.dropna() % 1 == 0).all() else "count"


def _in_words(labels: Labels, column: Column, values: pd.Series) -> pd.Series:
    """Texts of a column as they are shown; numbers stay."""
    if pd.api.types.is_numeric_dtype(values):
        return values
    write = _writer(labels, column)
    return values.map({text: write(str(text)) for text in values.unique()})


def _writer(labels: Labels, column: Column) -> Callable[[str], str]:
    """What is shown for a text of a column."""
    if column.kind == "flag":
        return partial(_yes_or_no, labels)
    if column.vocabulary in WRITERS:
        return partial(WRITERS[column.vocabulary], labels)
    return partial(labels.name, column.vocabulary) if column.vocabulary else str


def _yes_or_no(labels: Labels, text: str) -> str:
    if not text:
        return ""
    return labels("yes" if is_true(text) else "no")


def _contract(labels: Labels, text: str) -> str:
    return alternative(labels, text) if text else ""


def _region(labels: Labels, text: str) -> str:
    return labels("all_regions") if text == "all" else labels.name("region", text)


def _regions(labels: Labels, text: str) -> str:
    return labels.listed(_region(labels, part.strip()) for part in text.split(BETWEEN_REGIONS))


def _region_group(labels: Labels, text: str) -> str:
    return labels(GROUPS[text]) if text in GROUPS else text


def _fails(labels: Labels, text: str) -> str:
    return labels(FAILS[text]) if text in FAILS else text


WRITERS: dict[str, Callable[[Labels, str], str]] = {
    "contract": _contract,
    "region": _region,
    "regions": _regions,
    "region_group": _region_group,
    "fails": _fails,
    "clause": Labels.clause,
}
