"""plan.xlsx: values as in the tables, never a formula."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import python_calamine

from planner.domain.choices import LANGUAGES
from planner.reporting.report import write_report
from tests.reporting.builders import large_run, tiny_run

PAYLOAD = "=cmd|'/c calc'!A1"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_is_a_sheet_with_its_values(lang: str, tmp_path: Path) -> None:
    """Sheets carry the tables' rows under headings in words; numbers are numbers, days are dates,
    names are names.
    """
    path = write_report(large_run(tmp_path), ("xlsx",), lang)[0]
    book = python_calamine.CalamineWorkbook.from_path(path)
    assert len(book.sheet_names) == 34
    rows = book.get_sheet_by_name({"en": "Staffing", "zh": "排班"}[lang]).to_python()
    table = pd.read_csv(tmp_path / "tables" / "staffing.csv")
    assert (
        rows[0]
        == {
            "en": [
                "Date",
                "Site",
                "Process",
                "Crew",
                "Shift",
                "Booked from",
                "People",
                "Paid hours",
                "Cost",
            ],
            "zh": ["日期", "仓库", "环节", "班组", "班次", "起聘日", "人数", "计薪工时", "费用"],
        }[lang]
    )
    assert rows[1][0] == date.fromisoformat(table["date"][0])
    assert rows[1][1] == "义乌仓"
    assert len(rows) == len(table) + 1
    assert sum(float(str(r[6])) for r in rows[1:]) == table["headcount"].sum()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_people_by_day_and_shift_add_up(lang: str, tmp_path: Path) -> None:
    """The sheet that is pinned up: a column for every day, a date in its heading, and totals that
    add up to the table in every column.
    """
    path = write_report(large_run(tmp_path), ("xlsx",), lang)[0]
    head, *rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(1).to_python()
    table = pd.read_csv(tmp_path / "tables" / "staffing.csv")
    by_day = table.groupby("date")["headcount"].sum()
    assert [str(day) for day in head[3:-1]] == list(by_day.index)
    assert rows[-1][3:] == [*by_day, by_day.sum()]
    of_sites = [row for row in rows if row[0] and not row[1]]
    single = [row for row in rows if row[2] in {"pick", "pack", "sort", "拣货", "打包", "分拣"}]
    for part in (of_sites, single):
        assert [sum(float(row[k] or 0) for row in part) for k in range(3, len(head))] == rows[-1][
            3:
        ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_site_has_a_sheet_of_who_works_where(lang: str, tmp_path: Path) -> None:
    """Shift, process and crew down, days across; sums for each shift and over all."""
    path = write_report(large_run(tmp_path), ("xlsx",), lang)[0]
    book = python_calamine.CalamineWorkbook.from_path(path)
    title = {"en": "People 义乌仓", "zh": "人数 义乌仓"}[lang]
    head, *rows = book.get_sheet_by_name(title).to_python()
    table = pd.read_csv(tmp_path / "tables" / "staffing.csv")
    here = table[table["site"] == table["site"].iloc[0]]
    days = [str(day) for day in head[3:-1]]
    by_day = here.groupby("date")["headcount"].sum().reindex(days, fill_value=0)
    assert rows[-1][3:] == [*by_day, by_day.sum()]
    single = [row for row in rows if row[2]]
    assert sum(float(str(row[-1])) for row in single) == here["headcount"].sum()
    assert len(single) == here.groupby(["shift", "process", "crew"]).ngroups
    sums = [row for row in rows[:-1] if not row[2]]
    assert [float(str(row[-1])) for row in sums] == list(
        here.groupby("shift", sort=False)["headcount"].sum()[list(_shifts(here))]
    )


def _shifts(table: pd.DataFrame) -> list[str]:
    """Shifts in the order of the scenario."""
    return [name for name in ("day", "late", "night") if name in set(table["shift"])]


def test_no_heading_is_a_key_and_shares_are_percentages(tmp_path: Path) -> None:
    """No sheet has a heading in snake case, in the Chinese book none in English letters but for
    units and points; the share of the routing has a percent format, and the sheets print on one A4
    width.
    """
    folder = large_run(tmp_path)
    for lang in LANGUAGES:
        path = write_report(folder, ("xlsx",), lang)[0]
        book = python_calamine.CalamineWorkbook.from_path(path)
        heads = [
            str(h)
            for name in book.sheet_names
            for h in book.get_sheet_by_name(name).to_python()[0]
            if h
        ]
        assert not [h for h in heads if "_" in h]
        if lang == "zh":
            assert not [h for h in heads[1:] if re.search(r"[A-Za-z]{3}", h)]
    with zipfile.ZipFile(path) as archive:
        styles = archive.read("xl/styles.xml").decode("utf-8")
        sheets = [
            archive.read(n).decode("utf-8") for n in archive.namelist() if "worksheets/sheet" in n
        ]
    assert 'formatCode="yyyy\\-mm\\-dd"' in styles or "yyyy-mm-dd" in styles
    assert all(
        'orientation="landscape"' in sheet and 'fitToHeight="0"' in sheet for sheet in sheets
    )
    assert all('paperSize="9"' in sheet for sheet in sheets)


def test_summary_tells_the_verdict(tmp_path: Path) -> None:
    """The first sheet has the certificate's own numbers."""
    path = write_report(large_run(tmp_path, certified=False), ("xlsx",), "en")[0]
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    summary = {str(row[0]): row[1] for row in rows}
    assert summary["Verdict"] == "NOT CERTIFIED"
    assert summary["Replications that met the target"] == 261
    assert summary["Lower bound of the certificate"] == pytest.approx(0.8293)
    assert summary["Seed"] == "20261111"


