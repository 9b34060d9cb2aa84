"""Parquet files: the cells that a CSV file of the same values has, in bounded memory; damaged and
hostile files are findings.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from planner.errors import InputError
from planner.formats.base import input_limits
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import read_orders
from planner.formats.scenario.reader import read_scenario
from planner.formats.tables import parquet
from planner.formats.tables.parquet import open_parquet, read_batches
from planner.formats.tables.table_files import open_table_file, read_table
from tests.formats.builders import TINY

MOMENT = datetime(2026, 11, 10, 20, 5, 30)


def write(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    """A file of these columns."""
    pq.write_table(pa.table(columns), path, **options)
    return path


def cells_of(path: Path, column: str) -> list[str]:
    """The cells of one column."""
    return read_table(path)[column].tolist()


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ([MOMENT, None], pa.timestamp("s"), ["2026-11-10T20:05:30", ""]),
        ([MOMENT], pa.timestamp("ns"), ["2026-11-10T20:05:30"]),
        ([MOMENT.replace(tzinfo=UTC)], pa.timestamp("ms", "UTC"), ["2026-11-10T20:05:30+00:00"]),
        (
            [MOMENT.replace(tzinfo=UTC)],
            pa.timestamp("us", "Asia/Shanghai"),
            ["2026-11-10T20:05:30+00:00"],
        ),
        (
            [MOMENT.replace(tzinfo=UTC)],
            pa.timestamp("ns", "No/Where"),
            ["2026-11-10T20:05:30+00:00"],
        ),
        ([date(2026, 11, 10), None], pa.date32(), ["2026-11-10", ""]),
        ([time(20, 5)], pa.time32("s"), ["20:05:00"]),
        ([Decimal("1234.50"), None], pa.decimal128(10, 2), ["1234.50", ""]),
        ([Decimal("5E+3")], pa.decimal128(6, 0), ["5000"]),
        ([8.49, None, 0.1], pa.float32(), ["8.49", "", "0.1"]),
        ([8.49, None], pa.float64(), ["8.49", ""]),
        ([9_007_199_254_740_993, None], pa.int64(), ["9007199254740993", ""]),
        ([True, False, None], pa.bool_(), ["true", "false", ""]),
        ([" 浙江 \u200b", None, ""], pa.string(), ["浙江", "", ""]),
        (["浙江".encode(), b"\xff\x00"], pa.binary(), ["浙江", "0xff00"]),
        (["a", None, "b", "a"], pa.dictionary(pa.int8(), pa.string()), ["a", "", "b", "a"]),
        (["a", None], pa.large_string(), ["a", ""]),
        ([None, None], pa.null(), ["", ""]),
    ],
    ids=str,
)
def test_each_type_as_the_text_of_a_csv_file(
    tmp_path: Path, values: list[Any], kind: pa.DataType, texts: list[str]
) -> None:
    """Also where a value is missing."""
    path = write(tmp_path / "t.parquet", {"value": pa.array(values, kind)}, version="2.6")
    assert cells_of(path, "value") == texts


def test_a_time_beyond_the_calendar_is_text(tmp_path: Path) -> None:
    """It is no number either, which could be read as a date; the finding names its row."""
    moments = pa.array([1_762_776_000_000_000, 2**62], pa.int64()).cast(pa.timestamp("us"))
    path = write(tmp_path / "t.parquet", {"ordered_at": moments})
    with pytest.raises(InputError, match=r't\.parquet:2:1: ordered_at: .* got "148108-'):
        read_orders(path, path.name, LogForm({}))


def orders(rows: int) -> pd.DataFrame:
    """Orders of one or two rows, with what else stands in such files."""
    rng = np.random.default_rng(3)
    moments = pd.Timestamp("2026-11-01") + pd.to_timedelta(
        rng.integers(0, 20 * 86400, rows // 2), unit="s"
    )
    which = np.arange(rows) // 2
    return pd.DataFrame(
        {
            "order_id": 10_000_000_000_000_001 + which,
            "note": "x",
            "ordered_at": moments[which],
            "region": np.array(["浙江", "新疆", "北京"])[which % 3],
            "weight_g": rng.integers(1, 4000, rows) / 4,
            "freight": [Decimal(int(f)) / 100 for f in rng.integers(0, 2000, rows)],
        }
    )


@pytest.mark.parametrize("rows", [1, 7, None])
def test_the_same_orders_as_in_csv(tmp_path: Path, rows: int | None) -> None:
    """However the file is cut into row groups and batches."""
    frame = orders(200)
    frame.to_csv(tmp_path / "log.csv", index=False)
    frame.to_parquet(tmp_path / "log.parquet", row_group_size=37, index=False)
    one, other = (
        read_orders(tmp_path / name, name, LogForm({}, rows=rows))
        for name in ("log.csv", "log.parquet")
    )
    assert other.rows == one.rows == 200
    assert len(other) == len(one) == 100
    assert other.region == one.region
    assert other.second.tolist() == one.second.tolist()
    for key in ("weight_g", "freight"):
        assert other.amounts[key].values.tolist() == one.amounts[key].values.tolist()


def test_findings_name_row_and_column(tmp_path: Path) -> None:
    """Rows are counted from 1, and a note says so."""
    columns = {
        "ordered_at": ["2026-11-10 20:00", "soon", None],
        "region": ["浙江", "浙江", "浙江"],
        "weight_g": [1.0, -2.0, 3.0],
    }
    path = write(tmp_path / "t.parquet", columns)
    with pytest.raises(InputError) as error:
        read_orders(path, path.name, LogForm({}))
    lines = str(error.value).splitlines()
    assert lines[0].startswith("t.parquet:2:1: ordered_at: is not a date and time")
    assert lines[1:] == [
        't.parquet:2:3: weight_g: must be at least 0, got "-2.0"',
        't.parquet:3:1: ordered_at: is empty, got ""',
    ]
    notes = error.value.__cause__.__notes__
    assert "lines are the rows of the file, counted from 1" in notes


def test_only_the_wanted_columns_are_read(tmp_path: Path) -> None:
    """A damaged page of another one does not matter."""
    path = tmp_path / "t.parquet"
    table = pa.table({"ordered_at": ["2026-11-10"] * 9, "other": [f"secret {i}" for i in range(9)]})
    pq.write_table(table, path, compression="none", write_page_checksum=True, use_dictionary=False)
    path.write_bytes(path.read_bytes().replace(b"secret 7", b"\xff\xff\xff\xff\xff\xff\xff\xff"))
    assert read_orders(path, path.name, LogForm({})).rows == 9
    with pytest.raises(InputError, match=r"t\.parquet: cannot be read as Parquet: .*checksum"):
        read_table(path)


def test_no_traceback_from_damaged_files(tmp_path: Path) -> None:
    """Cut off or with other bytes anywhere: orders or findings, nothing else."""
    path = tmp_path / "t.parquet"
    orders(60).to_parquet(path, index=False)
    data, rng = path.read_bytes(), np.random.default_rng(5)
    refused = 0
    for _ in range(300):
        damaged = bytearray(data)
        if rng.random() < 0.3:
            del damaged[rng.integers(4, len(damaged)) :]
        else:
            for _ in range(rng.integers(1, 6)):
                damaged[rng.integers(4, len(damaged))] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            read_orders(path, path.name, LogForm({}))
        except InputError:
            refused += 1
    assert refused > 100


def test_one_long_text_in_many_rows_is_held_once(tmp_path: Path) -> None:
    """A dictionary makes a small file of what would take terabytes; the finding costs little."""
    text = pa.array(["x" * 2_000_000])
    codes = pa.array(np.zeros(1_000_000, dtype=np.int32))
    columns = {
        "ordered_at": pa.DictionaryArray.from_arrays(codes, pa.array(["2026-11-10 20:00"])),
        "region": pa.DictionaryArray.from_arrays(codes, text),
    }
    path = write(tmp_path / "t.parquet", columns, store_schema=False)
    assert path.stat().st_size < 3_000_000
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000,) * 2)\n"
        "import sys, pathlib\n"
        "from planner.errors import InputError\n"
        "from planner.formats.order_log.options import LogForm\n"
        "from planner.formats.order_log.reader import read_orders\n"
        "try:\n"
        "    read_orders(pathlib.Path(sys.argv[1]), 't.parquet', LogForm({}))\n"
        "except InputError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, check=False
    )
    assert done.stdout == "t.parquet:1:2: region: is longer than 20,000 characters\n", done.stderr


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file says of itself is enough to refuse it."""
    path = write(tmp_path / "t.parquet", {"ordered_at": ["2026-11-10"] * 9})
    monkeypatch.setattr(input_limits, "LOG_ROWS", 8)
    with pytest.raises(InputError, match=r"t\.parquet: has 9 rows; at most 8 are read"):
        open_table_file(path, path.name)


