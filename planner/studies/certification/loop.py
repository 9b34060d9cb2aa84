"""Plan, simulate, adjust, certify and learn, until a plan is certified or the effort is spent.

A plan is simulated on pilot runs before it is put to a certification look. One that nearly passes
them is reinforced, one that fails them is feedback for the next plan; one that passes is trimmed
and certified on replications never used before. A failed look is feedback too, and its replications
are pilot runs from then on: the next look has replications of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from typing import Any

from planner.domain.digest import digest
from planner.domain.lever_effects import chosen_levers, effective_problem, given_problem
from planner.domain.plan import Certificate, Plan, PlanStatus
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL, Streams
from planner.domain.records import Summary
from planner.domain.risks import Strike
from planner.errors import CrashError, NoPlanError
from planner.planning.rostering.assign import assign_people
from planner.planning.solution.without_margins import WITHOUT_MARGINS, is_deterministic
from planner.studies.certification.adjustment import Adjusted, Adjustment, to_be_met
from planner.studies.certification.certificate import (
    CertificationLook,
    certify,
    met_count,
    pass_probability,
)
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.engine_check import checking_engines
from planner.studies.certification.feedback import feedback_from
from planner.studies.certification.iterations import Iteration, PlanningHistory, Stopped
from planner.studies.certification.lever_trials import study_levers
from planner.studies.certification.pilot_replications import PilotRun
from planner.studies.certification.strikes import (
    strikes_to_survive,
    struck_replications,
    with_strikes,
)
from planner.studies.options.study_options import DEFAULT, LoopOptions
from planner.studies.runs.journal import MISSING
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.announce import tell_draft
from planner.studies.steps.bounds import NO_BOUNDS, Bounds, LowerBounds, bounded
from planner.studies.steps.make_plan import costed, decide, fallback, joint_key
from planner.studies.steps.margins import decide_without_margins, with_more_margin
from planner.studies.steps.sampled_paths import sampled

NORMAL_EFFORT = 100
BOUNDS = ("bounds", "least costs", Bounds)  # in the journal


def certified_plan(
    problem: Problem, context: RunContext, *, hindsight: bool = False
) -> PlanningHistory:
    """Make the joint plan, certified where possible.

    Parameters
    ----------
    problem : Problem
        What is given; levers are chosen first.
    context : RunContext
        Context of the study.
    hindsight : bool
        Whether the plan will be compared with those that know their path beforehand.

    Returns
    -------
    PlanningHistory
        How the plan was reached; the plan says which levers it uses.

    Raises
    ------
    NoPlanError
        There is no plan even without feedback.
    """
    levers = study_levers(problem, context)
    chosen = effective_problem(problem, levers.chosen)
    history = CertificationLoop(chosen, context, hindsight=hindsight).run()
    return replace(history, levers=levers)


def first_joint_plan(problem: Problem, context: RunContext) -> Plan:
    """Make the plan that the loop begins with; nothing is simulated.

    Parameters
    ----------
    problem : Problem
        What is given; its levers are not used, for to choose some takes simulations.
    context : RunContext
        Context of the study.

    Returns
    -------
    Plan
        The plan, without the bound of the sampled problem.

    Raises
    ------
    NoPlanError
        There is no plan.
    """
    return CertificationLoop(problem, context).first_plan()


class CertificationLoop:
    """State of the loop: feedback, pilot runs, the next look, and the iterations so far."""

    def __init__(self, problem: Problem, context: RunContext, *, hindsight: bool = False) -> None:
        self.problem, self.context = problem, context
        self.given = given_problem(problem)
        self.options, self.sampling = context.options.loop, context.options.sampling
        self.plans_left = plans_allowed(context.budget.effort, self.options)
        self.tries_left = self.options.tries_without_margins if is_deterministic(problem) else 0
        self.number = 0
        self.with_margins = True
        self.feedback: PlanningFeedback | None = None
        self.hopeless: set[Strike] = set()  # no plan survives them
        self.least_margins = WITHOUT_MARGINS
        self.bounds = LowerBounds(problem, self.sampling, by_path=hindsight)
        self.look = CertificationLook(1, context.budget.replications)
        self.pilot_streams: list[tuple[str, int]] = [(REHEARSAL, context.budget.replications)]
        self.iterations: list[Iteration] = []
        self.adjusted: dict[int, Adjusted] = {}
        self.simulated = 0
        self.engines: dict[str, Any] = {}

    def run(self) -> PlanningHistory:
        """Plan, simulate, adjust, certify and learn.

        Lower bounds, which no step needs, are computed by a worker at the same time. Without one
        hindsight is left for later: the plan comes first.
        """
        executor, bounds = self.context.executor, self.bounds
        known = self.context.journal.recall(*BOUNDS)
        if known is not MISSING or not executor.worth_workers(
            self.given, self._pilot_runs_to_draw()
        ):
            return self._bounded(self._search(), replace(bounds, by_path=False))
        paths = sampled(self.problem, self.sampling)
        with executor.background(replace(bounds, paths=paths)) as found:
            return self._bounded(self._search(), found)

    def _search(self) -> PlanningHistory:
        """The history without the bound of its plans."""
        reason: Stopped = "effort spent"
        while self.plans_left:
            plan = self._plan() if self.number else self._plan_and_draw()
            if plan is None:
                reason = "limits"
                if self._ease_feedback():
                    continue
                break
            reason = "effort spent"
            if not self.iterations:
                tell_draft(self.problem, plan, self.context)
            iteration = self._simulate(plan)
            if plan.status is PlanStatus.FALLBACK:
                reason = "solver crashed"
                break
            if self._is_near(iteration.summaries):
                for candidate in self._adjust(iteration):
                    if end := self._certify(candidate):
                        return end
            last = self.iterations[-1]  # of the plan, or of what it was reinforced to
            self._learn(last.plan, last.summaries)
        return self._end_with_best(reason)

    def first_plan(self) -> Plan:
        """Make the first plan alone; its bound is left out, as it takes as long as the plan."""
        plan = self._plan()
        if plan is None:
            raise RuntimeError("a first plan has no feedback that could leave none")
        return bounded(self.problem, plan, -inf)

    # --- plan -----------------------------------------------------------------------------------

    def _plan_and_draw(self) -> Plan | None:
        """Make the first plan, while workers draw orders of pilot runs."""
        runs = range(self._pilot_runs_to_draw())
        ahead = [Streams(self.problem.seed, REHEARSAL, k) for k in runs]
        with self.context.executor.drawing(self.given, ahead):
            return self._plan()

    def _pilot_runs_to_draw(self) -> int:
        return max(self._trimming_runs(), self.pilot_streams[0][1])

    def _plan(self) -> Plan | None:
        """Make the next plan; None where the feedback leaves none within the limits."""
        self.number += 1
        if self.tries_left:
            plan = self._plan_without_margins()
            if plan is not None:
                self.tries_left -= 1
                self.with_margins = False
                return plan
            self.tries_left = 0
        self.plans_left -= 1
        self.with_margins = True
        return self._plan_with_margins()

    def _plan_without_margins(self) -> Plan | None:
        """Make a plan almost without margins.

        None where the problem is too large for one or has none, or the solver crashed.
        """
        self._begin_planning()
        key = digest(("without margins", self.least_margins))
        make = partial(
            decide_without_margins,
            self.problem,
            self.context.budget,
            self.least_margins,
            self.sampling,
        )
        try:
            plan = self.context.journal.once("plans", key, Plan | None, make)
        except NoPlanError:
            return None
        except CrashError as crash:
            self.context.notes.append(f"{crash}; planning without margins is left out")
            return None
        return plan

    def _plan_with_margins(self) -> Plan | None:
        """Make the joint plan with the feedback so far; another one if the solver crashed."""
        self._begin_planning()
        key = joint_key(self.problem, self.feedback)

        def make() -> Plan:
            budget, options = self.context.budget, self.context.options
            levers = chosen_levers(self.problem)
            return decide(self.problem, "joint", budget, self.feedback, options, levers=levers)

        try:
            return self.context.journal.once("plans", key, Plan, make)
        except NoPlanError:
            if not self.iterations:
                raise
            return None
        except CrashError as crash:
            if self.iterations:
                return fallback(self.problem, crash, self.context, self._best().plan)
            return fallback(self.problem, crash, self.context)

    def _begin_planning(self) -> None:
        self.context.begin("planning" if self.number == 1 else f"planning again ({self.number})")

    def _ease_feedback(self) -> bool:
        """Lower the headroom where no plan exists with it, then survive no strikes.

        False where nothing is left to ease.
        """
        if self.feedback is None:
            return False
        if self.feedback.headroom < self.options.least_headroom:
            self.hopeless |= set(self.feedback.struck)
            had_strikes = bool(self.feedback.struck)
            self.feedback = replace(self.feedback, struck=())
            return had_strikes
        headroom = 1.0 + (self.feedback.headroom - 1.0) * self.options.eased_headroom
        self.feedback = replace(self.feedback, headroom=headroom)
        return True

    # --- simulate -------------------------------------------------------------------------------

    def _simulate(self, plan: Plan) -> Iteration:
        """Simulate a plan on all pilot runs; at the first plan the engines are compared as well."""
        if self.engines:
            return self._on_pilot_runs(plan)
        pilot_runs = sum(n for _, n in self.pilot_streams)
        with checking_engines(self.problem, plan, self.context, pilot_runs) as checked:
            iteration = self._on_pilot_runs(plan)
            self.engines = checked()
        return iteration

    def _on_pilot_runs(self, plan: Plan) -> Iteration:
        """Simulate a plan on all pilot runs."""
        self.context.begin("simulating pilot replications", sum(n for _, n in self.pilot_streams))
        summaries: list[Summary] = []
        for stream_set, n in self.pilot_streams:
            self.simulated += n
            summaries += evaluate_plans(self.problem, [plan], self.context, stream_set, n)[0]
        return self._record(
            Iteration(
                what="plan",
                number=self.number,
                plan=plan,
                summaries=summaries,
                feedback=self.feedback,
                stream_sets=tuple(self.pilot_streams),
            )
        )

    def _missing(self, summaries: Sequence[Summary]) -> int:
        """Pilot runs more that would have to meet the service level for a certificate."""
        needed = to_be_met(self.problem, self.look, len(summaries))
        return needed - met_count(self.problem, summaries)

    def _is_near(self, summaries: Sequence[Summary]) -> bool:
        """Whether a plan meets the service level in enough pilot runs, or nearly.

        One that nearly does is reinforced, which takes far less time than another plan.
        """
        if self._missing(summaries) <= 0:
            return True
        least = self.context.options.reinforcement.least_met
        needed = to_be_met(self.problem, self.look, len(summaries))
        return self.with_margins and met_count(self.problem, summaries) >= least * needed

    # --- learn ----------------------------------------------------------------------------------

    def _learn(self, plan: Plan, summaries: Sequence[Summary]) -> None:
        """Turn a failure into feedback, or into a little more margin for a plan without any."""
        options = self.context.options
        if self.with_margins:
            if not self._learn_strikes(summaries):
                self.feedback = feedback_from(
                    self.problem, plan, summaries, self.feedback, options.feedback
                )
        else:
            self.least_margins = with_more_margin(
                self.problem, self.least_margins, summaries, options.margins
            )

    def _learn_strikes(self, summaries: Sequence[Summary]) -> bool:
        """Ask the next plan to survive the strikes that explain a failure; False: none are new.

        Nor are they where the plan was asked before and failed: then it is not strong enough.
        """
        replications = struck_replications(self.problem, self.iterations[-1].stream_sets, summaries)
        found = strikes_to_survive(self.problem, replications, self.context.options.feedback)
        known = () if self.feedback is None else self.feedback.struck
        new = [s for s in found if s not in known and s not in self.hopeless]
        self.feedback = with_strikes(self.problem, self.feedback, new) if new else self.feedback
        return bool(new)

    # --- adjust ---------------------------------------------------------------------------------

    def _adjust(self, iteration: Iteration) -> Iterator[Iteration]:
        """Adjust a plan: the candidates for certification, the trimmed plan first.

        Yields nothing where it still misses the service level too often with what was added.
        """
        runs = self._runs_to_adjust_on()
        changes = self._adjusted(iteration, runs)
        whole = replace(iteration, tried=(changes.missed_before, len(runs)))
        self.iterations[-1] = whole
        reinforced, trimmed = changes.reinforced, changes.trimmed
        if trimmed is None:
            return
        self.adjusted[iteration.number] = changes
        if trimmed.dropped:
            yield self._candidate(whole, trimmed.plan, trimmed.missed)
        if reinforced is not None and reinforced.changed:
            yield self._candidate(whole, reinforced.plan, reinforced.missed)
        else:
            yield whole

    def _candidate(self, whole: Iteration, plan: Plan, missed: int) -> Iteration:
        """The iteration of a plan with another one that comes from it, and its costs."""
        self.context.begin("costing the adjusted plan")
        make = partial(costed, self.problem, plan, self.sampling)
        plan = self.context.journal.once("plans", digest(plan), Plan, make)
        return replace(whole, plan=plan, tried=(missed, whole.tried[1]))

    def _runs_to_adjust_on(self) -> list[PilotRun]:
        """More pilot runs than a plan is simulated on before, and all failed looks."""
        (stream_set, _), *failed_looks = self.pilot_streams
        streams = ((stream_set, self._trimming_runs()), *failed_looks)
        return [PilotRun(name, k) for name, n in streams for k in range(n)]

    def _adjusted(self, iteration: Iteration, runs: Sequence[PilotRun]) -> Adjusted:
        """Reinforce a plan where it has to be, then trim it."""
        plan, summaries = iteration.plan, iteration.summaries
        adjustment = Adjustment(
            problem=self.problem,
            runs=runs,
            context=self.context,
            look=self.look,
            passed=self._missing(summaries) <= 0,
            may_reinforce=self.with_margins,
        )
        key = digest((plan, runs, len(summaries), self.look, self.with_margins))
        make = partial(adjustment.of, plan, summaries)
        found = self.context.journal.once("adjustments", key, Adjusted, make)
        self.simulated += found.simulated
        return found

    def _trimming_runs(self) -> int:
        """Pilot runs of the first stream set that a plan is adjusted on."""
        options, budget = self.context.options.trimming, self.context.budget
        simulated = budget.effort * options.replications_per_effort
        most = max(budget.replications, simulated // options.least_rounds)
        return min(options.pilot_run_factor * budget.replications, most)

    # --- certify --------------------------------------------------------------------------------

    def _certify(self, iteration: Iteration) -> PlanningHistory | None:
        """Put a plan to a look, and to the next one where it is likely to pass that.

        The history where the loop ends with it: with a certificate, with places that the roster
        leaves empty, which feedback on orders cannot help, with a look of too few replications for
        any certificate, or after the last look that is allowed.
        """
        while True:
            verdict = self._look_at(iteration)
            if verdict.certified:
                return self._history("certified")
            if verdict.empty_places:
                return self._history("empty places")
            if self.look.needed(self.problem.service.confidence) > self.look.replications:
                return self._history("too few promotions")
            self._prepare_next_look()
            if self.look.number > self.options.most_looks:
                return self._end_with_best("effort spent")
            if not self._likely_to_pass(iteration.plan):
                return None

    def _likely_to_pass(self, plan: Plan) -> bool:
        """Whether a plan that just failed a look is likely to pass the next, larger one.

        What counts are its looks, and the pilot runs it was adjusted on.
        """
        own = [one for one in self.iterations if one.plan is plan]
        looks = [s for one in own if one.what == "verdict" for s in one.summaries]
        missed, runs = max((one.tried for one in own), key=lambda tried: tried[1])
        missed += len(looks) - met_count(self.problem, looks)
        confidence = self.problem.service.confidence
        likely = pass_probability(self.look, confidence, missed, runs + len(looks))
        return likely >= self.options.worth_another_look

    def _look_at(self, iteration: Iteration) -> Certificate:
        """Simulate the plan of an iteration on held-out replications, and certify it or not.

        Its people are assigned before: with empty places it is not certified.
        """
        self.context.begin("simulating held-out replications", self.look.replications)
        (summaries,) = evaluate_plans(
            self.problem,
            [iteration.plan],
            self.context,
            self.look.stream_set,
            self.look.replications,
        )
        roster = assign_people(self.problem, iteration.plan)
        empty = roster.empty_places(self.problem.horizon)
        verdict = certify(self.problem, summaries, self.look, empty)
        look = replace(
            iteration,
            what="verdict",
            summaries=summaries,
            verdict=verdict,
            roster=roster,
            stream_sets=((self.look.stream_set, self.look.replications),),
        )
        self._record(look)
        return verdict

    def _prepare_next_look(self) -> None:
        """Use the replications of a failed look as pilot runs from now on."""
        self.simulated += self.look.replications
        self.pilot_streams.append((self.look.stream_set, self.look.replications))
        self.look = self.look.after(self.problem.service.confidence)

    # --- end ------------------------------------------------------------------------------------

    def _record(self, iteration: Iteration) -> Iteration:
        self.iterations.append(iteration)
        return iteration

    def _best(self) -> Iteration:
        """Iteration of the plan that met the service level most often, the cheapest of equals.

        All replications count that a plan was ever simulated on.
        """

        def rank(iteration: Iteration) -> tuple[float, int]:
            summaries = self._summaries_of(iteration.plan)
            share = met_count(self.problem, summaries) / len(summaries)
            return share, -(iteration.plan.objective or 0)

        return max(self.iterations, key=rank)

    def _summaries_of(self, plan: Plan) -> list[Summary]:
        """All replications that a plan was simulated on."""
        return [s for one in self.iterations if one.plan is plan for s in one.summaries]

    def _end_with_best(self, reason: Stopped) -> PlanningHistory:
        """Nothing was certified: the best plan gets the last look."""
        verdict = self._look_at(self._best())
        return self._history("certified" if verdict.certified else reason)

    def _bounded(self, history: PlanningHistory, compute: Callable[[], Bounds]) -> PlanningHistory:
        """Give all plans the bound of the sampled problem, which is the same for all of them.

        None where the solver crashed at the first plan, or crashes at the bound.
        """
        if history.iterations[0].plan.status is PlanStatus.FALLBACK:
            return history
        self.context.begin("computing the bound")
        try:
            bounds = self.context.journal.once(*BOUNDS, compute)
        except CrashError as crash:
            self.context.notes.append(f"{crash}; the plan has no bound")
            bounds = NO_BOUNDS
        found = history.with_plans(lambda plan: bounded(self.problem, plan, bounds.any_plan))
        return replace(found, by_path=bounds.by_path)

    def _history(self, stopped: Stopped) -> PlanningHistory:
        """How the plan of the last look was reached."""
        number = self.iterations[-1].number
        return PlanningHistory(
            iterations=tuple(self.iterations),
            stopped=stopped,
            look=self.look,
            planned=next(one.plan for one in self.iterations if one.number == number),
            adjusted=self.adjusted.get(number),
            simulated=self.simulated,
            engines=self.engines,
        )


def plans_allowed(effort: int, options: LoopOptions = DEFAULT.loop) -> int:
    """Number of plans with margins that an effort allows, at least one."""
    return max(1, round(options.plans_at_normal_effort * effort / NORMAL_EFFORT))
