"""One reader for order logs: the same orders however the file is cut, and every finding at its
place.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.errors import InputError
from planner.formats.base import input_limits
from planner.formats.order_log import compact_columns, reader
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog, count_orders, read_orders
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import TINY

ROOT = Path(__file__).parents[3]
WAYS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y%m%d %H%M",
)
SIZES = (1, 7, None)
PATH = "scenario.yaml:6:26: demand.history.path"


def write_log(path: Path, rows: int, bad: bool = False) -> Path:
    """Orders of one to three rows that stand apart, in several ways to write a date, with line
    breaks in notes.
    """
    ids = np.random.default_rng(7).integers(0, rows // 2, rows)
    first = [
        int(np.flatnonzero(ids == i)[0]) for i in ids
    ]  # rows of one order have its moment and its region
    frame = pd.DataFrame(
        {
            "order_id": [f"A{i}" for i in ids],
            "note": [("", "two\nlines", 'a "b"', "x")[i % 4] for i in range(rows)],
            "ordered_at": [
                datetime(2026, 11, 1 + i % 20, i % 24, i % 60).strftime(WAYS[i % 5]) for i in first
            ],
            "region": [("浙江", "新疆", " 北京 ")[i % 3] for i in first],
            "weight_g": [("400", "", "12.5", "7.25")[i % 4] for i in range(rows)],
            "freight": [("8.49", "3.333", "0")[i % 3] for i in range(rows)],
        }
    )
    if bad:
        frame.loc[[4, 30], "ordered_at"] = ["soon", "11/12/2026"]
        frame.loc[[6, 31, 32], "region"] = ["a\u200b0", "a\u200b1", "a\u200b2"]
        frame.loc[[7, 34], "weight_g"] = ["heavy", "-1"]
        frame.loc[8, "order_id"] = ""
    frame.to_csv(path, index=False, lineterminator="\n")
    return path


def orders_of(log: OrderLog) -> list[object]:
    amounts = {key: column.values.tolist() for key, column in log.amounts.items()}
    return [
        log.second.tolist(),
        log.region,
        str(amounts),
        log.rows,
        log.skipped,
        log.end_lines,
        log.region_line,
    ]


@pytest.mark.parametrize("rows", SIZES)
def test_the_same_orders_however_the_file_is_cut(tmp_path: Path, rows: int | None) -> None:
    """Rows of one order in different pieces count once: first moment and region, sum of what is
    known.
    """
    log = read_orders(write_log(tmp_path / "log.csv", 60), "log.csv", LogForm({}, rows=rows))
    frame = pd.read_csv(tmp_path / "log.csv", dtype={"order_id": str})
    grouped = frame.groupby("order_id", sort=False)
    assert log.region == grouped["region"].first().str.strip().tolist()
    assert len(log) == len(grouped)
    for key in ("weight_g", "freight"):
        sums = grouped[key].sum(min_count=1).to_numpy()
        assert log.amounts[key].values == pytest.approx(sums, nan_ok=True)
    rows_of_order = grouped.indices.values()
    first = [
        datetime(2026, 11, 1 + i % 20, i % 24, i % 60) for i in (min(r) for r in rows_of_order)
    ]
    assert [datetime(1990, 1, 1).timestamp() + s for s in log.second.tolist()] == [
        t.timestamp() for t in first
    ]


@pytest.mark.parametrize("rows", SIZES)
def test_every_finding_stands_at_its_line_and_column_however_the_file_is_cut(
    tmp_path: Path, rows: int | None
) -> None:
    """Bad moments, regions, ids and amounts in different pieces, behind line breaks in cells: all
    at once.
    """
    path = write_log(tmp_path / "log.csv", 60, bad=True)
    with pytest.raises(InputError) as caught:
        read_orders(path, "log.csv", LogForm({}, rows=rows))
    lines = path.read_text(encoding="utf-8").split("\n")
    found = [
        (f.field, lines[f.line - 1][f.column - 1 :].split(",")[0]) for f in caught.value.findings
    ]
    assert sorted(found) == sorted(
        [
            ("ordered_at", "soon"), ("ordered_at", "11/12/2026"), ("region", "a\u200b0"),
            ("region", "a\u200b1"), ("region", "a\u200b2"),
            ("weight_g", "heavy"), ("weight_g", "-1"), ("order_id", ""),
        ]
    )  # fmt: skip


def test_the_same_bad_rows_are_left_out_however_the_file_is_cut(tmp_path: Path) -> None:
    """The same orders and the same counts of what was left out."""
    path = write_log(tmp_path / "log.csv", 60, bad=True)
    logs = [
        orders_of(read_orders(path, "log.csv", LogForm({}, skip_bad_rows=True, rows=r)))
        for r in SIZES
    ]
    assert logs[0] == logs[1] == logs[2]
    assert sum(logs[0][4].values()) == 7  # an order whose weight is no number stays


@pytest.mark.parametrize("rows", SIZES)
def test_a_kind_of_finding_is_counted_over_the_whole_file(tmp_path: Path, rows: int | None) -> None:
    """One line with the first three places, whatever the pieces."""
    path = tmp_path / "log.csv"
    path.write_text("ordered_at\n" + "2026-11-11\nsoon\n" * 30, "utf-8")
    with pytest.raises(
        InputError, match=r'got "soon": 30 rows \(lines 3, 5, 7, \.\.\.\)'
    ) as caught:
        read_orders(path, "log.csv", LogForm({}, rows=rows))
    assert [f.line for f in caught.value.findings] == [3]
    assert caught.value.__cause__.__notes__ == ["--skip-bad-rows leaves out 30 rows"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty; the first line must name the columns"),
        (b"ordered_at,region\n", "holds no order that can be read"),
        (b"ordered_at,region\n,\n\n", "holds no order that can be read"),
        (
            b"ordered_at,region\n" + b"2026-11-11 10:00,a\n" * 25 + b"2026-11-11 10:00,\xff\n",
            r"log.csv:27: .*byte 510",
        ),
        (
            b"ordered_at,region\n" + b"2026-11-11 10:00,a\n" * 25 + b"2026-11-11 10:00,a\x00\n",
            "control characters",
        ),
        (
            b"ordered_at,region\n" + b"2026-11-11 10:00,a\n" * 25 + b"2026-11-11,a,b,c\n",
            "log.csv:27: .*more cells",
        ),
        (b"\x1f\x8b\x08\x00" + bytes(range(256)), "is packed by gzip; unpack it first"),
    ],
)
@pytest.mark.parametrize("rows", [1, 10, None])
def test_a_log_that_is_none_says_why(
    tmp_path: Path, data: bytes, words: str, rows: int | None
) -> None:
    """Nothing in it, a bad byte far down, a packed file: one finding, whatever the pieces."""
    (tmp_path / "log.csv").write_bytes(data)
    with pytest.raises(InputError, match=words) as caught:
        read_orders(tmp_path / "log.csv", "log.csv", LogForm({}, rows=rows))
    assert len(caught.value.findings) == 1


def test_rows_without_an_order_id_are_not_one_order(tmp_path: Path) -> None:
    """Two rows whose id is missing were never the same order: they are findings, and left out if so
    asked.
    """
    path = tmp_path / "log.csv"
    path.write_text("order_id,ordered_at\nA,2026-11-11\n,2026-11-11\n,2026-11-12\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_orders(path, "log.csv", LogForm({}))
    assert [str(f) for f in caught.value.findings] == [
        f'log.csv:{n}:1: order_id: is empty, got ""' for n in (3, 4)
    ]
    log = read_orders(path, "log.csv", LogForm({}, skip_bad_rows=True))
    assert (len(log), log.skipped) == (1, {"order_id: is empty": 2})


def test_an_amount_beyond_all_measure_is_a_finding(tmp_path: Path) -> None:
    """Amounts whose sum would be infinite are refused like those that are no numbers."""
    path = tmp_path / "log.csv"
    path.write_text("ordered_at,price\n2026-11-11,1e308\n2026-11-11,9\n2026-11-11,1e308\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_orders(path, "log.csv", LogForm({}))
    assert [(f.line, f.column) for f in caught.value.findings] == [(2, 12), (4, 12)]
    assert "must be at most 1,000,000,000,000" in str(caught.value)


def test_a_column_of_addresses_is_no_region(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Very many names, or very many names over very many hours, are refused before they fill the
    memory.
    """
    path = tmp_path / "log.csv"
    path.write_text(
        "ordered_at,region\n" + "".join(f"2026-11-{d:02},r{d}\n" for d in range(1, 21)), "utf-8"
    )
    monkeypatch.setattr(reader, "MOST_COUNTS", 1000)
    with pytest.raises(InputError, match="20 regions over 457 hours"):
        read_orders(path, "log.csv", LogForm({}))
    monkeypatch.setattr(input_limits, "REGION_NAMES", 10)
    with pytest.raises(InputError, match="more than 10 different names"):
        read_orders(path, "log.csv", LogForm({}))


