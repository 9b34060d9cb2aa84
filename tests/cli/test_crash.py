"""A solver crash costs the joint plan, never the run: a plan that meets every rule takes its place,
and the exit code is 6.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.domain.problem import Problem
from planner.errors import CrashError
from planner.studies.runs.run_context import RunContext
from planner.studies.steps import make_plan
from planner.studies.steps.load import load
from tests.cli.conftest import Result, call_here

PROGRAM = """\
import sys
from planner.cli.main import main
from planner.studies.steps import make_plan
from tests.cli.test_crash import crashing
make_plan.plan_joint = crashing
if __name__ == "__main__":
    main(sys.argv[1:])
"""


def crashing(*_: object, **__: object) -> None:
    """A planning step whose solver crashes."""
    os.abort()


def call_crashing(*args: object) -> Result:
    """`planner ARGS` with a solver that crashes."""
    command = [sys.executable, "-c", PROGRAM, *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
def test_a_plan_that_keeps_every_rule_stands_in(small: Path, tmp_path: Path) -> None:
    """The folder is complete and verifies; plan and manifest say what happened; nothing is left
    next to it.
    """
    out = tmp_path / "out"
    result = call_crashing("plan", small, "-o", out, "--replications", 6, "--jobs", 1, "--json")
    assert result.code == 6
    plan = result.json()
    assert plan == json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert plan["method"] == "cheapest"
    assert plan["status"] == "fallback"
    assert plan["note"] == "the process of the solver was ended by SIGABRT"
    assert plan["certificate"]["replications"] == 6
    assert (
        "the cheapest rule of thumb keeps every rule and takes the place of the joint plan"
        in result.err
    )
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert call_here("verify", out).code == 0


@pytest.mark.slow
def test_a_whole_run_continues_to_its_report(small: Path, tmp_path: Path) -> None:
    """`planner run` writes everything too (the solver that compares contracts does not crash)."""
    out = tmp_path / "out"
    assert call_crashing("run", small, "-o", out, "--replications", 20, "--jobs", 1).code == 6
    assert (out / "report.pdf").exists()
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["status"].startswith(
        "fallback"
    )


@pytest.fixture(scope="module")
def given(small: Path) -> Problem:
    return load(small, None).problem


def test_the_best_plan_so_far_stands_in_first(given: Problem) -> None:
    """A plan that was found before the crash is better than any rule of thumb."""
    best = make_plan.decide(given, "average")
    context = RunContext()
    found = make_plan.fallback(given, CrashError("it crashed"), context, best)
    assert (found.method, found.status_in_words, found.staffing) == (
        "average",
        "fallback: it crashed",
        best.staffing,
    )
    assert len(context.notes) == 1


def test_without_a_plan_that_keeps_the_rules_the_crash_is_raised(
    given: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written that breaks a rule."""
    monkeypatch.setattr(
        make_plan, "broken_rules", lambda problem, plan: [type("V", (), {"words": "too many"})]
    )
    with pytest.raises(CrashError, match="it crashed"):
        make_plan.fallback(given, CrashError("it crashed"), RunContext())
