"""Simulation optimisation without a model: random changes of a plan, kept where they are better.

A local search that starts from rules of thumb and compares on common random numbers, as packages
that optimise over a simulation do (Fu 2002, doi 10.1287/ijoc.14.3.192.113).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.costs import simulated_costs, tail_minor
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL, Streams
from planner.domain.records import Summary
from planner.planning.heuristics.cheapest_carrier import lanes_by_cell
from planner.planning.heuristics.rules_of_thumb import (
    HeuristicDecisions,
    sketch_average,
    sketch_peak,
)
from planner.planning.rostering.unfilled import RosterCheck
from planner.studies.certification.certificate import least_met
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.local_search.neighbourhood import Neighbourhood
from planner.studies.options.study_options import LocalSearchOptions
from planner.studies.runs.run_context import RunContext


def search_plan(problem: Problem, costs: LaneCosts, replications: int, context: RunContext) -> Plan:
    """Search for a plan by simulation alone.

    The better plan has fewer orders missing to the service level (met with a reserve), and among
    those that meet it the lower mean cost on the same replications. The plan is the same for any
    number of jobs.

    Parameters
    ----------
    problem : Problem
        The problem.
    costs : LaneCosts
        Expected cost of a parcel by lane.
    replications : int
        Replications that may be simulated, at least 1.
    context : RunContext
        Where replications run, and the options of the search.

    Returns
    -------
    Plan
        The best plan found.

    Raises
    ------
    NoPlanError
        A region has no lane.
    ValueError
        No replication may be simulated.
    """
    if replications < 1:
        raise ValueError("a search needs at least one replication")
    context.begin("searching plans by simulation", replications)
    options = context.options.local_search
    size = min(max(replications // options.panel_divisor, 1), options.largest_panel)
    runs = [PilotRun(REHEARSAL, k) for k in range(size)]
    with PilotRuns(problem, runs, context.executor, context.tell_of_loss) as pilot_runs:
        return _search(problem, costs, Panel(problem, replications, pilot_runs, context), context)


def _search(problem: Problem, costs: LaneCosts, panel: Panel, context: RunContext) -> Plan:
    """Change after change, until nothing may be simulated any more or nothing changes."""
    neighbourhood = Neighbourhood(
        problem,
        lanes_by_cell(problem, costs),
        Streams(problem.seed, REHEARSAL, 0).rng("search"),
        context.options.neighbourhood,
    )
    best = panel.first(sketch_average(problem, costs))
    best = panel.better(sketch_peak(problem, costs), best) or best
    idle = 0
    while panel.left and idle < context.options.local_search.most_idle:
        before = panel.left
        candidate = neighbourhood.changed(best.decisions, fewer=best.meets)
        best = panel.better(candidate, best) or best
        idle = 0 if panel.left < before else idle + 1
    return best.decisions.plan(problem, costs, "search", PlanStatus.BEST_FOUND)


@dataclass(frozen=True, eq=False)
class PanelResult:
    """A plan on the replications of the panel.

    Attributes
    ----------
    decisions : HeuristicDecisions
        The decisions that the search changes.
    plan : Plan
        The plan that follows from them.
    missing : ndarray
        Failed orders beyond those that the panel allows, by replication.
    cost : ndarray
        Cost by replication, minor units.
    misses : int
        Replications that may miss the service level.
    """

    decisions: HeuristicDecisions
    plan: Plan
    missing: Floats
    cost: Floats
    misses: int

    @property
    def score(self) -> tuple[float, float]:
        """Orders missing to the service level, then mean cost: no saving makes up for an order."""
        return missing_orders(self.missing, self.misses), float(self.cost.mean())

    @property
    def meets(self) -> bool:
        """Whether the service level is met on the panel."""
        return self.score[0] == 0

    def hardest_first(self) -> list[int]:
        """Replications in which another plan will most likely be worse first.

        Those short of orders come first, then expensive ones; the very worst, which may miss the
        service level, come last.
        """
        order = sorted(range(len(self.cost)), key=lambda k: (-self.missing[k], -self.cost[k], k))
        return order[self.misses :] + order[: self.misses]

    def ahead_of(self, other: PanelResult, simulated: list[int], factor: float) -> bool:
        """Whether it is ahead of another by enough to be simulated further.

        Parameters
        ----------
        other : PanelResult
            The best plan, on the whole panel.
        simulated : list of int
            Replications in which this plan was simulated.
        factor : float
            Multiple of the other's missing orders or cost that it must be below.

        Returns
        -------
        bool
            Whether it is.
        """
        missing, cost = self._sums(simulated)
        other_missing, other_cost = other._sums(simulated)
        if missing < factor * other_missing:
            return True
        return missing <= other_missing and cost < factor * other_cost

    def _sums(self, simulated: list[int]) -> tuple[float, float]:
        return float(self.missing[simulated].sum()), float(self.cost[simulated].sum())


def missing_orders(missing: Floats, misses: int) -> float:
    """Orders missing to the service level in all replications but the worst, which may miss it."""
    return float(np.sort(missing)[: max(len(missing) - misses, 0)].sum())


class Panel:
    """Replications on which all plans are compared; `left` may still be simulated.

    Parameters
    ----------
    problem : Problem
        The problem.
    replications : int
        Replications that may be simulated.
    pilot_runs : PilotRuns
        Replications of the panel.
    context : RunContext
        Hears about each replication; holds the options of the search.
    """

    def __init__(
        self, problem: Problem, replications: int, pilot_runs: PilotRuns, context: RunContext
    ) -> None:
        self.left = replications
        self._problem, self._runs, self._context = problem, pilot_runs, context
        self._roster_check = RosterCheck(problem)
        self._options: LocalSearchOptions = context.options.local_search
        # as a certificate of so many replications would allow
        size = len(pilot_runs)
        self._misses = max(size - least_met(size, problem.service.confidence), 0)

    def first(self, decisions: HeuristicDecisions) -> PanelResult:
        """Simulate the first decisions on the whole panel."""
        result = self._begin(decisions)
        self._simulate(result, range(len(self._runs)))
        return result

    def better(self, decisions: HeuristicDecisions, best: PanelResult) -> PanelResult | None:
        """Simulate decisions on the panel as long as they are ahead of the best.

        Parameters
        ----------
        decisions : HeuristicDecisions
            The decisions to try.
        best : PanelResult
            The best result so far.

        Returns
        -------
        PanelResult or None
            None where they break a rule, change nothing, are not better, or the budget is spent.
        """
        result, order = self._begin(decisions), best.hardest_first()
        if _decided(result.plan) == _decided(best.plan):
            return None
        if not self._roster_check.allows(result.plan):
            return None
        at_once = self._options.at_once
        for begin in range(0, len(order), at_once):
            numbers = order[begin : begin + at_once]
            if len(numbers) > self.left:
                self.left = 0
                return None
            self._simulate(result, numbers)
            done = order[: begin + at_once]
            if not result.ahead_of(best, done, self._options.worth_continuing):
                return None
        return result if result.score < best.score else None

    def _begin(self, decisions: HeuristicDecisions) -> PanelResult:
        size = len(self._runs)
        plan = decisions.draft(self._problem, "search")
        return PanelResult(decisions, plan, np.zeros(size), np.zeros(size), self._misses)

    def _simulate(self, result: PanelResult, numbers: Sequence[int]) -> None:
        """Simulate some replications and write the figures into the result."""
        summaries, at = self._runs.summarise(result.plan, numbers), list(numbers)
        result.missing[at] = [self._missing(s) for s in summaries]
        reported = sum(simulated_costs(self._problem, result.plan, summaries).values())
        result.cost[at] = reported + tail_minor(self._problem, result.plan)
        self.left -= len(at)
        for k in at:
            self._context.advance(k)

    def _missing(self, summary: Summary) -> float:
        """Failed orders beyond those that the panel allows: by the deadline and by each target."""
        return sum(
            max(failed - self._options.allowed_failures * (1.0 - share) * due, 0.0)
            for (failed, due), share in zip(
                summary.outcomes, self._problem.service.shares, strict=True
            )
        )


def _decided(plan: Plan) -> tuple[object, ...]:
    return plan.staffing, plan.routing, plan.stock, plan.extra
