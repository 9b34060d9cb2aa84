"""The table of stresses: what a plan keeps under each, what it costs, and the cheapest repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.choices import LANGUAGES, Language
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.stress import Stress
from planner.domain.stress_cases import Workload
from planner.reporting.language.labels import Labels
from planner.reporting.language.stress_sentences import all_in_words, repair_in_words
from planner.reporting.tables.stress_table import STRESS_TABLE
from planner.simulation.workers_pool import START_S
from planner.studies.certification.certificate import CertificationLook, met_count
from planner.studies.runs.run_context import RunContext
from planner.studies.stress.evaluation import (
    Outcome,
    Place,
    StressEvaluation,
    cases_of,
    outcome,
    workload_of,
)
from planner.studies.stress.repair import NO_REPAIR, Repair, Stressed, cheapest_repair

NOT_HERE = "stress {names}: left out, the scenario has nothing that it could strike"


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How many replications a study of stresses simulates.

    Attributes
    ----------
    replications : int
        Replications of the look on which every stress is judged.
    place_replications : int
        The hardest of them, on which each place that a stress can hit is tried.
    repairs : bool
        Whether repairs are looked for.
    """

    replications: int
    place_replications: int
    repairs: bool


def in_a_run(look: CertificationLook, context: RunContext) -> Budget:
    """The few replications of a whole run."""
    options = context.options.stress
    count = min(options.run_replications, look.replications)
    return Budget(
        replications=count, place_replications=options.run_place_replications, repairs=False
    )


def in_full(look: CertificationLook, context: RunContext) -> Budget:
    """All replications of the certificate."""
    return Budget(
        replications=look.replications,
        place_replications=context.options.stress.place_replications,
        repairs=True,
    )


def stress_table(
    problem: Problem,
    plan: Plan,
    summaries: Sequence[Summary],
    stresses: Sequence[Stress],
    context: RunContext,
    *,
    look: CertificationLook,
    budget: Budget,
) -> pd.DataFrame:
    """Simulate a plan under each stress, at the place where it does most harm.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        Its replications without stress, from the first on.
    stresses : sequence of Stress
        The catalogue.
    context : RunContext
        Where replications run; it is told of stresses that concern nothing.
    look : CertificationLook
        Look of the certificate, whose replications are simulated.
    budget : Budget
        How many of them.

    Returns
    -------
    DataFrame
        The table `stress`, in the order of the catalogue.
    """
    base = list(summaries[: budget.replications])
    workload = workload_of(problem, base)
    found = _worst_places(
        problem, plan, base, stresses, context, workload=workload, look=look, budget=budget
    )
    missing = [s.name for s in stresses if s not in [place.stress for place in found]]
    if missing:
        context.notes.append(NOT_HERE.format(names=", ".join(missing)))
    context.begin("simulating the plan under stress", len(base))
    task = _evaluation(problem, plan, tuple(found), workload, context, look=look)
    rows = context.replicate("stresses", task.on(range(len(base))), len(base), START_S)
    needed = kept_with_repair(problem, base, look)
    lines = []
    for p, place in enumerate(found):
        outcomes = [row[p] for row in rows]
        repair = NO_REPAIR
        if budget.repairs and sum(o.kept for o in outcomes) < needed:
            stressed = Stressed(task=task, place=place, outcomes=tuple(outcomes), needed=needed)
            repair = cheapest_repair(stressed, context)
        lines.append(_line(problem, plan, base, place, outcomes, workload=workload, repair=repair))
    return STRESS_TABLE.frame(lines).astype({"kept_after": "Int64"})


def _evaluation(
    problem: Problem,
    plan: Plan,
    places: tuple[Place, ...],
    workload: Workload,
    context: RunContext,
    *,
    look: CertificationLook,
) -> StressEvaluation:
    return StressEvaluation(
        problem=problem,
        plans=(plan,),
        places=places,
        workload=workload,
        numbers=(),
        engine=context.executor.engine,
        stream_set=look.stream_set,
    )


