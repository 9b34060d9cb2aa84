"""What a warehouse manager asks first: where the permanent people are, what a missed pick-up does,
and why this courier.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planner.reporting.figures.staffing import headcounts, staffing_rows
from planner.reporting.language.stress_sentences import hardest, place_in_words
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import records

LEAST_REFUSED = 0.0005  # share of the parcels; less is printed as 0.0%

Question = tuple[str, str]  # the question, the answer


def manager_questions(context: PageContext) -> list[Question]:
    """The questions that the tables of the run can answer, with their answers."""
    answers: tuple[tuple[str, Callable[[PageContext], str]], ...] = (
        ("ask_permanents", permanent_people),
        ("ask_pickup", missed_pickup),
        ("ask_courier", main_courier),
    )
    found = [(context.labels(question), answer(context)) for question, answer in answers]
    return [(question, answer) for question, answer in found if answer]


def permanent_people(context: PageContext) -> str:
    """How many permanent people work on the day with most and with fewest, and days paid for
    nothing.
    """
    run, labels = context.run, context.labels
    if not run.has("staffing"):
        return ""
    staffing = run.table("staffing")
    everyone, hired = headcounts(staffing, staffing_rows(staffing), context.dates)
    own = (everyone - hired).sum(axis=0)
    if not own.any():
        return labels("no_permanents")
    most, fewest = int(own.argmax()), int(own.argmin())
    said = labels(
        "permanents",
        most=labels.number(float(own[most])),
        on=labels.day(context.dates[most]),
        fewest=labels.number(float(own[fewest])),
        fewest_on=labels.day(context.dates[fewest]),
    )
    idle = float(run.table("payroll")["idle_days"].sum()) if run.has("payroll") else 0.0
    return said + (labels("permanents_idle", days=labels.number(idle)) if idle else "")


def missed_pickup(context: PageContext) -> str:
    """How many replications keep the service level when the worst pick-up is missed."""
    run, labels = context.run, context.labels
    rows = records(run.table("stress")) if run.has("stress") else []
    missed = [row for row in rows if row["kind"] == "missed_pickup"]
    if not missed:
        return ""
    row = hardest(missed)[0]
    return labels(
        "pickup_missed",
        where=place_in_words(labels, str(row["worst"] or "")),
        kept=labels.number(float(row["kept"])),
        before=labels.number(float(row["kept_before"])),
        n=labels.number(float(row["replications"])),
    )


def main_courier(context: PageContext) -> str:
    """The contract that carries most, and what the next best alone would cost."""
    run, labels = context.run, context.labels
    if not run.has("couriers", "contracts"):
        return ""
    carried = run.table("couriers").groupby("contract")["parcels_mean"].sum()
    main = str(carried.idxmax())
    alone = {
        str(row["contract"]): row
        for row in records(run.table("contracts"))
        if row["region_group"] == "all" and int(row["members"]) == 1
    }
    priced = {name: row for name, row in alone.items() if not _unknown(row["cost_per_order"])}
    if main not in priced:
        return ""
    return labels(
        "courier_main",
        contract=labels.name("contract", main),
        share=labels.percent(float(carried[main] / carried.sum()), 0),
        cost=labels.money(float(priced[main]["cost_per_order"]), 2),
    ) + _rival(context, [row for name, row in priced.items() if name != main])


def _rival(context: PageContext, others: list[dict[str, Any]]) -> str:
    """What the cheapest of the other contracts would cost for the same orders."""
    labels = context.labels
    if not others:
        return labels("courier_only")
    rival = min(others, key=lambda row: (float(row["cost_per_order"]), str(row["contract"])))
    key = "courier_rival"
    if rival["fails"]:
        refuses = float(rival["refused"]) >= LEAST_REFUSED
        key = "courier_rival_refuses" if refuses else "courier_rival_fails"
    return labels(
        key,
        contract=labels.name("contract", str(rival["contract"])),
        cost=labels.money(float(rival["cost_per_order"]), 2),
        refused=labels.percent(float(rival["refused"])),
        on_time=labels.percent(float(rival["on_time_share"])),
    )


def _unknown(value: Any) -> bool:
    return bool(value != value)  # an empty cell is NaN
