"""Tables of a result folder: whatever is wrong in a cell, a row, a header or between two tables is
a finding.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.errors import InputError
from planner.reporting.tables import read_table as module
from planner.reporting.tables.column_types import Column
from planner.reporting.tables.read_table import read_cells, read_table
from planner.reporting.tables.run_folder import read_run_folder
from tests.reporting.builders import large_run, tiny_run

STAFFING = "date,site,process,crew,shift,since,headcount,paid_hours,cost\n"
ROW = "2026-03-02,depot,pack,permanent,all,,2,48.0,1000.0\n"
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_run(tmp_path / "run")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large_run(tmp_path_factory.mktemp("large") / "run")


def findings(read: Callable[[Path], object], folder: Path) -> list[tuple[str, int, str, str]]:
    """(file, line, field, message) of everything found, but for the first that says what to do
    about the folder.
    """
    with pytest.raises(InputError) as caught:
        read(folder)
    return [(Path(f.file).name, f.line, f.field, f.message) for f in caught.value.findings[1:]]


def of_staffing(folder: Path, text: str | bytes) -> list[tuple[int, str, str]]:
    """What is found in a staffing table of this text."""
    path = folder / "tables" / "staffing.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return [found[1:] for found in findings(lambda f: read_table(f, "staffing"), folder)]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "number",
            ["0", "-0.0", "1.5", "1e-05", "1e+18", "12.00"],
            ["-1", "1e308", "1e999", "nan", "inf", "1_0", "x", "１", ""],
        ),
        ("count", ["0", "3", "3.0"], ["1.5", "-1", "1e19", "inf", "-inf", "nan", "1e400"]),
        ("share", ["0", "0.5", "1"], ["1.01", "-0.1", "5"]),
        (
            "date",
            ["2026-11-10"],
            ["2026-02-30", "20261110", "２０２６-11-10", "2026-11-10T00:00", "0000-01-01"],
        ),
        (
            "moment",
            ["2026-11-10 20:00", "2026-11-10T20:00:59"],
            ["2026-11-10", "2026-11-10 24:01", "2026-11-10T20:00Z"],
        ),
        ("clock", ["00:00", "24:00", "02:00+1"], ["25:00", "2:00", "02:60", "02:00+9"]),
        ("flag", ["True", "false", "yes", "0", "1"], ["maybe", "2", "TrueTrue"]),
        ("name", ["yiwu", "义乌", "=1+1", "a + b"], ["a\nb", "\x1b[0m", "\x00", "x" * 5_001]),
        ("text", ["a\nb", "x" * 50_000], ["x" * 100_000]),
        ("figure", ["2.9", "quoted", "1e18"], ["1e19", "x" * 100_000]),
        ("choice", ["waiting"], ["Waiting", ""]),
    ],
)
def test_a_kind_takes_its_values_and_no_others(kind: Any, good: list[str], bad: list[str]) -> None:
    """Every extreme of a number, a date, a text: accepted or refused, never an exception."""
    column = Column("c", kind, ("", ""), "", among=("waiting",))
    assert not column.wrong(good).any()
    assert column.wrong(bad).all()


def a_column(kind: Any, *, empty: bool = False) -> Column:
    """A column of a kind."""
    return Column("c", kind, ("", ""), "", empty=empty)


def test_an_empty_cell_is_wrong_unless_it_may_be_empty() -> None:
    """Of any kind."""
    for kind in ("number", "date", "name", "text", "flag", "choice"):
        assert a_column(kind).wrong([""]).all()
        assert not a_column(kind, empty=True).wrong([""]).any()


def test_cells_become_numbers_or_text(folder: Path) -> None:
    """Numbers as floats, an empty number as NaN, dates and names as text; as cells everything is
    text.
    """
    table = read_table(folder, "staffing")
    assert table["headcount"].tolist() == [2.0]
    assert table["since"].tolist() == [""]
    assert read_cells(folder, "staffing")["cost"].tolist() == ["1000.0"]
    (folder / "tables" / "costs.csv").write_text(
        "name,amount,planned\nwages,-3,\n", encoding="utf-8"
    )
    assert np.isnan(read_table(folder, "costs")["planned"].iloc[0])


def test_every_wrong_cell_is_found_with_its_line(folder: Path) -> None:
    """Also below a cell with line breaks."""
    path = folder / "tables" / "assumptions.csv"
    path.write_text(
        f'subject,value,source,retrieved,grade\n"a\nb\nc",1,s,,\n{"x" * 100_000},1,s,,\n,2,s,,\n',
        encoding="utf-8",
    )
    found = findings(lambda f: read_table(f, "assumptions"), folder)
    assert [(line, field) for _, line, field, _ in found] == [(5, "subject"), (6, "subject")]
    assert len(found[0][3]) < 200
    rows = ROW.replace(",2,", ",two,") + ROW + ROW.replace("2026-03-02", "yesterday")
    assert [(line, field) for line, field, _ in of_staffing(folder, STAFFING + rows)] == [
        (2, "headcount"),
        (4, "date"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (STAFFING.replace(",cost", "") + ROW, [(0, "", "cannot be read as a table")]),
        (
            STAFFING.replace("crew", "Crew") + ROW,
            [(1, "Crew", "unknown column"), (1, "crew", "column is missing")],
        ),
        (
            STAFFING.replace("since", "crew") + ROW,
            [(1, "crew", "two columns"), (1, "since", "column is missing")],
        ),
        (
            "\ufeff" + STAFFING + ROW,
            [(1, "date", "column is missing"), (1, "\ufeffdate", "unknown column")],
        ),
        (STAFFING + ROW[:-5], [(2, "", "ends in the middle of a row")]),
        (STAFFING + ROW + "1" + ROW.replace("\n", ",9\n"), [(0, "", "cannot be read as a table")]),
        (STAFFING + '"' + ROW, [(0, "", "cannot be read as a table")]),
        ("", [(0, "", "is empty")]),
        ((STAFFING + ROW).encode("utf-16"), [(1, "", "is not UTF-8")]),
        (STAFFING.encode() + "2026-03-02,仓".encode("gbk") + b"\n", [(2, "", "is not UTF-8")]),
        ("x" * 200_000 + "\n", [(1, "", "does not name the columns")]),
        ((STAFFING + ROW).replace("\n", "\r") + "\n", [(1, "", "does not name the columns")]),
    ],
)
def test_what_is_no_table_is_a_finding(
    folder: Path, text: str | bytes, found: list[tuple[int, str, str]] | None
) -> None:
    """Headers, encodings, rows cut off or too long."""
    there = of_staffing(folder, text)
    if text == STAFFING.replace(",cost", "") + ROW:
        assert (1, "cost", "column is missing") in there
    elif found is not None:
        assert [(line, field) for line, field, _ in there] == [
            (line, field) for line, field, _ in found
        ]
        assert all(
            message.startswith(words)
            for (_, _, message), (_, _, words) in zip(there, found, strict=True)
        )
    assert all(len(field) < 100 for _, field, _ in there)


def test_a_pipe_or_a_foreign_table_is_a_finding(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is opened that may never end; a table nobody declared is named; so is one beyond the
    limit.
    """
    os.mkfifo(folder / "tables" / "risks.csv")
    (folder / "tables" / "notes.csv").write_text("a\n1\n", encoding="utf-8")
    assert [found[0] for found in findings(read_run_folder, folder)] == ["notes.csv", "risks.csv"]
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    assert "larger than 10 bytes" in findings(lambda f: read_table(f, "costs"), folder)[0][3]


