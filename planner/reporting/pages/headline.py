"""The verdict on a plan and its key figures, as page 1, web page and workbook state them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.documents.manifest import is_draft
from planner.reporting.figures.staffing import headcounts, staffing_rows
from planner.reporting.language.certificate_sentences import (
    certain_sentences,
    open_sentences,
    repair_sentences,
    service_reached,
    verdict_sentences,
)
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.pages.late_orders import miss_sentences
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import RunFolder, records, to_date


def rule_words(context: PageContext, rule: Mapping[str, Any] | None = None) -> dict[str, str]:
    """What the platform counts (`clock`), and within what time (`deadline`).

    `rule`: one of several platforms (default: the first).
    """
    rule, labels = rule or context.run.run.get("platform") or {}, context.labels
    if rule.get("deadline_working_days"):
        deadline = labels.many("working_days", int(rule["deadline_working_days"]))
    else:
        hours = float(rule.get("deadline_hours") or math.nan)
        deadline = labels("hours", n=labels.number(hours, 0 if hours == round(hours, 0) else 1))
    return {"clock": labels(f"clock_{rule.get('counts') or 'label'}"), "deadline": deadline}


def rule_sentence(context: PageContext, rule: Mapping[str, Any]) -> str:
    """Clock and deadline of a platform, and what it does not score."""
    labels = context.labels
    words = [labels("assumption_rule", **rule_words(context, rule))]
    if (cutoff := rule.get("cutoff_s")) is not None:
        words.append(labels("rule_cutoff", at=f"{cutoff // 3600:02d}:{cutoff % 3600 // 60:02d}"))
    if rule.get("remote_hub"):
        words.append(labels(f"rule_hub_{rule['remote_hub']}"))
    for days in rule.get("force_majeure") or ():
        span = labels.dates(to_date(days["first"]), to_date(days["last"]))
        where = [labels.name("region", name) for name in days["regions"]]
        days_words = f"{span} ({labels.listed(where)})" if where else span
        words.append(labels("rule_days", days=days_words))
    return labels("rule_mark").join(words)


def rules_of(run: RunFolder) -> list[dict[str, Any]]:
    """The rule of every platform."""
    return run.run.get("platforms") or [run.run.get("platform") or {}]


def certificate(run: RunFolder) -> dict[str, float | bool] | None:
    """The certificate of the run, None when no held-out replications were simulated."""
    return run.run.get("certificate") or run.plan.get("certificate") or None


def verdict_head(run: RunFolder, labels: Labels) -> str:
    """The verdict in a word or two."""
    if run.explanation:
        return labels("no_plan")
    return labels("certified" if verdict_words(run, labels)[0] else "not_certified")


def verdict_words(run: RunFolder, labels: Labels) -> tuple[bool, list[str]]:
    """Whether the plan is certified, and the sentences that say why."""
    verdict = certificate(run)
    sentences = verdict_sentences(verdict, labels)
    if verdict is None:
        return False, sentences
    also = target_sentences(run, labels)
    return bool(verdict["certified"]), [*sentences, *also, *caveats(run, labels)]


def help_sentences(context: PageContext) -> list[str]:
    """What helps a plan that is not certified: for empty places, then for late orders."""
    run = context.run
    verdict = certificate(run) or {}
    found = repair_sentences(verdict, context.labels)
    return [*found, *(miss_sentences(context) if misses_service(run) else [])]


def misses_service(run: RunFolder) -> bool:
    """Whether the service level is not proven: empty places alone are no reason to ask where orders
    are late.
    """
    verdict = certificate(run)
    return verdict is None or not service_reached(verdict)


def target_sentences(run: RunFolder, labels: Labels) -> list[str]:
    """What each target of one's own reached."""
    rows = records(run.table("targets")) if run.has("targets") else []
    return [
        labels(
            "target_reached",
            hours=f"{float(row['within_hours']):g}",
            mean=labels.at_least(float(row["share_mean"]), 2),
            lowest=labels.at_least(float(row["share_lowest"]), 2),
            asked=labels.exact(float(row["asked"])),
        )
        for row in rows
        if not math.isnan(float(row["within_hours"]))
    ]


