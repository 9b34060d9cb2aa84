"""Pilot runs give the same results in one process, in several and on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import dask
import pytest
from distributed import Client, LocalCluster

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL
from planner.simulation.failures import PilotResult
from planner.studies.certification import pilot_replications
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.runs.executor import Executor
from tests.simulation.builders import generated
from tests.simulation.failing_tasks import die

RUNS = [PilotRun(REHEARSAL, k) for k in range(6)]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A scheduler with two workers, each a process of its own."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
    ):
        yield cluster.scheduler_address


def results(problem: Problem, plans: list[Plan], executor: Executor) -> list[list[PilotResult]]:
    """Results of plans, one after the other, then a summary of the first."""
    with executor.open(), PilotRuns(problem, RUNS, executor) as runs:
        found = [runs.simulate(plan, range(len(RUNS))) for plan in plans]
        summaries = runs.summarise(plans[0], [1, 3])
        assert [s.placed for s in summaries] == [r.placed for r in runs.summarise(plans[0], [1, 3])]
        return found


def plans_of(problem: Problem, plan: Plan) -> list[Plan]:
    """The plan, the plan with fewer people at one site, and with other routing."""
    less = tuple(row for k, row in enumerate(plan.staffing) if k % 3)
    other = tuple(replace(row, share=row.share / 2) for row in plan.routing)
    return [plan, replace(plan, staffing=less), plan, replace(plan, routing=other)]


def test_workers_change_no_result(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process, two and a cluster."""
    monkeypatch.setattr(pilot_replications, "START_S", -1.0)
    problem, plan = generated(11)
    plans = plans_of(problem, plan)
    alone = results(problem, plans, Executor(1))
    assert results(problem, plans, Executor(2)) == alone
    assert results(problem, plans, Executor(scheduler=address)) == alone


def test_what_was_simulated_is_known() -> None:
    """The same people and vehicles are not simulated again, and the caller's count tells."""
    problem, plan = generated(11)
    first, less, again, _ = plans_of(problem, plan)
    with PilotRuns(problem, RUNS, Executor(1)) as runs:
        runs.simulate(first, range(4))
        runs.simulate(less, range(4))
        assert runs.simulated == 8
        runs.simulate(again, range(4))
        assert runs.simulated == 8
        runs.simulate(again, range(6))
        assert runs.simulated == 10


def test_a_cluster_that_loses_workers_loses_no_result(address: str) -> None:
    """Both workers die in between; others take their places."""
    problem, plan = generated(11)
    executor = Executor(scheduler=address)
    with executor.open(), PilotRuns(problem, RUNS, executor) as runs:
        before = runs.simulate(plan, range(2))
        with Client(address) as client:
            for worker in list(client.nthreads()):
                client.submit(die, 0, workers=[worker], pure=False, allow_other_workers=False)
            after = runs.simulate(plan, range(6))
    assert after[:2] == before
    with PilotRuns(problem, RUNS, Executor(1)) as alone:
        assert alone.simulate(plan, range(6)) == after
