"""Contracts planned and compared in one call."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from planner.domain.contracts import Contract
from planner.domain.problem import Problem
from planner.studies.contracts.alternatives import planned_alternatives
from planner.studies.contracts.comparison import compare
from planner.studies.runs.run_context import RunContext


def compared(
    problem: Problem,
    contracts: Sequence[Contract],
    replications: int,
    seed: int,
    context: RunContext,
) -> dict[str, pd.DataFrame]:
    """Tables of a comparison."""
    return compare(
        problem, planned_alternatives(problem, contracts, context), replications, seed, context
    )
