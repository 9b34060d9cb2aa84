"""One declaration of a column is enough: readers, workbook, web page and documents follow it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.domain.choices import LANGUAGES
from planner.reporting.language.glossary import GLOSSARY
from planner.reporting.language.labels import Labels
from planner.reporting.outputs.cells import WRITERS, shown_columns
from planner.reporting.outputs.workbook.document import SHEETS
from planner.reporting.tables import column_types, schemas
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.read_table import read_table
from planner.reporting.tables.results_page import results_page
from planner.reporting.tables.schemas import ALWAYS, TABLES
from planner.reporting.webpage.report_page import SECTIONS

REFERENCE = Path(column_types.__file__).with_name("README.md")
NO_WORDS_OF_OURS = {"site", "product"}  # names that only the scenario has words for


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_says_what_it_holds(table: ResultTable) -> None:
    """Names and headings are distinct, each has a meaning and both languages, money has a unit, a
    choice its values, a vocabulary its words.
    """
    assert all((*table.title, table.meaning))
    assert len(set(table.names)) == len(table.columns)
    for lang in range(len(LANGUAGES)):
        headings = [(column.heading[lang], column.language) for column in table.columns]
        assert len(set(headings)) == len(headings)
    known = {kind for kind, _ in GLOSSARY} | set(WRITERS) | NO_WORDS_OF_OURS
    for column in table.columns:
        english, chinese = column.heading
        assert column.meaning, column.name
        assert english, column.name
        assert chinese, column.name
        assert not re.search("[\u4e00-\u9fff_]", english), column.name
        assert column.unit or column.kind != "money", column.name
        assert bool(column.among) == (column.kind == "choice"), column.name
        assert column.vocabulary in {*known, ""}, column.name


def test_what_is_named_elsewhere_is_declared() -> None:
    """Sheets, sections of the web page and what is always there are tables."""
    assert {*ALWAYS, *SHEETS, *SECTIONS} <= set(TABLES)
    titles = [table.title for table in TABLES.values()]
    assert len(set(titles)) == len(titles)


def test_the_reference_is_that_of_the_program() -> None:
    """The page of result tables is what the command prints."""
    assert REFERENCE.read_text(encoding="utf-8") == results_page(), (
        "run `planner schema --columns results > planner/reporting/tables/README.md`"
    )


def test_one_declaration_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new table is read, headed in both languages and written in its units without more."""
    new = ResultTable(
        name="new",
        title=("New", "新表"),
        meaning="a table nobody else knows",
        columns=(
            Column("process", "name", ("Process", "环节"), "process", vocabulary="process"),
            Column("on", "date", ("On", "日"), "day", empty=True),
            Column("part", "ratio", ("Part", "比"), "part", low=-1.0),
            Column("fee", "money", ("Fee", "费"), "fee", unit="currency"),
            Column("mean", "number", ("Mean", "均"), "mean"),
            Column("note", "text", ("Note", "注"), "note in English", language="en"),
            Column("note_zh", "text", ("Note", "注"), "note in Chinese", language="zh"),
            Column("done", "flag", ("Done", "完"), "whether it is done", empty=True),
        ),
    )
    monkeypatch.setitem(schemas.TABLES, "new", new)
    frame = new.frame([("pack", "", -0.5, 3, 1.5, "yes", "是", True)])
    (tmp_path / "tables").mkdir()
    frame.to_csv(tmp_path / "tables" / "new.csv", index=False)
    for lang, first, last in (("en", "pack", "yes"), ("zh", "打包", "是")):
        shown = shown_columns(Labels(lang), "new", read_table(tmp_path, "new"))
        assert [column.kind for column in shown] == [
            *("text", "day", "share", "money", "count", "text", "text")
        ]
        assert shown[0].values.tolist() == [first]
        assert shown[-1].values.tolist() == [last]
        assert [column.heading for column in shown] == [
            column.heading[LANGUAGES.index(lang)]
            for column in new.columns
            if column.language in ("", lang)
        ]


def test_numbers_that_are_all_whole_are_written_without_decimals() -> None:
    """Also where some are unknown."""
    table = pd.DataFrame({name: ["x"] for name in TABLES["roster_open"].names})
    for empty, kind in (([2.0, np.nan], "whole"), ([2.5, 1.0], "count")):
        frame = pd.concat([table, table]).assign(empty=empty)
        assert shown_columns(Labels(), "roster_open", frame)[-1].kind == kind
