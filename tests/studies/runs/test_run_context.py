"""An interrupted study continues from its results; any other study begins again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from planner.domain.choices import ENGINES
from planner.errors import ClusterError
from planner.formats.scenario.reader import Scenario
from planner.simulation import compile_ahead
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.run_context import RunContext, resumable
from planner.studies.steps.load import load
from tests.builders import a_problem
from tests.cli.builders import write_small
from tests.studies.recording_listener import RecordingListener

OPTIONS: dict[str, Any] = {
    "command": "simulate",
    "replications": 10,
    "engine": "compiled",
    "lang": "en",
}
begun: list[int] = []  # replications, in the order they were done


@dataclass(frozen=True)
class Power:
    """A task that records each of its replications."""

    exponent: int = 2

    def __call__(self, replication: int) -> int:
        begun.append(replication)
        return int(replication**self.exponent)


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(write_small(tmp_path / "scenario"))


@pytest.fixture
def out(tmp_path: Path, scenario: Scenario) -> Path:
    """Where the result would stand, next to what a study of five powers that was broken off has
    left.
    """
    folder = tmp_path / "results" / "out"

    def broken_off() -> None:
        context = RunContext(budget=Budget(10))
        with resumable(folder, scenario, OPTIONS, context):
            context.replicate("powers", Power(), 5)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    begun.clear()
    return folder


def study(
    folder: Path, scenario: Scenario, options: dict[str, Any], task: Power | None = None
) -> list[str]:
    """Ten powers; what was said on the way."""
    heard = RecordingListener()
    begun.clear()
    context = RunContext(budget=Budget(10), listener=heard)
    task = task or Power()
    with resumable(folder, scenario, options, context) as draft:
        assert context.replicate("powers", task, 10) == [k**task.exponent for k in range(10)]
        (draft / "run.json").write_text("{}")
    assert sorted(heard.steps) == list(range(10))
    return heard.messages


def test_what_is_there_is_not_done_again(out: Path, scenario: Scenario) -> None:
    """The replications of the study that was broken off are taken as they are; every one is
    reported once.
    """
    assert study(out, scenario, OPTIONS) == ["resuming an earlier run (powers: 5)"]
    assert begun == [5, 6, 7, 8, 9]
    assert [p.name for p in out.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("option", [("lang", "zh"), ("replications", 20)])
def test_options_that_change_no_result_change_nothing(
    out: Path, scenario: Scenario, option: tuple[str, Any]
) -> None:
    """Another language, more replications: earlier results still count."""
    study(out, scenario, {**OPTIONS, option[0]: option[1]})
    assert begun == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("option", [("engine", "simpy"), ("effort", 50), ("command", "plan")])
def test_other_options_begin_again(out: Path, scenario: Scenario, option: tuple[str, Any]) -> None:
    """Results of another command, engine or effort are not used, and that is said."""
    said = study(out, scenario, {**OPTIONS, option[0]: option[1]})
    assert said == ["what an earlier run left belongs to other inputs or options: starting afresh"]
    assert begun == list(range(10))


def test_another_seed_begins_again(out: Path, scenario: Scenario) -> None:
    """So does a seed given on the command line."""
    study(out, replace(scenario, problem=replace(scenario.problem, seed=77)), OPTIONS)
    assert begun == list(range(10))


def test_a_changed_input_begins_again(out: Path, scenario: Scenario) -> None:
    """One byte in any file that was read is another study."""
    path = scenario.root / "regions.csv"
    path.write_text(path.read_text() + "\n")
    study(out, scenario, OPTIONS)
    assert begun == list(range(10))


def test_another_task_does_not_meet_old_replications(out: Path, scenario: Scenario) -> None:
    """Should the plan differ although nothing else does, its replications are its own."""
    study(out, scenario, OPTIONS, Power(3))
    assert begun == list(range(10))


def test_a_planner_that_was_killed_leaves_nothing_behind_the_next(
    tmp_path: Path, scenario: Scenario
) -> None:
    """Drafts of this result are removed; what belongs to another result is not touched."""
    number = "0123456789abcdef"
    foreign = [f".other.{number}.partial", f".out.x.{number}.partial"]
    for name in (f".out.{number}.partial", f".out.{number}.old", *foreign):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    (tmp_path / "out").mkdir()
    study(tmp_path / "out", scenario, OPTIONS)
    left = sorted(p.name for p in tmp_path.iterdir())
    assert left == [*foreign, "out", "scenario"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["run.json"]


def test_an_unreachable_cluster_is_known_before_the_work(out: Path, scenario: Scenario) -> None:
    """Nothing is begun, and what an earlier run left stays."""
    context = RunContext(budget=Budget(10), executor=Executor(scheduler="nonsense"))
    with (
        pytest.raises(ClusterError, match="nonsense"),
        resumable(out, scenario, OPTIONS, context),
    ):
        begun.append(0)
    assert begun == []
    assert study(out, scenario, OPTIONS) == ["resuming an earlier run (powers: 5)"]


def test_the_first_simulation_waits_for_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so once; SimPy compiles nothing."""
    monkeypatch.setattr(compile_ahead, "compiled_before", lambda: False)
    waits = {}
    for engine in ENGINES:
        told = RecordingListener()
        context = RunContext(listener=told, executor=Executor(engine=engine))
        with context.compiling(a_problem()):
            for replications in (3, 4):
                assert len(context.replicate("powers", Power(), replications)) == replications
        waits[engine] = [name for name, _ in told.stages]
    (waited,) = waits["compiled"]
    assert waited == "waiting for the simulation to be compiled, once on this machine"
    assert waits["simpy"] == []