def kept_with_repair(problem: Problem, base: Sequence[Summary], look: CertificationLook) -> int:
    """Replications that a repair must keep: those of a certificate, else those kept anyway.

    A repair is looked for under each stress with which the plan keeps fewer.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    base : sequence of Summary
        Its replications without stress.
    look : CertificationLook
        Look of the certificate.

    Returns
    -------
    int
        How many.
    """
    kept, whole = met_count(problem, base), look.needed(problem.service.confidence)
    return whole if len(base) == look.replications and kept >= whole else kept


def _worst_places(
    problem: Problem,
    plan: Plan,
    base: Sequence[Summary],
    stresses: Sequence[Stress],
    context: RunContext,
    *,
    workload: Workload,
    look: CertificationLook,
    budget: Budget,
) -> list[Place]:
    """Where each stress does most harm, in the replications that are hardest without it.

    A collection, or an allotment, of a contract that the plan does not use cannot be missed.
    """
    used = {row.contract for row in plan.routing}
    open_to = {
        stress: [
            Place(stress, k)
            for k, case in enumerate(cases_of(problem, stress, workload))
            if case.contract == "" or case.contract in used
        ]
        for stress in stresses
    }
    several = tuple(p for places in open_to.values() if len(places) > 1 for p in places)
    harm: dict[Place, tuple[int, int]] = {}
    if several:
        hardest = sorted(base, key=lambda s: (-s.failed, s.replication))
        numbers = [s.replication for s in hardest[: budget.place_replications]]
        context.begin("finding the worst place of each stress", len(numbers))
        task = _evaluation(problem, plan, several, workload, context, look=look).on(numbers)
        rows = context.replicate("stressed places", task, len(numbers), START_S)
        for p, place in enumerate(several):
            outcomes = [row[p] for row in rows]
            harm[place] = (sum(not o.kept for o in outcomes), sum(o.failed for o in outcomes))
    return [
        max(places, key=lambda place: (harm.get(place, (0, 0)), -place.case))
        for places in open_to.values()
        if places
    ]


def _line(
    problem: Problem,
    plan: Plan,
    base: Sequence[Summary],
    place: Place,
    outcomes: Sequence[Outcome],
    *,
    workload: Workload,
    repair: Repair,
) -> tuple[object, ...]:
    """Cells of a stress in the table."""

    def major(minor: float) -> float:
        return float(to_major(round(minor), problem.currency))

    stress, kept, count = place.stress, sum(o.kept for o in outcomes), len(outcomes)
    cost = float(np.mean([o.cost_minor for o in outcomes]))
    usual = float(np.mean([outcome(problem, plan, s).cost_minor for s in base]))
    english, chinese = (_in_words(problem, repair, lang) for lang in LANGUAGES)
    return (
        stress.name,
        stress.kind,
        stress.strength,
        stress.probability,
        kept,
        count,
        round(kept / count, 6),
        met_count(problem, base),
        major(cost),
        major(cost - usual),
        cases_of(problem, stress, workload)[place.case].where,
        english,
        chinese,
        major(repair.cost_minor) if repair.additions else None,
        repair.kept,
    )


def _in_words(problem: Problem, repair: Repair, lang: Language) -> str:
    """What to add, in a language."""
    names = {
        "site": {s.name: s.label for s in problem.sites},
        "contract": {c.name: c.label for c in problem.contracts},
        "product": {p.name: p.label for p in problem.products},
    }
    labels = Labels(lang, problem.currency, names)
    return all_in_words(
        labels,
        (
            repair_in_words(labels, a.amount, a.names, problem.horizon.date_of(a.day))
            for a in repair.additions
        ),
    )


def summary_json(problem: Problem, table: pd.DataFrame) -> dict[str, Any]:
    """The table as one object, as `--json` prints it."""
    known = table.astype(object).where(table.notna(), None)
    return {
        "stresses": [{str(k): v for k, v in row.items()} for row in known.to_dict("records")],
        "on_time_share": problem.service.on_time_share,
        "confidence": problem.service.confidence,
        "seed": problem.seed,
    }
