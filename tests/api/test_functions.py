"""The Python interface: the same figures as the commands, and objects that show themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import planner
from planner.errors import InputError, PlannerError
from planner.formats.tables.tables import csv_text
from tests.cli.builders import write_small
from tests.cli.conftest import call_here, without_figures

REPLICATIONS = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small scenario."""
    place = tmp_path_factory.mktemp("api") / "small"
    write_small(place)
    return place


@pytest.fixture(scope="module")
def scenario(folder: Path) -> planner.Scenario:
    """The small scenario, read."""
    return planner.read_scenario(folder)


@pytest.fixture(scope="module")
def peak(scenario: planner.Scenario) -> Any:
    """A plan that takes no solver."""
    return planner.plan(scenario, method="peak", replications=REPLICATIONS)


@pytest.fixture(scope="module")
def plan_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same plan by the command."""
    out = tmp_path_factory.mktemp("plan") / "out"
    args = ("--method", "peak", "--replications", str(REPLICATIONS), "--jobs", "1")
    assert call_here("plan", str(folder), "-o", str(out), *args).code == 0
    return out


def same_tables(result: Any, folder: Path) -> set[str]:
    """Names of the tables of a result whose cells a run folder holds."""
    found = {name for name in result.tables if (folder / "tables" / f"{name}.csv").is_file()}
    for name in found:
        written = pd.read_csv(folder / "tables" / f"{name}.csv", keep_default_na=False)
        ours = result.tables[name].to_frame()
        assert list(ours.columns) == list(written.columns), name
        for column in ours.columns:
            assert as_written(ours[column]) == as_written(written[column]), (name, column)
    return found


def as_written(cells: Any) -> list[str]:
    """Cells as text, numbers in one form."""
    numbers = pd.to_numeric(cells, errors="coerce")
    return [
        ("" if pd.isna(cell) else str(cell)) if pd.isna(number) else f"{number:.9g}"
        for cell, number in zip(cells, numbers, strict=True)
    ]


def test_a_plan_is_that_of_the_command(peak: Any, plan_folder: Path) -> None:
    """Every table and the verdict of `planner plan`."""
    wanted = {"staffing", "routing", "costs", "hourly", "replications"}
    assert wanted <= same_tables(peak, plan_folder)
    written = json.loads((plan_folder / "plan.json").read_text(encoding="utf-8"))
    assert peak.certificate.met == written["certificate"]["met"]
    assert peak.summary["on_time_share"] == written["service"]["simulated"]


def test_a_simulation_is_that_of_the_command(
    peak: Any, scenario: planner.Scenario, folder: Path, plan_folder: Path, tmp_path: Path
) -> None:
    """With a plan in memory and another seed, as with the plan's folder and `--seed`."""
    out = tmp_path / "out"
    args = ("--plan", str(plan_folder), "--seed", "7", "--replications", "2", "--jobs", "1")
    with without_figures():
        assert call_here("simulate", str(folder), "-o", str(out), *args).code == 0
    ours = planner.simulate(scenario, peak, replications=2, seed=7)
    assert {"hourly", "replications", "regions"} <= same_tables(ours, out)


def test_a_plan_is_read_from_its_folder(
    peak: Any, scenario: planner.Scenario, plan_folder: Path
) -> None:
    """As if it were in memory."""
    runs = [planner.simulate(scenario, p, replications=1) for p in (peak, plan_folder)]
    assert runs[0].summary == runs[1].summary


def test_a_forecast_is_that_of_the_command(
    scenario: planner.Scenario, folder: Path, tmp_path: Path
) -> None:
    """All three tables."""
    out = tmp_path / "out"
    call_here("forecast", str(folder), "-o", str(out), "--replications", "50")
    found = planner.forecast(scenario, replications=50)
    assert same_tables(found, out) == {"forecast_daily", "forecast_hourly", "forecast_peak"}
    assert len(found.to_frame()) >= scenario.problem.horizon.days


def test_parcels_are_priced_as_by_the_command(folder: Path, tmp_path: Path) -> None:
    """Line by line, and the invoice."""
    parcels = tmp_path / "parcels.csv"
    parcels.write_text("parcel,region,weight_g\n1,zhejiang,300\n2,xizang,2500\n", encoding="utf-8")
    out = tmp_path / "priced.csv"
    call_here("rate", str(folder / "near.yaml"), str(parcels), "-o", str(out))
    found = planner.rate(folder / "near.yaml", parcels)
    assert csv_text(found.to_frame()) == out.read_text(encoding="utf-8-sig")
    assert found.summary["parcels"] == 2


@pytest.mark.slow
def test_a_comparison_is_that_of_the_command(
    scenario: planner.Scenario, folder: Path, tmp_path: Path
) -> None:
    """Every table of `planner compare`."""
    out = tmp_path / "out"
    call_here("compare", str(folder), "near", "far", "-o", str(out), "--replications", "2")
    found = planner.compare(scenario, ["near", "far"], replications=2)
    assert {"contracts", "clauses", "breakevens", "rules", "remote"} <= same_tables(found, out)


