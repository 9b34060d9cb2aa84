"""A plan adjusted on pilot runs: reinforced where it misses too many of them, then trimmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.studies.certification.certificate import CertificationLook, misses_allowed
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.certification.reinforcement import Reinforced, Reinforcement
from planner.studies.certification.removable_resources import slack_in
from planner.studies.certification.trimming import Trimmed, Trimming
from planner.studies.runs.run_context import RunContext


@dataclass(frozen=True, kw_only=True)
class Adjusted:
    """What simulation did to a plan.

    Attributes
    ----------
    reinforced : Reinforced, optional
        What was added; None where the plan met the service level often enough.
    trimmed : Trimmed, optional
        What was removed then; None where the plan still misses too many pilot runs.
    """

    reinforced: Reinforced | None
    trimmed: Trimmed | None

    @property
    def simulated(self) -> int:
        """Replications simulated for both."""
        return sum(part.simulated for part in (self.reinforced, self.trimmed) if part is not None)

    @property
    def missed_before(self) -> int:
        """Pilot runs that the plan missed before anything was changed."""
        first = self.reinforced or self.trimmed
        return 0 if first is None else first.missed_before


def adjusted(
    problem: Problem,
    plan: Plan,
    summaries: Sequence[Summary],
    runs: Sequence[PilotRun],
    context: RunContext,
    *,
    look: CertificationLook,
    reinforce: bool,
) -> Adjusted:
    """Reinforce a plan where it has to be, then trim it.

    Trimming leaves as many pilot runs met as there were before, or enough to be likely to pass.

    Parameters
    ----------
    problem : Problem
        The problem of the plan, with its levers in force.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        Replications of the plan: they show what is hardly used.
    runs : sequence of PilotRun
        The pilot runs.
    context : RunContext
        Where they run; its budget and options say how many.
    look : CertificationLook
        The look that the plan is to pass.
    reinforce : bool
        Whether the plan missed the service level too often.

    Returns
    -------
    Adjusted
        What was added and removed.
    """
    budget = context.budget.effort * context.options.trimming.replications_per_effort
    with PilotRuns(problem, runs, context.executor, context.tell_of_loss) as pilot_runs:
        reinforced = None
        if reinforce:
            context.begin("reinforcing")
            reinforced = Reinforcement(
                problem,
                plan,
                pilot_runs,
                most_missed=len(runs) - to_be_met(problem, look, len(runs)),
                budget=budget // context.options.reinforcement.budget_divisor,
                options=context.options.reinforcement,
            ).run()
            if not reinforced.enough:
                return Adjusted(reinforced=reinforced, trimmed=None)
            plan = reinforced.plan
        context.begin("trimming")
        options = context.options.trimming
        trimming = Trimming(
            problem,
            plan,
            pilot_runs,
            misses_allowed=misses_allowed(
                look, problem.service.confidence, len(runs), options.pass_probability
            ),
            budget=budget,
            options=options,
        )
        trimmed = trimming.run(slack_in(problem, plan, summaries))
        return Adjusted(reinforced=reinforced, trimmed=trimmed)


def to_be_met(problem: Problem, look: CertificationLook, runs: int) -> int:
    """How many of some pilot runs have to meet the service level for a certificate."""
    needed = min(look.needed(problem.service.confidence), look.replications)
    return ceil(needed * runs / look.replications)