def test_all_documents_and_tables_are_checked_at_once(folder: Path) -> None:
    """One run of the command shows everything."""
    (folder / "plan.json").write_text("{}", encoding="utf-8")
    for name in ("staffing", "costs"):
        (folder / "tables" / f"{name}.csv").write_text("a\n1\n", encoding="utf-8")
    assert {found[0] for found in findings(read_run_folder, folder)} == {
        "plan.json",
        "staffing.csv",
        "costs.csv",
    }


def _doubled(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, table.iloc[[0]]])


def _first(**cells: object) -> Change:
    """The first row with other cells."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.astype(object)
        for column, cell in cells.items():
            table.loc[table.index[0], column] = cell
        return table

    return change


CONTRADICTIONS: list[tuple[str, Change, str]] = [
    *(
        (name, _doubled, "stands in an earlier row already")
        for name in ("processes", "shifts", "regions", "stock", "costs")
    ),
    *(
        (name, _doubled, "stands in an earlier row already")
        for name in ("staffing", "couriers", "path", "hindsight", "rules")
    ),
    ("staffing", _first(site="mars"), "does not stand in processes.csv"),
    ("staffing", _first(shift="dawn"), "does not stand in shifts.csv"),
    ("couriers", _first(region="moon"), "does not stand in regions.csv"),
    ("staffing", _first(date="9999-12-31"), "is far from the days of the run"),
    ("hiring", _first(decide_by="0001-01-01"), "is far from the days of the run"),
    ("hourly", lambda t: t.iloc[1:], "does not fill the days of the run evenly"),
    ("forecast_hourly", lambda t: t[::-1], "does not fill the days of the run evenly"),
    ("forecast_daily", lambda t: t[::-1], "does not fill the days of the run evenly"),
    ("replications", lambda t: t.iloc[1:], "holds 299 replications, run.json says 300"),
    ("forecast_peak", _first(p50="soon"), "must be orders, or a moment in the row peak_hour_time"),
    (
        "baselines",
        lambda t: pd.concat([t.head(1).assign(method=f"m{k}") for k in range(51)]),
        "holds 51 names; a result has at most 50",
    ),
]


@pytest.mark.parametrize(
    ("name", "change", "words"), CONTRADICTIONS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_tables_that_contradict_each_other_are_findings(
    large: Path, tmp_path: Path, name: str, change: Change, words: str
) -> None:
    """What the pages of a report count on: keys, names, days, moments, sizes."""
    wanted = frozenset({name, "processes", "shifts", "regions"})
    (tmp_path / "tables").mkdir()
    for path in (*large.glob("*.json"), *(large / "tables" / f"{n}.csv" for n in wanted)):
        shutil.copy(path, tmp_path / path.relative_to(large))
    path = tmp_path / "tables" / f"{name}.csv"
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)
    found = findings(lambda folder: read_run_folder(folder, wanted), tmp_path)
    assert [file for file, *_ in found] == [f"{name}.csv"] * len(found)
    assert all(words in message for *_, message in found)


def test_a_need_may_stand_where_no_stock_is(large: Path, tmp_path: Path) -> None:
    """Of thousands of products some are expected at a site that keeps none; the site is known."""
    wanted = frozenset({"processes", "stock", "stock_need"})
    (tmp_path / "tables").mkdir()
    known = ("processes.csv", "stock.csv")
    for path in (*large.glob("*.json"), *(large / "tables" / name for name in known)):
        shutil.copy(path, tmp_path / path.relative_to(large))
    site = pd.read_csv(large / "tables" / "stock.csv")["site"].iloc[0]
    row = {"product": "rare", "orders_mean": 0.4, "units_per_order": 1.0, "units_mean": 0.4}
    need = tmp_path / "tables" / "stock_need.csv"
    pd.DataFrame([{"site": site} | row]).to_csv(need, index=False)
    read_run_folder(tmp_path, wanted)
    pd.DataFrame([{"site": "mars"} | row]).to_csv(need, index=False)
    found = findings(lambda folder: read_run_folder(folder, wanted), tmp_path)
    assert [file for file, *_ in found] == ["stock_need.csv"]


def test_a_day_count_beyond_any_horizon_is_refused_at_once(folder: Path) -> None:
    """A report makes a column for every day: a thousand million of them are none."""
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(
        json.dumps(content | {"days": 1_000_000_000}), encoding="utf-8"
    )
    assert findings(read_run_folder, folder)[0][2:] == (
        "days",
        "must be at most 400, got 1000000000",
    )
