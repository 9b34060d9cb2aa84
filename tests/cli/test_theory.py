"""Queueing theory by the command line: scenario files in, waiting times out."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t as student

from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.load import load
from planner.studies.steps.make_plan import as_is_plan
from tests.cli.builders import write_queue

SERVICE_S = 600.0  # 6 orders per hour (short services: tests/simulation/features/test_theory.py)
ERLANG = [(c, load) for c in (1, 3, 10) for load in (0.5, 0.8, 0.9)]
POLLACZEK = [
    (law, cv2, load)
    for law, cv2 in (("deterministic", 0.0), ("lognormal", 4.0))
    for load in (0.5, 0.8, 0.9)
]
CELLS = len(ERLANG) + len(POLLACZEK)


def erlang_c_wait(servers: int, load: float) -> float:
    """Mean wait of M/M/c (Erlang 1917): C(c, a) / (c mu - lambda)."""
    offered = servers * load
    terms = [offered**k / math.factorial(k) for k in range(servers)]
    last = offered**servers / math.factorial(servers) / (1 - load)
    return last / (sum(terms) + last) * SERVICE_S / (servers * (1 - load))


def pollaczek_khinchine_wait(cv2: float, load: float) -> float:
    """Mean wait of M/G/1 (Pollaczek 1930, Khinchine 1932): rho (1 + cv^2) / (2 (1 - rho)) mean
    service times.
    """
    return load * (1 + cv2) / (2 * (1 - load)) * SERVICE_S


def waits(
    folder: Path, servers: int, load_: float, law: str, orders: int, replications: int
) -> np.ndarray:
    per_day = servers * load_ * 86_400 / SERVICE_S
    days = max(2, round(orders / per_day))
    problem = load(write_queue(folder, per_day, law, servers, days)).problem
    summaries = evaluate_plans(
        problem, [as_is_plan(problem)], RunContext(budget=Budget(replications))
    )[0]
    return np.array([s.mean_wait_s for s in summaries])


def agrees(sample: np.ndarray, theory: float) -> None:
    """|t| stays below the Bonferroni 1 % point for all cells together."""
    limit = student.ppf(1 - 0.01 / (2 * CELLS), len(sample) - 1)
    value = (sample.mean() - theory) / (sample.std(ddof=1) / np.sqrt(len(sample)))
    assert abs(value) <= limit, (
        f"t = {value:.2f}: simulated {sample.mean():.1f} s, theory {theory:.1f} s"
    )


@pytest.mark.parametrize(("servers", "load_"), ERLANG)
def test_waits_agree_with_erlang_c(tmp_path: Path, servers: int, load_: float) -> None:
    """Exponential work, c people: the mean wait is Erlang's."""
    sample = waits(tmp_path, servers, load_, "distribution: exponential", 4000, 12)
    agrees(sample, erlang_c_wait(servers, load_))


@pytest.mark.parametrize(("law", "cv2", "load_"), POLLACZEK)
def test_waits_agree_with_pollaczek_khinchine(
    tmp_path: Path, law: str, cv2: float, load_: float
) -> None:
    """One person, constant or widely spread work: the mean wait is that of Pollaczek and
    Khinchine.
    """
    sample = waits(tmp_path, 1, load_, f"distribution: {law}, cv: {math.sqrt(cv2)}", 4000, 12)
    agrees(sample, pollaczek_khinchine_wait(cv2, load_))
