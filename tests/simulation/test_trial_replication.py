"""A trial counts what a full simulation counts, whatever is kept between trials."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem, Service, Target
from planner.domain.random_streams import REHEARSAL, Streams
from planner.domain.stress import Stress
from planner.rating.courier_offers import offers
from planner.simulation.drawn_orders import new_store
from planner.simulation.failures import PilotResult, pilot_result
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.simulate import simulate
from planner.simulation.trial_replication import TrialReplication, resources, site_groups
from tests.simulation.builders import generated

SEEDS = range(40)


def with_everything(seed: int) -> tuple[Problem, Plan]:
    """A generated problem, now and then with a tail, a target of one's own and risks."""
    problem, plan = generated(seed, 3)
    also = (Target(12.0, 0.8),) if seed % 3 == 0 else ()
    tail = 1 if seed % 2 == 0 else 0
    risks = (
        (
            Stress(
                name="wave",
                kind="absence_wave",
                strength=0.4,
                probability=0.7,
                from_s=8 * HOUR_S,
                to_s=20 * HOUR_S,
            ),
        )
        if seed % 4 == 0
        else ()
    )
    return (
        replace(
            problem,
            horizon=replace(problem.horizon, tail_days=tail),
            service=Service(0.98, 0.95, also),
            risks=risks,
        ),
        plan,
    )


def in_full(problem: Problem, plan: Plan, replication: int) -> PilotResult:
    """The result of a full simulation."""
    streams = Streams(problem.seed, REHEARSAL, replication)
    orders = draw_orders(problem, streams)
    return pilot_result(problem, simulate(problem, plan, orders, streams, offers=offers(problem)))


def tried(trial: TrialReplication, problem: Problem, plan: Plan) -> PilotResult:
    """The sum over all sites."""
    found = [
        trial.simulated(resources(problem, plan, sites), sites) for sites in site_groups(problem)
    ]
    return sum(found, start=trial.nowhere)


def fewer(plan: Plan, seed: int) -> Plan:
    """The plan without some of its people and vehicles."""
    rng = np.random.default_rng(seed)
    staffing = tuple(row for row in plan.staffing if rng.random() < 0.8)
    return replace(plan, staffing=staffing, extra=plan.extra[: len(plan.extra) // 2])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_trial_gives_the_result_of_a_full_simulation(seed: int, tmp_path: Path) -> None:
    """Drawn now or read from the store, under the plan and with fewer people and vehicles."""
    problem, plan = with_everything(seed)
    less = fewer(plan, seed)
    expected = [in_full(problem, one, 1) for one in (plan, less, plan)]
    streams = Streams(problem.seed, REHEARSAL, 1)
    with new_store():
        for _ in range(2):
            trial = TrialReplication(problem, plan, streams, offers(problem), "compiled")
            assert [tried(trial, problem, one) for one in (plan, less, plan)] == expected


def test_the_reference_model_tries_as_well() -> None:
    """By the SimPy model the same."""
    problem, plan = with_everything(3)
    trial = TrialReplication(
        problem, plan, Streams(problem.seed, REHEARSAL, 1), offers(problem), "simpy"
    )
    assert tried(trial, problem, plan) == in_full(problem, plan, 1)


def test_sites_that_share_an_allotment_are_tried_together() -> None:
    """Where what a contract takes on a day is limited, one site's people concern the other's."""
    groups = {
        (len(problem.sites), any(c.commitment.allotment_per_day for c in problem.contracts)): (
            site_groups(problem)
        )
        for problem in (generated(seed)[0] for seed in SEEDS)
    }
    assert groups[2, True] == ((0, 1),)
    assert groups[2, False] == ((0,), (1,))
    assert groups[1, False] == ((0,),)
