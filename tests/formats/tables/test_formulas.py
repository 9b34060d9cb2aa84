"""CSV files: nothing in them is a formula to a spreadsheet, and our readers get every text back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.formats.base.columns import Column
from planner.formats.base.findings import Findings
from planner.formats.base.value_types import parse_name
from planner.formats.tables.tables import (
    csv_text,
    open_table,
    read_cells,
    read_result_table,
    write_pieces,
    write_table,
)
from planner.reporting.tables import read_table
from planner.reporting.tables.schemas import TABLES
from tests.formats.tables.spreadsheet_oracle import PAYLOADS, live_cells

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
HOSTILE = st.text(st.sampled_from("'=+-@＝\t\r\n ,;|\"a1"))


def is_name(text: str) -> bool:
    """May it be a name in a scenario?"""
    try:
        parse_name(text)
    except ValueError:
        return False
    return True


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(TEXTS | HOSTILE, TEXTS | HOSTILE), min_size=1, max_size=5))
def test_results_are_read_as_they_were_written(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    """By `verify` and by the reports, for any text, in any place of a row."""
    columns = TABLES["assumptions"].names
    frame = pd.DataFrame(
        [["subject", first, last, "", ""] for first, last in rows], columns=columns, dtype=object
    )
    write_table(frame, tmp_path / "tables" / "assumptions.csv")
    ours = read_result_table(tmp_path / "tables" / "assumptions.csv", dtype=str)
    theirs = read_table.read_cells(tmp_path, "assumptions")
    for read in (ours, theirs):
        assert read.to_numpy().tolist() == frame.to_numpy().tolist()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists((TEXTS | HOSTILE).filter(is_name), min_size=1, max_size=5))
def test_scenarios_read_names_as_they_were_written(tmp_path: Path, names: list[str]) -> None:
    """A table of a result that becomes the table of a scenario keeps its names."""
    write_table(pd.DataFrame({"name": names, "units": -3}), tmp_path / "stock.csv")
    findings = Findings(tmp_path)
    table = open_table(tmp_path / "stock.csv", "stock.csv", findings)
    assert table is not None
    cells = read_cells(
        table, [Column("name", "name", ""), Column("units", "number", "", low=-9)], "CNY", findings
    )
    assert cells is not None, findings.found
    assert (cells["name"], cells["units"]) == (names, [-3] * len(names))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_lives_in_any_place(payload: str) -> None:
    """As the first cell, in the middle, as a heading; behind a negative number that belongs to the
    row.
    """
    table = pd.DataFrame(
        {"name": [payload, "-3"], payload: [-2.5, 1.0], "last": [payload, payload]}
    )
    assert live_cells(csv_text(table, raw=True))  # the check sees them
    assert live_cells(csv_text(table)) == []


PARTS = st.text(st.sampled_from("'=+-@＝\t\r\n ,;|\"a15\u200b"), max_size=8) | st.sampled_from(
    ["-3", "+1", ",", "5", '"']
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(PARTS, PARTS, PARTS), min_size=1, max_size=3), st.tuples(PARTS, PARTS, PARTS)
)
def test_no_row_becomes_a_formula(
    rows: list[tuple[str, str, str]], headings: tuple[str, str, str]
) -> None:
    """Whatever the cells add up to where another separator cuts the row, quotation marks or not."""
    table = pd.DataFrame(rows, columns=[f"{heading}{k}" for k, heading in enumerate(headings)])
    table.insert(1, "amount", -2.5)
    assert live_cells(csv_text(table)) == []


def test_numbers_stay_numbers() -> None:
    """Numbers, and text that is one, are written as ever; so are dates, and cells that are
    empty.
    """
    table = pd.DataFrame(
        {
            "name": ["a", "b"],
            "number": [-3.5, np.nan],
            "count": [-2, 12],
            "text": ["-3.50", "+8613800000000"],
            "mixed": pd.Series([-1, "-x"], dtype=object),
            "moment": pd.to_datetime(["2026-11-10", "2026-11-11"]),
            "flag": [True, False],
        }
    )
    assert csv_text(table) == (
        "name,number,count,text,mixed,moment,flag\n"
        "a,-3.5,-2,-3.50,-1,2026-11-10,True\n"
        "b,,12,+8613800000000,'-x,2026-11-11,False\n"
    )


def test_a_table_in_pieces_has_one_header(tmp_path: Path) -> None:
    """And every piece is made safe."""
    write_pieces(
        [pd.DataFrame({"=a": [text]}) for text in ("=1", "2", "x\r=1")], tmp_path / "t.csv"
    )
    assert (tmp_path / "t.csv").read_bytes() == b"'=a\n'=1\n2\n\"x\r'=1\"\n"
    assert read_result_table(tmp_path / "t.csv", dtype=str)["=a"].tolist() == ["=1", "2", "x\r=1"]


def test_ordinary_tables_are_written_as_pandas_does() -> None:
    """Byte by byte, quoted and doubled marks included."""
    table = pd.DataFrame(
        {"name": ['a "b", c', "浙江", "x\ny", ""], "amount": [1.5, 2e-7, 1e20, np.nan]}
    )
    assert csv_text(table) == table.to_csv(index=False, lineterminator="\n")
