"""`planner backtest --origins`: forecasts of a log's past, scored, proved, and shown."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from planner.output import sha256
from planner.run_browser.pages import run_page, table_page
from planner.run_browser.runs import RunFolders
from planner.studies.verification.verify import verify
from tests.cli.builders import write_small
from tests.cli.conftest import Result, call, call_here
from tests.forecasting.builders import history
from tests.forecasting.real_log import raw_log

START = datetime(2025, 1, 6)
DAYS = 175
ORIGINS = ("--origins", "2025-03-31:2025-06-09:7d")
FEW = ("--origins", "2025-05-12:2025-05-26:7d")
QUICK = ("--paths", 60, "--jobs", 1)
REQUIRED = [
    "origin",
    "horizon_days",
    "model",
    "coverage_50",
    "coverage_80",
    "coverage_90",
    "wape",
    "bias",
]
MODELS = ["planner", "seasonal_naive", "mean_of_four", "negative_binomial"]


def write_log(path: Path, until: int = DAYS, later: int = 0) -> Path:
    """Orders of a shop, with a surge on 2025-05-23; `later`: further orders on its last days."""
    daily = np.full(DAYS, 40.0)
    daily[137] *= 6
    counts = history(daily, START, regions=1).counts[:, 0]
    counts[24 * until :] += later
    moments = (
        START + timedelta(hours=hour, minutes=minute % 60)
        for hour, orders in enumerate(counts.tolist())
        for minute in range(orders)
    )
    rows = [f"{moment:%Y-%m-%d %H:%M},cash" for moment in moments]
    path.write_text("paid_time,method\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


COLUMNS = ("--columns", "ordered_at=paid_time,region=")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_log(tmp_path_factory.mktemp("log") / "orders.csv")


@pytest.fixture(scope="module")
def told(log: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A back-test's folder, and what the terminal said."""
    out = tmp_path_factory.mktemp("tested") / "out"
    found = call_here("backtest", log, *COLUMNS, *ORIGINS, *QUICK, "-o", out)
    assert found.code == 0, found.err
    return out, found


@pytest.fixture(scope="module")
def tested(told: tuple[Path, Result]) -> Path:
    return told[0]


def rows(folder: Path, name: str = "backtest") -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_origin_model_kind_and_unit_has_a_row(tested: Path) -> None:
    """Eleven Mondays with a week each; the surge is scored apart, at its one origin, and the
    columns that others rely on come first.
    """
    found = rows(tested)
    assert list(found[0])[: len(REQUIRED)] == REQUIRED
    mondays = [date(2025, 3, 31) + timedelta(days=7 * k) for k in range(11)]
    for model in MODELS:
        own = [row for row in found if row["model"] == model and row["unit"] == "day"]
        ordinary = [row for row in own if row["kind"] == "ordinary"]
        assert [row["origin"] for row in ordinary] == [day.isoformat() for day in mondays]
        promoted = [row for row in own if row["kind"] == "promotion"]
        assert [row["origin"] for row in promoted] == ["2025-05-19"]
        assert sum(int(row["times"]) for row in own) == 77
    assert {row["horizon_days"] for row in found} == {"7"}
    summary = rows(tested, "backtest_summary")
    assert [(row["model"], row["kind"]) for row in summary] == [
        (model, kind) for kind in ("ordinary", "promotion") for model in MODELS
    ]


def test_the_terminal_says_whether_ours_is_better(
    told: tuple[Path, Result], log: Path, tmp_path: Path
) -> None:
    """In words and as JSON, in both languages, with the interval; a promotion nobody announced is
    said to be one.
    """
    asked = ("backtest", log, *COLUMNS, *ORIGINS, *QUICK)
    english, said = told[0], told[1].out.splitlines()
    assert said[0].startswith("11 origins from 2025-03-31 to 2025-06-09, each forecasts 7 days")
    verdicts = [line for line in said if line.startswith("Ours ")]
    assert len(verdicts) == 3
    assert all("95% interval" in line and "points" in line for line in verdicts)
    assert any("No model foresees a promotion" in line for line in said)
    assert (english / "summary.txt").read_text(encoding="utf-8").splitlines() == said[:-1]
    chinese = call_here(*asked, "-o", tmp_path / "zh", "--lang", "zh").out
    assert "共 11 个起点" in chinese
    assert "大促日单独计分" in chinese
    same = (english / "tables" / "backtest.csv").read_bytes()
    assert (tmp_path / "zh" / "tables" / "backtest.csv").read_bytes() == same
    few = ("backtest", log, *COLUMNS, *FEW, *QUICK)
    found = call_here(*few, "-o", tmp_path / "json", "--json").json()
    assert found["origins"] == 3
    assert [row["model"] for row in found["models"]][:4] == MODELS
    assert found["models"][0]["ours_minus"] is None


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(log: Path, tested: Path, tmp_path: Path) -> None:
    """Whatever the number of processes; another seed gives other paths."""
    asked = ("backtest", log, *COLUMNS, *ORIGINS, "--paths", 60, "--quiet")
    assert call(*asked, "--jobs", 2, "-o", tmp_path / "two").code == 0
    files = [path for path in sorted(tested.rglob("*")) if path.is_file()]
    for path in files:
        if path.name not in ("timing.json", "log.txt"):
            other = tmp_path / "two" / path.relative_to(tested)
            assert other.read_bytes() == path.read_bytes(), path.name
    few = ("backtest", log, *COLUMNS, *FEW, *QUICK, "--quiet")
    for seed in (1, 2):
        assert call_here(*few, "--seed", seed, "-o", tmp_path / f"seed{seed}").code == 0
    assert rows(tmp_path / "seed1") != rows(tmp_path / "seed2")


