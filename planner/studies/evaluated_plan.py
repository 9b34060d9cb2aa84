"""A plan evaluated on held-out replications: its certificate, figures, tables and files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.costs import simulated_costs
from planner.domain.money import to_major
from planner.domain.plan import Certificate, Plan, Violation
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.roster import Roster
from planner.domain.statistics import t_interval
from planner.formats.plan_files import write_plan
from planner.formats.scenario.reader import Scenario
from planner.formats.tables.tables import write_pieces, write_table
from planner.planning.heuristics.rules_of_thumb import mean_units
from planner.planning.rostering.assign import assign_people
from planner.planning.rostering.unfilled import FILL_PLACES, broken_rules
from planner.reporting.tables.method_tables import baselines_table
from planner.reporting.tables.order_table import orders_pieces
from planner.reporting.tables.plan_tables import plan_tables
from planner.reporting.tables.risks import risks_table
from planner.reporting.tables.simulation_tables import replication_tables
from planner.studies.certification.certificate import CertificationLook, certify
from planner.studies.certification.common_replications import evaluate_plans, trace
from planner.studies.certification.engine_check import Checked, checked_engines
from planner.studies.diagnosis.late_orders import misses_tables
from planner.studies.runs.manifest import certificate_json, describe, kept_scenario
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.roster_tables import roster_tables
from planner.studies.steps.staff_notes import roster_warning

UNPRICED = (
    "parcels per promotion are refused by every contract that is signed, and cancelled; "
    "weight_classes_g lets a plan "
    "send heavy parcels another way"
)


@dataclass(frozen=True)
class EvaluatedPlan:
    """A plan with its certificate.

    Attributes
    ----------
    plan : Plan
        The plan, which holds its certificate too.
    verdict : Certificate
        The certificate.
    summaries : sequence of Summary
        Held-out replications that it rests on.
    look : CertificationLook
        Terms of the look.
    engines : dict
        What the manifest says of the engines.
    roster : Roster, optional
        Who works when; None for a plan that is compared with, whose places people are known to
        fill.
    """

    plan: Plan
    verdict: Certificate
    summaries: Sequence[Summary]
    look: CertificationLook
    engines: dict[str, Any]
    roster: Roster | None = None


def evaluate_with_roster(
    problem: Problem, plan: Plan, look: CertificationLook, context: RunContext
) -> EvaluatedPlan:
    """Evaluate one plan on the replications of a look, assign its people, and certify it.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan; places that its roster leaves empty keep it from being certified.
    look : CertificationLook
        Terms of the look.
    context : RunContext
        Where replications run.

    Returns
    -------
    EvaluatedPlan
        The plan with its certificate and its roster.
    """
    (found,) = evaluate_and_certify(problem, [plan], look, context)
    roster = assign_people(problem, plan)
    return certified(problem, plan, found.summaries, look, found.engines, roster=roster)


def evaluate_and_certify(
    problem: Problem,
    plans: Sequence[Plan],
    look: CertificationLook,
    context: RunContext,
    *,
    engines: Checked | None = None,
) -> list[EvaluatedPlan]:
    """Evaluate plans whose places people are known to fill, and certify each.

    Parameters
    ----------
    problem : Problem
        The problem of all plans.
    plans : sequence of Plan
        Plans to evaluate on the same orders.
    look : CertificationLook
        Terms of the look.
    context : RunContext
        Where replications run.
    engines : dict, optional
        What the manifest says of the engines; None: they are compared first.

    Returns
    -------
    list of EvaluatedPlan
        The plans in their order; none for no plans.
    """
    if not plans:
        return []
    engines = engines or checked_engines(problem, plans[0], context)
    context.begin("simulating held-out replications", look.replications)
    results = evaluate_plans(problem, plans, context, look.stream_set, look.replications)
    return [
        certified(problem, plan, summaries, look, engines)
        for plan, summaries in zip(plans, results, strict=True)
    ]


def certified(
    problem: Problem,
    plan: Plan,
    summaries: Sequence[Summary],
    look: CertificationLook,
    engines: dict[str, Any],
    *,
    roster: Roster | None = None,
) -> EvaluatedPlan:
    """Give a plan the certificate that follows from its replications and its roster.

    Parameters
    ----------
    problem : Problem
        States the service level and the confidence.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        Its held-out replications.
    look : CertificationLook
        Terms of the look.
    engines : dict
        What the manifest says of the engines.
    roster : Roster, optional
        Who works when; None where people are known to fill all places.

    Returns
    -------
    EvaluatedPlan
        The plan with its certificate.
    """
    empty = () if roster is None else roster.empty_places(problem.horizon)
    verdict = certify(problem, summaries, look, empty)
    plan = replace(plan, certificate=verdict)
    return EvaluatedPlan(plan, verdict, summaries, look, engines, roster)


def evaluation_tables(
    problem: Problem, evaluated: Sequence[EvaluatedPlan]
) -> dict[str, pd.DataFrame]:
    """Tables of the first plan, and the comparison of all."""
    ours = evaluated[0]
    return {
        **plan_tables(problem, ours.plan),
        **replication_tables(problem, ours.plan, ours.summaries),
        **roster_tables(problem, ours.plan, ours.roster),
        "stock_need": stock_need(problem, ours.plan),
        "risks": risks_table(problem, ours.plan, ours.summaries),
        "baselines": baselines_table(
            problem, [(t.plan, t.verdict, t.summaries) for t in evaluated]
        ),
    }


def stock_need(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Units of mean demand at each site under the routing of a plan, to compare stock with."""
    need = mean_units(problem, plan.routing)
    rows = [
        (
            site,
            product.name,
            round(need[i, k] / product.units_mean, 2),
            product.units_mean,
            round(need[i, k], 2),
        )
        for i, site in enumerate(problem.site_names)
        for k, product in enumerate(problem.products)
        if plan.stock is not None and need[i, k] > 0
    ]
    return pd.DataFrame(
        rows, columns=["site", "product", "orders_mean", "units_per_order", "units_mean"]
    )


