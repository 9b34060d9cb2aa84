"""Errors reach the parent of the process that raises them."""

from __future__ import annotations

import pickle

import pytest

from planner.errors import (
    Blame,
    ClusterError,
    ConflictError,
    CrashError,
    Finding,
    InputError,
    NoBoundError,
    NoPlanError,
    PlannerError,
)

SHORT = Blame(rule="people", words="too few people", excess=3.0, unit="people")
ERRORS = [
    PlannerError("one line", "another"),
    InputError([Finding("a.csv", 3, 2, "units", "is no number"), Finding("b.csv", 0, 0, "", "x")]),
    InputError([]),
    NoPlanError("infeasible", [SHORT], ["one more person"]),
    NoPlanError("unknown"),
    NoBoundError("no bound"),
    CrashError("the solver crashed"),
    ClusterError("no scheduler"),
    ConflictError("two things differ"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_of_a_worker_arrives_as_it_was_raised(error: PlannerError) -> None:
    """Words, exit code, and what programs get."""
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert arrived.exit_code == error.exit_code
    assert arrived.summary == error.summary