@pytest.mark.slow
def test_what_comes_later_changes_no_row_of_earlier_origins(tested: Path, tmp_path: Path) -> None:
    """A log that goes on otherwise after the first eight weeks that are forecast: their rows are
    the same, the others are not.
    """
    changed = write_log(tmp_path / "orders.csv", until=DAYS - 35, later=1)
    out = tmp_path / "out"
    assert call_here("backtest", changed, *COLUMNS, *ORIGINS, *QUICK, "-o", out).code == 0
    last = (START + timedelta(days=DAYS - 35 - 7)).date().isoformat()

    def early(folder: Path) -> list[dict[str, str]]:
        return [row for row in rows(folder) if row["origin"] <= last]

    assert len(early(out)) > 40
    assert early(out) == early(tested)
    assert rows(out) != rows(tested)


@pytest.mark.slow
def test_a_back_test_is_proved_from_the_counts_it_keeps(tested: Path, tmp_path: Path) -> None:
    """In full every forecast is made again; the log is not kept, and that is said. A number that is
    forged, hash and all, is found: in the summary at once, in the table of origins in full.
    """
    assert not list(tested.rglob("orders.csv"))
    assert "cash" not in (tested / "inputs" / "history.csv").read_text(encoding="utf-8-sig")
    quick, full = verify(tested), verify(tested, full=True)
    assert quick.verified
    assert any("forecasts themselves" in words for words in quick.not_proved)
    assert full.verified
    assert full.not_proved == ["that the counts are those of the orders: these are not kept"]

    forged = tmp_path / "forged"
    shutil.copytree(tested, forged)
    _forge(forged, "tables/backtest_summary.csv")
    assert any("tables/backtest_summary.csv" in words for words in verify(forged).findings)
    again = tmp_path / "again"
    shutil.copytree(tested, again)
    path = again / "inputs" / "history.csv"
    text = path.read_text(encoding="utf-8-sig").splitlines()
    time, orders = text[40].split(",")
    text[40] = f"{time},{int(orders) + 9}"
    path.write_text("\n".join(text) + "\n", encoding="utf-8-sig")
    _sealed_again(again, "inputs/history.csv")
    assert verify(again, full=True).findings


def _forge(folder: Path, name: str) -> None:
    """Another WAPE of ours, and the hash that belongs to it."""
    path = folder / name
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    names, cells = lines[0].split(","), lines[1].split(",")
    cells[names.index("wape")] = "0.01"
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8-sig")
    _sealed_again(folder, name)