def test_lists_are_no_cells(tmp_path: Path) -> None:
    """Nor are structures; a column that is not asked for may hold them."""
    columns = {
        "ordered_at": ["2026-11-10"],
        "region": pa.array([["浙江"]]),
        "more": pa.array([[1]]),
    }
    path = write(tmp_path / "t.parquet", columns)
    with pytest.raises(InputError, match=r"t\.parquet: region: holds list<.*string> in each row"):
        read_orders(path, path.name, LogForm({}))
    assert read_orders(path, path.name, LogForm({"region": ""})).rows == 1


def test_times_of_the_old_kind_are_named(tmp_path: Path) -> None:
    """INT96 leaves open whether it is local time."""
    columns = {"ordered_at": pa.array([MOMENT], pa.timestamp("ns")), "region": ["浙江"]}
    path = write(tmp_path / "t.parquet", columns, use_deprecated_int96_timestamps=True)
    log = read_orders(path, path.name, LogForm({}))
    assert log.first == MOMENT
    assert "ordered_at holds times of the old kind INT96" in log.notes[0]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"ordered_at": pa.array([], pa.string())}, "holds no order that can be read"),
        ({}, "has no columns"),
        ({"a": [1], "b": [2]}, "ordered_at: no such column"),
    ],
)
def test_files_without_orders(tmp_path: Path, columns: dict[str, Any], words: str) -> None:
    """In clear words."""
    path = write(tmp_path / "t.parquet", columns)
    with pytest.raises(InputError, match=words):
        read_orders(path, path.name, LogForm({}))


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    """Neither is taken."""
    table = pa.Table.from_arrays([pa.array(["2026-11-10"])] * 2, names=["ordered_at"] * 2)
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(InputError, match="ordered_at: two columns have this name"):
        read_orders(tmp_path / "t.parquet", "t.parquet", LogForm({}))


