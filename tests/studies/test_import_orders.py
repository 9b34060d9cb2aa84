"""`planner import`: raw logs as shops export them, and a real one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from planner.cli.import_cmd import command
from planner.cli.main import main
from planner.errors import InputError
from planner.formats.order_log.options import LogForm
from planner.formats.tables.table_files import read_table
from planner.studies.import_orders import count_by_hour, import_log, read_log
from planner.studies.steps.load import load
from tests.forecasting.real_log import SHIPPED, raw_log

HEADER = ("下单时间", "省份", "重量")
ROWS = [
    ("2026年11月10日 20:05", "浙江", "400"),
    ("2026年11月10日 20:59:59", "浙江", "600"),
    ("2026年11月10日 21:00", "新疆", ""),
    ("2026/11/11 00:00", "浙江", "1000"),
]
COLUMNS = {"ordered_at": "下单时间", "region": "省份", "weight_g": "重量"}


def _csv(
    path: Path,
    encoding: str = "utf-8",
    separator: str = ",",
    rows: list[tuple[str, ...]] | None = None,
) -> Path:
    lines = [separator.join(cells) for cells in [HEADER, *(ROWS if rows is None else rows)]]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def _import(
    path: Path, columns: dict[str, str] = COLUMNS, **options: Any
) -> tuple[dict[str, Any], Path]:
    folder = path.parent / "result"
    folder.mkdir()
    return import_log(folder, read_log(path, LogForm(columns, **options))), folder


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_same_log_in_any_encoding_and_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    """Own column names, Chinese dates: the same counts per hour and region."""
    found, folder = _import(_csv(tmp_path / "log.csv", encoding, separator))
    assert (found["orders"], found["regions"], found["from"]) == (4, 2, "2026-11-10T20:05:00")
    assert (folder / "history.csv").read_text(encoding="utf-8").splitlines() == [
        "time,region,orders",
        "2026-11-10T20:00,浙江,2",
        "2026-11-10T21:00,新疆,1",
        "2026-11-11T00:00,浙江,1",
    ]
    assert found["weight_g"] == {
        "p50": 600.0,
        "p90": 920.0,
        "p99": 992.0,
        "mean": 666.6667,
        "missing": 1,
    }


def test_an_excel_log_is_read(tmp_path: Path) -> None:
    """Dates that Excel stores as dates, weights that it stores as numbers."""
    frame = pd.DataFrame(
        {
            "下单时间": pd.to_datetime(["2026-11-10 20:05", "2026-11-10 21:30"]),
            "省份": ["浙江", "新疆"],
            "重量": [400, 500],
        }
    )
    frame.to_excel(tmp_path / "log.xlsx", index=False, engine="xlsxwriter")
    found, _ = _import(tmp_path / "log.xlsx")
    assert (found["orders"], found["to"], found["weight_g"]["p50"]) == (
        2,
        "2026-11-10T21:30:00",
        450.0,
    )


def test_every_bad_row_is_named_by_its_line(tmp_path: Path) -> None:
    """Dates that do not exist or can be read in two ways, empty regions, weights that are none: all
    at once.
    """
    bad = [
        ("2026-02-30", "浙江", "1"),
        ("11/12/2026", "浙江", "1"),
        ("2026-11-11 10:00", "", "x"),
        ("", "浙江", "-1"),
    ]
    path = _csv(tmp_path / "log.csv", rows=ROWS + bad)
    with pytest.raises(InputError) as caught:
        read_log(path, LogForm(COLUMNS))
    places = {(f.line, f.field) for f in caught.value.findings}
    assert places == {
        (6, "下单时间"),
        (7, "下单时间"),
        (8, "省份"),
        (8, "重量"),
        (9, "下单时间"),
        (9, "重量"),
    }
    assert {(f.line, f.column) for f in caught.value.findings if f.field == "重量"} == {
        (8, 19),
        (9, 5),
    }
    assert any('line 7: "11/12/2026"' in f.message for f in caught.value.findings)


def test_many_bad_rows_are_capped_and_counted(tmp_path: Path) -> None:
    """A thousand times the same mistake is one line with the first three places; three times are
    three lines.
    """
    path = _csv(tmp_path / "log.csv", rows=ROWS + [("soon", "浙江", "1")] * 1000)
    with pytest.raises(InputError) as caught:
        read_log(path, LogForm(COLUMNS))
    assert [f.message.rpartition(": ")[2] for f in caught.value.findings] == [
        "1,000 rows (lines 6, 7, 8, ...)"
    ]
    with pytest.raises(InputError) as caught:
        read_log(
            _csv(tmp_path / "log.csv", rows=ROWS + [("soon", "浙江", "1")] * 3), LogForm(COLUMNS)
        )
    assert [f.line for f in caught.value.findings] == [6, 7, 8]


def test_bad_rows_can_be_left_out_and_are_counted(tmp_path: Path) -> None:
    """With skip_bad_rows a row without date or region is gone; one with a bad weight stays, its
    weight unknown.
    """
    bad = [
        ("soon", "浙江", "1"),
        ("2026-11-11 10:00", "浙江", "heavy"),
        ("2026-11-11 10:00", "", "1"),
    ]
    found, _ = _import(_csv(tmp_path / "log.csv", rows=ROWS + bad), skip_bad_rows=True)
    assert (found["orders"], found["rows"]) == (5, 7)
    assert found["skipped"] == {
        "下单时间: is not a date and time that can be read": 1,
        "省份: must not be empty": 1,
    }
    assert found["unknown_amounts"] == {"重量: must be a number such as 1234.50": 1}
    assert found["weight_g"]["missing"] == 2


def test_a_stated_order_settles_ambiguous_dates(tmp_path: Path) -> None:
    """11/12/2026 as day/month is December."""
    path = _csv(tmp_path / "log.csv", rows=[("11/12/2026 08:30", "浙江", "1")])
    found, _ = _import(path, date_format="dmy")
    assert found["from"] == "2026-12-11T08:30:00"


def test_rows_of_one_order_count_once(tmp_path: Path) -> None:
    """An export with a row per item: two orders, the weights of the first added up."""
    path = tmp_path / "log.csv"
    path.write_text(
        "id,t,g\nA,2026-11-11 10:00,100\nB,2026-11-11 11:00,50\nA,2026-11-11 10:00,200\n",
        encoding="utf-8",
    )
    log = read_log(path, LogForm({"order_id": "id", "ordered_at": "t", "weight_g": "g"}))
    assert (len(log), log.amounts["weight_g"].values.tolist(), log.region) == (
        2,
        [300.0, 50.0],
        ["all", "all"],
    )


def test_unknown_columns_are_refused_with_a_hint(tmp_path: Path) -> None:
    """A key of ours that does not exist, and a name the file does not have."""
    with pytest.raises(InputError, match=r"regio: unknown column; did you mean region\?") as caught:
        read_log(_csv(tmp_path / "log.csv"), LogForm({"regio": "省份", "ordered_at": "下单时刻"}))
    assert any("下单时间" in f.message for f in caught.value.findings)


def test_a_wrong_century_is_found(tmp_path: Path) -> None:
    """A log that spans more than ten years has a wrong date in it, and the line is named."""
    with pytest.raises(InputError, match="line 6"):
        read_log(
            _csv(tmp_path / "log.csv", rows=[*ROWS, ("2062-11-11", "浙江", "1")]), LogForm(COLUMNS)
        )


def test_dates_without_time_of_day_are_warned_of(tmp_path: Path) -> None:
    """The counts are right, the hours say nothing."""
    found, _ = _import(
        _csv(tmp_path / "log.csv", rows=[("2026/11/11", "浙江", "1"), ("2026/11/12", "浙江", "1")])
    )
    assert any("time of day" in words for words in found["warnings"])


def test_region_shares_sum_to_one_and_the_profile_is_a_week(tmp_path: Path) -> None:
    """The tables are ready for a scenario: shares sum to exactly 1, 168 shares of a week."""
    rng = np.random.default_rng(1)
    days = pd.Timestamp("2026-01-05") + pd.to_timedelta(
        rng.integers(0, 60 * 86_400, 3000), unit="s"
    )
    rows = [(str(t), "ABCDEFG"[i % 7], "1") for i, t in enumerate(sorted(days))]
    _, folder = _import(_csv(tmp_path / "log.csv", rows=rows))
    regions, profile = pd.read_csv(folder / "regions.csv"), pd.read_csv(folder / "profile.csv")
    assert round(regions.share.sum() * 1e6) == 1_000_000
    assert len(profile) == 168
    assert profile.share.sum() == pytest.approx(1.0, abs=1e-6)


def test_a_scenario_can_use_what_was_imported(tmp_path: Path) -> None:
    """history.csv and regions.csv of an import, named in a scenario of twenty lines, give its
    baseline.
    """
    moments = pd.date_range("2026-08-01", "2026-10-31 23:45", freq="15min")
    rows = [(str(t), "浙江" if i % 4 else "新疆", "1") for i, t in enumerate(moments)]
    _, folder = _import(_csv(tmp_path / "log.csv", rows=rows))
    (folder / "scenario.yaml").write_text(
        "horizon: {start: '2026-11-08T00:00', days: 4}\n"
        "platform: {counts: label, deadline_hours: 48}\n"
        "regions: regions.csv\n"
        "demand: {history: {path: history.csv}}\n"
        "sites: [{name: hall, region: 浙江, processes: {pack: {orders_per_hour: 30}}}]\n"
        "shifts: [{name: day, start: '08:00', end: '17:00'}]\n"
        "crews: [{name: people, headcount: 5}]\n",
        encoding="utf-8",
    )
    baseline = load(folder).problem.demand.baseline
    assert baseline is not None
    days = 4 + 2  # the tail too
    assert baseline.orders_per_hour.sum() == pytest.approx(days * 96, rel=0.02)


def test_the_command_writes_all_or_nothing(tmp_path: Path) -> None:
    """A failed import leaves no folder; a second one into the same folder needs --force."""
    good, bad = _csv(tmp_path / "log.csv"), _csv(tmp_path / "bad.csv", rows=[("soon", "浙江", "1")])
    columns = ["--columns", ",".join(f"{k}={v}" for k, v in COLUMNS.items())]
    out = tmp_path / "result"
    with pytest.raises(SystemExit) as stopped:
        main(["import", str(bad), "-o", str(out), *columns])
    assert stopped.value.code == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.csv", "log.csv"]
    first = CliRunner().invoke(command, [str(good), "-o", str(out), *columns, "--json"])
    assert json.loads(first.stdout)["orders"] == 4
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == json.loads(
        first.stdout
    )
    with pytest.raises(SystemExit) as stopped:
        main(["import", str(good), "-o", str(out), *columns])
    assert stopped.value.code == 1
    assert (
        CliRunner().invoke(command, [str(good), "-o", str(out), *columns, "--force"]).exit_code == 0
    )


def _orders(per_day: list[int]) -> list[tuple[str, ...]]:
    """Rows of so many orders on each day from 1 October 2026 on, spread evenly over the day."""
    begin = pd.Timestamp("2026-10-01")
    return [
        (str((begin + pd.Timedelta(days=day, seconds=86_399 * k / n)).floor("s")), "A", "1")
        for day, n in enumerate(per_day)
        for k in range(n)
    ]


def test_a_short_log_says_how_short_it_is_and_finds_its_surge(tmp_path: Path) -> None:
    """Two weeks with one day of four times the usual: the mean is of 14 days, and the day is a
    surge.
    """
    path = _csv(tmp_path / "log.csv", rows=_orders([20] * 9 + [80] + [20] * 4))
    columns = ["--columns", ",".join(f"{k}={v}" for k, v in COLUMNS.items())]
    said = CliRunner().invoke(command, [str(path), "-o", str(tmp_path / "out"), *columns]).output
    assert "last 14 days: 24.3 orders per day" in said
    assert "surge 2026-10-10: 80 orders, 4.0 x the baseline of 20.0" in said
    assert "28" not in said.split("weight")[0]


def test_a_high_day_that_is_no_surge_is_reported_with_the_reason(tmp_path: Path) -> None:
    """Five days are too few: the day of four times the usual is listed, with why it is no surge,
    and a warning.
    """
    found, _ = _import(_csv(tmp_path / "log.csv", rows=_orders([20, 20, 20, 80, 20])))
    assert found["surges"] == []
    assert [(d["date"], d["factor"], d["reason"]) for d in found["not_surges"]] == [
        ("2026-10-04", 4.0, "fewer than 6 other days to compare it with")
    ]
    assert any("fewer than 7 whole days" in warning for warning in found["warnings"])
    assert found["last_days"] == 5


def test_columns_that_are_no_pairs_are_a_usage_error(tmp_path: Path) -> None:
    """`--columns ordered_at` says what was expected, exit 2."""
    result = CliRunner().invoke(
        command, [str(_csv(tmp_path / "log.csv")), "-o", str(tmp_path / "o"), "--columns", "x"]
    )
    assert result.exit_code == 2
    assert "ours=theirs" in result.output


def test_the_rows_of_a_log_add_up_on_the_terminal_and_in_the_summary(tmp_path: Path) -> None:
    """Rows = orders + further rows of them + rows left out; what was recognised is said; status
    options go together.
    """
    path = tmp_path / "log.csv"
    path.write_text(
        "订单编号,下单时间,省份,状态\nA,2026-11-11 10:00,浙江,交易成功\nA,,,\n"
        "B,2026-11-11 11:00,浙江,交易关闭\n\n合计,2,,\n",
        encoding="utf-8",
    )
    status = ["--status-column", "状态", "--keep-status", "交易成功, 已发货"]
    asked = [str(path), "-o", str(tmp_path / "out"), "--force"]
    with pytest.raises(
        InputError, match="已发货: no order has this status; there are 交易关闭, 交易成功"
    ):
        CliRunner().invoke(command, [*asked, *status], catch_exceptions=False)
    result = CliRunner().invoke(command, [*asked, *status[:3], "交易成功"])
    assert (
        "4 rows = 1 order + 1 further row of these orders + 2 left out (empty rows, not counted: 1)"
        in result.output
    )
    assert "order_id is read from 订单编号 (none: --columns order_id=)" in result.output
    assert "warning: left out: 状态: 交易关闭: 1 row (line 4)" in result.output
    found = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert (
        found["rows"]
        == found["orders"] + found["merged_rows"] + sum(found["skipped"].values())
        == 4
    )
    assert found["first_lines"] == {"a row of totals": [6], "状态: 交易关闭": [4]}
    found = json.loads(
        CliRunner().invoke(command, [*asked, "--columns", "order_id=,region=", "--json"]).stdout
        or "{}"
    )
    assert found == {}  # the line without a moment is a finding where rows are orders
    assert CliRunner().invoke(command, [*asked, "--status-column", "状态"]).exit_code == 2


def _real_log(folder: Path) -> tuple[Path, dict[str, str]]:
    """The raw log where it is at hand; otherwise one row per order of the shipped counts."""
    raw = raw_log()
    if raw is not None:
        return raw, {
            "ordered_at": "order_purchase_timestamp",
            "region": "customer_state",
            "weight_g": "weight_g",
        }
    parts = [pd.read_csv(SHIPPED / name) for name in ("history.csv", "actuals.csv")]
    counts = pd.concat(parts, ignore_index=True)
    rows = counts.loc[counts.index.repeat(counts.orders)]
    rows.rename(columns={"time": "ordered_at"})[["ordered_at", "region"]].to_csv(
        folder / "log.csv", index=False
    )
    return folder / "log.csv", {}


def test_a_real_black_friday_is_found(tmp_path: Path) -> None:
    """24 November 2017 at 7.2 times the baseline of 23 October to 19 November, the two days after
    at 2.8 times on average, one surge; three to six times the usual share at 01:00.
    """
    path, columns = _real_log(tmp_path)
    folder = tmp_path / "result"
    folder.mkdir()
    found = import_log(folder, read_log(path, LogForm(columns)))
    days = {s["date"]: s for s in found["surges"]}
    assert days["2017-11-24"]["factor"] == pytest.approx(7.2, abs=0.05)
    assert days["2017-11-24"]["baseline"] == pytest.approx(744 / 28, abs=0.001)
    assert (days["2017-11-25"]["factor"] + days["2017-11-26"]["factor"]) / 2 == pytest.approx(
        2.8, abs=0.05
    )
    assert days["2017-11-24"]["share_hour_01"] == pytest.approx(0.04, abs=0.003)
    assert 3 < days["2017-11-24"]["share_hour_01"] / days["2017-11-24"]["usual_share_hour_01"] < 6
    event = next(e for e in found["surge_events"] if e["start"] == "2017-11-24")
    assert event["peak_date"] == "2017-11-24"
    assert 0.5 < event["half_life_days"] < 3
    assert len(found["surge_events"]) <= 3
    assert found["regions"] == 27


def test_real_weights_are_those_of_the_log(tmp_path: Path) -> None:
    """Half of the real parcels weigh at most 0.75 kg, nine of ten at most 6.6 kg; the shipped
    product classes agree.
    """
    raw = raw_log()
    products = pd.read_csv(SHIPPED / "products.csv")
    assert products.set_index("product").loc["light", "weight_g"] <= 500
    assert (products.share * products.weight_g * products.units_mean).sum() > 750
    if raw is not None:
        log = read_log(
            raw, LogForm({"ordered_at": "order_purchase_timestamp", "weight_g": "weight_g"})
        )
        known = log.amounts["weight_g"].values[~np.isnan(log.amounts["weight_g"].values)]
        assert np.quantile(known, [0.5, 0.9]).tolist() == [750.0, 6600.0]
        assert len(log) == 17_176


def test_shipped_counts_are_those_of_the_log() -> None:
    """history.csv holds the counts of the raw log before 13 November 2017 (5,841 orders)."""
    shipped = read_table(SHIPPED / "history.csv")
    assert shipped["orders"].astype(int).sum() == 5841
    assert shipped["time"].max() < "2017-11-13"
    raw = raw_log()
    if raw is not None:
        columns = {"ordered_at": "order_purchase_timestamp", "region": "customer_state"}
        history, regions = count_by_hour(read_log(raw, LogForm(columns)))
        hour = (shipped["time"].to_numpy(dtype="datetime64[h]")).astype(
            np.int64
        ) - history.start_hour
        region = np.searchsorted(regions, shipped["region"].to_numpy(dtype=str))
        assert (history.counts[hour, region] == shipped["orders"].astype(int).to_numpy()).all()
