"""plan.xlsx: values as in the tables, never a formula."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import python_calamine

from planner.reporting.document import write_report
from planner.reporting.labels import LANGUAGES
from tests.reporting.sample import large_run, tiny_run

PAYLOAD = "=cmd|'/c calc'!A1"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_is_a_sheet_with_its_values(lang: str, tmp_path: Path) -> None:
    """Sheets carry the tables' rows; numbers are numbers."""
    path = write_report(large_run(tmp_path), ("xlsx",), lang)[0]
    book = python_calamine.CalamineWorkbook.from_path(path)
    assert len(book.sheet_names) == 28
    rows = book.get_sheet_by_name({"en": "Staffing", "zh": "排班"}[lang]).to_python()
    table = pd.read_csv(tmp_path / "tables" / "staffing.csv")
    assert rows[0] == list(table.columns)
    assert len(rows) == len(table) + 1
    assert sum(float(str(r[6])) for r in rows[1:]) == table["headcount"].sum()


def test_summary_tells_the_verdict(tmp_path: Path) -> None:
    """The first sheet has the certificate's own numbers."""
    path = write_report(large_run(tmp_path, certified=False), ("xlsx",), "en")[0]
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    summary = {str(row[0]): row[1] for row in rows}
    assert summary["Verdict"] == "NOT CERTIFIED"
    assert summary["Promotions that met the target"] == 261
    assert summary["Lower bound of the certificate"] == pytest.approx(0.8293)
    assert summary["Seed"] == "20261111"


def test_payloads_stay_text(tmp_path: Path) -> None:
    """Names that look like formulas or links are written as text: no formula, no link in any sheet."""
    folder = tiny_run(tmp_path)
    path = folder / "tables" / "staffing.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table["crew"], table["shift"] = PAYLOAD, "http://example.org"
    table.to_csv(path, index=False)
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    manifest["title"] = "@SUM(1+1)"
    (folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    written = write_report(folder, ("xlsx",), "en")[0]
    with zipfile.ZipFile(written) as archive:
        sheets = "".join(archive.read(n).decode("utf-8") for n in archive.namelist() if "worksheets/" in n)
        strings = archive.read("xl/sharedStrings.xml").decode("utf-8")
    assert "<f>" not in sheets
    assert "<hyperlink" not in sheets
    assert "=cmd|" in strings