def test_payloads_stay_text(tmp_path: Path) -> None:
    """Names that look like formulas or links are written as text: no formula, no link in any
    sheet.
    """
    folder = tiny_run(tmp_path)
    for name in ("staffing", "shifts"):
        path = folder / "tables" / f"{name}.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False).assign(
            shift="http://example.org"
        )
        table = table.assign(crew=PAYLOAD) if name == "staffing" else table
        table.to_csv(path, index=False)
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    manifest["title"] = "@SUM(1+1)"
    (folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    written = write_report(folder, ("xlsx",), "en")[0]
    with zipfile.ZipFile(written) as archive:
        sheets = "".join(
            archive.read(n).decode("utf-8") for n in archive.namelist() if "worksheets/" in n
        )
        strings = archive.read("xl/sharedStrings.xml").decode("utf-8")
    assert "<f>" not in sheets
    assert "<hyperlink" not in sheets
    assert "=cmd|" in strings


def test_replications_that_met_the_target_are_numbers(tmp_path: Path) -> None:
    """One replication that met the target is 1, not yes; the peaks are named in words."""
    folder = large_run(tmp_path)
    table = pd.read_csv(folder / "tables" / "baselines.csv").assign(met=1)
    table.to_csv(folder / "tables" / "baselines.csv", index=False)
    book = python_calamine.CalamineWorkbook.from_path(write_report(folder, ("xlsx",), "zh")[0])
    head, *rows = book.get_sheet_by_name("对照方法").to_python()
    assert {row[head.index("达标")] for row in rows} == {1.0}
    assert all("peak" not in str(row[0]) for row in book.get_sheet_by_name("峰值预测").to_python())


def test_names_that_look_like_dates_stay_text(tmp_path: Path) -> None:
    """A day or a moment that does not exist is a name like any other."""
    folder = tiny_run(tmp_path)
    for name in ("staffing", "shifts"):
        path = folder / "tables" / f"{name}.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        crew = {"crew": "2026-11-31"} if name == "staffing" else {}
        table.assign(shift="2026-11-10T20:00:61", **crew).to_csv(path, index=False)
    book = python_calamine.CalamineWorkbook.from_path(write_report(folder, ("xlsx",), "en")[0])
    cells = [cell for row in book.get_sheet_by_name("Staffing").to_python() for cell in row]
    assert {"2026-11-31", "2026-11-10T20:00:61"} <= set(map(str, cells))