def summary_json(problem: Problem, evaluated: EvaluatedPlan) -> dict[str, Any]:
    """Simulated figures of a plan, as in `--json` and plan.json."""
    n = len(evaluated.summaries)
    total = sum(simulated_costs(problem, evaluated.plan, evaluated.summaries).values())
    return {
        "replications": n,
        "orders": sum(s.placed for s in evaluated.summaries) / n,
        "on_time_share": share_interval([s.on_time_share for s in evaluated.summaries]),
        "cost": float(to_major(round(float(np.mean(total))), problem.currency)),
        "late_orders": sum(s.late_orders for s in evaluated.summaries) / n,
        "open_orders": sum(s.open_orders for s in evaluated.summaries) / n,
        "late_at_end": sum(s.late_at_end for s in evaluated.summaries) / n,
        "open_at_end": sum(s.open_at_end for s in evaluated.summaries) / n,
        "cancelled_orders": sum(s.cancelled for s in evaluated.summaries) / n,
        "unpriced_parcels": sum(s.unpriced for s in evaluated.summaries) / n,
        "mean_wait_s": sum(s.mean_wait_s for s in evaluated.summaries) / n,
        "mean_cycle_s": sum(s.mean_cycle_s for s in evaluated.summaries) / n,
        "certificate": certificate_json(evaluated.verdict),
        "seed": problem.seed,
    }


def share_interval(shares: Sequence[float]) -> dict[str, Any]:
    """Mean and 95 % interval of the on-time share over replications, within 0 and 1.

    A single replication has no interval: its limits are None.
    """
    mean, low, high = t_interval(shares)
    if math.isnan(low):
        return {"mean": mean, "low": None, "high": None}
    return {"mean": mean, "low": max(low, 0.0), "high": min(high, 1.0)}


