"""A run folder as the reports read it: the manifest, the plan, and the tables that are there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from planner.documents.files import damaged
from planner.documents.reading import (
    EXPLANATION,
    PLAN,
    read_explanation,
    read_plan_document,
    read_run,
)
from planner.errors import Finding, InputError
from planner.reporting.layout.fonts import Typeface
from planner.reporting.tables.consistency import contradictions
from planner.reporting.tables.read_table import read_tables

T = TypeVar("T")


@dataclass(frozen=True)
class RunFolder:
    """`run` is run.json, `plan` is plan.json (empty without one), `tables` by name without `.csv`.

    `explanation` is explanation.json of a scenario without a plan.
    """

    path: Path
    run: dict[str, Any]
    plan: dict[str, Any]
    tables: dict[str, pd.DataFrame] = field(repr=False)
    explanation: dict[str, Any] = field(default_factory=dict, repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """A table, empty (no columns) when the run has none."""
        return self.tables.get(name, pd.DataFrame())

    def has(self, *names: str) -> bool:
        """Whether all these tables are there and have rows."""
        return all(not self.table(name).empty for name in names)

    @property
    def title(self) -> str:
        """What the scenario is called on paper."""
        return str(self.run.get("title") or self.run["name"])

    @property
    def sites(self) -> list[str]:
        """Sites in the order of the scenario."""
        for name in ("processes", "staffing", "hourly"):
            if self.has(name):
                return list(dict.fromkeys(self.table(name)["site"]))
        return []

    def names(self) -> dict[str, dict[str, str]]:
        """Names to show instead of the scenario's keys, by kind: `labels` of run.json, then labels
        in the tables.
        """
        shown: dict[str, dict[str, str]] = {
            kind: dict(value) for kind, value in self.run.get("labels", {}).items()
        }
        for kind, table, key, label in (
            ("site", "processes", "site", "site_label"),
            ("region", "regions", "region", "name"),
        ):
            if self.has(table):
                pairs = self.table(table)[[key, label]].drop_duplicates(key)
                found = dict(zip(pairs[key], pairs[label], strict=True))
                shown[kind] = {k: v for k, v in found.items() if v} | shown.get(kind, {})
        return shown

    def texts(self) -> Iterator[str]:
        """Every text a report may print."""
        yield from _texts_in(self.run)
        yield from _texts_in(self.explanation)
        for name in sorted(self.tables):
            table = self.tables[name]
            yield from table.columns
            for column in text_columns(table):
                yield from table[column].unique()


def text_columns(table: pd.DataFrame) -> list[str]:
    """Columns that hold text."""
    return [c for c in table.columns if not pd.api.types.is_numeric_dtype(table[c])]


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)


def read_run_folder(path: Path, tables: frozenset[str] | None = None) -> RunFolder:
    """Read a run folder (only the named tables, or all but `orders`).

    Raises InputError with everything that is damaged, or that contradicts something else in the
    folder.
    """
    there = sorted(file.stem for file in (path / "tables").glob("*.csv"))
    wanted = [name for name in there if (name != "orders" if tables is None else name in tables)]
    wrong: list[Finding] = []
    documents: list[dict[str, Any]] = []
    for file, read in (
        (None, read_run),
        (PLAN, read_plan_document),
        (EXPLANATION, read_explanation),
    ):
        missing = file is not None and not os.path.lexists(path / file)
        documents.append({} if missing else _tried(read, path, wrong) or {})
    found = _tried(partial(read_tables, names=wanted), path, wrong) or {}
    wrong = wrong or contradictions(path, documents[0], found)
    if wrong:
        raise damaged(path, wrong)
    run, plan, explanation = documents
    return RunFolder(path, run, plan, found, explanation)


def _tried(read: Callable[[Path], T], path: Path, wrong: list[Finding]) -> T | None:
    """What a reader finds in a folder; None where it is damaged, and then `wrong` grows."""
    try:
        return read(path)
    except InputError as error:
        wrong += [finding for finding in error.findings if finding.file != str(path)]
        return None


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries by column name."""
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def by_key(table: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    """The first row of each value of a column."""
    return {str(row[key]): row for row in reversed(records(table))}


def is_true(text: str) -> bool:
    """A yes/no cell as it is written in the tables."""
    return text.strip().lower() in {"true", "yes", "1", "1.0"}


def days_of(run: RunFolder) -> list[date]:
    """The days of the horizon."""
    first = to_date(str(run.run["start"]))
    return [first + timedelta(days=d) for d in range(int(run.run["days"]))]


def to_date(text: str) -> date:
    """`2026-11-11` -> date."""
    return date.fromisoformat(text[:10])


def to_moment(text: str) -> datetime:
    """`2026-11-11 20:00` -> datetime."""
    return datetime.fromisoformat(text)


def printable(run: RunFolder, typeface: Typeface) -> RunFolder:
    """The same run with every text reduced to characters the typeface can set."""
    tables = {}
    for name, table in run.tables.items():
        table = table.copy()
        for column in text_columns(table):
            unique = {text: typeface.printable(text) for text in table[column].unique()}
            table[column] = table[column].map(unique)
        tables[name] = table
    run_json, plan, explanation = (
        _printable(part, typeface) for part in (run.run, run.plan, run.explanation)
    )
    return replace(run, run=run_json, plan=plan, explanation=explanation, tables=tables)


def _printable(value: Any, typeface: Typeface) -> Any:
    if isinstance(value, str):
        return typeface.printable(value)
    if isinstance(value, dict):
        return {
            typeface.printable(key): _printable(inner, typeface) for key, inner in value.items()
        }
    return [_printable(inner, typeface) for inner in value] if isinstance(value, list) else value