def test_results_show_themselves_in_a_line(peak: Any, scenario: planner.Scenario) -> None:
    """No repr fills a screen, and every table has a view for notebooks."""
    shown = (scenario, scenario.problem, peak, peak.plan, peak.staffing, peak.tables)
    for found in shown:
        assert len(repr(found)) < 1000
        assert "\n" not in repr(found)
    assert peak.staffing._repr_html_().startswith("<table")
    assert "person-days" in peak._repr_html_()
    assert isinstance(peak.staffing.to_frame(), pd.DataFrame)
    with pytest.raises(AttributeError, match="no table 'staf'; there are"):
        _ = peak.staf


def test_a_frame_is_a_copy(peak: Any) -> None:
    """What a user does to it changes no result."""
    frame = peak.staffing.to_frame()
    frame["headcount"] = 0
    assert peak.staffing.to_frame()["headcount"].sum() > 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: planner.read_scenario("nowhere"), "nowhere: no such scenario"),
        (lambda s: planner.read_scenario(None), "path: must be a path, got None"),
        (lambda s: planner.read_scenario(""), "path: is no path, got ''"),
        (lambda s: planner.read_scenario("x", seed=-1), "seed: must be at least 0, got -1"),
        (lambda s: planner.plan("x"), "scenario: must come from planner.read_scenario, got 'x'"),
        (lambda s: planner.plan(s.problem), "planner.read_scenario, got a Problem"),
        (lambda s: planner.plan(s, method="Joint"), "method: must be one of joint"),
        (lambda s: planner.plan(s, replications=0), "replications: must be at least 1, got 0"),
        (lambda s: planner.plan(s, replications="5"), "must be a whole number, got '5'"),
        (lambda s: planner.plan(s, jobs=True), "jobs: must be a whole number, got True"),
        (lambda s: planner.plan(s, effort=2.0), "effort: must be a whole number, got 2.0"),
        (lambda s: planner.plan(s, time_limit=float("nan")), "time_limit: must be above 0"),
        (lambda s: planner.plan(s, time_limit="5"), "must be a number of seconds, got '5'"),
        (lambda s: planner.simulate(s, seed="7"), "seed: must be a whole number, got '7'"),
        (lambda s: planner.simulate(s, replications=10**7), "must be at most 1,000,000"),
        (lambda s: planner.simulate(s, pd.DataFrame()), "plan: must be a plan, its folder"),
        (lambda s: planner.simulate(s, "nowhere"), "nowhere: is no result"),
        (lambda s: planner.certify(s, None), "plan: must be a plan, its folder, or its plan.xlsx"),
        (lambda s: planner.forecast(s, replications=-1), "must be at least 1, got -1"),
        (lambda s: planner.compare(s, ["nobody"]), "nobody: neither a file nor in the scenario"),
        (lambda s: planner.compare(s, "near"), 'contracts: must be a list such as ["near"]'),
        (lambda s: planner.compare(s, [5]), "contracts: must be a path, got 5"),
        (lambda s: planner.rate("nowhere", "nowhere"), "nowhere: no such file"),
        (lambda s: planner.rate("x", pd.DataFrame()), "parcels: must be a path, got a DataFrame"),
        (lambda s: planner.rate("x", "x", collections=-1), "collections: must be at least 0"),
        (lambda s: planner.rate("x", "x", all_parcels="9"), "must be a whole number, got '9'"),
        (lambda s: planner.report("nowhere"), "nowhere: is no result"),
        (lambda s: planner.report("x", lang="de"), "lang: must be one of en, zh, got 'de'"),
        (lambda s: planner.report("x", formats="pdf"), 'formats: must be a list such as ["pdf"]'),
        (lambda s: planner.report("x", formats=["docx"]), "must be one of pdf, png, xlsx, html"),
    ],
)
def test_errors_are_the_planners_own(call: Any, words: str, scenario: planner.Scenario) -> None:
    """In words, before any work."""
    with pytest.raises(InputError) as caught:
        call(scenario)
    assert isinstance(caught.value, PlannerError)
    assert words in str(caught.value)


def test_numbers_of_numpy_are_numbers(peak: Any, scenario: planner.Scenario) -> None:
    """An integer that came out of a table is taken."""
    ours = planner.simulate(scenario, peak, replications=np.int64(2), seed=np.int32(7))
    assert len(ours.replications) == 2


def test_importing_the_package_loads_nothing() -> None:
    """`import planner` is free, names at most 14 things, and each of them exists."""
    program = (
        "import sys, planner\n"
        "heavy = {'numpy', 'pandas', 'ortools', 'simpy', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert len(planner.__all__) <= 14\n"
        "assert set(planner.__all__) <= set(dir(planner))\n"
        "assert all(hasattr(planner, name) for name in planner.__all__)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = planner.nothing


@pytest.mark.slow
def test_a_script_needs_no_guard(folder: Path, tmp_path: Path) -> None:
    """Child processes do not run a user's script again."""
    script = tmp_path / "script.py"
    script.write_text(
        "import planner\n"
        "print('begun')\n"
        f"scenario = planner.read_scenario({str(folder)!r})\n"
        "runs = planner.simulate(scenario, replications=8, jobs=2)\n"
        "print(len(runs.replications))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["begun", "8"]
