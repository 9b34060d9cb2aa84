"""The cases of a replay: the roster of then, the plan we would have made, and hindsight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.backlog import Backlog
from planner.domain.costs import simulated_costs
from planner.domain.demand_path import mean_path
from planner.domain.given_demand import ANY_PRODUCT, GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, SLOT_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT
from planner.domain.records import Summary
from planner.errors import ConflictError, NoPlanError
from planner.formats.plan_files import read_given_plan
from planner.studies.backtest.replay_log import PastPromotion
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.engine_check import checked_engines
from planner.studies.draft_plan import draft_plan
from planner.studies.run import plan_study
from planner.studies.runs.journal import Journal
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import as_is_plan

Case = Literal["roster", "corrected", "plan", "hindsight"]
NO_ROSTER = "the scenario states no staffing: what people of then would have done is not known"


@dataclass(frozen=True, kw_only=True)
class Planning:
    """How the plans of a replay are made.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    draft : bool
        Whether first plans are taken, which nobody has tried.
    plan : Path, optional
        Folder or workbook of a plan in place of the one that would have been made.
    """

    method: str = "joint"
    draft: bool = False
    plan: Path | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class ReplayedCase:
    """A plan on the orders that came; or why there is none.

    Attributes
    ----------
    case : Case
        Whose plan it is.
    problem : Problem
        What was simulated.
    plan : Plan, optional
        The plan.
    summaries : sequence of Summary
        Its replications.
    message : str
        Why there is no plan.
    """

    case: Case
    problem: Problem
    plan: Plan | None = None
    summaries: Sequence[Summary] = ()
    message: str = ""

    @property
    def late(self) -> Floats:
        """Share of the orders due that failed [replication]."""
        return np.array([1.0 - s.on_time_share for s in self.summaries])

    @property
    def costs(self) -> Floats:
        """Cost in minor units [replication]."""
        if self.plan is None:
            return np.empty(0)
        return np.asarray(sum(simulated_costs(self.problem, self.plan, self.summaries).values()))

    @property
    def handed_over(self) -> Ints:
        """Orders that left, of all contracts [replication, day]; packed ones without contracts."""
        days = self.problem.horizon.reported_days
        if self.problem.contracts:
            return np.array([s.handed_over.sum(axis=0)[:days] for s in self.summaries])
        per_day = DAY_S // self.problem.horizon.bucket_s
        rows = [self.problem.process_names.index(s.processes[-1].name) for s in self.problem.sites]
        packed = np.array(
            [sum(s.hourly.done[i, row] for i, row in enumerate(rows)) for s in self.summaries]
        )
        return np.asarray(packed.reshape(len(packed), -1, per_day).sum(axis=2))


def replayed_problem(problem: Problem, past: PastPromotion) -> Problem:
    """The problem with the orders that came; days after the end of the log are not reported.

    What may have gone wrong is not drawn: the past had one course.
    """
    horizon = problem.horizon
    covered = min(max(past.until // DAY_S, 1), horizon.reported_days)
    return replace(
        problem,
        demand=replace(problem.demand, past=past.orders),
        horizon=replace(horizon, tail_days=horizon.days - covered),
        backlog=None,
        risks=(),
    )


def hindsight_problem(problem: Problem, past: PastPromotion) -> Problem:
    """The problem of somebody who knows every order beforehand, hour by hour."""
    orders, horizon = past.orders, problem.horizon
    hours, regions = horizon.days * 24, len(problem.regions)
    known = (orders.product != ANY_PRODUCT).all()
    kinds = len(problem.products) if known else 1
    kind = orders.product if known else np.zeros(len(orders), dtype=np.int64)
    came = np.flatnonzero(orders.second >= 0)
    counts = np.zeros((1, hours, regions, kinds))
    np.add.at(
        counts[0], (orders.second[came] // HOUR_S, orders.region[came], kind[came]), orders.scale
    )
    ends = -(-orders.until_s // HOUR_S)
    path = mean_path(problem.demand, horizon)
    later = np.einsum("ch,cr->hr", path.hourly(), path.mix.region_share)[ends:]
    share = problem.demand.product_share if known else np.ones(1)
    counts[0, ends:] = later[:, :, None] * share
    product = None if known else np.array([ANY_PRODUCT])
    demand = replace(problem.demand, given=GivenDemand(counts, product), history=None)
    return replace(problem, demand=demand, backlog=_known_backlog(past), risks=())


def _known_backlog(past: PastPromotion) -> Backlog | None:
    """The orders that were open when the horizon began, as often as they stand for."""
    orders = past.orders
    open_ = np.flatnonzero(orders.second < 0)
    if not len(open_):
        return None
    ends = np.floor(np.arange(1, len(open_) + 1) * orders.scale + 1e-9).astype(np.int64)
    rows = np.stack([orders.second[open_], orders.region[open_], orders.product[open_]], axis=1)
    begins_s = int(rows[0, 0]) // SLOT_S * SLOT_S
    return Backlog(begins_s=begins_s, stated=np.repeat(rows, np.diff(ends, prepend=0), axis=0))


def replay_cases(
    problem: Problem, past: PastPromotion, planning: Planning, context: RunContext
) -> list[ReplayedCase]:
    """Replay the orders that came under every plan.

    Parameters
    ----------
    problem : Problem
        The scenario, with what was known before.
    past : PastPromotion
        What came.
    planning : Planning
        How plans are made.
    context : RunContext
        Where replications run.

    Returns
    -------
    list of ReplayedCase
        The roster of then, the plan, and hindsight; those without a plan say why.
    """
    replayed = replayed_problem(problem, past)
    found = [
        _planned("roster", lambda: _roster(problem)),
        _planned("plan", lambda: _known_plan(problem, planning, context)),
        _planned("hindsight", lambda: _made(hindsight_problem(problem, past), planning, context)),
    ]
    plans = [plan for _, plan, _ in found if plan is not None]
    if not plans:
        return [ReplayedCase(case=c, problem=replayed, message=words) for c, _, words in found]
    checked_engines(replayed, plans[0], context)
    context.begin("replaying the orders", context.budget.replications)
    results = iter(evaluate_plans(replayed, plans, context, HELD_OUT))
    return [
        ReplayedCase(
            case=case,
            problem=replayed,
            plan=plan,
            summaries=() if plan is None else next(results),
            message=words,
        )
        for case, plan, words in found
    ]


def corrected_case(roster: ReplayedCase, changed: Problem, context: RunContext) -> ReplayedCase:
    """The roster of then on the same orders, with the inputs that the log shows.

    Parameters
    ----------
    roster : ReplayedCase
        The roster with the stated inputs.
    changed : Problem
        Its problem with those of the log.
    context : RunContext
        Where replications run.

    Returns
    -------
    ReplayedCase
        The case.
    """
    if roster.plan is None:
        raise ValueError("there is no roster to be corrected")
    context.begin("replaying the roster at the rates of the log", context.budget.replications)
    (summaries,) = evaluate_plans(changed, [roster.plan], context, HELD_OUT)
    return replace(roster, case="corrected", problem=changed, summaries=summaries)


def _planned(case: Case, make: Callable[[], Plan]) -> tuple[Case, Plan | None, str]:
    """A case with its plan, or with the reason why it has none."""
    try:
        return case, replace(make(), certificate=None), ""
    except NoPlanError as error:
        return case, None, "; ".join(blame.words for blame in error.blame) or error.status
    except ConflictError as error:
        return case, None, str(error)


def _roster(problem: Problem) -> Plan:
    """The operation as the scenario states it."""
    if problem.roster is None:
        raise ConflictError(NO_ROSTER)
    return as_is_plan(problem)


def _known_plan(problem: Problem, planning: Planning, context: RunContext) -> Plan:
    """The plan that was given, or the one that would have been made from what was known."""
    if planning.plan is None:
        return _made(problem, planning, context)
    given = read_given_plan(planning.plan, problem)
    context.notes += given.notes
    return given.plan


def _made(problem: Problem, planning: Planning, context: RunContext) -> Plan:
    """A plan by the method that is asked for, in a context whose journal is its own."""
    own = replace(context, journal=Journal(), notes=[])
    if planning.draft:
        return draft_plan(problem, planning.method, own)
    return plan_study(problem, planning.method, own).evaluated.plan
