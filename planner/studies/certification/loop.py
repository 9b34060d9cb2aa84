"""Plan, simulate, learn, plan again: until the plan is certified, or the effort is spent.

A plan is rehearsed before it is judged. One that fails its rehearsals teaches the next; one that
holds is trimmed and put to a verdict on promotions nobody has seen. A verdict lost is a lesson too,
and its promotions are rehearsals from then on: the next verdict has promotions of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import Any, Literal

from planner.domain.demand_levers import Levers
from planner.domain.plan import Certificate, Plan, PlanStatus
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL
from planner.domain.records import Summary
from planner.errors import CrashError, NoPlanError
from planner.planning.solution.without_margins import WITHOUT_MARGINS, is_deterministic
from planner.studies.certification.certificate import CertificationLook, certify, misses_forgiven
from planner.studies.certification.common_replications import checked_engines, evaluate_plans
from planner.studies.certification.feedback import feedback_from
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.certification.removable_resources import slack_in
from planner.studies.certification.trimming import Trimmed, Trimming
from planner.studies.runs.digest import digest
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.choose_levers import in_force, levers_chosen, to_be_chosen
from planner.studies.steps.make_plan import (
    PLANNING_SCENARIOS,
    SAMPLED_PATHS,
    bounded,
    costed,
    decide,
    fallback,
    least_cost,
)
from planner.studies.steps.margins import decide_without_margins, with_more_margin

EASED = 0.5  # of the headroom is left where no plan has room for all of it
LEAST_HEADROOM = 1.01  # less is not worth a plan of its own
LOOKS = 3  # verdicts at most: later ones need more and more promotions
PLAYED_PER_EFFORT = 40  # promotions simulated for trimming at effort 1
STRICTER = (
    3  # times as many rehearsals as a plan has to pass: what is trimmed on few fails elsewhere
)
TRIES_WITHOUT_MARGINS = 5  # plans almost without margins, where nothing is left to chance
ROUNDS = 8  # times that there must be promotions enough to play them all

What = Literal["plan", "trim", "verdict"]
Stopped = Literal["certified", "effort spent", "limits", "too few promotions", "solver crashed"]


@dataclass(frozen=True)
class Iteration:
    """One step on the way: a plan rehearsed, trimmed, or judged.

    `number` counts the plans; `summaries`: the promotions it was played on; `verdict` of a
    judgement; `feedback` heeded.
    """

    what: What
    number: int
    plan: Plan
    summaries: Sequence[Summary]
    verdict: Certificate | None = None
    feedback: PlanningFeedback | None = None

    def kept(self, problem: Problem) -> int:
        """Promotions that kept the promise."""
        return kept(problem, self.summaries)


@dataclass(frozen=True)
class PlanningHistory:
    """The way to a plan: its steps, the last of them the verdict on it; why it ended; the look that
    judged it; `planned`: the plan as the solver left it; `played`: promotions simulated before that
    verdict; `engines`: what the manifest says of them.
    """

    steps: tuple[Iteration, ...]
    stopped: Stopped
    look: CertificationLook
    planned: Plan
    trimmed: Trimmed | None
    played: int
    engines: dict[str, Any]

    @property
    def last(self) -> Iteration:
        return self.steps[-1]


def certified_plan(problem: Problem, context: RunContext) -> PlanningHistory:
    """The joint plan with its way; it says which levers it uses.

    Raises NoPlanError when there is none even without lessons.
    """
    if to_be_chosen(problem.levers):
        context.begin("choosing levers")
    chosen = context.journal.once("levers", digest(problem), Levers, partial(_levers, problem))
    return _Loop(in_force(problem, chosen), context).run()


def _levers(problem: Problem) -> Levers:
    return levers_chosen(problem, PLANNING_SCENARIOS, SAMPLED_PATHS).levers


class _Loop:
    """What is known so far."""

    def __init__(self, problem: Problem, context: RunContext) -> None:
        self.problem, self.context = problem, context
        self.look = CertificationLook(1, context.budget.replications)
        self.stream_sets: list[tuple[str, int]] = [(REHEARSAL, context.budget.replications)]
        self.steps: list[Iteration] = []
        self.feedback: PlanningFeedback | None = None
        self.least_margins = WITHOUT_MARGINS
        self.bound: float | None = None
        self.played = 0
        self.trimmed: dict[int, Trimmed] = {}
        self.engines: dict[str, Any] = {}

    def run(self) -> PlanningHistory:
        """Plan after plan."""
        stopped: Stopped = "effort spent"
        tries = TRIES_WITHOUT_MARGINS if is_deterministic(self.problem) else 0
        left, number = plans_allowed(self.context.budget.effort), 0
        while left:
            number += 1
            plan = self._planned_without_margins(number) if tries else None
            margins = plan is None
            if margins:
                tries, left, plan = 0, left - 1, self._planned(number)
            else:
                tries -= 1
            if plan is None:
                stopped = "limits"
                if self._eased():
                    continue
                break
            stopped = "effort spent"
            if number == 1:
                self.engines = checked_engines(self.problem, plan, self.context)
            rehearsed = self._rehearsed(plan, number)
            if plan.status is PlanStatus.FALLBACK:
                stopped = "solver crashed"
                break
            if not self._hold(rehearsed.summaries):
                self._learn(plan, rehearsed.summaries, margins)
                continue
            for candidate in self._candidates(rehearsed):
                verdict = self._judged(replace(rehearsed, plan=candidate))
                if verdict.certified:
                    return self._journey("certified")
                if self.look.needed(self.problem.service.confidence) > self.look.replications:
                    return self._journey("too few promotions")
                self._look_again()
                if self.look.number > LOOKS:
                    return self._with_best("effort spent")
            self._learn(plan, self.steps[-1].summaries, margins)
        return self._with_best(stopped)

    def _learn(self, plan: Plan, summaries: Sequence[Summary], margins: bool) -> None:
        """What a plan that failed teaches the next: of one without margins only that the next needs
        a little more.
        """
        if margins:
            self.feedback = feedback_from(self.problem, plan, summaries, self.feedback)
        else:
            self.least_margins = with_more_margin(self.problem, self.least_margins, summaries)

    def _planned_without_margins(self, number: int) -> Plan | None:
        """A plan almost without margins; None where the problem is too large for one, has none, or
        the solver died.
        """
        self.context.begin("planning" if number == 1 else f"planning again ({number})")
        try:
            given = (
                self.problem,
                self.context.budget.effort,
                self.context.budget.time_limit,
                self.least_margins,
            )
            key = digest(("without margins", self.least_margins))
            plan = self.context.journal.once(
                "plans", key, Plan | None, lambda: decide_without_margins(*given)
            )
        except NoPlanError:
            return None
        except CrashError as crash:
            self.context.notes.append(f"{crash}; planning without margins is left out")
            return None
        return None if plan is None else self._bounded(plan)

    def _planned(self, number: int) -> Plan | None:
        """The next plan; None where what was learned leaves none within the limits."""
        self.context.begin("planning" if number == 1 else f"planning again ({number})")
        try:
            key = digest(("joint", self.feedback))
            return self._bounded(self.context.journal.once("plans", key, Plan, self._decided))
        except NoPlanError:
            if not self.steps:
                raise
            return None
        except CrashError as crash:
            return fallback(
                self.problem, crash, self.context, self._best().plan if self.steps else None
            )

    def _decided(self) -> Plan:
        return decide(
            self.problem,
            "joint",
            self.context.budget.effort,
            self.context.budget.time_limit,
            self.feedback,
        )

    def _bounded(self, plan: Plan) -> Plan:
        """The plan with the bound of the sampled problem, which is the same for all plans."""
        if self.bound is None:
            self.context.begin("computing the bound")
            try:
                self.bound = self.context.journal.once(
                    "bounds", "least cost", float, partial(least_cost, self.problem)
                )
            except CrashError as crash:
                self.context.notes.append(f"{crash}; the plan has no bound")
                self.bound = -inf
        return bounded(self.problem, plan, self.bound)

    def _rehearsed(self, plan: Plan, number: int, what: What = "plan") -> Iteration:
        self.context.begin("rehearsing", sum(n for _, n in self.stream_sets))
        summaries = [
            s for stream_set, n in self.stream_sets for s in self._played(plan, stream_set, n)
        ]
        self.steps.append(Iteration(what, number, plan, summaries, feedback=self.feedback))
        return self.steps[-1]

    def _played(self, plan: Plan, stream_set: str, replications: int) -> list[Summary]:
        self.played += replications
        return evaluate_plans(self.problem, [plan], self.context, stream_set, replications)[0]

    def _hold(self, summaries: Sequence[Summary]) -> bool:
        """Would the rehearsals do for a certificate?"""
        needed = min(self.look.needed(self.problem.service.confidence), self.look.replications)
        return kept(self.problem, summaries) * self.look.replications >= needed * len(summaries)

    def _eased(self) -> bool:
        """Less headroom where no plan has room for it; False where hardly any is left."""
        if self.feedback is None or self.feedback.headroom < LEAST_HEADROOM:
            return False
        self.feedback = replace(
            self.feedback, headroom=1.0 + (self.feedback.headroom - 1.0) * EASED
        )
        return True

    def _candidates(self, rehearsed: Iteration) -> list[Plan]:
        """The trimmed plan first, then the plan as it was."""
        trimmed = self.trimmed[rehearsed.number] = self._trimmed(rehearsed)
        if trimmed.plan is rehearsed.plan:
            return [rehearsed.plan]
        self.context.begin("costing the trimmed plan")
        cost_it = partial(costed, self.problem, trimmed.plan)
        plan = self._bounded(
            self.context.journal.once("plans", digest(trimmed.plan), Plan, cost_it)
        )
        self._rehearsed(plan, rehearsed.number, "trim")
        return [plan, rehearsed.plan]

    def _trimmed(self, rehearsed: Iteration) -> Trimmed:
        """Units taken out as long as as many rehearsals as before are kept, or enough to be likely
        to pass; these are more than the plan had to pass itself.
        """
        self.context.begin("trimming")
        budget = self.context.budget.effort * PLAYED_PER_EFFORT
        (rehearsals, count), *lost = self.stream_sets
        more = min(STRICTER * count, max(count, budget // ROUNDS))
        scenes = [
            PilotRun(stream_set, k)
            for stream_set, n in ((rehearsals, more), *lost)
            for k in range(n)
        ]
        forgiven = misses_forgiven(self.look, self.problem.service.confidence, len(scenes))

        def trimmed() -> Trimmed:
            with PilotRuns(
                self.problem, scenes, self.context.executor.engine, self.context.executor.jobs
            ) as stage:
                trimming = Trimming(
                    self.problem, rehearsed.plan, stage, forgiven=forgiven, budget=budget
                )
                return trimming.run(slack_in(self.problem, rehearsed.plan, rehearsed.summaries))

        found = self.context.journal.once(
            "trims", digest((rehearsed.plan, scenes)), Trimmed, trimmed
        )
        self.played += found.played
        return found if found.dropped else replace(found, plan=rehearsed.plan)

    def _judged(self, step: Iteration) -> Certificate:
        """The verdict on the plan of a step, on promotions of its own."""
        self.context.begin("simulating held-out promotions", self.look.replications)
        (summaries,) = evaluate_plans(
            self.problem, [step.plan], self.context, self.look.stream_set, self.look.replications
        )
        verdict = certify(self.problem, summaries, self.look)
        self.steps.append(replace(step, what="verdict", summaries=summaries, verdict=verdict))
        return verdict

    def _look_again(self) -> None:
        """The promotions of a lost verdict have been seen: they are rehearsals now."""
        self.played += self.look.replications
        self.stream_sets.append((self.look.stream_set, self.look.replications))
        self.look = self.look.after(self.problem.service.confidence)

    def _best(self) -> Iteration:
        """The plan that kept most of the promotions it was ever played on, the cheaper one among
        equals.
        """

        def rank(step: Iteration) -> tuple[float, int]:
            seen = [s for other in self.steps if other.plan is step.plan for s in other.summaries]
            return kept(self.problem, seen) / len(seen), -(step.plan.objective or 0)

        return max(self.steps, key=rank)

    def _with_best(self, stopped: Stopped) -> PlanningHistory:
        """Nothing was certified: the best plan gets the last verdict."""
        return self._journey("certified" if self._judged(self._best()).certified else stopped)

    def _journey(self, stopped: Stopped) -> PlanningHistory:
        """The way to the plan that was judged last."""
        number = self.steps[-1].number
        planned = next(step.plan for step in self.steps if step.number == number)
        trimmed = self.trimmed.get(number)
        return PlanningHistory(
            tuple(self.steps), stopped, self.look, planned, trimmed, self.played, self.engines
        )


def kept(problem: Problem, summaries: Sequence[Summary]) -> int:
    """Promotions that kept the promise."""
    return sum(s.keeps(problem.service.on_time_share) for s in summaries)


def plans_allowed(effort: int) -> int:
    """How often may be planned again: six plans in all at normal effort."""
    return max(1, round(6 * effort / 100))
