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
    missed_before : int
        Pilot runs that the plan missed before anything was changed.
    simulated : int
        Replications simulated for both.
    """

    reinforced: Reinforced | None
    trimmed: Trimmed | None
    missed_before: int
    simulated: int


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """Reinforces a plan where it has to be, then trims it.

    Attributes
    ----------
    problem : Problem
        The problem of the plan, with its levers in force.
    runs : sequence of PilotRun
        The pilot runs.
    context : RunContext
        Where they run; its budget and options say how many are simulated.
    look : CertificationLook
        The look that the plan is to pass.
    passed : bool
        Whether the plan passed fewer pilot runs before: it is then trimmed even where nothing that
        is added makes it meet enough of these.
    may_reinforce : bool
        Whether anything may be added.
    """

    problem: Problem
    runs: Sequence[PilotRun]
    context: RunContext
    look: CertificationLook
    passed: bool
    may_reinforce: bool = True

    def of(self, plan: Plan, summaries: Sequence[Summary]) -> Adjusted:
        """Adjust a plan.

        Trimming leaves as many pilot runs met as there were before, or enough to be likely to pass.

        Parameters
        ----------
        plan : Plan
            The plan.
        summaries : sequence of Summary
            Replications of the plan. The work done in them shows what is hardly needed, of what
            was added as well.

        Returns
        -------
        Adjusted
            What was added and removed.
        """
        tell, executor = self.context.tell_of_loss, self.context.executor
        with PilotRuns(self.problem, self.runs, executor, tell) as pilot_runs:
            self.context.begin("trimming")
            trimming = self._trimming(plan, pilot_runs)
            missed_before, reinforced = trimming.missed_before, None
            if missed_before > self._most_missed and self.may_reinforce:
                reinforced = self._reinforced(plan, pilot_runs)
                trimming = self._trimming(reinforced.plan, pilot_runs)
                plan = reinforced.plan
            trims = self.passed or trimming.missed_before <= self._most_missed
            slack = slack_in(self.problem, plan, summaries)
            return Adjusted(
                reinforced=reinforced,
                trimmed=trimming.run(slack) if trims else None,
                missed_before=missed_before,
                simulated=pilot_runs.simulated,
            )

    def _reinforced(self, plan: Plan, pilot_runs: PilotRuns) -> Reinforced:
        self.context.begin("reinforcing")
        options = self.context.options.reinforcement
        reinforcement = Reinforcement(
            self.problem,
            plan,
            pilot_runs,
            most_missed=self._most_missed,
            budget=self._budget // options.budget_divisor,
            options=options,
        )
        reinforced = reinforcement.run()
        self.context.begin("trimming")
        return reinforced

    def _trimming(self, plan: Plan, pilot_runs: PilotRuns) -> Trimming:
        options = self.context.options.trimming
        confidence, runs = self.problem.service.confidence, len(self.runs)
        return Trimming(
            self.problem,
            plan,
            pilot_runs,
            misses_allowed=misses_allowed(self.look, confidence, runs, options.pass_probability),
            budget=self._budget,
            options=options,
        )

    @property
    def _most_missed(self) -> int:
        """Pilot runs that a plan may miss."""
        return len(self.runs) - to_be_met(self.problem, self.look, len(self.runs))

    @property
    def _budget(self) -> int:
        options = self.context.options.trimming
        return self.context.budget.effort * options.replications_per_effort


def to_be_met(problem: Problem, look: CertificationLook, runs: int) -> int:
    """How many pilot runs have to meet the service level for a certificate.

    Parameters
    ----------
    problem : Problem
        States the promised confidence.
    look : CertificationLook
        The look that is to be passed; as large a share of the pilot runs has to be met.
    runs : int
        Number of pilot runs.
    """
    needed = min(look.needed(problem.service.confidence), look.replications)
    return ceil(needed * runs / look.replications)
