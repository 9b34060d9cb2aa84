"""The commands as a user calls them: results, exit codes, messages."""

from __future__ import annotations

import json
import math
import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from pypdfium2 import PdfDocument

from planner.cli.main import COMMANDS
from planner.studies.runs.manifest import result_files
from tests.cli.builders import SMALL, write_queue, write_small
from tests.cli.conftest import Result, call, call_here

TABLES = {
    "stock",
    "staffing",
    "hiring",
    "couriers",
    "routing",
    "costs",
    "hourly",
    "regions",
    "contracts",
    "orders",
    "replications",
    "baselines",
    "forecast_hourly",
    "forecast_daily",
    "forecast_peak",
    "risks",
    "assumptions",
    "contract_terms",
    "clauses",
    "breakevens",
    "rules",
    "rules_cost",
    "remote",
}
REPLICATIONS = 10
BRIEF = ("--replications", REPLICATIONS, "--effort", 1)


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv", keep_default_na=False)


@pytest.fixture(scope="module")
def plan_result(small: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The small scenario after `planner plan --jobs 1`, with too few replications to certify
    anything.
    """
    out = tmp_path_factory.mktemp("plan") / "result"
    return out, call_here("plan", small, "-o", out, *BRIEF, "--json", "--quiet", "--jobs", 1)


@pytest.fixture
def planned(plan_result: tuple[Path, Result]) -> Path:
    return plan_result[0]


def test_run_leaves_a_complete_folder(small_run: Path) -> None:
    """Tables, figures, report, workbook and manifest are all there, and nothing half-finished next
    to them.
    """
    assert {p.stem for p in (small_run / "tables").glob("*.csv")} >= TABLES
    for name in ("run.json", "plan.json", "report.pdf", "plan.xlsx", "timing.json"):
        assert (small_run / name).stat().st_size > 0
    assert list((small_run / "figures").glob("*.png"))
    assert [p.name for p in small_run.parent.iterdir()] == ["result"]


def assert_same_bytes(one: Path, two: Path) -> None:
    """Both folders have the same files, byte by byte, and the same manifest."""
    names = result_files(one)
    assert result_files(two) == names
    assert [
        n for n in [*names, "run.json"] if (one / n).read_bytes() != (two / n).read_bytes()
    ] == []


def test_same_seed_same_bytes_whatever_the_jobs(small: Path, planned: Path, tmp_path: Path) -> None:
    """A second plan with two processes gives every file of the first."""
    two = tmp_path / "two"
    assert call("plan", small, "-o", two, *BRIEF, "--jobs", 2, "--quiet").code == 0
    assert_same_bytes(planned, two)


@pytest.mark.slow
def test_same_seed_same_bytes_of_a_whole_run(small: Path, small_run: Path, tmp_path: Path) -> None:
    """A second run with two processes gives every file of the first, report and figures among
    them.
    """
    two = tmp_path / "two"
    asked = ("--with", "search", "--replications", 30, "--jobs", 2, "--quiet")
    assert call("run", small, "-o", two, *asked).code == 0
    assert_same_bytes(small_run, two)


def test_figures_of_all_files_agree(small_run: Path) -> None:
    """plan.json, run.json and the tables tell the same certificate and the same costs."""
    plan = json.loads((small_run / "plan.json").read_text(encoding="utf-8"))
    run = json.loads((small_run / "run.json").read_text(encoding="utf-8"))
    assert plan["certificate"] == run["certificate"]
    rows = table(small_run, "replications")
    assert plan["certificate"]["met"] == (rows["met"].astype(str) == "True").sum()
    costs = table(small_run, "costs").astype(str)
    total = sum(map(Decimal, costs["amount"]), Decimal(0))
    joint = Decimal(
        str(table(small_run, "baselines").astype(str).set_index("method").loc["joint", "cost_mean"])
    )
    assert abs(total - joint) <= Decimal("0.10")
    methods = ["joint", "average", "peak", "erlang", "cheapest", "search"]
    assert table(small_run, "baselines")["method"].tolist() == methods


def test_orders_are_traced_one_by_one(small_run: Path) -> None:
    """Every order of the traced replication is in the table; whoever was packed late or on time
    says so.
    """
    orders = table(small_run, "orders")
    first = table(small_run, "replications").iloc[0]
    assert (orders["on_time"] == "no").sum() == first["late_orders"]
    packed = orders[orders["packed_at"] != ""]
    assert (packed["packed_at"] >= packed["ordered_at"]).all()
    handed = orders[orders["handed_over_at"] != ""]
    assert (handed["handed_over_at"] >= handed["packed_at"]).all()
    assert set(handed["handed_over_at"].str[11:]) <= {"12:00:00", "18:00:00"}


@pytest.mark.slow
def test_report_again_in_chinese(small_run: Path, tmp_path: Path) -> None:
    """`report --lang zh` rewrites the PDF, keeps the tables, and the folder still verifies."""
    copy = tmp_path / "copy"
    shutil.copytree(small_run, copy)
    before = (copy / "report.pdf").read_bytes()
    assert call_here("report", copy, "--lang", "zh", "--format", "pdf").code == 0
    assert (copy / "report.pdf").read_bytes() != before
    assert (copy / "tables" / "costs.csv").read_bytes() == (
        small_run / "tables" / "costs.csv"
    ).read_bytes()
    assert call_here("verify", copy).code == 0


@pytest.mark.usefixtures("undrawn")
def test_plan_then_simulate_it(
    small: Path, plan_result: tuple[Path, Result], tmp_path: Path
) -> None:
    """A plan written by `plan` has in `simulate --plan` the figures `plan` itself found (same
    held-out demand).
    """
    folder, planned = plan_result
    assert planned.code == 0, planned.err
    content = planned.json()
    assert {
        "status",
        "objective",
        "bound",
        "gap",
        "method",
        "costs",
        "service",
        "certificate",
    } <= content.keys()
    assert content["bound"] <= content["objective"]
    asked = ("-o", tmp_path / "sim", "--replications", REPLICATIONS, "--json", "--jobs", 1)
    done = call_here("simulate", small, "--plan", folder, *asked)
    assert done.code == 0, done.err
    assert done.json()["on_time_share"]["mean"] == pytest.approx(
        content["service"]["simulated"]["mean"]
    )
    assert done.json()["certificate"] == content["certificate"]


@pytest.mark.parametrize("method", ["average", "cheapest"])
def test_rules_of_thumb_go_through_the_same_door(small: Path, tmp_path: Path, method: str) -> None:
    """A baseline is a plan: same files, a certificate of its own, verified."""
    result = call_here(
        "plan",
        small,
        "-o",
        tmp_path / "out",
        "--method",
        method,
        "--replications",
        5,
        "--json",
        "--quiet",
        "--jobs",
        1,
    )
    assert result.code == 0, result.err
    assert result.json()["method"] == method
    assert call_here("verify", tmp_path / "out").code == 0


def test_tiny_scenario_simulates_without_roster_or_courier(tmp_path: Path) -> None:
    """Twenty lines are enough: one site, one process, one crew, no courier."""
    folder = write_queue(tmp_path / "queue", 200, "distribution: exponential", 2, days=3)
    result = call_here(
        "simulate", folder, "-o", tmp_path / "out", "--replications", 4, "--json", "--jobs", 1
    )
    assert result.code == 0, result.err
    summary = result.json()
    assert 500 < summary["orders"] < 700
    assert list((tmp_path / "out" / "figures").glob("*.png"))
    assert summary["mean_cycle_s"] > summary["mean_wait_s"] >= 0
    assert (
        summary["on_time_share"]["low"]
        <= summary["on_time_share"]["mean"]
        <= summary["on_time_share"]["high"]
    )


def test_strict_turns_not_certified_into_exit_5(tmp_path: Path) -> None:
    """Five replications can prove nothing: exit 0 without --strict, 5 with it; both write the
    verdict.
    """
    folder = write_queue(tmp_path / "queue", 200, "cv: 1", 2, days=1)
    args = ("plan", folder, "--method", "average", "--replications", 5, "--quiet", "--jobs", 1)
    assert call_here(*args, "-o", tmp_path / "a").code == 0
    assert call_here(*args, "-o", tmp_path / "b", "--strict").code == 5
    for name in ("a", "b"):
        certificate = json.loads((tmp_path / name / "run.json").read_text(encoding="utf-8"))[
            "certificate"
        ]
        assert certificate["certified"] is False


@pytest.mark.slow
def test_no_feasible_plan_is_exit_4_and_names_the_limit(tmp_path: Path) -> None:
    """Six people cannot pack a tenfold promotion: exit 4, limits blamed with numbers, an
    explanation written.
    """
    agency = SMALL[SMALL.index("  - {name: agency") : SMALL.index("staffing:")]
    changes = {
        "median: 300, p95: 420": "median: 3000, p95: 4000",
        "days: 4": "days: 2",
        "11-10T20": "11-09T20",
        agency: "",
    }
    folder = write_small(tmp_path / "s", changes)
    result = call_here("plan", folder, "-o", tmp_path / "out", "--jobs", 1, "--effort", 1)
    assert result.code == 4
    assert "no feasible plan" in result.err
    assert any(ch.isdigit() for ch in result.err.split("no feasible plan", 1)[1])
    assert {"explanation.json", "run.json", "tables"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }


def test_invalid_input_is_exit_3_with_place(tmp_path: Path) -> None:
    """Two mistakes are both reported, each with file, line and column; no traceback, nothing
    written.
    """
    folder = write_small(
        tmp_path / "s", {"stations: 20": "stations: -3", 'start: "08:00"': 'start: "25:00"'}
    )
    result = call_here("run", folder, "-o", tmp_path / "out")
    assert result.code == 3
    assert (
        "scenario.yaml:20:54: sites.0.processes.pack.stations: must be at least 1, got -3"
        in result.err
    )
    assert "shifts.0.start" in result.err
    assert not (tmp_path / "out").exists()


def test_usage_errors_are_exit_2(small: Path) -> None:
    """Unknown command, unknown option, missing output folder."""
    assert call("nonsense").code == 2
    assert call_here("run", small).code == 2
    assert call_here("run", small, "-o", "x", "--replications", "0").code == 2


def test_existing_result_is_not_overwritten(small: Path, small_run: Path) -> None:
    """A folder that holds a result is refused before any work, exit 1, with the way out named."""
    before = (small_run / "run.json").read_bytes()
    result = call_here("run", small, "-o", small_run)
    assert result.code == 1
    assert "--force" in result.err
    assert (small_run / "run.json").read_bytes() == before


def test_help_names_every_command() -> None:
    """Each command of the group has a help text of its own, with an example to copy."""
    text = call("--help").out
    for name in COMMANDS:
        assert f"  {name}" in text
        shown = call_here(name, "--help")
        assert shown.code == 0
        assert f"\n  planner {name} " in shown.out
        assert "\\b" not in shown.out, "the mark that keeps lines apart is shown as text"


def test_doctor_reports_versions() -> None:
    """`doctor --json` gives the versions a bug report needs."""
    summary = call("doctor", "--json").json()
    assert {"planner", "ortools", "simpy", "numba", "distributed"} <= summary["versions"].keys()
    assert summary["solvers"]


@pytest.mark.usefixtures("undrawn")
def test_a_stated_roster_beyond_its_limits_is_reported_and_still_proved(tmp_path: Path) -> None:
    """Nine people stated of a crew of six: simulated as stated, with one warning of each rule
    broken, kept in the manifest; the run still verifies.
    """
    changes = {
        (
            "{process: pick, crew: own, shift: day, headcount: 3}"
        ): "{process: pick, crew: own, shift: day, headcount: 6}"
    }
    folder = write_small(tmp_path / "s", changes)
    result = call_here("simulate", folder, "-o", tmp_path / "out", "--replications", 2, "--jobs", 1)
    assert result.code == 0, result.err
    printed = [
        line.removeprefix("warning: ")
        for line in result.err.splitlines()
        if "own people at yiwu" in line
    ]
    assert printed[0] == "staffing: own people at yiwu on 9 Nov: 9 planned, 6 allowed"
    assert len(printed) == len(set(printed))
    manifest = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (
        printed
        == manifest["warnings"]
        == [f"staffing: {words}" for words in manifest["broken_rules"]]
    )
    assert call_here("verify", tmp_path / "out").code == 0


def test_check_tells_what_a_stated_roster_breaks(tmp_path: Path) -> None:
    """A night until 06:00 and an early shift two dates later are 23 hours apart; the crew must rest
    24.
    """
    hours = (
        'shifts:\n  - {name: early, start: "05:00", end: "13:00"}\n  - {name: night, start: '
        '"22:00", end: "06:00"}\n'
    )
    rows = ("{date: 2026-11-09, shift: night, ", "{date: 2026-11-11, shift: early, ")
    roster = "".join(f"  - {row}process: pack, crew: own, headcount: 6}}\n" for row in rows)
    text = (write_small(tmp_path / "s") / "scenario.yaml").read_text(encoding="utf-8")
    begin, end = text.index("shifts:"), text.index("crews:")
    text = (
        text[:begin]
        + hours
        + text[end : text.index("staffing:")]
        + "staffing:\n"
        + roster
        + "contracts: [near.yaml, far.yaml]\n"
    )
    text = text.replace("headcount: 6, wage", "headcount: 6, min_rest_hours: 24, wage")
    (tmp_path / "s" / "scenario.yaml").write_text(text, encoding="utf-8")
    found = call_here("check", tmp_path / "s", "--json").json()["warnings"]
    assert found[0].startswith(
        "staffing: own people at yiwu: 12 work night on 9 Nov or early on 11 Nov, only 6 are there"
    )


@pytest.mark.usefixtures("undrawn")
def test_options_may_come_from_the_environment(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PLANNER_SEED, PLANNER_REPLICATIONS and PLANNER_JSON do what the options do."""
    for name, value in {"SEED": "5", "REPLICATIONS": "2", "JSON": "1", "JOBS": "1"}.items():
        monkeypatch.setenv(f"PLANNER_{name}", value)
    result = call_here("simulate", small, "-o", tmp_path / "out")
    assert result.code == 0, result.err
    assert (result.json()["seed"], result.json()["replications"]) == (5, 2)


def test_an_unforeseen_error_is_one_message(small_run: Path, tmp_path: Path) -> None:
    """A manifest whose fields are of other types: no traceback, an exit code that is not 0, nothing
    written.
    """
    copy = tmp_path / "copy"
    shutil.copytree(small_run, copy)
    manifest = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    (copy / "run.json").write_text(
        json.dumps({**manifest, "start": 7, "days": "x"}), encoding="utf-8"
    )
    before = (copy / "report.pdf").read_bytes()
    result = call_here("report", copy, "--format", "pdf")
    assert result.code not in (0, 2)
    assert (copy / "report.pdf").read_bytes() == before


def test_the_pdf_prints_verdict_bound_and_gap(small_run: Path) -> None:
    """Page 1 says certified or not; the cost page prints the gap of plan.json, rounded up."""
    plan = json.loads((small_run / "plan.json").read_text(encoding="utf-8"))
    document = PdfDocument(small_run / "report.pdf")
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    verdict = "CERTIFIED" if plan["certificate"]["certified"] else "NOT CERTIFIED"
    assert verdict in pages[0]
    assert ("NOT CERTIFIED" in pages[0]) is not plan["certificate"]["certified"]
    gap = math.ceil(plan["gap"] * 1e4 - 1e-9) / 1e4
    assert any(
        f"at most {gap:.2%} of what it expects of this plan could be saved" in page
        for page in pages
    )
