"""A plan goes into tables or a workbook and comes back as itself, also after LibreOffice."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.domain.choices import LANGUAGES
from planner.domain.contracts import HEAVIEST_G
from planner.domain.horizon import HOUR_S
from planner.domain.plan import ExtraCollection, Plan, PlanStatus
from planner.domain.plan_changes import plan_changes
from planner.domain.problem import Problem, ShareRow, StockRow
from planner.domain.sheet_marks import serial, sheet_mark
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.errors import InputError
from planner.formats.plan_files import read_given_plan, write_plan
from planner.formats.scenario.reader import read_scenario
from planner.reporting.language.labels import Labels
from planner.reporting.outputs.workbook.document import write_workbook
from planner.reporting.tables.plan_columns import TABLES
from planner.reporting.tables.run_folder import RunFolder
from planner.reporting.tables.stock_table import STOCK_TABLE, planned_stock
from tests.conftest import libreoffice
from tests.formats.builders import write_folder

DECISIONS = ("stock", "staffing", "routing", "extra_collections")


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    return read_scenario(write_folder(tmp_path_factory.mktemp("plan") / "scenario")).problem


def generated(problem: Problem, number: int) -> Plan:
    """A plan with rows of every kind; shares with all digits of a float."""
    rng = np.random.default_rng(number)
    days = problem.horizon.days
    staffing = {}
    for _ in range(int(rng.integers(0, 12))):
        day = int(rng.integers(0, days))
        crew = ("permanent", "agency")[int(rng.integers(2))]
        since = int(rng.integers(-3, day + 1)) if crew == "agency" else LONG_AGO
        key = (
            day,
            ("pick", "pack")[int(rng.integers(2))],
            crew,
            ("day", "night")[int(rng.integers(2))],
            since,
        )
        staffing[key] = int(rng.integers(1, 999))
    cut = int(rng.integers(1, days * 24)) * HOUR_S + int(rng.integers(0, 60))
    grams = int(rng.integers(1, 5_000))
    routing = []
    for region in problem.region_names:
        share = float(rng.random())
        for begin, end, above, to in (
            (0, cut, 0, HEAVIEST_G),
            (cut, problem.horizon.end_s, 0, grams),
            (cut, problem.horizon.end_s, grams, HEAVIEST_G),
        ):
            routing.append(
                ShareRow(
                    region=region,
                    site="yiwu",
                    contract="one",
                    from_s=begin,
                    to_s=end,
                    share=share,
                    above_g=above,
                    to_g=to,
                )
            )
    return Plan(
        method="joint",
        status=PlanStatus.FEASIBLE,
        staffing=tuple(
            StaffRow(
                day=d, site="yiwu", process=p, crew=c, shift=s, since_day=since, headcount=people
            )
            for (d, p, c, s, since), people in sorted(staffing.items())
        ),
        routing=tuple(routing),
        stock=None
        if rng.random() < 0.2
        else tuple(
            StockRow("yiwu", name, int(rng.integers(0, 10**6))) for name in problem.product_names
        ),
        extra=tuple(
            ExtraCollection(day, "yiwu", "one", at * HOUR_S, int(rng.integers(1, 9)))
            for day in range(days)
            for at in (12, 23)
            if rng.random() < 0.3
        ),
        signed=("one",),
    )


def folder_of(problem: Problem, plan: Plan, folder: Path, lang: str = "en") -> Path:
    """A folder with the plan's files and its workbook."""
    write_plan(folder, problem, plan, stock=None)
    stock = planned_stock(read_tables_of(folder)["stock"])
    run: dict[str, Any] = {
        "title": "small",
        "seed": 7,
        "start": "2026-11-08T00:00",
        "days": problem.horizon.reported_days,
        "currency": problem.currency,
        "service": {"on_time_share": 0.98, "confidence": 0.95},
        "labels": {"product": {p.name: p.label for p in problem.products}, "contract": {}},
    }
    tables = {**read_tables_of(folder), "stock": stock}
    found = RunFolder(folder, run, {}, tables, {})
    write_workbook(found, Labels(lang, problem.currency, found.names()), folder / "plan.xlsx")
    return folder


