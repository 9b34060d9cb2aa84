"""The steps in which a plan is reached: plans on pilot runs, and certification looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from planner.domain.plan import Certificate, Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.roster import Roster
from planner.studies.certification.adjustment import Adjusted
from planner.studies.certification.certificate import CertificationLook, met_count
from planner.studies.certification.lever_trials import NO_STUDY, LeverStudy

What = Literal["plan", "verdict"]
Stopped = Literal[
    "certified", "effort spent", "limits", "too few promotions", "solver crashed", "empty places"
]


@dataclass(frozen=True, kw_only=True)
class Iteration:
    """One iteration: a plan on pilot runs, or a certification look.

    Attributes
    ----------
    what : {"plan", "verdict"}
        Kind of the iteration.
    number : int
        Number of the plan, from 1; an adjusted plan has that of the plan it comes from.
    plan : Plan
        The plan that was simulated.
    summaries : sequence of Summary
        Its replications.
    verdict : Certificate, optional
        Certificate of a look.
    feedback : PlanningFeedback, optional
        Feedback that the plan was made with.
    roster : Roster, optional
        Who works when, of a plan that was put to a look.
    stream_sets : tuple of (str, int)
        Stream set and number of its replications.
    tried : tuple of (int, int)
        Of the pilot runs that it was adjusted on, how many it missed, and their number.
    """

    what: What
    number: int
    plan: Plan
    summaries: Sequence[Summary]
    verdict: Certificate | None = None
    feedback: PlanningFeedback | None = None
    roster: Roster | None = None
    stream_sets: tuple[tuple[str, int], ...] = ()
    tried: tuple[int, int] = (0, 0)

    def met(self, problem: Problem) -> int:
        """Replications that met the service level."""
        return met_count(problem, self.summaries)


@dataclass(frozen=True, kw_only=True)
class PlanningHistory:
    """How a plan was reached.

    Attributes
    ----------
    iterations : tuple of Iteration
        All iterations; the last is the look on the plan that was reached.
    stopped : str
        Why the loop stopped.
    look : CertificationLook
        Terms of the last look.
    planned : Plan
        The plan as the solver left it.
    adjusted : Adjusted, optional
        What was added to it and removed from it by simulation.
    simulated : int
        Replications simulated before the last look.
    engines : dict
        What the manifest says of the engines.
    levers : LeverStudy
        The levers that were tried before.
    by_path : tuple of float, optional
        Least cost of a plan for one sampled path that is known beforehand, minor units, where that
        was asked for.
    """

    iterations: tuple[Iteration, ...]
    stopped: Stopped
    look: CertificationLook
    planned: Plan
    adjusted: Adjusted | None
    simulated: int
    engines: dict[str, Any]
    levers: LeverStudy = NO_STUDY
    by_path: tuple[float, ...] | None = None

    @property
    def last(self) -> Iteration:
        """The look on the plan that was reached."""
        return self.iterations[-1]

    def with_plans(self, change: Callable[[Plan], Plan]) -> PlanningHistory:
        """The history with all plans changed; what was one plan is one again."""
        plans = {id(one.plan): one.plan for one in self.iterations}
        changed = {key: change(plan) for key, plan in plans.items()}
        iterations = [replace(one, plan=changed[id(one.plan)]) for one in self.iterations]
        planned = changed[id(self.planned)]
        return replace(self, iterations=tuple(iterations), planned=planned)
