"""`planner sweep`: a grid of what-ifs as a table, a figure and one JSON object."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from planner.studies.runs.journal import Journal
from planner.studies.verification.verify import verify
from tests.cli.builders import write_queue
from tests.cli.conftest import call, call_here

GRID = ("--vary", "demand.scale=1,1.5", "--vary", "crews.own.headcount=0,3,no")
QUICK = ("--draft", "--effort", 1, "--replications", 3)


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario that is planned in a second."""
    folder = tmp_path_factory.mktemp("queue") / "queue"
    return write_queue(folder, per_day=200, law="cv: 1", servers=6, days=1)


@pytest.fixture(scope="module")
def swept(queue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("swept") / "out"
    assert call_here("sweep", queue, *GRID, "-o", out, *QUICK, "--jobs", 1).code == 0
    return out


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "tables" / "sweep.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_point_is_a_row_even_without_a_plan(swept: Path) -> None:
    """With its values, and what is wrong where there is no plan or no valid input."""
    found = rows(swept)
    assert [(row["demand.scale"], row["crews.own.headcount"]) for row in found] == [
        (scale, people) for scale in ("1", "1.5") for people in ("0", "3", "no")
    ]
    assert [row["status"] for row in found] == ["no plan", "draft", "invalid input"] * 2
    assert "must be a whole number" in found[2]["message"]
    assert found[0]["message"] != ""
    assert found[0]["cost"] == ""
    assert [row["people"] for row in found if row["status"] == "draft"] == ["2", "3"]
    costs = [float(row["cost"]) for row in found if row["status"] == "draft"]
    assert costs[1] > costs[0]


@pytest.mark.usefixtures("undrawn")
def test_a_draft_is_that_of_planner_plan(queue: Path, swept: Path, tmp_path: Path) -> None:
    """The same plan, simulated on the replications that `planner simulate` takes."""
    settings = ("--set", "demand.scale=1.5", "--set", "crews.own.headcount=3")
    plan, out = tmp_path / "plan", tmp_path / "simulated"
    quick = ("--jobs", 1, "--quiet")
    drafted = call_here("plan", queue, *settings, "--draft", "--effort", 1, "-o", plan, *quick)
    assert drafted.code == 0
    simulated = ("simulate", queue, *settings, "--plan", plan, "--replications", 3, "-o", out)
    summary = call_here(*simulated, "--json", *quick).json()
    (row,) = [r for r in rows(swept) if (r["demand.scale"], r["status"]) == ("1.5", "draft")]
    assert float(row["cost"]) == summary["cost"]
    assert float(row["on_time_share"]) == pytest.approx(summary["on_time_share"]["mean"], abs=1e-6)
    assert int(row["met"]) == summary["certificate"]["met"]


def test_the_points_on_the_terminal_stand_in_columns(queue: Path, tmp_path: Path) -> None:
    """Values of one axis may be of different length."""
    said = call_here("sweep", queue, *GRID, "-o", tmp_path / "out", *QUICK, "--jobs", 1)
    lines = [line for line in said.out.splitlines() if line.startswith("demand.scale=")]
    assert len(lines) == 6
    assert len({line.index("crews.own.headcount=") for line in lines}) == 1


@pytest.mark.slow
def test_the_result_does_not_depend_on_jobs(queue: Path, swept: Path, tmp_path: Path) -> None:
    """The same bytes by two processes; --json states every point."""
    out = tmp_path / "out"
    result = call("sweep", queue, *GRID, "-o", out, *QUICK, "--jobs", 2, "--json")
    assert result.code == 0, result.err
    for name in ("tables/sweep.csv", "figures/sweep.png", "run.json"):
        assert (out / name).read_bytes() == (swept / name).read_bytes(), name
    summary = result.json()
    assert summary["draft"] is True
    assert summary["axes"] == {
        "demand.scale": ["1", "1.5"],
        "crews.own.headcount": ["0", "3", "no"],
    }
    assert [point["status"] for point in summary["points"]] == [
        row["status"] for row in rows(swept)
    ]
    assert summary["points"][0]["cost"] is None


def test_a_sweep_is_proved_by_planning_again(swept: Path, tmp_path: Path) -> None:
    """With --full; a row that does not follow from the inputs is found."""
    proof = verify(swept)
    assert proof.verified, proof.findings
    assert any("plans every point again" in words for words in proof.not_proved)
    assert verify(swept, full=True).verified
    forged = tmp_path / "forged"
    shutil.copytree(swept, forged)
    table = forged / "tables" / "sweep.csv"
    table.write_text(table.read_text().replace(",draft,", ",certified,", 1))
    run = json.loads((forged / "run.json").read_text())
    run["outputs"]["tables/sweep.csv"] = hashlib.sha256(table.read_bytes()).hexdigest()
    (forged / "run.json").write_text(json.dumps(run))
    assert verify(forged).verified
    assert any('says "certified"' in words for words in verify(forged, full=True).findings)


def test_a_certified_point_says_so(queue: Path, tmp_path: Path) -> None:
    """Without --draft every plan is certified where it can be; --strict wants all of them."""
    out = tmp_path / "out"
    asked = ("--vary", "crews.own.headcount=6", "--effort", 1, "--jobs", 1, "--strict")
    result = call_here("sweep", queue, *asked, "--set", "service.confidence=0.5", "-o", out)
    (row,) = rows(out)
    assert (result.code, row["status"]) == (0, "certified")
    assert row["replications"] == "100"
    assert "1 of 1 points certified" in result.out
    run = json.loads((out / "run.json").read_text())
    assert run["settings"] == ["service.confidence=0.5"]


def test_points_that_are_done_are_not_planned_again(
    queue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted sweep resumes at the points that are missing."""
    asked = ("sweep", queue, "--vary", "demand.scale=1,1.1,1.2", *QUICK, "--jobs", 1)
    out, keep, kept = tmp_path / "out", Journal.keep, []

    def keep_two(journal: Journal, kind: str, *rest: object) -> object:
        if kind == "points":
            if len(kept) == 2:
                raise KeyboardInterrupt
            kept.append(rest[0])
        return keep(journal, kind, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "keep", keep_two)
        assert call_here(*asked, "-o", out).code == 130
    assert len(kept) == 2
    resumed = call_here(*asked, "-o", out)
    assert resumed.code == 0
    assert "resuming an earlier run (points: 2)" in resumed.err
    assert [row["status"] for row in rows(out)] == ["draft"] * 3


def test_a_path_that_does_not_exist_is_an_error(queue: Path, tmp_path: Path) -> None:
    """No point is valid: nothing is written, and the message says what was meant."""
    out = tmp_path / "out"
    result = call_here("sweep", queue, "--vary", "demand.scal=1,2", *QUICK, "--jobs", 1, "-o", out)
    assert result.code == 3
    assert "demand.scal: unknown key; did you mean scale?" in result.err
    assert not out.exists()
