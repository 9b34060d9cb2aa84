"""`--set`: what-if from the command line, recorded, proved and explained like any other result."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

import planner
from planner.studies.runs.run_context import RunContext, resumable
from planner.studies.steps.load import load
from planner.studies.verification.verify import verify
from tests.cli.builders import write_queue
from tests.cli.conftest import call_here

QUICK = ("--effort", 1, "--jobs", 1)
MORE = "demand.scale=1.5"


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario that is planned in a second."""
    folder = tmp_path_factory.mktemp("queue") / "queue"
    return write_queue(folder, per_day=200, law="cv: 1", servers=6, days=1)


@pytest.fixture(scope="module")
def plain(queue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plain") / "out"
    assert call_here("plan", queue, "-o", out, "--draft", *QUICK).code == 0
    return out


@pytest.fixture(scope="module")
def more(queue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("more") / "out"
    assert call_here("plan", queue, "-o", out, "--draft", "--set", MORE, *QUICK).code == 0
    return out


def _read(folder: Path, name: str) -> dict[str, object]:
    content: dict[str, object] = json.loads((folder / name).read_text())
    return content


def test_a_result_keeps_its_settings_and_is_proved_with_them(plain: Path, more: Path) -> None:
    """run.json and the assumptions name them; without them the folder would not be proved."""
    assert _read(plain, "run.json")["settings"] == []
    assert _read(more, "run.json")["settings"] == [MORE]
    cost = [float(str(_read(folder, "plan.json")["objective"])) for folder in (plain, more)]
    assert cost[1] > cost[0]
    assert 'demand.scale,1.5,"set for this run' in (more / "tables/assumptions.csv").read_text()
    proof = verify(more)
    assert proof.verified, proof.findings


def test_settings_that_are_left_out_are_noticed(more: Path, tmp_path: Path) -> None:
    """The same folder without its settings is not proved."""
    forged = tmp_path / "forged"
    copied(more, forged)
    run = _read(forged, "run.json")
    (forged / "run.json").write_text(json.dumps({**run, "settings": []}))
    assert not verify(forged).verified


def copied(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())


def test_a_folder_with_settings_is_explained_and_reported(more: Path) -> None:
    """The explanation reads the inputs with the settings; the report lists them."""
    assert call_here("explain", more).code == 0
    assert call_here("report", more, "--format", "html", "--lang", "zh", "--quiet").code == 0
    assert "demand.scale" in (more / "report.html").read_text(encoding="utf-8")


def test_other_settings_are_another_run(queue: Path, tmp_path: Path) -> None:
    """What an interrupted run has left is not taken up by one with other settings."""
    out = tmp_path / "out"

    def interrupted(*settings: str) -> bool:
        context = RunContext()
        with (
            suppress(KeyboardInterrupt),
            resumable(out, load(queue, settings=settings), {}, context),
        ):
            context.journal.once("plans", "x", int, lambda: 1)
            raise KeyboardInterrupt
        return context.journal.resumed

    assert [interrupted(*s) for s in ((), (MORE,), (MORE,), ())] == [False, False, True, False]


def test_check_prints_every_mistake_at_its_setting(queue: Path) -> None:
    """With the exit code of invalid input, and as findings of --json."""
    wrong = ("--set", "demand.scal=2", "--set", "crews.owm.headcount=3")
    result = call_here("check", queue, *wrong)
    assert result.code == 3
    assert "--set demand.scal: unknown key; did you mean scale?" in result.err
    assert "--set crews.owm.headcount: crews has no item" in result.err
    assert "did you mean own?" in result.err
    assert call_here("check", queue, "--set", MORE, "--json").json()["orders_expected"] == 300


def test_python_takes_settings_as_a_mapping(queue: Path) -> None:
    """Numbers, texts and times as Python writes them."""
    settings = {"demand.scale": 1.5, "crews.own.headcount": 5, "title": "no"}
    scenario = planner.read_scenario(queue, set=settings)
    assert (scenario.problem.crews[0].limit, scenario.title) == (5, "no")
    assert scenario.settings == ("demand.scale=1.5", "crews.own.headcount=5", 'title="no"')
    with pytest.raises(planner.PlannerError, match="must be a mapping"):
        planner.read_scenario(queue, set=["demand.scale=2"])
    with pytest.raises(planner.PlannerError, match=r"--set demand\.scale: must be at most 1000"):
        planner.read_scenario(queue, set={"demand.scale": 1e9})