def test_batches_hold_few_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By number, and by the bytes of long ones."""
    path = tmp_path / "t.parquet"
    table = pa.table({"a": [f"{i:050}" for i in range(1000)], "b": range(1000)})
    pq.write_table(table, path, use_dictionary=False)
    opened = open_parquet(path, path.name)
    monkeypatch.setattr(parquet, "_CELLS_OF_A_BATCH", 400)
    sizes = [len(chunk.frame) for chunk in read_batches(opened, ("a", "b"))]
    assert sum(sizes) == 1000
    assert max(sizes) == 200
    monkeypatch.setattr(parquet, "_BYTES_OF_A_BATCH", 540)
    assert max(len(chunk.frame) for chunk in read_batches(opened, ("a",))) == 10


def test_the_history_of_a_scenario(tmp_path: Path) -> None:
    """Orders and counts by the hour; times with a zone are converted to the scenario's."""
    moments = pa.array([datetime(2025, 12, 1, 9, 5, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC"))
    write(tmp_path / "log.parquet", {"ordered_at": moments})
    counts = {"time": ["2025-12-01T09:00"], "region": ["all"], "orders": [2]}
    write(tmp_path / "counts.parquet", counts)
    for name in ("log.parquet", "counts.parquet"):
        history = f"{{history: {{path: {name}}}}}"
        text = TINY.replace("{baseline_orders_per_day: 2400}", history)
        (tmp_path / "scenario.yaml").write_text(text, "utf-8")
        found = read_scenario(tmp_path).problem.demand.history
        assert found is not None
        assert (found.counts[0].tolist(), int(found.counts.sum())) == ([2], 2)
