"""Both engines are compared before or while the fast one is used, and a difference ends the study."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from planner.domain.records import Records
from planner.errors import ConflictError
from planner.simulation.simulate import compiled_before, simulate
from planner.studies.certification import engine_check
from planner.studies.certification.engine_check import (
    checked_engines,
    checking_engines,
    compare_engines,
)
from planner.studies.runs.executor import Executor
from planner.studies.runs.journal import Journal
from planner.studies.runs.run_context import RunContext
from tests.builders import a_plan, a_problem

PROBLEM = a_problem(orders_per_hour=20)
PLAN = a_plan(PROBLEM)
EQUAL = {"replication": 0, "engines": ["compiled", "simpy"], "equal": True}


def test_engines_that_differ_end_the_study() -> None:
    """One second in one record is enough; the message names it, and what to do."""

    def late(*given: Any, **named: Any) -> Records:
        records = simulate(*given, **named)
        if "compiled" in given:
            packed = records.packed_at_s.copy()
            packed[3] += 1
            records = replace(records, packed_at_s=packed)
        return records

    with (
        patch.object(engine_check, "simulate", late),
        pytest.raises(ConflictError, match=r"packed_at_s\[3\].*--engine simpy"),
    ):
        checked_engines(PROBLEM, PLAN, RunContext())


def test_a_worker_compares_the_engines_while_the_block_simulates() -> None:
    """Where workers are worth it; the comparison is the same, and is waited for."""
    alone = compare_engines(PROBLEM, PLAN)  # compiles the engine as well
    assert EQUAL.items() <= alone.items()
    assert compiled_before()
    context = RunContext(executor=Executor(2))
    with (
        context.executor.open(),
        patch.object(Executor, "worth_workers", return_value=True),
        patch.object(engine_check, "checked_engines", side_effect=AssertionError),
        checking_engines(PROBLEM, PLAN, context, 100) as checked,
    ):
        assert checked() == alone


def process_of_comparison(*_: object) -> dict[str, int]:
    """Stands in for the comparison: which process makes it."""
    return {"process": os.getpid()}


def differing_engines(*_: object) -> None:
    """Stands in for a comparison that finds a difference."""
    raise ConflictError("the compiled engine differs from the reference")


def test_the_comparison_of_a_worker_ends_the_study_as_well() -> None:
    """It is another process that compares; what it finds is raised in the block."""
    context = RunContext(executor=Executor(2))
    with context.executor.open(), patch.object(Executor, "worth_workers", return_value=True):
        with (
            patch.object(engine_check, "compare_engines", process_of_comparison),
            checking_engines(PROBLEM, PLAN, context, 100) as checked,
        ):
            assert checked()["process"] != os.getpid()
        with (
            patch.object(engine_check, "compare_engines", differing_engines),
            pytest.raises(ConflictError, match="differs from the reference"),
            checking_engines(PROBLEM, PLAN, context, 100) as checked,
        ):
            checked()


def test_engines_known_to_agree_are_not_compared_again(tmp_path: Path) -> None:
    """A study that is resumed finds the comparison in its journal; no worker makes it again."""
    context = RunContext(executor=Executor(2), journal=Journal(tmp_path / "journal", "study"))
    before = checked_engines(PROBLEM, PLAN, context)
    with (
        patch.object(Executor, "worth_workers", return_value=True),
        patch.object(engine_check, "compare_engines", side_effect=AssertionError),
        checking_engines(PROBLEM, PLAN, context, 100) as checked,
    ):
        assert checked() == before


def test_without_workers_the_engines_are_compared_before_the_block() -> None:
    """A few replications are simulated by this process; the reference alone needs no comparison."""
    with patch.object(engine_check, "compare_engines", wraps=compare_engines) as compared:
        with checking_engines(PROBLEM, PLAN, RunContext(), 100) as checked:
            assert compared.call_count == 1
        assert EQUAL.items() <= checked().items()
        only_reference = RunContext(executor=Executor(engine="simpy"))
        with checking_engines(PROBLEM, PLAN, only_reference, 100) as checked:
            assert checked() == {"engines": ["simpy"]}
        assert compared.call_count == 1
