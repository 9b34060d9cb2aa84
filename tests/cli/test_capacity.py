"""`planner capacity`: tables, figure, one JSON object, and a folder that can be proved."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from planner.run_browser.runs import RunFolders
from planner.studies.verification.verify import verify
from tests.cli.builders import write_queue, write_small
from tests.cli.conftest import Result, call, call_here

QUICK = ("--replications", 30, "--jobs", 1)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A scenario without couriers, and its plan."""
    folder = tmp_path_factory.mktemp("capacity")
    scenario = write_queue(folder / "queue", per_day=100, law="cv: 0.5", servers=4, days=2)
    asked = ("--method", "peak", "--set", "service.confidence=0.8", *QUICK, "--quiet")
    assert call_here("plan", scenario, "-o", folder / "plan", *asked).code == 0
    return scenario, folder / "plan"


def capacity(planned: tuple[Path, Path], out: Path, *more: object) -> Result:
    asked = ("--plan", planned[1], "-o", out, "--set", "service.confidence=0.8", *QUICK)
    return call_here("capacity", planned[0], *asked, "--all-days", *more)


@pytest.fixture(scope="module")
def found(planned: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("found") / "out"
    said = capacity(planned, out)
    assert said.code == 0, said.err
    assert "On every day of the promotion the plan can promise" in said.out
    assert "serve at hall limits it." in said.out
    return out


def rows(folder: Path, name: str = "capacity") -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_day_and_each_day_has_a_number_that_holds(found: Path) -> None:
    """And the number is confirmed on held-out replications, and fails at 1.1 times."""
    table = rows(found)
    assert [row["date"] for row in table] == ["", "2026-01-01", "2026-01-02"]
    assert all(row["holds"] == row["fails_above"] == "True" for row in table)
    assert all(int(row["met"]) >= int(row["needed"]) > int(row["met_above"]) for row in table)
    assert {row["binding_at"] for row in table} == {"serve"}
    assert all(float(row["orders_added"]) > 0 for row in rows(found, "capacity_more"))


def test_json_is_one_object_with_the_number_in_front(
    planned: tuple[Path, Path], found: Path, tmp_path: Path
) -> None:
    """The same in every process, whatever the number of jobs."""
    asked = ("--plan", planned[1], "-o", tmp_path / "out", "--set", "service.confidence=0.8")
    said = call(
        "capacity", planned[0], *asked, "--replications", 30, "--jobs", 2, "--json", "--all-days"
    )
    assert said.code == 0, said.err
    summary = json.loads(said.out)
    assert summary["orders_per_day"] == int(rows(found)[0]["orders_per_day"])
    assert summary["every_day"] == summary["capacity"][0]
    for name in ("tables/capacity.csv", "figures/capacity.png", "capacity.pdf", "run.json"):
        assert (tmp_path / "out" / name).read_bytes() == (found / name).read_bytes()


def test_the_folder_is_proved_and_listed(found: Path, tmp_path: Path) -> None:
    """By its counts at once, by simulating again with --full; a forged number is found."""
    assert verify(found).verified
    proof = verify(found, full=True)
    assert proof.verified
    assert any("gives the same tables and page" in line for line in proof.proved)
    assert [run.command for run in RunFolders(found.parent).runs()] == ["capacity"]
    forged = tmp_path / "forged"
    shutil.copytree(found, forged)
    path = forged / "tables" / "capacity.csv"
    text = path.read_text("utf-8-sig")
    path.write_text(text.replace("True", "False", 1), "utf-8-sig")
    assert not verify(forged).verified


def test_an_edited_plan_has_a_capacity_of_its_own(
    planned: tuple[Path, Path], found: Path, tmp_path: Path
) -> None:
    """Twice the people promise more orders, and the note says that the plan was edited."""
    edited = tmp_path / "edited"
    shutil.copytree(planned[1], edited)
    path = edited / "tables" / "staffing.csv"
    before = rows(edited, "staffing")
    for row in before:
        row["headcount"] = str(2 * int(row["headcount"]))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, before[0].keys())
        writer.writeheader()
        writer.writerows(before)
    said = capacity((planned[0], edited), tmp_path / "out")
    assert said.code == 0, said.err
    assert "plan with" in said.err
    more, as_made = (int(rows(f)[0]["orders_per_day"]) for f in (tmp_path / "out", found))
    assert more > 1.5 * as_made


def test_what_cannot_be_done_says_why(planned: tuple[Path, Path], tmp_path: Path) -> None:
    """No plan, a plan of another scenario, too few replications: one line, nothing written."""
    out, (scenario, _) = tmp_path / "out", planned
    nothing = call_here("capacity", scenario, "--plan", scenario, "-o", out, *QUICK)
    assert nothing.code == 3
    assert "plan.json" in nothing.err
    other = write_small(tmp_path / "small")
    strange = call_here("capacity", other, "--plan", planned[1], "-o", out, *QUICK)
    assert strange.code in (1, 3)
    assert "another scenario" in strange.err
    few = call_here("capacity", scenario, "--plan", planned[1], "-o", out, *QUICK)
    assert few.code == 3
    assert "--replications: must be at least 59" in few.err
    assert call_here("capacity", scenario, "-o", out).code == 2
    assert not out.exists()


def test_in_chinese_every_line_and_the_page_are(planned: tuple[Path, Path], tmp_path: Path) -> None:
    """Without --all-days: every day and the promotion days; one page, also as a picture."""
    asked = ("--plan", planned[1], "-o", tmp_path / "out", "--set", "service.confidence=0.8")
    said = call_here("capacity", planned[0], *asked, *QUICK, "--lang", "zh")
    assert said.code == 0, said.err
    *lines, folder = said.out.splitlines()
    assert folder.endswith("out")
    assert "大促期间每一天，方案都能承诺" in lines[0]
    assert "无需申报" in lines[-1]
    for line in lines:
        assert "promotion" not in line
    assert (tmp_path / "out" / "capacity.pdf").read_bytes().startswith(b"%PDF")
    assert [path.name for path in (tmp_path / "out" / "figures").iterdir()] == ["capacity.png"]