def read_tables_of(folder: Path) -> Any:
    import pandas as pd

    columns = {table.name: table for table in (*TABLES, STOCK_TABLE)}
    found = {}
    for name in DECISIONS:
        frame = pd.read_csv(folder / "tables" / f"{name}.csv", dtype=str, keep_default_na=False)
        for column in columns[name].columns:
            if column.numeric and column.name in frame:
                frame[column.name] = pd.to_numeric(frame[column.name].replace("", None))
        found[name] = frame
    return found


def same(problem: Problem, folder: Path, plan: Plan, source: str = "plan.xlsx") -> None:
    """What is read of a workbook alone, or of the folder, is the plan, to the last digit."""
    found = read_given_plan(folder / source if source else folder, problem)
    assert found.changes == ()
    assert found.plan is found.made
    for name in ("staffing", "routing", "stock", "extra", "signed"):
        assert getattr(found.plan, name) == getattr(plan, name), name
    assert found.notes == ()


CASES = [
    pytest.param(k, marks=pytest.mark.slow) if k >= 12 else pytest.param(k) for k in range(200)
]


@pytest.mark.parametrize("number", CASES)
def test_a_plan_comes_back_from_its_workbook_and_tables(
    number: int, problem: Problem, tmp_path: Path
) -> None:
    """Plan -> workbook -> plan, and plan -> CSV -> plan, in either language."""
    plan = generated(problem, number)
    folder = folder_of(problem, plan, tmp_path, LANGUAGES[number % 2])
    same(problem, folder, plan)
    same(problem, folder, plan, source="")


def test_the_workbook_has_the_same_bytes_again(problem: Problem, tmp_path: Path) -> None:
    plan = generated(problem, 3)
    files = [folder_of(problem, plan, tmp_path / name) / "plan.xlsx" for name in ("a", "b")]
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.needs("libreoffice")
@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_a_plan_comes_back_after_libreoffice(lang: str, problem: Problem, tmp_path: Path) -> None:
    """Opened and saved by another program, nothing has changed, in any sheet."""
    plan = generated(problem, 5)
    folder = folder_of(problem, plan, tmp_path / "run", lang)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(libreoffice()), profile, "--headless", "--convert-to"]
    kind = "xlsx:Calc MS Excel 2007 XML"
    book = folder / "plan.xlsx"
    subprocess.run(
        [*command, kind, "--outdir", str(tmp_path), str(book)], check=True, capture_output=True
    )
    assert (tmp_path / "plan.xlsx").read_bytes() != book.read_bytes()
    same(problem, tmp_path, plan)


def edited(folder: Path, sheet: str, **cells: Any) -> Path:
    """The workbook with other values in some cells, as openpyxl saves it."""
    import openpyxl

    path = folder / "plan.xlsx"
    book = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        book[sheet][cell].value = value
    book.save(path)
    return path


@pytest.mark.parametrize(("lang", "sheet"), [("en", "Staffing"), ("zh", "排班")])
def test_edits_of_the_workbook_count(
    lang: str, sheet: str, problem: Problem, tmp_path: Path
) -> None:
    """One person fewer, in either language, from the folder and from the workbook alone."""
    plan = generated(problem, 8)
    first = plan.staffing[0]
    folder = folder_of(problem, plan, tmp_path, lang)
    path = edited(folder, sheet, G2=first.headcount - 1)
    for source in (path, folder):
        found = read_given_plan(source, problem)
        (change,) = found.changes
        assert (change.what, change.before, change.after) == (
            "staffing",
            first.headcount,
            first.headcount - 1,
        )
        assert found.edited_in == ("plan.xlsx",)


def test_a_row_added_below_counts_and_may_name_keys_or_labels(
    problem: Problem, tmp_path: Path
) -> None:
    """Excel's own dates and times; the product by its label."""
    plan = replace(generated(problem, 8), extra=())
    folder = folder_of(problem, plan, tmp_path)
    path = edited(
        folder,
        "Extra collections",
        A2=datetime(2026, 11, 9),
        B2="yiwu",
        C2="one",
        D2=time(23, 0),
        E2=2,
    )
    (change,) = read_given_plan(path, problem).changes
    assert (change.what, change.day, change.item, change.after) == (
        "extra_collections",
        1,
        "one, 23:00",
        2,
    )