def test_orders_are_counted_by_hour_and_region_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts of a block at a time are the counts, also up to a moment, and none before the first
    order.
    """
    log = read_orders(write_log(tmp_path / "log.csv", 60), "log.csv", LogForm({}))
    whole = count_orders(log, np.arange(3), 3)
    monkeypatch.setattr(compact_columns, "_LONG_BLOCK", 7)
    assert np.array_equal(count_orders(log, np.arange(3), 3).counts, whole.counts)
    part = count_orders(log, np.arange(3), 3, datetime(2026, 11, 8))
    assert part.start_hour == whole.start_hour
    assert np.array_equal(part.counts, whole.counts[: len(part.counts)])
    assert whole.counts[len(part.counts) :].sum() == len(log) - part.counts.sum()
    assert (whole.start_hour + len(part.counts)) // 24 < date(2026, 11, 8).toordinal() - date(
        1970, 1, 1
    ).toordinal() + 1
    assert len(count_orders(log, np.arange(3), 3, datetime(2026, 1, 1)).counts) == 0


def scenario(
    folder: Path, log: str, columns: str = "", regions: str = "east,0.5\nwest,0.5\n"
) -> Path:
    """The tiny scenario with a log of past orders and two regions."""
    text = TINY.replace(
        "{baseline_orders_per_day: 2400}", f"{{history: {{path: log.csv{columns}}}}}"
    )
    text = (
        text.replace("- name: hall\n", "- name: hall\n    region: east\n")
        + "regions: regions.csv\n"
    )
    (folder / "scenario.yaml").write_text(text, "utf-8")
    (folder / "regions.csv").write_text("region,share\n" + regions, "utf-8")
    (folder / "log.csv").write_text(log, "utf-8")
    return folder


def test_the_log_of_a_scenario_is_read_like_any_log(tmp_path: Path) -> None:
    """Dates as people write them count in a scenario too; later orders are left out and counted,
    and show that the days before them are known.
    """
    log = (
        "ordered_at,region\n2025年12月1日 9时05分,east\n2025/12/1 09:59,west\n2026-02-01 "
        "10:00,west\n"
    )
    read = read_scenario(scenario(tmp_path, log))
    assert read.problem.demand.history is not None
    counts = read.problem.demand.history.counts
    assert (counts[0].tolist(), int(counts.sum())) == ([1, 1], 2)
    assert (9 + len(counts)) % 24 == 0  # to the midnight before the scenario starts
    assert read.warnings[0].startswith("history: 1 order from ")


@pytest.mark.parametrize(
    ("log", "columns", "expected"),
    [
        (
            ("note,ordered_at,region\nx,2025-12-01 "
            "10:00,east\nx,soon,east\n\"a\nb\",11/12/2025,\"a\u200b,\"\n"),
            "",
            [
                ('log.csv:3:3: ordered_at: is not a date and time that can be read; write it such '
                'as "2026-11-10T20:00"'),
                "log.csv:4: ordered_at: some dates begin with the year",
                "log.csv:4: region: must not hold control characters",
            ],
        ),
        (
            "ordered_at,region\n2025-12-01,moon\n2025-12-01,\n2025-12-01,moon\n",
            "",
            ['log.csv:2:12: region: no such region, got "moon"', "log.csv:3:12: region: is empty"],
        ),
        ("ordered_at,region\n2025-12-01,east\n", ", columns: {region: regio}", [("log.csv:1: "
                                                                                "regio: no such column")]),
        ("moment,region\n2025-12-01,east\n", "", ["log.csv:1: ordered_at: no such column"]),
        ("ordered_at,region\n", "", ["log.csv: holds no order"]),
        ("ordered_at,region\n2026-02-01,east\n", "", [f"{PATH}: holds nothing from before"]),
        ("ordered_at,region\n1999-02-01,east\n2025-12-01,east\n", "", [f"{PATH}: spans more"]),
    ],
)  # fmt: skip
def test_a_wrong_log_of_a_scenario_is_found_by_line_and_column(
    tmp_path: Path, log: str, columns: str, expected: list[str]
) -> None:
    """What is wrong in the log is said with the scenario's other findings, without options of
    another command.
    """
    with pytest.raises(InputError) as caught:
        read_scenario(scenario(tmp_path, log, columns))
    found = [str(f) for f in caught.value.findings]
    assert len(found) == len(expected)
    assert all(f.startswith(e) for f, e in zip(found, expected, strict=True)), found
    assert "--" not in str(caught.value)


@pytest.mark.slow
def test_a_long_log_is_imported_in_little_memory() -> None:
    """A million rows with ids, regions and weights: at most 400 MB with everything that is
    loaded.
    """
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "formats" / "order_log.py"),
        "--rows",
        "1000000",
        "--json",
    ]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert (found["rows"], found["orders"]) == (1_000_000, 900_000)
    assert found["peak_mb"] <= 400


def test_rows_of_one_order_count_once_in_a_scenario_too(tmp_path: Path) -> None:
    """An export with a row per item: the regions of continuation lines are those of their order;
    what differs, and an order without a region, are findings.
    """
    log = "order_id,ordered_at,region\nA,2025-12-01 10:00,east\nA,,\nB,,\nB,2025-12-01 11:00,west\n"
    history = read_scenario(scenario(tmp_path, log)).problem.demand.history
    assert history is not None
    assert history.counts.tolist() == [[1, 0], [0, 1]]
    with pytest.raises(InputError, match=r"log\.csv:6:20: region: is empty"):
        read_scenario(scenario(tmp_path, log + "C,2025-12-01 12:00,\n"))
    with pytest.raises(InputError, match="1 order with rows of different times: A "):
        read_scenario(scenario(tmp_path, log + "A,2025-12-01 12:00,\n"))


def test_whole_addresses_are_regions_where_no_column_of_provinces_is(tmp_path: Path) -> None:
    """A column of provinces comes first."""
    path = tmp_path / "log.csv"
    path.write_text(
        (
            "下单时间,收货地址\n2025-11-11 08:00,浙江省杭州市某区3号\n2025-11-11 "
            "09:00,上海上海市某区4号\n"
        ),
        "utf-8",
    )
    log = read_orders(path, "log.csv", LogForm({}))
    assert log.regions == ("上海", "浙江")
    path.write_text("下单时间,收货地址,省份\n2025-11-11 08:00,浙江省杭州市某区3号,江苏\n", "utf-8")
    assert read_orders(path, "log.csv", LogForm({})).regions == ("江苏",)


def test_a_log_without_a_column_of_regions_says_so(tmp_path: Path) -> None:
    """All orders go to one region then: nobody may take that for what the log says."""
    path = tmp_path / "log.csv"
    path.write_text("ordered_at,目的\n2025-11-11 08:00,浙江\n", "utf-8")
    log = read_orders(path, "log.csv", LogForm({}))
    words = (
        "no column of regions is known: all orders go to one region; --columns region=NAME names it"
    )
    assert (log.regions, log.notes) == (("all",), (words,))
    assert read_orders(path, "log.csv", LogForm({"region": ""})).notes == ()


def test_an_order_whose_refund_is_under_way_counts_as_refunded(tmp_path: Path) -> None:
    """The warning names the statuses that look cancelled."""
    path = tmp_path / "log.csv"
    path.write_text(
        "ordered_at,region,订单状态\n2025-11-11 08:00,浙江,退款中\n2025-11-11 08:00,浙江,已发货\n",
        "utf-8",
    )
    assert "退款中: 1 row (line 2) counts as an order" in " ".join(
        read_orders(path, "log.csv", LogForm({})).warnings
    )
