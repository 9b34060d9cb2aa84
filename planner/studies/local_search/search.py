"""Simulation optimisation without a model: change a plan at random, keep what simulated promotions
like better.

A local search that starts from rules of thumb and compares on common random numbers, as packages
that optimise over a simulation do (Fu 2002, doi 10.1287/ijoc.14.3.192.113).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.costs import simulated_costs
from planner.domain.demand import Floats
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
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.certificate import least_met
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.local_search.neighbourhood import Neighbourhood
from planner.studies.runs.run_context import RunContext

PANEL_PART = 20  # one in so many of the promotions there may be: on these every plan is judged
PANEL_MOST = 60  # of them: if all keep the promise, 95 % may be claimed
# promotions played before it is asked whether a plan is worse: the same for any number of jobs
AT_ONCE = 2
# on the panel, of the failures that the promise allows: a plan made for it does worse elsewhere
CAUTION = 0.5
# a plan is worth the whole panel that saves one in a thousand, of orders missing or of cost
ENOUGH = 0.999
MOST_IDLE = 500  # changes in a row that break a rule or change nothing: the search is over


def search_plan(problem: Problem, costs: LaneCosts, replications: int, context: RunContext) -> Plan:
    """The best plan found in so many simulated promotions of the world of rehearsals, by trial
    alone.

    Better is who misses fewer orders to the promise (kept with half to spare: `CAUTION`), and of
    those who keep it, who is cheaper on average in the same promotions. The same plan for any
    number of jobs. Raises NoPlanError when a region has no lane, ValueError without a promotion.
    """
    if replications < 1:
        raise ValueError("a search needs at least one simulated promotion")
    context.begin("searching plans by simulation", replications)
    scenes = [
        PilotRun(REHEARSAL, k) for k in range(min(max(replications // PANEL_PART, 1), PANEL_MOST))
    ]
    with PilotRuns(problem, scenes, context.executor.engine, context.executor.jobs) as stage:
        return _searched(problem, costs, Panel(problem, replications, stage, context))


def _searched(problem: Problem, costs: LaneCosts, panel: Panel) -> Plan:
    """Change after change until nothing may be simulated any more."""
    moves = Neighbourhood(
        problem, lanes_by_cell(problem, costs), Streams(problem.seed, REHEARSAL, 0).rng("search")
    )
    best = panel.first(sketch_average(problem, costs))
    best = panel.better(sketch_peak(problem, costs), best) or best
    idle = 0
    while panel.left and idle < MOST_IDLE:
        before = panel.left
        best = panel.better(moves.changed(best.sketch, fewer=best.keeps), best) or best
        idle = 0 if panel.left < before else idle + 1
    return best.sketch.plan(problem, costs, "search", PlanStatus.BEST_FOUND)


@dataclass(frozen=True, eq=False)
class Judged:
    """A plan on the panel: by promotion, orders that failed beyond what it allows, and cost in
    minor units.

    `misses`: promotions that may miss the promise.
    """

    sketch: HeuristicDecisions
    plan: Plan
    missing: Floats
    cost: Floats
    misses: int

    @property
    def score(self) -> tuple[float, float]:
        """Orders missing to the promise, then the mean cost: no saving makes up for a missed
        promise.
        """
        return missing_orders(self.missing, self.misses), float(self.cost.mean())

    @property
    def keeps(self) -> bool:
        """Is the promise kept on the panel?"""
        return self.score[0] == 0

    def hardest_first(self) -> list[int]:
        """The promotions, those first that another plan will most likely fail in: short already,
        else dear. The very worst, which may miss the promise, come last.
        """
        order = sorted(range(len(self.cost)), key=lambda k: (-self.missing[k], -self.cost[k], k))
        return order[self.misses :] + order[: self.misses]

    def ahead_of(self, other: Judged, played: list[int]) -> bool:
        """Is it better than the other as far as they have been played, by enough to play on?"""
        (missing, cost), (rival, rival_cost) = self._sums(played), other._sums(played)
        return missing < ENOUGH * rival or (missing <= rival and cost < ENOUGH * rival_cost)

    def _sums(self, played: list[int]) -> tuple[float, float]:
        return float(self.missing[played].sum()), float(self.cost[played].sum())


def missing_orders(missing: Floats, misses: int) -> float:
    """Orders missing to the promise in all promotions but the worst, which may miss it."""
    return float(np.sort(missing)[: max(len(missing) - misses, 0)].sum())


class Panel:
    """Promotions on which every plan is judged, and how many may still be simulated (`left`)."""

    def __init__(
        self, problem: Problem, replications: int, stage: PilotRuns, context: RunContext
    ) -> None:
        self.left = replications
        self._problem, self._stage, self._context = problem, stage, context
        # as a certificate of so many promotions would allow
        self._misses = max(len(stage) - least_met(len(stage), problem.service.confidence), 0)

    def first(self, sketch: HeuristicDecisions) -> Judged:
        """A sketch to begin with, on the whole panel."""
        judged = self._started(sketch)
        self._play(judged, range(len(self._stage)))
        return judged

    def better(self, sketch: HeuristicDecisions, best: Judged) -> Judged | None:
        """The sketch on the whole panel, if it keeps every rule and is better than the best.

        What is no better in the hardest promotions, where people are worth most, is left there; so
        is what the budget does not reach for.
        """
        judged, order = self._started(sketch), best.hardest_first()
        if _decisions(judged.plan) == _decisions(best.plan) or violations(
            self._problem, judged.plan
        ):
            return None
        for begin in range(0, len(order), AT_ONCE):
            numbers = order[begin : begin + AT_ONCE]
            if len(numbers) > self.left:
                self.left = 0
                return None
            self._play(judged, numbers)
            if not judged.ahead_of(best, order[: begin + AT_ONCE]):
                return None
        return judged if judged.score < best.score else None

    def _started(self, sketch: HeuristicDecisions) -> Judged:
        nothing = np.zeros(len(self._stage))
        return Judged(
            sketch, sketch.draft(self._problem, "search"), nothing, nothing.copy(), self._misses
        )

    def _play(self, judged: Judged, numbers: Sequence[int]) -> None:
        """Simulate some of the promotions; what comes out is written down in place."""
        summaries, at = self._stage.rate(judged.plan, numbers), list(numbers)
        judged.missing[at] = [_missing(self._problem, s) for s in summaries]
        judged.cost[at] = sum(simulated_costs(self._problem, judged.plan, summaries).values())
        self.left -= len(at)
        for k in at:
            self._context.advance(k)


def _missing(problem: Problem, summary: Summary) -> float:
    """Orders that failed beyond what the panel allows; 0 where there are none."""
    allowed = CAUTION * (1.0 - problem.service.on_time_share) * (summary.orders + summary.cancelled)
    return max(summary.failed - allowed, 0.0)


def _decisions(plan: Plan) -> tuple[object, ...]:
    return plan.staffing, plan.routing, plan.stock, plan.extra