def caveats(run: RunFolder, labels: Labels) -> list[str]:
    """What the verdict rests on: demand taken as certain, orders left open at the end."""
    found = certain_sentences(run.run.get("certain_demand") or [], labels)
    rows = run.table("replications") if run.has("replications") else pd.DataFrame()
    if "open_at_end" in rows:
        inside, late = (float(rows[name].mean()) for name in ("open_at_end", "late_at_end"))
        found += open_sentences(inside, late, labels)
    return found


def four_figures(context: PageContext) -> list[tuple[str, str, str]]:
    """(heading, figure, note) of cost, service, busiest day and peak staff."""
    run, labels = context.run, context.labels
    cost, orders = total_cost(run), mean_orders(run)
    per_order = labels("kpi_per_order", amount=labels.money(cost / orders, 2)) if orders else ""
    asked, worst = labels.exact(float(run.run["service"]["on_time_share"])), worst_on_time(run)
    target = labels("kpi_target", target=asked, worst=labels.at_least(worst))
    if math.isnan(worst):
        target = labels("kpi_target_only", target=asked)
    busiest = busiest_day(run)
    peak_day, people, hired = peak_staff(context)
    order_note = ""
    if busiest is not None:
        spread = {"low": labels.number(busiest["p05"]), "high": labels.number(busiest["p95"])}
        order_note = labels(
            "kpi_peak_range", day=labels.day(to_date(str(busiest["date"]))), **spread
        )
    staff_note = labels("kpi_day_own", day=peak_day, n=labels.number(hired)) if people else ""
    cost_head = labels("kpi_cost")
    if was_not_simulated(run):
        cost = float(run.plan.get("objective") or math.nan)
        cost_head = labels("kpi_cost_expected")
    return [
        (cost_head, labels.money(cost), per_order),
        (labels("kpi_on_time"), labels.at_least(mean_on_time(run), 2), target),
        (
            labels("kpi_peak_orders"),
            labels.many("orders_unit", round(float(busiest["p50"])))
            if busiest is not None
            else MISSING,
            order_note,
        ),
        (
            labels("kpi_peak_staff"),
            labels.many("n_people", round(people)) if people else MISSING,
            staff_note,
        ),
    ]


def was_not_simulated(run: RunFolder) -> bool:
    """Whether the run is a draft plan, of which nothing was simulated."""
    return is_draft(run.run.get("options") or {}) and not run.explanation


def total_cost(run: RunFolder) -> float:
    """Simulated mean of the total cost (NaN when unknown)."""
    return float(run.table("costs")["amount"].sum()) if run.has("costs") else math.nan


def mean_orders(run: RunFolder) -> float:
    """Orders accepted in a replication on average, all of which are paid for (0 when
    unknown).
    """
    if not run.has("replications"):
        return 0.0
    rows = run.table("replications")
    return float((rows["orders"] + rows["open_orders"]).mean())


def mean_on_time(run: RunFolder) -> float:
    """Simulated mean of the on-time share (NaN when unknown)."""
    if run.has("replications"):
        return 1.0 - float(run.table("replications")["late_share"].mean())
    return math.nan


def worst_on_time(run: RunFolder) -> float:
    """On-time share of the worst simulated replication (NaN when unknown)."""
    if run.has("replications"):
        return 1.0 - float(run.table("replications")["late_share"].max())
    return math.nan


def busiest_day(run: RunFolder) -> dict[str, Any] | None:
    """The day with the highest median demand."""
    if not run.has("forecast_daily"):
        return None
    daily = [row for row in records(run.table("forecast_daily")) if row["region"] == "all"]
    return max(daily, key=lambda row: float(row["p50"]), default=None)


def peak_staff(context: PageContext) -> tuple[str, float, float]:
    """(day, people, hired people among them) of the day with most people over all sites."""
    if not context.run.has("staffing"):
        return "", 0.0, 0.0
    staffing = context.run.table("staffing")
    everyone, hired = headcounts(staffing, staffing_rows(staffing), context.dates)
    day = int(everyone.sum(axis=0).argmax())
    return (
        context.labels.day(context.dates[day]),
        float(everyone[:, day].sum()),
        float(hired[:, day].sum()),
    )
