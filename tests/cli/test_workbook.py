"""A scenario kept in Excel: written, checked, planned, proved, and turned back into a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import planner
from planner.domain.digest import digest
from planner.formats.scenario.reader import read_scenario
from tests.cli.builders import write_eventful, write_queue, write_small
from tests.cli.conftest import call_here
from tests.cli.test_resume import hashes, killed
from tests.cli.test_resume import planner as command

QUICK = ("--replications", 14, "--jobs", 1, "--quiet")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small scenario as a workbook."""
    folder = tmp_path_factory.mktemp("book")
    path = folder / "small.xlsx"
    assert call_here("convert", write_small(folder / "small"), path).code == 0
    return path


@pytest.fixture(scope="module")
def planned(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of the workbook by a rule of thumb."""
    out = tmp_path_factory.mktemp("planned") / "out"
    assert call_here("plan", book, "-o", out, "--method", "average", *QUICK).code == 0
    return out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_init_writes_a_workbook_that_is_valid(lang: str, tmp_path: Path) -> None:
    """`init --excel` gives the name its ending; `check` accepts what it wrote."""
    result = call_here("init", tmp_path / "my-promo", "--excel", "--lang", lang, "--json")
    path = tmp_path / "my-promo.xlsx"
    assert result.json() == {"workbook": str(path), "template": "singles-day"}
    checked = call_here("check", path, "--json").json()
    assert checked["valid"]
    assert checked["name"] == "singles-day"
    assert checked["files"] == 2  # the workbook, and the rule pack that it names


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Neither `init` nor `convert` replaces a file, or a folder with something in it."""
    path = tmp_path / "p.xlsx"
    path.write_text("mine")
    assert call_here("init", tmp_path / "p", "--excel").code == 1
    assert call_here("convert", write_small(tmp_path / "small"), path).code == 1
    assert path.read_text() == "mine"
    book = tmp_path / "q.xlsx"
    assert call_here("convert", tmp_path / "small", book).code == 0
    there = tmp_path / "there"
    there.mkdir()
    (there / "note.txt").write_text("mine")
    result = call_here("convert", book, there)
    assert result.code == 1
    assert "nothing was written" in result.err
    assert [p.name for p in there.iterdir()] == ["note.txt"]


def test_convert_says_what_it_cannot_do(book: Path, tmp_path: Path) -> None:
    """The ending of the target says which way it goes."""
    again = call_here("convert", book, tmp_path / "again.xlsx")
    assert again.code == 1
    assert "a workbook becomes a folder" in again.err
    folder = call_here("convert", write_small(tmp_path / "small"), tmp_path / "other")
    assert folder.code == 1
    assert "its name ends in .xlsx" in folder.err
    (tmp_path / "small" / "scenario.yaml").write_text("name: nothing\n")
    wrong = call_here("convert", tmp_path / "small", tmp_path / "wrong.xlsx")
    assert wrong.code == 3
    assert not (tmp_path / "wrong.xlsx").exists()


def test_convert_names_files_that_are_no_part_of_the_scenario(tmp_path: Path) -> None:
    """A README in the folder is not in the workbook."""
    folder = write_eventful(tmp_path / "small")
    (folder / "README.md").write_text("mine")
    result = call_here("convert", folder, tmp_path / "p.xlsx", "--json")
    assert result.json()["left_out"] == ["README.md"]
    assert digest(read_scenario(folder).problem) == digest(
        read_scenario(tmp_path / "p.xlsx").problem
    )


def test_convert_says_that_comments_are_not_kept(tmp_path: Path) -> None:
    """Nothing of the folder is lost in silence."""
    folder = write_small(tmp_path / "small", {"sites:": "# halls\nsites:"})
    (folder / "far.yaml").write_text((folder / "far.yaml").read_text() + "# asked by phone\n")
    result = call_here("convert", folder, tmp_path / "p.xlsx")
    assert "scenario.yaml, far.yaml: comments are not kept" in result.err


def test_findings_of_a_workbook_name_cells_in_json_too(tmp_path: Path) -> None:
    """`--json` gives sheet, row and column apart."""
    folder = write_small(tmp_path / "small")
    path = tmp_path / "p.xlsx"
    assert call_here("convert", folder, path).code == 0
    result = call_here("check", path, "--json", "--set", "shifts.0.name=x")
    assert result.code == 3
    (finding,) = [f for f in result.json()["findings"] if f["field"] == "staffing.0.shift"]
    assert finding["file"] == "p.xlsx"
    assert finding["sheet"] == "Roster"
    assert finding["text"].startswith("p.xlsx!Roster!")


def test_a_run_folder_keeps_the_workbook_and_is_proved_from_it(planned: Path, book: Path) -> None:
    """The input of the result is the workbook, byte for byte; `verify` starts from it."""
    kept = planned / "inputs" / "small.xlsx"
    assert kept.read_bytes() == book.read_bytes()
    assert json.loads((planned / "run.json").read_text())["scenario"] == "small.xlsx"
    proof = call_here("verify", planned)
    assert proof.code == 0, proof.err


def test_a_workbook_that_was_changed_in_a_result_is_noticed(planned: Path, tmp_path: Path) -> None:
    """Another workbook in its place is not proved."""
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(planned, copy)
    kept = copy / "inputs" / "small.xlsx"
    kept.write_bytes(kept.read_bytes() + b"\0")
    assert call_here("verify", copy).code != 0


def test_a_plan_of_a_workbook_is_that_of_the_folder(
    planned: Path, book: Path, tmp_path: Path
) -> None:
    """The same tables and the same cost."""
    out = tmp_path / "out"
    asked = ("--method", "average", *QUICK)
    assert call_here("plan", book.with_name("small"), "-o", out, *asked).code == 0
    for table in sorted(p.name for p in (out / "tables").iterdir()):
        assert (out / "tables" / table).read_bytes() == (planned / "tables" / table).read_bytes()
    assert (out / "plan.json").read_bytes() == (planned / "plan.json").read_bytes()


@pytest.mark.usefixtures("undrawn")
def test_every_command_takes_a_workbook(planned: Path, book: Path, tmp_path: Path) -> None:
    """Forecast, simulation of a plan, comparison of contracts, values that are set."""
    few = ("--replications", 2, "--quiet")
    assert call_here("forecast", book, "-o", tmp_path / "f", *few).code == 0
    simulated = ("simulate", book, "--plan", planned, "-o", tmp_path / "s", "--jobs", 1)
    assert call_here(*simulated, *few).code == 0
    compared = ("compare", book, "near", "far", "-o", tmp_path / "c", "--jobs", 1)
    assert call_here(*compared, *few, "--set", "contracts.near.discount=0.1").code == 0
    assert (tmp_path / "c" / "inputs" / "small.xlsx").exists()


def test_python_reads_a_workbook(book: Path) -> None:
    """`planner.read_scenario` takes it too."""
    assert planner.read_scenario(book).problem.contract_names == ("near", "far")


@pytest.mark.slow
def test_a_killed_study_of_a_workbook_resumes(tmp_path: Path) -> None:
    """The same bytes as without a kill, from the workbook alone."""
    folder = write_queue(tmp_path / "queue", per_day=200, law="cv: 1", servers=6, days=1)
    path = tmp_path / "queue.xlsx"
    assert call_here("convert", folder, path).code == 0
    asked = ("simulate", path, "--replications", 60, "--jobs", 1, "--quiet")
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    plan = tmp_path / "plan"
    made = ("plan", path, "-o", plan, "--method", "average", *QUICK)
    assert call_here(*made).code in (0, 5)
    asked = (*asked, "--plan", plan)
    assert call_here(*asked, "-o", whole).code == 0
    killed(command(*asked, "-o", resumed), resumed, 3)
    assert call_here(*asked, "-o", resumed).code == 0
    assert hashes(whole) == hashes(resumed)
