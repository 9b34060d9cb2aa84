"""Rows of two tables are matched by the columns that tell them apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.formats.tables.table_files import read_table
from planner.studies.run_differences.table_cells import different_cells

REGIONS = "region,share,remote\nzhejiang,0.6,false\nxizang,0.4,true\n"


def found(folder: Path, a: str, b: str) -> list[tuple[str, Any, Any]]:
    paths = [folder / name for name in ("a.csv", "b.csv")]
    for path, text in zip(paths, (a, b), strict=True):
        path.write_text(text, encoding="utf-8")
    tables = [read_table(path) for path in paths]
    return [(pair.keys[0], pair.a, pair.b) for pair in different_cells(*tables)]


def test_a_cell_is_named_by_its_row_and_column(tmp_path: Path) -> None:
    other = REGIONS.replace("0.6", "0.7").replace("true", "false")
    assert found(tmp_path, REGIONS, other) == [
        ("zhejiang: share", 0.6, 0.7),
        ("xizang: remote", "true", "false"),
    ]


def test_order_of_rows_and_form_of_numbers_make_no_difference(tmp_path: Path) -> None:
    assert not found(
        tmp_path, REGIONS, "region,share,remote\nxizang,.40,true\nzhejiang,0.60,false\n"
    )


def test_a_row_of_one_table_only_is_whole(tmp_path: Path) -> None:
    assert found(tmp_path, REGIONS, REGIONS + "beijing,0.1,\n") == [
        ("beijing", None, "region: beijing, share: 0.1")
    ]


def test_rows_that_cannot_be_told_apart_are_counted(tmp_path: Path) -> None:
    log = "ordered_at,region\n2026-01-01 10:00,a\n2026-01-01 10:00,a\n"
    assert found(tmp_path, log, log + "2026-01-01 10:00,a\n") == [
        ("ordered_at: 2026-01-01 10:00, region: a", 2, 3)
    ]


def test_two_keys_where_one_is_not_enough(tmp_path: Path) -> None:
    stock = "site,product,units\nyiwu,light,5\nyiwu,heavy,6\n"
    assert found(tmp_path, stock, stock.replace("6", "7")) == [("yiwu/heavy: units", 6.0, 7.0)]
