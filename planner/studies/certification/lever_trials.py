"""Levers on trial: each choice is planned, trimmed and simulated on the same promotions.

Pilot replications, which no certificate rests on, with common random numbers. A choice is used
where it saves money in them beyond doubt and meets the service level no less often; the planning
model only proposes, since its bound sees fractions of people and no chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats
from planner.domain.costs import simulated_costs
from planner.domain.demand_levers import NONE_CHOSEN, ChosenLevers
from planner.domain.digest import digest
from planner.domain.lever_effects import effective_problem
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL
from planner.domain.records import Summary
from planner.domain.statistics import t_interval
from planner.errors import CrashError, NoPlanError
from planner.studies.certification.certificate import CertificationLook, met_count, misses_allowed
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.certification.removable_resources import slack_in
from planner.studies.certification.trimming import Trimmed, Trimming
from planner.studies.options.study_options import LeverOptions
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.choose_levers import joined_levers, proposed_levers
from planner.studies.steps.make_plan import decide, joint_key

COLUMNS = [
    "levers",
    "planned_cost",
    "simulated_cost",
    "difference",
    "difference_low",
    "difference_high",
    "kept",
    "promotions",
    "used",
]


@dataclass(frozen=True, eq=False, kw_only=True)
class LeverTrial:
    """A choice of levers with its plan on the pilot replications.

    Attributes
    ----------
    chosen : ChosenLevers
        The levers, possibly none.
    plan : Plan, optional
        The joint plan with them; None where there is none.
    cost_minor : Floats
        Simulated cost of that plan by replication, trimmed where it met the service level, minor
        units; empty without a plan.
    kept : int
        Replications that met the service level.
    """

    chosen: ChosenLevers
    plan: Plan | None
    cost_minor: Floats
    kept: int

    @property
    def mean_minor(self) -> float:
        """Mean simulated cost in minor units; infinite without a plan."""
        return inf if self.plan is None else float(self.cost_minor.mean())

    def difference(self, other: LeverTrial) -> tuple[float, float, float]:
        """What it costs more than another trial: mean, and limits of its 95 % interval."""
        return t_interval(self.cost_minor - other.cost_minor)

    def pays_against(self, other: LeverTrial, enough: int, options: LeverOptions) -> bool:
        """Whether it saves enough beyond doubt, and meets the service level often enough.

        Where the other choice has no plan, any plan is better.

        Parameters
        ----------
        other : LeverTrial
            The choice used so far.
        enough : int
            Replications that have to meet the service level, unless the other choice fails too.
        options : LeverOptions
            Least saving.

        Returns
        -------
        bool
            Whether this choice takes its place.
        """
        if self.plan is None or other.plan is None:
            return self.plan is not None
        mean, _, high = self.difference(other)
        saves = -mean > options.least_saving * abs(other.mean_minor) and not high >= 0
        return saves and self.kept >= min(other.kept, enough)


@dataclass(frozen=True, eq=False)
class LeverStudy:
    """All trials, the one without levers first, and the choice that is used."""

    trials: tuple[LeverTrial, ...]
    chosen: ChosenLevers


NO_STUDY = LeverStudy((), NONE_CHOSEN)


def study_levers(problem: Problem, context: RunContext) -> LeverStudy:
    """Try the levers that the planning model proposes, alone and then together.

    Parameters
    ----------
    problem : Problem
        What is given.
    context : RunContext
        Context of the study.

    Returns
    -------
    LeverStudy
        What was tried, and the levers to use; no trial where the problem has no levers.
    """
    if not problem.levers.any:
        return NO_STUDY
    context.begin("choosing levers")
    sampling, options = context.options.sampling, context.options.levers
    propose = partial(proposed_levers, problem, sampling, options)
    proposed = context.journal.once("levers", digest(problem), tuple[ChosenLevers, ...], propose)
    return _Trials(problem, context, options).study(proposed)


class _Trials:
    """The trials so far, each choice once."""

    def __init__(self, problem: Problem, context: RunContext, options: LeverOptions) -> None:
        self.problem, self.context, self.options = problem, context, options
        self.made: dict[ChosenLevers, LeverTrial] = {}
        self.look = CertificationLook(1, context.budget.replications)
        needed = self.look.needed(problem.service.confidence)
        self.enough = min(needed, self.look.replications)

    def study(self, proposed: Sequence[ChosenLevers]) -> LeverStudy:
        """Take the choice that saves most, then add what saved by itself while that still pays."""
        best = none = self._trial(NONE_CHOSEN)
        found = self._try(proposed)
        useful = [t.chosen for t in found if t.mean_minor < none.mean_minor]
        while better := [t for t in found if t.pays_against(best, self.enough, self.options)]:
            best = min(better, key=lambda trial: trial.mean_minor)
            found = self._try(joined_levers(self.problem, best.chosen, more) for more in useful)
        return LeverStudy(tuple(self.made.values()), best.chosen)

    def _try(self, choices: Iterable[ChosenLevers]) -> list[LeverTrial]:
        """Trials of choices not tried before, as many as are allowed."""
        new = [chosen for chosen in dict.fromkeys(choices) if chosen not in self.made]
        return [self._trial(c) for c in new[: max(self.options.most_trials - len(self.made), 0)]]

    def _trial(self, chosen: ChosenLevers) -> LeverTrial:
        problem = effective_problem(self.problem, chosen)
        try:
            plan = self._planned(problem, chosen)
        except (NoPlanError, CrashError) as error:
            if isinstance(error, CrashError):
                self.context.notes.append(f"{error}; the levers {in_words(chosen)} are not tried")
            trial = LeverTrial(chosen=chosen, plan=None, cost_minor=np.empty(0), kept=0)
        else:
            trial = self._simulated(problem, plan)
        self.made[chosen] = trial
        return trial

    def _simulated(self, problem: Problem, plan: Plan) -> LeverTrial:
        """The trial of a plan: without the people that it can do without, as far as it may be told.

        A plan has more people than it needs until it is trimmed, so that a lever would free nobody.
        """
        trimmed = plan
        (summaries,) = evaluate_plans(problem, [plan], self.context, REHEARSAL)
        if met_count(problem, summaries) >= self.enough:
            trimmed = self._trimmed(problem, plan, summaries)
        if trimmed is not plan:
            (summaries,) = evaluate_plans(problem, [trimmed], self.context, REHEARSAL)
        cost = sum(simulated_costs(problem, trimmed, summaries).values())
        return LeverTrial(
            chosen=plan.levers,
            plan=plan,
            cost_minor=np.asarray(cost, dtype=float),
            kept=met_count(problem, summaries),
        )

    def _trimmed(self, problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Plan:
        """The plan after a part of the effort that the plan at the end is trimmed with."""
        options, executor = self.context.options.trimming, self.context.executor
        runs = [PilotRun(REHEARSAL, k) for k in range(len(summaries))]
        effort = self.options.trim_share * self.context.budget.effort
        misses = misses_allowed(
            self.look, problem.service.confidence, len(runs), options.pass_probability
        )

        def trim() -> Trimmed:
            with PilotRuns(problem, runs, executor, self.context.tell_of_loss) as pilot_runs:
                trimming = Trimming(
                    problem,
                    plan,
                    pilot_runs,
                    misses_allowed=misses,
                    budget=round(effort * options.replications_per_effort),
                    options=options,
                )
                return trimming.run(slack_in(problem, plan, summaries))

        found = self.context.journal.once("trims", digest((plan, runs, effort)), Trimmed, trim)
        return found.plan if found.dropped else plan

    def _planned(self, problem: Problem, chosen: ChosenLevers) -> Plan:
        """The joint plan, as the loop of planning and simulating would begin with it."""
        context = self.context
        make = partial(
            decide, problem, "joint", context.budget, None, context.options, levers=chosen
        )
        return context.journal.once("plans", joint_key(problem, None), Plan, make)


def in_words(chosen: ChosenLevers) -> str:
    """The levers in words of the scenario: `zhejiang 72 h; live 12000`, or `none`."""
    promised = [f"{region} {hours:g} h" for region, hours in chosen.promised]
    return "; ".join([*promised, *(f"{name} {n}" for name, n in chosen.capped)]) or "none"


def lever_table(problem: Problem, study: LeverStudy) -> pd.DataFrame:
    """One row per trial: what was planned, what it cost in simulation, and against no lever."""
    rows = [_row(problem, trial, study) for trial in study.trials]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(problem: Problem, trial: LeverTrial, study: LeverStudy) -> tuple[object, ...]:
    none = study.trials[0]
    used = trial.chosen == study.chosen
    if trial.plan is None or trial.plan.objective is None:
        return (in_words(trial.chosen), *[""] * 5, 0, 0, used)
    differences: tuple[object, ...] = ("", "", "")
    if trial is not none and none.plan is not None:
        limits = trial.difference(none)
        differences = tuple(
            "" if np.isnan(minor) else to_major(round(minor), problem.currency) for minor in limits
        )
    return (
        in_words(trial.chosen),
        to_major(trial.plan.objective, problem.currency),
        to_major(round(trial.mean_minor), problem.currency),
        *differences,
        trial.kept,
        len(trial.cost_minor),
        used,
    )
