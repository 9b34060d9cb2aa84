"""One point of a grid: the scenario with its settings, planned, and simulated or certified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from planner.domain.choices import Engine
from planner.domain.costs import simulated_costs
from planner.domain.plan import Certificate, Plan, PlanStatus
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.errors import ConflictError, InputError, NoPlanError
from planner.planning.options import DecompositionOptions, PlanningOptions, SearchOptions
from planner.planning.solution.without_margins import is_deterministic
from planner.reporting.tables.method_tables import peak_staffing
from planner.studies.certification.certificate import CertificationLook, certify
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.loop import certified_plan
from planner.studies.draft_plan import draft_plan
from planner.studies.run import certified_at_the_end
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.memory_limit import refuse_too_large
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.load import load
from planner.studies.steps.make_plan import decide

Status = Literal["certified", "not certified", "draft", "no plan", "invalid input"]
COARSE = PlanningOptions(
    search=SearchOptions(
        decomposition=DecompositionOptions(near_relaxation=True, near_tier_gap_share=3.0)
    )
)
MOST_NAMED = 3  # findings, or limits in conflict, of a point without a plan


@dataclass(frozen=True, kw_only=True)
class PointResult:
    """What became of a point.

    Attributes
    ----------
    status : str
        Certified, not certified, draft, or why there is no plan.
    message : str
        What is wrong with a point without a plan; empty with one.
    cost_minor : int, optional
        Mean cost over the replications.
    on_time_share : float, optional
        Mean share on time over the replications.
    met : int, optional
        Replications that met the service level.
    replications : int
        How many were simulated.
    people, person_days : int, optional
        People on the day with most of them, and people over all days.
    """

    status: str
    message: str = ""
    cost_minor: int | None = None
    on_time_share: float | None = None
    met: int | None = None
    replications: int = 0
    people: int | None = None
    person_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class SweepTask:
    """Plans the points of a grid by their numbers; picklable, and one process does a point.

    Attributes
    ----------
    path : str
        The scenario, which every process reads with the settings of its point.
    called : str
        Its name, where it states none.
    settings : tuple of str
        Settings of all points.
    points : tuple of tuple of str
        Settings of each point.
    seed : int
        Seed of all points: the random numbers are common.
    budget : Budget
        Effort, and replications of a point.
    engine : {"compiled", "simpy"}
        Simulation engine.
    drafts : bool
        Whether the first plan of each point is simulated, instead of a plan certified.
    """

    path: str
    called: str
    settings: tuple[str, ...]
    points: tuple[tuple[str, ...], ...]
    seed: int
    budget: Budget
    engine: Engine = "compiled"
    drafts: bool = False

    def __call__(self, point: int) -> PointResult:
        """Plan a point; one without a plan says why."""
        settings = (*self.settings, *self.points[point])
        try:
            scenario = load(Path(self.path), self.seed, self.called, settings=settings)
            refuse_too_large(scenario, 1)
            return self._planned(scenario.problem)
        except InputError as error:
            words = [str(finding) for finding in error.findings]
            return PointResult(status="invalid input", message=_brief(words))
        except NoPlanError as error:
            words = [blame.words for blame in error.blame] or [error.status]
            return PointResult(status="no plan", message=_brief(words))
        except ConflictError as error:
            return PointResult(status="no plan", message=_brief([str(a) for a in error.args]))

    def _planned(self, problem: Problem) -> PointResult:
        """The figures of a point with a plan."""
        context = RunContext(budget=self.budget, executor=Executor(engine=self.engine))
        if self.drafts:
            plan = _coarse_draft(problem, context)
            look = CertificationLook(1, self.budget.replications)
            (summaries,) = evaluate_plans(
                problem, [plan], context, look.stream_set, look.replications
            )
            verdict = certify(problem, summaries, look)
            return _result("draft", problem, plan, verdict, summaries)
        evaluated = certified_at_the_end(problem, certified_plan(problem, context))
        status: Status = "certified" if evaluated.verdict.certified else "not certified"
        plan = replace(evaluated.plan, certificate=None)
        return _result(status, problem, plan, evaluated.verdict, evaluated.summaries)


def _coarse_draft(problem: Problem, context: RunContext) -> Plan:
    """The first plan; in a large model its integers are those next to the relaxation."""
    if is_deterministic(problem):
        return draft_plan(problem, "joint", context)
    plan = decide(problem, "joint", context.budget, planning=COARSE)
    return replace(plan, status=PlanStatus.DRAFT)


def _result(
    status: Status,
    problem: Problem,
    plan: Plan,
    verdict: Certificate,
    summaries: Sequence[Summary],
) -> PointResult:
    """Figures of a plan from its replications."""
    total = np.asarray(sum(simulated_costs(problem, plan, summaries).values()))
    return PointResult(
        status=status,
        cost_minor=round(float(np.mean(total))),
        on_time_share=float(np.mean([summary.on_time_share for summary in summaries])),
        met=verdict.met,
        replications=len(summaries),
        people=peak_staffing(plan)[1],
        person_days=sum(row.headcount for row in plan.staffing),
    )


def _brief(words: Sequence[str]) -> str:
    """The first few sentences, and how many more there are."""
    more = f"; and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    return "; ".join(words[:MOST_NAMED]) + more