def _sealed_again(folder: Path, name: str) -> None:
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    manifest["outputs"][name] = sha256(folder / name)
    if name.startswith("inputs/"):
        manifest["inputs"][name.removeprefix("inputs/")] = sha256(folder / name)
    (folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_the_browser_shows_a_back_test(tested: Path) -> None:
    """It is listed, and its figure and tables have pages in both languages."""
    folders = RunFolders(tested)
    (run,) = folders.runs()
    assert run.damage == ""
    assert run.command == "backtest"
    assert "backtest.png" in run_page(run, "en")
    assert "WAPE" in table_page(run, "backtest_summary", "zh")
    assert "the last same weekday" in table_page(run, "backtest_summary", "en")


def test_commands_for_plans_refuse_a_back_test(tested: Path, tmp_path: Path) -> None:
    """With a message, not with a crash."""
    for command in ("report", "explain", "diff"):
        others = (tested,) if command == "diff" else ()
        found = call_here(command, tested, *others)
        assert found.code in (0, 1, 3), command
        assert "internal error" not in found.err, command
    assert call_here("stress", tested, "-o", tmp_path / "stress").code == 3


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ((), 2, "say what to look back on, one of --origins FROM:TO:STEP and --event NAME"),
        (("--origins", "2025-03-31:2025-06-09"), 2, "must be FROM:TO:STEP such as"),
        ((*ORIGINS, "--holidays", "BRA"), 2, "did you mean BR?"),
        ((*ORIGINS, "--set", "seed=3"), 2, "--set is for scenarios"),
        ((*ORIGINS, "--status-column", "method"), 2, "go together"),
        (("--origins", "2024-03-31:2025-08-09:7d"), 3, "possible with these options: 2025-02-03:"),
        ((*ORIGINS, "--lead-days", 60), 3, "is too late"),
    ],
)
def test_what_cannot_be_back_tested_is_said(
    log: Path, tmp_path: Path, more: tuple[object, ...], code: int, words: str
) -> None:
    """With what to write instead, and nothing is written."""
    found = call_here("backtest", log, *COLUMNS, *more, *QUICK, "-o", tmp_path / "out")
    assert found.code == code
    assert words in found.err
    assert not (tmp_path / "out").exists()


def test_a_scenario_is_back_tested_on_its_history(log: Path, tmp_path: Path) -> None:
    """Its history is read to its end, beyond the day on which it is planned; its event is known
    from that day on, so our forecast of the surge holds it and no other does. A scenario without a
    history is refused.
    """
    history_of = {
        "baseline_orders_per_day: 300": (
            "history: {path: orders.csv, columns: {ordered_at: paid_time}}"
        ),
        "regions: regions.csv\n": "",
        'start: "2026-11-09T00:00"': 'start: "2025-05-22T00:00"',
        "seed: 11\n": 'seed: 11\nplanned_on: "2025-05-12"\n',
        'at: "2026-11-10T20:00", orders: {median: 300, p95: 420}': (
            'at: "2025-05-23T08:00", orders: {median: 200, p95: 300}'
        ),
    }
    folder = write_small(tmp_path / "shop", history_of)
    for name in ("near", "far"):
        text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
        text = text.replace("{region: zhejiang, zone: home}", "{region: all, zone: home}")
        lines = [
            line for line in text.splitlines() if "sichuan" not in line and "xizang" not in line
        ]
        kept = [line for line in lines if not line.strip().startswith(("away:", "remote:"))]
        (folder / f"{name}.yaml").write_text("\n".join(kept) + "\n", encoding="utf-8")
    scenario = folder / "scenario.yaml"
    text = scenario.read_text(encoding="utf-8").replace("region: zhejiang", "region: all")
    scenario.write_text(text, encoding="utf-8")
    shutil.copy(log, folder / "orders.csv")
    out = tmp_path / "out"
    found = call_here("backtest", folder, *FEW, *QUICK, "-o", out)
    assert found.code == 0, found.err
    assert "seed 11" in found.err
    promoted = {
        row["model"]: float(row["bias"])
        for row in rows(out, "backtest_summary")
        if row["kind"] == "promotion"
    }
    assert abs(promoted["planner"]) < 0.25
    assert promoted["seasonal_naive"] < -0.6
    assert verify(out, full=True).verified
    refused = call_here("backtest", write_small(tmp_path / "none"), *ORIGINS, "-o", tmp_path / "x")
    assert refused.code == 3
    assert "a back-test needs past orders" in refused.err
    other = call_here("backtest", folder, *ORIGINS, *COLUMNS, "-o", tmp_path / "y")
    assert other.code == 2
    assert "--columns is for order logs" in other.err


@pytest.mark.slow
@pytest.mark.skipif(raw_log() is None, reason="the order log is not at hand")
def test_ours_beats_the_plain_forecasts_on_a_real_log(tmp_path: Path) -> None:
    """Sixteen months of a real shop, every other week: better than the last same weekday by more
    than chance, and 70 to 87 % of the ordinary days inside the 80 % band.
    """
    columns = ("--columns", "ordered_at=order_purchase_timestamp,region=customer_state")
    period = ("--origins", "2017-05-01:2018-08-13:14d", "--holidays", "BR")
    out = tmp_path / "out"
    assert call_here("backtest", raw_log(), *columns, *period, *QUICK, "-o", out).code == 0
    summary = {(row["model"], row["kind"]): row for row in rows(out, "backtest_summary")}
    assert 0.70 <= float(summary["planner", "ordinary"]["coverage_80"]) <= 0.87
    assert float(summary["seasonal_naive", "ordinary"]["ours_minus_high"]) < 0
    assert float(summary["mean_of_four", "ordinary"]["ours_minus"]) < 0
