"""A run folder as the reports read it: the manifest, the plan, and the tables that are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from planner.domain.spreadsheet import restored
from planner.errors import Finding, InputError
from planner.reporting.fonts import Typeface

# Columns that stay text.
TEXT = frozenset(
    {
        "proved", "night",
        "site", "site_label", "product", "region", "region_group", "name", "contract", "process", "crew", "shift",
        "since", "date", "time", "from", "to", "at", "decide_by", "method", "status", "certified", "met", "remote",
        "peak_day", "risk", "measure", "words", "words_zh", "subject", "source", "retrieved", "grade", "what", "start",
        "end", "order", "ordered_at", "packed_at", "handed_over_at", "scanned_at", "deadline", "on_time", "clause",
        "label", "alternative", "signed", "unit", "rival", "price", "rules", "regions", "best", "direct_site", "fails",
        "direct_contract", "hub_site", "hub_contract", "reason", "key", "verified",
    }
)  # fmt: skip
TEXT_TABLES = frozenset({"assumptions", "forecast_peak"})
# Columns that hold something else than their namesakes in other tables.
TEXT_IN = {("blame", "rule"), ("repairs", "amount")}
NUMBERS_IN = {("repairs", "price")}
# Columns the pages count on: they must hold numbers (an empty cell is NaN); any further column may hold either.
NUMBERS = frozenset(
    {
        "hours", "nights", "longest_run", "weekend_days", "unnamed", "empty",
        "headcount", "paid_hours", "cost", "people", "days", "units", "share", "vehicles", "amount", "planned",
        "arrivals", "done", "backlog", "staff", "orders", "on_time_share", "cost_per_order", "transit_days", "parcels",
        "parcels_mean", "cost_mean", "low", "high", "difference", "difference_low", "difference_high", "refused",
        "late_share", "late_orders", "on_time_share_mean", "on_time_share_p05", "mean", "p05",
        "p25", "p50", "p75", "p95", "backlog_p05", "backlog_p50", "backlog_p95", "peak_staff", "orders_per_hour",
        "stations", "members", "rank", "kept", "commitment_missed", "money_at_risk", "tier_from", "tier_reached",
        "discount", "commitment", "shortfall", "full_days", "value", "break_even", "rule", "above_g", "to_g", "extra",
        "extra_low", "extra_high", "margin", "direct_cost", "hub_cost", "margin_after", "step", "planned_cost", "bound",
        "gap", "simulated_cost", "kept_share", "promotions", "person_days", "headroom", "weight", "plan_cost",
        "hindsight_cost", "regret", "added", "failed_before", "failed_after", "saved_orders", "allowed", "needed",
        "objective",
    }
)  # fmt: skip


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
        """Names to show instead of the scenario's keys, by kind: `labels` of run.json, then labels in the tables."""
        shown: dict[str, dict[str, str]] = {kind: dict(value) for kind, value in self.run.get("labels", {}).items()}
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

    Raises InputError naming the file that is missing or damaged.
    """
    found = {}
    for file in sorted((path / "tables").glob("*.csv")):
        wanted = file.stem != "orders" if tables is None else file.stem in tables
        if wanted:
            found[file.stem] = _read_table(file)
    plan, explanation = (
        _read_json(path / name) if (path / name).exists() else {} for name in ("plan.json", "explanation.json")
    )
    return RunFolder(path, _read_json(path / "run.json"), plan, found, explanation)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _damaged(path, "not there: this is not a finished run folder") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _damaged(path, f"cannot be read as JSON ({error})") from None
    if not isinstance(content, dict):
        raise _damaged(path, "must be a JSON object")
    return content


def _read_table(path: Path) -> pd.DataFrame:
    """Text as text, numbers as floats."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        table = table.rename(columns=restored).map(restored)
        for column in table.columns:
            if not _is_text(path.stem, column):
                table[column] = _numbers(table[column])
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except (ValueError, UnicodeDecodeError) as error:
        raise _damaged(path, f"cannot be read as a table ({error})") from None
    return table


def _is_text(table: str, column: str) -> bool:
    """Whether a column of a table stays text."""
    if (table, column) in NUMBERS_IN:
        return False
    return column in TEXT or table in TEXT_TABLES or (table, column) in TEXT_IN


def _numbers(cells: pd.Series) -> pd.Series:
    """Text -> floats; a column nobody counts on may stay text. Raises ValueError for the others."""
    try:
        return pd.to_numeric(cells.replace("", None)).astype(float)
    except ValueError:
        if cells.name in NUMBERS:
            raise ValueError(f"column {cells.name!r} must hold numbers") from None
        return cells


def _damaged(path: Path, message: str) -> InputError:
    return InputError([Finding(str(path), 0, 0, "", message)])


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
    run_json, plan, explanation = (_printable(part, typeface) for part in (run.run, run.plan, run.explanation))
    return replace(run, run=run_json, plan=plan, explanation=explanation, tables=tables)


def _printable(value: Any, typeface: Typeface) -> Any:
    if isinstance(value, str):
        return typeface.printable(value)
    if isinstance(value, dict):
        return {typeface.printable(key): _printable(inner, typeface) for key, inner in value.items()}
    return [_printable(inner, typeface) for inner in value] if isinstance(value, list) else value
