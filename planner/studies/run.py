"""The main job: forecast, plan, try on held-out demand, compare contracts, and lay the results out as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.money import to_major
from planner.domain.plan import Certificate, Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.errors import CrashError
from planner.formats.results import read_plan, write_plan
from planner.formats.scenario import Scenario
from planner.formats.tables import write_pieces, write_table
from planner.planning.feasibility import violations
from planner.reporting.document import font_warnings, write_report
from planner.reporting.measures import (
    baselines_table,
    interval,
    orders_pieces,
    plan_tables,
    promotion_tables,
    simulated_costs,
)
from planner.reporting.risks import risks_table
from planner.simulation.engine import compiled_before
from planner.studies.certify import certify
from planner.studies.contracts import BRIEFLY, study_contracts
from planner.studies.decide import accept, decide, fallback, stated
from planner.studies.digest import digest
from planner.studies.effort import Effort
from planner.studies.forecast import forecast
from planner.studies.manifest import certificate_json, describe, keep_inputs, seal, write_json
from planner.studies.trial import compare_engines, trace, try_plans

FORMATS = ("pdf", "png", "xlsx", "html")
BASELINES = ("average", "cheapest")
COMPARE_REPLICATIONS = 20
FORECAST_PATHS = 500


@dataclass(frozen=True)
class Tried:
    """A plan, its verdict, the promotions the verdict rests on, and what the manifest says about the engine."""

    plan: Plan
    verdict: Certificate
    summaries: Sequence[Summary]
    engines: dict[str, Any]


def planned(problem: Problem, method: str, work: Effort) -> Plan:
    """The plan of a method; one that an earlier run of the same study reached is not made again. Where the solver dies,
    a rule of thumb stands in, for this time only."""
    try:
        return work.journal.once("plans", method, lambda: decide(problem, method, work.effort, work.time_limit))
    except CrashError as crash:
        return fallback(problem, crash, work)


def try_out(problem: Problem, plans: Sequence[Plan], work: Effort) -> list[Tried]:
    """Every plan on the same held-out promotions, each with its certificate."""
    engines = checked_engines(problem, plans[0], work)
    work.begin("simulating held-out promotions", work.replications)
    found = []
    for plan, summaries in zip(plans, try_plans(problem, plans, work), strict=True):
        verdict = certify(problem, summaries)
        found.append(Tried(replace(plan, certificate=verdict), verdict, summaries, engines))
    return found


def checked_engines(problem: Problem, plan: Plan, work: Effort) -> dict[str, Any]:
    """One promotion played by both engines, before many are played by the fast one; ConflictError when they differ."""
    if work.engine == "simpy":
        return {"engines": ["simpy"]}
    work.begin("checking the engine" if compiled_before() else "compiling the simulation, once on this machine")
    return work.journal.once("checks", digest((problem, plan)), lambda: compare_engines(problem, plan))


def tried_tables(problem: Problem, tried: Sequence[Tried]) -> dict[str, pd.DataFrame]:
    """Tables of the first plan, with the others beside it."""
    ours = tried[0]
    return {
        **plan_tables(problem, ours.plan),
        **promotion_tables(problem, ours.plan, ours.summaries),
        "risks": risks_table(problem, ours.plan, ours.summaries),
        "baselines": baselines_table(problem, [(t.plan, t.verdict, t.summaries) for t in tried]),
    }


def summary_json(problem: Problem, tried: Tried) -> dict[str, Any]:
    """The simulated figures of a plan (what `--json` and plan.json say about service)."""
    n = len(tried.summaries)
    mean, low, high = interval([s.on_time_share for s in tried.summaries])
    total = sum(simulated_costs(problem, tried.plan, tried.summaries).values())
    return {
        "replications": n,
        "orders": sum(s.placed for s in tried.summaries) / n,
        "on_time_share": {"mean": mean, "low": low and max(low, 0.0), "high": high and min(high, 1.0)},
        "cost": float(to_major(round(float(np.mean(total))), problem.currency)),
        "late_orders": sum(s.late_orders for s in tried.summaries) / n,
        "open_orders": sum(s.open_orders for s in tried.summaries) / n,
        "cancelled_orders": sum(s.cancelled for s in tried.summaries) / n,
        "unpriced_parcels": sum(s.unpriced for s in tried.summaries) / n,
        "mean_wait_s": sum(s.mean_wait_s for s in tried.summaries) / n,
        "mean_cycle_s": sum(s.mean_cycle_s for s in tried.summaries) / n,
        "certificate": certificate_json(tried.verdict),
        "seed": problem.seed,
    }


def write_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Every table under `tables/`, in the order of their names."""
    (folder / "tables").mkdir(exist_ok=True)
    for name in sorted(tables):
        write_table(tables[name], folder / "tables" / f"{name}.csv")