WRONG = {
    "negative": ({"G2": -1}, "plan.xlsx!Staffing!G2: People: must be at least 0"),
    "text": ({"G2": "many"}, "plan.xlsx!Staffing!G2: People: must be a whole number"),
    "site": ({"B2": "yiwuu"}, "plan.xlsx!Staffing!B2: Site: no such site"),
    "heading": ({"G1": "Heads"}, "plan.xlsx!Staffing: People: the column is missing"),
    "date": ({"A2": "soon"}, "plan.xlsx!Staffing!A2: Date: must be a date"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_interpreted_is_named_with_its_cell(
    kind: str, problem: Problem, tmp_path: Path
) -> None:
    cells, words = WRONG[kind]
    folder = folder_of(problem, generated(problem, 8), tmp_path)
    path = edited(folder, "Staffing", **cells)
    with pytest.raises(InputError) as caught:
        read_given_plan(path, problem)
    assert words in str(caught.value)


def test_edits_in_tables_and_workbook_are_a_finding(problem: Problem, tmp_path: Path) -> None:
    """Unless they are the same: then both are meant."""
    plan = generated(problem, 8)
    first = plan.staffing[0]
    folder = folder_of(problem, plan, tmp_path)
    edited(folder, "Staffing", G2=first.headcount + 1)
    table = folder / "tables" / "staffing.csv"
    lines = table.read_text(encoding="utf-8").split("\n")
    for more, agree in ((1, True), (2, False)):
        cells = lines[1].split(",")
        cells[6] = str(first.headcount + more)
        table.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
        if agree:
            assert read_given_plan(folder, problem).edited_in == (
                "tables/staffing.csv",
                "plan.xlsx",
            )
        else:
            with pytest.raises(InputError, match="were both edited, in different ways"):
                read_given_plan(folder, problem)


def test_edits_elsewhere_in_the_workbook_are_told(problem: Problem, tmp_path: Path) -> None:
    """A sheet that follows from others is not read, and says so."""
    folder = folder_of(problem, generated(problem, 8), tmp_path)
    path = edited(folder, "People yiwu", D2=77)
    found = read_given_plan(path, problem)
    assert found.changes == ()
    assert "sheet People yiwu: changed, and not read" in found.notes[0]


def test_a_workbook_without_its_key_says_what_to_do(problem: Problem, tmp_path: Path) -> None:
    import openpyxl

    folder = folder_of(problem, generated(problem, 8), tmp_path)
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    del book["plan"]
    book.save(folder / "plan.xlsx")
    with pytest.raises(InputError, match="write it again with planner report"):
        read_given_plan(folder / "plan.xlsx", problem)


def test_changes_are_listed_once_each(problem: Problem) -> None:
    """A plan differs from itself in nothing; every kind of decision is compared."""
    plan = generated(problem, 8)
    assert plan_changes(problem, plan, plan) == ()
    row = plan.staffing[0]
    other = replace(
        plan,
        staffing=(replace(row, headcount=row.headcount + 1), *plan.staffing[1:]),
        routing=plan.routing[1:],
        stock=(),
        extra=(ExtraCollection(3, "yiwu", "one", 12 * HOUR_S, 99),),
        signed=(),
    )
    kinds = {change.what for change in plan_changes(problem, plan, other)}
    assert kinds == {"staffing", "stock", "routing", "extra_collections", "signed"}


def test_dates_are_the_numbers_of_a_spreadsheet() -> None:
    """Excel counts a 29 February 1900, and so do marks of cells with times of the next day."""
    assert serial(date(2026, 11, 11)) == 46_337
    assert serial(datetime(1900, 1, 1, 2)) == pytest.approx(1 + 2 / 24)
    rows = [["a", datetime(2026, 11, 11, 12), 0.1 + 0.2], []]
    assert sheet_mark(rows) == sheet_mark([["a", 46_337.5, 0.3]])
    assert sheet_mark(rows) != sheet_mark([["a", 46_337.5, 0.31]])
