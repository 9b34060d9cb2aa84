"""One replan in the middle of held-out promotions, against none and against hindsight.

Every promotion is drawn as the simulation draws it; its orders until the moment are the actuals.
The plan goes on as it is, with the changes of `planner replan`, and with those that the same search
finds when it knows the rest; all three are simulated on the promotion itself. Cost: what the plan
commits to, failed orders, and work after hours; the charges of carriers are left out.

    python benchmarks/trust/replan.py SCENARIO PLAN_DIR --now 2026-11-11T02:00 --promotions 200
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from planner.domain.costs import planned_minor
from planner.domain.horizon import HOUR_S
from planner.domain.on_call import with_on_call
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.statistics import proportion_interval, t_interval
from planner.domain.under_way import UNKNOWN, SeenOrders
from planner.formats.actuals import Actuals, now_second
from planner.formats.base.value_types import parse_datetime
from planner.formats.plan_files import read_plan
from planner.simulation.drawn_orders import drawn_orders, new_store
from planner.simulation.failures import PilotResult
from planner.studies.certification.failure_places import LateOrderSearch
from planner.studies.certification.pilot_replications import (
    PilotRun,
    PilotRuns,
    without_costs,
)
from planner.studies.replan.changes import found_changes
from planner.studies.replan.frozen import frozen_moves
from planner.studies.replan.search import ChangeSearch
from planner.studies.replan.situation import situation
from planner.studies.replan.terms import ReplanTerms
from planner.studies.runs.executor import Executor
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.load import load

TRUTH = "truth"  # stream set of the promotions


@dataclass(frozen=True)
class Outcome:
    """A promotion: cost in minor units and whether the service level was kept, by policy."""

    cost: tuple[float, float, float]
    kept: tuple[bool, bool, bool]
    changes: int
    orders: int
    cpu_s: float


def actuals_of(problem: Problem, number: int, now_s: int) -> Actuals:
    """Orders by hour and region until now, of a promotion."""
    orders = drawn_orders(problem, Streams(problem.seed, TRUTH, number))
    past = orders.ordered_at_s < now_s
    hour = orders.ordered_at_s[past].astype(np.int64) // HOUR_S
    regions = len(problem.regions)
    cell, count = np.unique(hour * regions + orders.region[past], return_counts=True)
    begins = cell // regions * HOUR_S
    seen = SeenOrders(
        until_s=now_s,
        begins_s=begins,
        lasts_s=np.minimum(begins + HOUR_S, now_s) - begins,
        region=cell % regions,
        product=np.full(len(cell), UNKNOWN),
        orders=count,
    )
    return Actuals(seen=seen, backlog={}, came=(), pickups=(), stock={}, files=(), warnings=())


def outcome(problem: Problem, plan: Plan, terms: ReplanTerms, number: int) -> Outcome:
    """One promotion under the three policies."""
    context = RunContext(executor=Executor(1, None, "compiled"))
    begun = time.process_time()
    with new_store():
        actuals = actuals_of(problem, number, terms.now_s)
        now = situation(problem, plan, actuals, terms, context)
        found = found_changes(now, terms, context)
    spent = time.process_time() - begun
    moved = frozen_moves(now.problem, terms, now.plan, found.plan)
    if moved:
        raise AssertionError(moved)
    truth = with_on_call(problem)
    with new_store():
        runs = PilotRuns(truth, [PilotRun(TRUTH, number)], context.executor)
        search = ChangeSearch(
            problem=truth,
            terms=terms,
            simulate=runs.simulate,
            where_late=lambda p, _: LateOrderSearch(truth, p, TRUTH, "compiled", (number,))(0),
            screening=(0,),
            judging=(0,),
            options=context.options.replan,
        )
        known = search.changed(plan)
        plans = [without_costs(plan), without_costs(found.plan), without_costs(known.plan)]
        results = [runs.simulate(p, (0,))[0] for p in plans]
    costs = [
        float(planned_minor(truth, p) + r.failing_minor)
        for p, r in zip(plans, results, strict=True)
    ]
    kept = [kept_by(truth, r) for r in results]
    return Outcome(
        (costs[0], costs[1], costs[2]),
        (kept[0], kept[1], kept[2]),
        len(found.steps),
        results[0].due[0],
        spent,
    )


def kept_by(problem: Problem, result: PilotResult) -> bool:
    """Whether the service level was kept."""
    shares = problem.service.shares
    parts = zip(result.failed, result.due, shares, strict=True)
    return all(failed <= (1 - share) * due + 1e-9 for failed, due, share in parts)


def show(found: list[Outcome]) -> None:
    """Costs and kept promotions by policy, and what replanning saves."""
    n = len(found)
    cost = np.array([o.cost for o in found]) / 100
    changed = sum(o.changes > 0 for o in found)
    print(f"{n} promotions; changes in {changed}; {np.mean([o.orders for o in found]):,.0f} orders")
    for k, name in enumerate(("as planned", "one replan", "hindsight")):
        met = sum(o.kept[k] for o in found)
        low, high = proportion_interval(met, n)
        mean, a, b = t_interval(cost[:, k] - cost[:, 0])
        print(
            f"{name}: cost {cost[:, k].mean():,.0f}, against as planned {mean:,.0f} "
            f"(95 % {a:,.0f} to {b:,.0f}); kept {met} of {n} (95 % {low:.1%} to {high:.1%})"
        )
    spent = [o.cpu_s for o in found]
    print(f"one replan: {np.mean(spent):.1f} processor seconds, at most {max(spent):.1f}")


def main() -> None:
    """Run the promotions, and print after every ten of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--now", required=True)
    parser.add_argument("--promotions", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--change-cost", type=int, default=50)
    parser.add_argument("--release", action="store_true")
    asked = parser.parse_args()
    problem = load(asked.scenario).problem
    plan = read_plan(asked.plan, problem)
    terms = ReplanTerms(
        now_s=now_second(asked.now, problem, parse_datetime),
        change_minor=asked.change_cost * 100,
        release=asked.release,
    )
    found: list[Outcome] = []
    for number in range(asked.first, asked.first + asked.promotions):
        found.append(outcome(problem, plan, terms, number))
        print(number, found[-1], flush=True)
        if len(found) % 10 == 0:
            show(found)
    show(found)


if __name__ == "__main__":
    main()