def write_tried(
    folder: Path,
    scenario: Scenario,
    tried: Sequence[Tried],
    extra: dict[str, pd.DataFrame],
    options: dict[str, Any],
    work: Effort,
) -> dict[str, Any]:
    """Plan, tables and inputs of a study into its draft folder; the manifest's content is returned, not yet sealed."""
    problem, ours = scenario.problem, tried[0]
    write_tables(folder, {**tried_tables(problem, tried), **extra})
    write_pieces(orders_pieces(problem, trace(problem, ours.plan, work.engine)), folder / "tables" / "orders.csv")
    write_plan(folder, problem, ours.plan, summary_json(problem, ours)["on_time_share"])
    manifest = describe(problem, ours.plan, ours.verdict, options)
    manifest["title"] = scenario.title
    manifest["engines"] = ours.engines
    manifest["replications"] = len(ours.summaries)
    manifest["broken_rules"] = broken = [v.words for v in violations(problem, ours.plan)]
    work.notes += [f"what the scenario states breaks a rule: {words}" for words in broken]
    manifest["inputs"] = keep_inputs(folder, scenario)
    manifest["scenario"] = scenario.path.resolve().relative_to(scenario.root.resolve()).as_posix()
    manifest["warnings"] = [*scenario.warnings, *unpriced_warning(ours)]
    work.notes += unpriced_warning(ours)
    return manifest


def unpriced_warning(tried: Tried) -> list[str]:
    """What the cost leaves out: parcels that no contract at their site has a price for."""
    mean = sum(s.unpriced for s in tried.summaries) / len(tried.summaries)
    if mean == 0:
        return []
    return [
        f"{mean:,.1f} parcels per promotion are refused by every contract at their site and have no charge in the cost"
    ]


def run(folder: Path, scenario: Scenario, work: Effort, lang: str, options: dict[str, Any]) -> list[Tried]:
    """All of it, into a draft folder."""
    problem = scenario.problem
    work.begin("forecasting")
    tables = forecast(problem, FORECAST_PATHS, problem.seed)
    work.begin("planning")
    plans = [planned(problem, method, work) for method in ("joint", *BASELINES)]
    tried = try_out(problem, plans, work)
    if problem.contracts:
        tables.update(
            study_contracts(problem, problem.contracts, COMPARE_REPLICATIONS, problem.seed, work, most_changes=BRIEFLY)
        )
    work.begin("writing the report")
    manifest = write_tried(folder, scenario, tried, tables, options, work)
    write_json(folder / "run.json", manifest)
    write_report(folder, FORMATS, lang)
    work.notes += font_warnings(folder)
    write_json(folder / "timing.json", work.finish())
    seal(folder, manifest)
    return tried


def plan_only(folder: Path, scenario: Scenario, method: str, work: Effort, options: dict[str, Any]) -> list[Tried]:
    """Plan by one method and certify it, into a draft folder: tables, no report."""
    work.begin("planning")
    tried = try_out(scenario.problem, [planned(scenario.problem, method, work)], work)
    manifest = write_tried(folder, scenario, tried, {}, options, work)
    write_json(folder / "timing.json", work.finish())
    seal(folder, manifest)
    return tried


def simulate_only(
    folder: Path, scenario: Scenario, plan_dir: Path | None, work: Effort, lang: str, options: dict[str, Any]
) -> Tried:
    """The promotion under the plan of a folder, or under what the scenario states, into a draft folder."""
    problem = scenario.problem
    plan = stated(problem) if plan_dir is None else accept(problem, read_plan(plan_dir, problem))
    if plan.stock is None and any(p.supply_units is not None for p in problem.products):
        work.notes.append("no stock is stated: simulated as if no product ran out, although supply_units are limited")
    tried = try_out(problem, [plan], work)
    manifest = write_tried(folder, scenario, tried, {}, options, work)
    write_json(folder / "run.json", manifest)
    work.begin("drawing figures")
    write_report(folder, ("png",), lang)
    write_json(folder / "timing.json", work.finish())
    seal(folder, manifest)
    return tried[0]
