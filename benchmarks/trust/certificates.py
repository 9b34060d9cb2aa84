"""How far a certificate can be trusted, on generated problems with the seeds 0, 1, 2, ...

repair   sites whose first plan fails its pilot runs: does the loop repair them, at what cost, and
         do the certified plans meet the service level on a thousand unseen replications?
wrong    certificates for plans that meet the service level less often than certified: at most 5 %
         of the attempts may get one, however often the plans are judged again
predict  what the planning model says of its first plan, against the simulation of it

    python benchmarks/trust/certificates.py repair [--sites N] [--first SEED] [--most N]
        [--again N] [--json]
    python benchmarks/trust/certificates.py wrong [--problems N] [--played N] [--planned N] [--json]
    python benchmarks/trust/certificates.py predict [--scenarios N] [--first SEED] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import table
from benchmarks.trust.hard_sites import hard_site
from benchmarks.trust.known_probability_plans import (
    CASES,
    chance_of_a_certificate,
    granted_by_luck,
    granted_by_planning,
    granted_by_playing,
)
from planner.domain.costs import simulated_costs
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL
from planner.domain.records import Summary
from planner.errors import NoPlanError, PlannerError
from planner.studies.certification.certificate import CertificationLook, met_count
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.iterations import Iteration, PlanningHistory
from planner.studies.certification.loop import certified_plan
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import decide

REPLICATIONS = 100
METHODS_OF_THUMB = ("average", "peak", "erlang", "cheapest")
AUDIT = "audit"  # a stream set that no part of the planner draws from


def repair(sites: int, first: int, most: int, again: int) -> dict[str, Any]:
    """Run the loop on generated sites, and audit every certified plan.

    Parameters
    ----------
    sites : int
        Number of sites whose first plan fails, after which to stop.
    first : int
        First seed.
    most : int
        Largest number of sites.
    again : int
        Replications of the audit of a certified plan.

    Returns
    -------
    dict
        Counts, and one row per site.
    """
    rows: list[dict[str, Any]] = []
    no_plan = tried = 0
    while tried < most and sum(not row["held_at_first"] for row in rows) < sites:
        problem = hard_site(first + tried)
        tried += 1
        try:
            rows.append(_row(problem, again))
        except NoPlanError:
            no_plan += 1
        _say(f"{tried} tried: {rows[-1] if rows else 'no plan'}")
    return {
        "first_seed": first,
        "tried": tried,
        "no_plan": no_plan,
        "held_at_first": sum(row["held_at_first"] for row in rows),
        "failed_at_first": sum(not row["held_at_first"] for row in rows),
        "sites": rows,
    }


def _row(problem: Problem, again: int) -> dict[str, Any]:
    history = certified_plan(problem, RunContext(budget=Budget(REPLICATIONS)))
    begun, ended = history.iterations[0], history.last
    met_at_first = met_count(problem, begun.summaries[:REPLICATIONS])
    trimming = None if history.adjusted is None else history.adjusted.trimmed
    row: dict[str, Any] = {
        "seed": problem.seed,
        "held_at_first": met_at_first
        >= CertificationLook(1, REPLICATIONS).needed(problem.service.confidence),
        "kept_at_first": met_at_first,
        "gap_at_first": begun.plan.gap,
        "plans": max(iteration.number for iteration in history.iterations),
        "verdicts": sum(iteration.verdict is not None for iteration in history.iterations),
        "stopped": history.stopped,
        "cost_at_first": _mean_cost(problem, begun.plan, begun.summaries[:REPLICATIONS]),
        "cost": _cost_in_pilot_runs(problem, history, ended),
        "trimmed": _trimmed(problem, history),
        "complete": None if trimming is None else trimming.complete,
        "promised": problem.service.confidence,
    }
    if history.stopped == "certified":
        summaries = evaluate_plans(
            problem, [ended.plan], RunContext(budget=Budget(again)), AUDIT, again
        )[0]
        row["keeps_again"] = met_count(problem, summaries) / again
        row["of_a_rule"] = _cost_of_rules(problem, ended.plan, summaries[:REPLICATIONS])
    return row


def _cost_of_rules(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> float | None:
    """Cost of a plan over that of the cheapest rule of thumb that holds on the same replications.

    None where no rule holds.
    """
    count = len(summaries)
    needed = CertificationLook(1, count).needed(problem.service.confidence)
    costs = []
    for method in METHODS_OF_THUMB:
        try:
            rule = decide(problem, method)
        except PlannerError:
            continue
        (played,) = evaluate_plans(problem, [rule], RunContext(budget=Budget(count)), AUDIT, count)
        if met_count(problem, played) >= needed:
            costs.append(_mean_cost(problem, rule, played))
    return _mean_cost(problem, plan, summaries) / min(costs) if costs else None


def _mean_cost(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> float:
    return float(np.mean(sum(simulated_costs(problem, plan, summaries).values())))


def _cost_in_pilot_runs(problem: Problem, history: PlanningHistory, of: Iteration) -> float:
    """Mean cost of a plan in the pilot runs of the first plan."""
    piloted = next(iteration for iteration in history.iterations if iteration.plan is of.plan)
    return _mean_cost(problem, of.plan, piloted.summaries[:REPLICATIONS])


def _trimmed(problem: Problem, history: PlanningHistory) -> float | None:
    """Share of the planned cost saved by adjusting; None if the last plan is not adjusted."""
    if history.last.plan is history.planned:
        return None
    planned, last = (
        _cost_in_pilot_runs(problem, history, next(i for i in history.iterations if i.plan is plan))
        for plan in (history.planned, history.last.plan)
    )
    return 1.0 - last / planned


def report_repair(found: dict[str, Any]) -> str:
    """Table and summary of `repair`."""

    def line(row: dict[str, Any]) -> tuple[object, ...]:
        return (
            row["seed"],
            row["kept_at_first"],
            row["plans"],
            row["verdicts"],
            row["stopped"],
            f"{row['cost_at_first'] / 100:,.0f}",
            f"{row['cost'] / 100:,.0f}",
            f"{row['cost'] / row['cost_at_first'] - 1:+.1%}",
            "-" if row["trimmed"] is None else f"{row['trimmed']:.1%}",
            {None: "-", True: "yes", False: "no"}[row["complete"]],
            f"{row['keeps_again']:.1%}" if "keeps_again" in row else "-",
            f"{row['of_a_rule'] - 1:+.1%}" if row.get("of_a_rule") else "-",
        )

    head = (
        "site",
        "first plan met (of 100)",
        "plans",
        "verdicts",
        "ended",
        "cost at first",
        "cost at the end",
        "difference",
        "trimming saved",
        "complete",
        "meets it again",
        "against a rule that holds",
    )
    failed = [row for row in found["sites"] if not row["held_at_first"]]
    certified = [row for row in found["sites"] if row["stopped"] == "certified"]
    true = sum(row["keeps_again"] >= row["promised"] for row in certified)
    repaired = sum(row["stopped"] == "certified" for row in failed)
    saved = [row["trimmed"] or 0.0 for row in certified]
    compared = [row["of_a_rule"] for row in certified if row["of_a_rule"]]
    return "\n".join(
        [
            table(head, [line(row) for row in found["sites"]]),
            "",
            f"Seeds {found['first_seed']} to {found['first_seed'] + found['tried'] - 1}: "
            f"{found['tried']} sites, "
            f"{found['no_plan']} without any plan within their limits; at "
            f"{found['held_at_first']} the first plan "
            f"held, at {found['failed_at_first']} it failed, and {repaired} of these were "
            "repaired. "
            f"{len(certified)} certificates, of which {true} hold on new replications; "
            f"trimming saved {np.mean(saved or [0.0]):.1%} on average. "
            f"At {len(compared)} of them a rule of thumb holds too; the plan costs "
            f"{np.mean(compared or [1.0]) - 1:+.1%} against the cheapest of these on average, "
            f"{max(compared or [1.0]) - 1:+.1%} at worst.",
        ]
    )


def wrong(problems: int, played: int, planned: int) -> dict[str, Any]:
    """Count certificates of plans that meet the service level with too low a probability.

    Parameters
    ----------
    problems : int
        Problems per case whose replications are coins.
    played : int
        Problems per case whose plan is simulated.
    planned : int
        Problems per case that the whole loop plans.

    Returns
    -------
    dict
        One row per case.
    """
    rows = []
    for confidence, chance in CASES:
        for what, granted, count in (
            ("by luck", granted_by_luck, problems),
            ("played", granted_by_playing, played),
            ("planned", granted_by_planning, planned),
        ):
            rows.append(
                {
                    "confidence": confidence,
                    "chance": chance,
                    "how": what,
                    "problems": count,
                    "certified": sum(granted(chance, confidence, seed) for seed in range(count)),
                    "expected": chance_of_a_certificate(chance, confidence)
                    if what != "planned"
                    else None,
                }
            )
            _say(str(rows[-1]))
    return {"cases": [row for row in rows if row["problems"]]}


def report_wrong(found: dict[str, Any]) -> str:
    """Table of `wrong`."""
    rows = [
        (
            row["how"],
            f"{row['confidence']:.0%}",
            f"{row['chance']:.2%}",
            row["problems"],
            row["certified"],
            f"{row['certified'] / row['problems']:.1%}",
            "-" if row["expected"] is None else f"{row['expected']:.2%}",
        )
        for row in found["cases"]
    ]
    return table(
        ("how", "promised", "true chance", "problems", "wrong", "share", "by arithmetic"), rows
    )


def predict(scenarios: int, first: int) -> dict[str, Any]:
    """First plans of generated sites: what planning expected, and what the simulation shows."""
    rows: list[dict[str, Any]] = []
    seed = first
    while len(rows) < scenarios:
        problem = hard_site(seed)
        seed += 1
        try:
            plan = decide(problem)
        except NoPlanError:
            continue
        summaries = evaluate_plans(
            problem, [plan], RunContext(budget=Budget(REPLICATIONS)), REHEARSAL
        )[0]
        rows.append(
            {
                "seed": problem.seed,
                "predicted_on_time": plan.expected["on_time_share"],
                "on_time": float(np.mean([s.on_time_share for s in summaries])),
                "predicted_cost": plan.objective,
                "cost": _mean_cost(problem, plan, summaries),
                "kept": met_count(problem, summaries),
            }
        )
        _say(str(rows[-1]))
    return {"first_seed": first, "tried": seed - first, "scenarios": rows, "errors": _errors(rows)}


def _errors(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Simulated less predicted, in percent of orders and predicted cost; rank correlation."""
    columns = {key: np.array([row[key] for row in rows], dtype=float) for key in rows[0]}
    differences = {
        "on_time": 100 * (columns["on_time"] - columns["predicted_on_time"]),
        "cost": 100 * (columns["cost"] / columns["predicted_cost"] - 1),
    }
    return {
        what: {
            "mean": round(float(d.mean()), 3),
            "p5": round(float(np.quantile(d, 0.05)), 3),
            "p95": round(float(np.quantile(d, 0.95)), 3),
            "rank_correlation": round(
                float(spearmanr(columns[f"predicted_{what}"], columns[what]).statistic), 3
            ),
        }
        for what, d in differences.items()
    }


