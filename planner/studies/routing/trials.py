"""Lists of routing rules compared by simulation on pilot replications of their plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.domain.costs import simulated_costs
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL
from planner.domain.records import Summary
from planner.domain.routing_rules import Rules, under_rules
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.certificate import met_count
from planner.studies.certification.pilot_replications import PilotRuns
from planner.studies.options.study_options import RoutingRuleOptions

FIRST_AT_ONCE = 2  # replications, the same for any number of jobs
PILOT_SET = f"{REHEARSAL} of rules"  # random streams that nothing else uses


class Trials:
    """Lists compared on pilot replications: promotions that are not kept, then cost.

    Parameters
    ----------
    problem : Problem
        The problem with the levers of the plan in force.
    plan : Plan
        The plan whose people, stock and vehicles the lists are tried with.
    pilot : PilotRuns
        Replications that no certificate rests on.
    options : RoutingRuleOptions
        How many of them lists are compared on.
    """

    def __init__(
        self, problem: Problem, plan: Plan, pilot: PilotRuns, options: RoutingRuleOptions
    ) -> None:
        self._problem, self._plan, self._pilot = problem, plan, pilot
        self._tried: dict[Rules, tuple[int, float] | None] = {}
        self._broken = set(violations(problem, plan))
        self._numbers = self._chosen(options)

    def _chosen(self, options: RoutingRuleOptions) -> list[int]:
        """Pilot replications that the plan is closest to failing, and others spread over the rest.

        The hardest come first.
        """
        numbers = range(len(self._pilot))
        results = self._pilot.simulate(self._plan, numbers)
        failed = [
            max(f / max(due, 1) for f, due in zip(result.failed, result.due, strict=True))
            for result in results
        ]
        hardest = sorted(numbers, key=lambda k: -failed[k])
        rest = hardest[options.hardest :]
        step = max(len(rest) // max(options.others, 1), 1)
        return hardest[: options.hardest] + rest[::step][: options.others]

    def best(self, candidates: Sequence[Rules]) -> Rules | None:
        """The best of some lists, the first of equals; None without one that breaks no rule."""
        best: tuple[tuple[int, float], Rules] | None = None
        for rules in candidates:
            found = self._outcome(rules, len(self._numbers) if best is None else best[0][0])
            if found is not None and (best is None or found < best[0]):
                best = found, rules
        return None if best is None else best[1]

    def _outcome(self, rules: Rules, most: int) -> tuple[int, float] | None:
        """Replications not kept and the cost; None with more than `most`, or against a rule."""
        if rules not in self._tried:
            plan = under_rules(self._problem, self._plan, rules)
            broken = set(violations(self._problem, plan)) - self._broken
            self._tried[rules] = None if broken else self._simulated(plan, most)
        return self._tried[rules]

    def _simulated(self, plan: Plan, most: int) -> tuple[int, float] | None:
        """Simulated on the hardest replications first, until the list is out of the running."""
        summaries: list[Summary] = []
        at_once = FIRST_AT_ONCE
        while len(summaries) < len(self._numbers):
            done = len(summaries)
            summaries += self._pilot.summarise(plan, self._numbers[done : done + at_once])
            failed = len(summaries) - met_count(self._problem, summaries)
            if failed > most:
                return None
            at_once *= 2  # what is in the running so far stays in it, mostly
        cost = sum(simulated_costs(self._problem, plan, summaries).values())
        return failed, float(np.mean(cost))
