"""Search for the rules of a card, checkpoint by checkpoint, on sampled promotions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.costs import planned_minor
from planner.domain.lever_effects import effective_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.triggers import (
    ALWAYS,
    Actions,
    Level,
    Measure,
    Policy,
    Rule,
    possible,
    with_actions,
)
from planner.simulation.failures import PilotResult
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.options.trigger_options import TriggerOptions
from planner.studies.runs.run_context import RunContext
from planner.studies.triggers.levers import lever_steps
from planner.studies.triggers.replay import Counting, Judged, Judging, short_orders
from planner.studies.triggers.thresholds import Fitted, fit_thresholds

SAMPLED = "triggers"  # set of random streams
NO_ACTION = Actions()

Asked = tuple[tuple[int, tuple[Measure, ...]], ...]  # checkpoints, and what to count at each
Judge = Callable[[Sequence[Policy]], list[list[Judged]]]  # what every promotion comes to
Ladder = tuple[list[Actions], list[Floats]]  # actions, and what each saves [promotion]
StepsAt = Callable[[int, int | None], Sequence[Actions]]  # of a checkpoint and the next one


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """The rules of a card, and the sampled promotions they were found on.

    Attributes
    ----------
    rules : tuple of Rule
        One for each checkpoint.
    orders : Ints
        Orders of the shop at each checkpoint without any rule [checkpoint, promotion].
    counts : Ints
        What the measure of each rule counted [checkpoint, promotion].
    kept : list of bool
        Whether a promotion met the service level under the plan alone.
    kept_with : list of bool
        Whether it did with the rules.
    """

    rules: Policy
    orders: Ints
    counts: Ints
    kept: list[bool]
    kept_with: list[bool]


@dataclass(eq=False, kw_only=True)
class Search:
    """The sampled promotions, each under the plan with what the rules found so far have done.

    Attributes
    ----------
    problem : Problem
        What is given, with people on call as crews and the levers of the plan in force.
    plan : Plan
        The plan.
    runs : PilotRuns
        The promotions: those to search on, then those of the trial.
    options : TriggerOptions
        Tuned values.
    short_minor : float
        What an order beyond those that may fail counts for, in addition to its cost.
    plans : list of Plan
        The plan, and what rules have made of it.
    at : list of int
        Which of the plans each promotion has.
    """

    problem: Problem
    plan: Plan
    runs: PilotRuns
    options: TriggerOptions
    short_minor: float
    plans: list[Plan] = field(init=False)
    at: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.plans, self.at = [self.plan], [0] * len(self.runs)
        self.rules: Policy = ()
        self.spared: dict[int, PilotResult] = {}
        self._committed: dict[tuple[int, Actions], int] = {}

    def find(
        self, at_s: int, counts: dict[Measure, Ints], steps: Sequence[Actions], judge: Judge
    ) -> Rule:
        """Find the rule of a checkpoint, and let it act on the promotions.

        Parameters
        ----------
        at_s : int
            The checkpoint.
        counts : dict
            What each measure counted [promotion].
        steps : sequence of Actions
            Steps that can be taken.
        judge : callable
            Gives what every promotion comes to under policies, for actions that are no people or
            vehicles.

        Returns
        -------
        Rule
            The rule; without levels where nothing is worth it.
        """
        everyone = range(len(self.runs))
        results = self.results(NO_ACTION, everyone)
        self.spared = {
            k: r for k, r in enumerate(results) if not (r.failing_minor or any(r.failed))
        }
        base = self.loss(NO_ACTION, everyone)
        actions = self.combined(steps, base)
        savings = [base - self.loss(action, everyone) for action in actions]
        ladders = [(actions, savings)] if actions else []
        for lever in lever_steps(self.problem, at_s):
            ladders += self._with_lever(at_s, lever, (actions, savings), judge)
        fitted = [
            (ladder, measure, self._fitted(count, np.array(gains)))
            for ladder, gains in ladders
            for measure, count in counts.items()
        ]
        most = max((fit.saves for _, _, fit in fitted), default=0.0)
        enough = (1 - self.options.worth_a_level) * most
        rule = Rule(at_s=at_s, measure=next(iter(counts)))
        if most > 0:  # the first of those that save nearly as much as the best
            found = next(candidate for candidate in fitted if candidate[2].saves >= enough)
            ladder, measure, fit = found
            levels = tuple(Level(above, ladder[j]) for above, j in fit.steps)
            rule = Rule(at_s=at_s, measure=measure, levels=levels)
        self._act(rule, counts[rule.measure])
        self.rules = (*self.rules, rule)
        return rule

    def _with_lever(self, at_s: int, lever: Actions, known: Ladder, judge: Judge) -> list[Ladder]:
        """A lever alone and with everything else, after the actions without it and by itself.

        Promises and caps change the orders: the promotions are simulated in full, with all costs.
        """
        actions, savings = known
        tried = [lever, *(action + lever for action in actions[-1:])]
        measure = Measure(kind="orders")
        always = [
            (*self.rules, Rule(at_s=at_s, measure=measure, levels=(Level(ALWAYS, action),)))
            for action in tried
        ]
        rows = judge([self.rules, *always])
        cost = np.array([[of.cost_minor + self.short_minor * of.short for of in r] for r in rows])
        gains = [cost[:, 0] - cost[:, 1 + k] for k in range(len(tried))]
        ladders: list[Ladder] = [(tried, gains)]
        if actions:
            ladders.append(([*actions, tried[-1]], [*savings, gains[-1]]))
        return ladders

    def results(self, actions: Actions, numbers: Sequence[int]) -> list[PilotResult]:
        """Results of some promotions with more actions.

        Where nothing fails without them there is nothing to gain: those are not simulated again.
        """
        groups: dict[int, list[int]] = {}
        found = {k: self.spared[k] for k in numbers if actions and k in self.spared}
        for k in numbers:
            if k not in found:
                groups.setdefault(self.at[k], []).append(k)
        for variant, members in groups.items():
            plan = with_actions(self.problem, self.plans[variant], actions)
            found |= dict(zip(members, self.runs.simulate(plan, members), strict=True))
        return [found[k] for k in numbers]

    def loss(self, actions: Actions, numbers: Sequence[int]) -> Floats:
        """What some promotions cost with more actions, in minor units [promotion]."""
        results = self.results(actions, numbers)
        return np.array(
            [
                self._committed_minor(self.at[k], actions)
                + result.failing_minor
                + self.short_minor * _short(self.problem, result)
                for k, result in zip(numbers, results, strict=True)
            ]
        )

    def _committed_minor(self, variant: int, actions: Actions) -> int:
        """What a plan with more actions costs whatever comes."""
        key = variant, actions
        if key not in self._committed:
            plan = with_actions(self.problem, self.plans[variant], actions)
            self._committed[key] = planned_minor(self.problem, plan)
        return self._committed[key]

    def combined(self, steps: Sequence[Actions], base: Floats) -> list[Actions]:
        """Actions of more and more steps: each step saves most in the hardest promotions.

        What a step saved when it was last tried bounds what it saves now, as long as steps do not
        help each other; a step is tried again only where it may be the best.
        """
        ranked = np.argsort(-base[: self.options.search_replications], kind="stable")
        hard = [int(k) for k in ranked[: self.options.hardest]]
        before, chosen = float(base[hard].mean()), NO_ACTION
        bound = dict.fromkeys(steps, np.inf)
        found: list[Actions] = []
        while len(found) < self.options.steps:
            best, saving = self._best_step(chosen, before, hard, bound)
            if best is None:
                break
            chosen = possible(self.problem, self.plan, chosen + best)
            before -= saving
            found.append(chosen)
        amounts = [n for n in self.options.amounts if n < len(found)]
        return [found[n - 1] for n in (*amounts, len(found)) if n]

    def _best_step(
        self, chosen: Actions, before: float, hard: Sequence[int], bound: dict[Actions, float]
    ) -> tuple[Actions | None, float]:
        """The step that saves most in addition; None where none saves anything."""
        tried: set[Actions] = set()
        while bound:
            step = max(bound, key=lambda s: bound[s])
            if step in tried:
                return step, bound[step]
            tried.add(step)
            bound[step] = before - float(self.loss(chosen + step, hard).mean())
            if bound[step] <= 0:
                del bound[step]
        return None, 0.0

    def _fitted(self, counts: Ints, savings: Floats) -> Fitted:
        n = self.options.search_replications
        found_on, tried_on = (counts[:n], savings[:, :n]), (counts[n:], savings[:, n:])
        return fit_thresholds(found_on, tried_on, self.options)

    def _act(self, rule: Rule, counts: Ints) -> None:
        """Give every promotion in which the rule acts its plan."""
        made: dict[tuple[int, int], int] = {}
        for k, count in enumerate(counts.tolist()):
            level = rule.level(count)
            if not level:
                continue
            key = self.at[k], level
            if key not in made:
                actions = rule.levels[level - 1].actions
                self.plans.append(with_actions(self.problem, self.plans[self.at[k]], actions))
                made[key] = len(self.plans) - 1
            self.at[k] = made[key]


def find_rules(
    problem: Problem,
    plan: Plan,
    asked: Asked,
    steps_at: StepsAt,
    context: RunContext,
    *,
    options: TriggerOptions,
    short_minor: float = 0.0,
) -> Found:
    """Find the rules of all checkpoints in their order; earlier rules are in force at later ones.

    Parameters
    ----------
    problem : Problem
        What is given, with people on call as crews.
    plan : Plan
        The plan.
    asked : tuple
        Checkpoints, and what can be counted at each.
    steps_at : callable
        Steps of a checkpoint, by its second and that of the next one.
    context : RunContext
        Where promotions are simulated.
    options : TriggerOptions
        Tuned values.
    short_minor : float
        What an order beyond those that may fail counts for, in addition to its cost.

    Returns
    -------
    Found
        The rules.
    """
    count = options.search_replications + options.trial_replications
    counting = Counting(
        problem=problem,
        plan=plan,
        rules=(),
        asked=asked,
        numbers=tuple(range(count)),
        engine=context.executor.engine,
        stream_set=SAMPLED,
    )
    context.begin("counting at the checkpoints", count)
    counts = np.array(context.replicate("counts", counting, count))
    orders = counts[:, :, 0].T.copy()

    def judge(policies: Sequence[Policy]) -> list[list[Judged]]:
        task = Judging(
            problem=counting.problem,
            plan=plan,
            policies=tuple(policies),
            engine=counting.engine,
            stream_set=SAMPLED,
        )
        return context.replicate("levers", task, count)

    problem = effective_problem(problem, plan.levers)
    rules: list[Rule] = []
    shown: list[Ints] = []
    sampled = [PilotRun(SAMPLED, k) for k in range(count)]
    with PilotRuns(problem, sampled, context.executor, context.tell_of_loss) as runs:
        search = Search(
            problem=problem, plan=plan, runs=runs, options=options, short_minor=short_minor
        )
        kept = _kept(search)
        for c, (at_s, measures) in enumerate(asked):
            context.begin(f"looking for a trigger at {problem.horizon.at(at_s):%m-%d %H:%M}")
            by_measure = {m: counts[:, c, j] for j, m in enumerate(measures)}
            next_s = asked[c + 1][0] if c + 1 < len(asked) else None
            rule = search.find(at_s, by_measure, steps_at(at_s, next_s), judge)
            rules.append(rule)
            shown.append(by_measure[rule.measure].copy())
            if rule.levels and c + 1 < len(asked):
                _count_again(counting, tuple(rules), counts, search.at, context)
        kept_with = _kept(search)
    return Found(
        rules=tuple(rules),
        orders=orders,
        counts=np.array(shown),
        kept=kept,
        kept_with=kept_with,
    )


def _short(problem: Problem, result: PilotResult) -> float:
    """Orders that failed beyond those that may."""
    outcomes = zip(result.failed, result.due, strict=True)
    return short_orders(outcomes, problem.service.shares)


def _kept(search: Search) -> list[bool]:
    """Whether each promotion meets the service level under what it has now."""
    results = search.results(NO_ACTION, range(len(search.runs)))
    return [_short(search.problem, result) <= 1e-9 for result in results]


def _count_again(
    counting: Counting, rules: Policy, counts: Ints, at: Sequence[int], context: RunContext
) -> None:
    """Count again, in place, in the promotions in which rules have acted."""
    acted = tuple(k for k, variant in enumerate(at) if variant)
    if acted:
        again = replace(counting, rules=rules, numbers=acted)
        counts[list(acted)] = context.replicate("counts", again, len(acted))