def report_predict(found: dict[str, Any]) -> str:
    """Table and summary of `predict`."""
    names = {"on_time": "share on time (points)", "cost": "cost (%)"}
    rows = [
        (
            names[what],
            f"{e['mean']:+.2f}",
            f"{e['p5']:+.2f}",
            f"{e['p95']:+.2f}",
            f"{e['rank_correlation']:.3f}",
        )
        for what, e in found["errors"].items()
    ]
    held = sum(row["kept"] >= 99 for row in found["scenarios"])
    return "\n".join(
        [
            table(("simulated less predicted", "mean", "p5", "p95", "rank correlation"), rows),
            "",
            f"{len(found['scenarios'])} first plans of {found['tried']} generated sites (seeds "
            "from "
            f"{found['first_seed']}), each on {REPLICATIONS} replications; {held} of them held in "
            "99 or more.",
        ]
    )


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    options: dict[str, dict[str, int]] = {
        "repair": {"sites": 10, "first": 0, "most": 100, "again": 1000},
        "wrong": {"problems": 1000, "played": 10, "planned": 3},
        "predict": {"scenarios": 50, "first": 1000},
    }
    for name, numbers in options.items():
        command = commands.add_parser(name)
        command.add_argument(
            "--json", action="store_true", help="print the result as one JSON object"
        )
        for option, usual in numbers.items():
            command.add_argument(f"--{option}", type=int, default=usual)
    asked = parser.parse_args()
    measures: dict[str, tuple[Callable[..., dict[str, Any]], Callable[[dict[str, Any]], str]]] = {
        "repair": (repair, report_repair),
        "wrong": (wrong, report_wrong),
        "predict": (predict, report_predict),
    }
    measure, report = measures[asked.command]
    found = measure(**{option: getattr(asked, option) for option in options[asked.command]})
    print(json.dumps(found) if asked.json else report(found))


if __name__ == "__main__":
    main()