def write_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write every table under `tables/`, in the order of their names."""
    for name in sorted(tables):
        write_table(tables[name], folder / "tables" / f"{name}.csv")


def write_evaluations(
    folder: Path,
    scenario: Scenario,
    evaluated: Sequence[EvaluatedPlan],
    context: RunContext,
    *,
    options: dict[str, Any],
    extra: dict[str, pd.DataFrame] | None = None,
    loop: dict[str, Any] | None = None,
    helpers: bool = True,
) -> dict[str, Any]:
    """Write plan, tables and inputs of a study into its draft folder.

    Parameters
    ----------
    folder : Path
        The draft folder.
    scenario : Scenario
        Scenario of the study.
    evaluated : sequence of EvaluatedPlan
        The plan of the study, and those it is compared with.
    context : RunContext
        Context of the study, which receives notes.
    options : dict
        Options of the command, for the manifest.
    extra : dict of DataFrame, optional
        Further tables by name.
    loop : dict, optional
        How the plan was reached, for plan.json.
    helpers : bool
        Whether one more person or vehicle at a time is tried for a plan that is not certified.

    Returns
    -------
    dict
        Content of the manifest, which is still to be sealed.
    """
    problem, ours = scenario.problem, evaluated[0]
    tables = evaluation_tables(problem, evaluated)
    tables |= late_order_tables(problem, ours, context, helpers=helpers)
    stock = tables.pop("stock")
    write_tables(folder, tables | (extra or {}))
    records = trace(problem, ours.plan, context.executor.engine, ours.look.stream_set)
    write_pieces(orders_pieces(problem, records), folder / "tables" / "orders.csv")
    on_time = summary_json(problem, ours)["on_time_share"]
    write_plan(folder, problem, ours.plan, on_time, loop, stock=stock)
    manifest = describe(
        problem,
        ours.plan.status_in_words,
        options,
        plan=ours.plan,
        verdict=ours.verdict,
        study_options=context.options,
    )
    manifest["title"] = scenario.title
    manifest["engines"] = ours.engines
    manifest["replications"] = len(ours.summaries)
    broken = broken_rules(problem, ours.plan)
    manifest["broken_rules"] = [v.words for v in broken]
    unreported = [v for v in broken if roster_warning(v.words) not in scenario.warnings]
    context.notes += [f"{_broken_by(v, options)}: {v.words}" for v in unreported]
    manifest |= kept_scenario(folder, scenario)
    manifest["warnings"] = [*scenario.warnings, *unpriced_warning(ours)]
    context.notes += unpriced_warning(ours)
    return manifest


def _broken_by(violation: Violation, options: dict[str, Any]) -> str:
    """What breaks a rule: the operation of a scenario, a plan that was given, its empty places."""
    if options.get("plan") is False:
        return "what the scenario states breaks a rule"
    return (
        "the plan has empty places" if violation.rule == FILL_PLACES else "the plan breaks a rule"
    )


def late_order_tables(
    problem: Problem, evaluated: EvaluatedPlan, context: RunContext, *, helpers: bool = True
) -> dict[str, pd.DataFrame]:
    """Tabulate where orders were late and what would help.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    evaluated : EvaluatedPlan
        The plan.
    context : RunContext
        Where replications run.
    helpers : bool
        Whether one more person or vehicle at a time is tried.

    Returns
    -------
    dict of DataFrame
        Tables by name; none for a plan that is certified.
    """
    if evaluated.verdict.certified:
        return {}
    return misses_tables(
        problem,
        evaluated.plan,
        evaluated.summaries,
        context,
        evaluated.look.stream_set,
        helpers=helpers,
    )


def unpriced_warning(evaluated: EvaluatedPlan) -> list[str]:
    """Warn of parcels that no signed contract accepts."""
    mean = sum(s.unpriced for s in evaluated.summaries) / len(evaluated.summaries)
    if mean == 0:
        return []
    return [f"{mean:,.1f} {UNPRICED}"]
