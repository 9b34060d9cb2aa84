"""What two plans cost and how many orders they send on time, over their replications."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from planner.domain.run_differences import (
    MeanDifference,
    NotComparableError,
    Pair,
    PairTable,
    Reason,
    ValueKind,
)
from planner.domain.statistics import t_interval, welch_interval
from planner.studies.run_differences.same_orders import COUNTED, why_not_paired
from planner.studies.run_differences.side import Side

FIGURES: dict[str, ValueKind] = {
    "cost": "money",
    "on_time_share": "share",
    "orders": "mean",
    "person_days": "number",
    "peak_people": "number",
    "hired_people": "number",
}
MEASURES: tuple[tuple[str, ValueKind], ...] = (("on_time_share", "share"), ("cost", "money"))


def compare_figures(a: Side, b: Side) -> PairTable:
    """The figures that tell most of each plan; None where a result does not have one."""
    of_a, of_b = (_figures(side) for side in (a, b))
    rows = (
        Pair((name,), of_a.get(name), of_b.get(name), kind)
        for name, kind in FIGURES.items()
        if name in of_a or name in of_b
    )
    return PairTable("figures", ("figure",), tuple(rows))


def _figures(side: Side) -> dict[str, float]:
    """Key figures of one plan, those that its folder can tell."""
    found: dict[str, float] = {}
    for measure in (_of_replications, _of_staffing, _of_hiring):
        try:
            found |= measure(side)
        except NotComparableError:
            continue
    return found


def _of_replications(side: Side) -> dict[str, float]:
    rows = side.table("replications")
    return {
        "cost": round(float(rows["cost"].mean()), 6),
        "on_time_share": float(1.0 - rows["late_share"].mean()),
        "orders": float(rows[list(COUNTED)].sum(axis=1).mean()),
    }


def _of_staffing(side: Side) -> dict[str, float]:
    rows = side.table("staffing")
    by_day = rows.groupby("date")["headcount"].sum()
    return {
        "person_days": float(rows["headcount"].sum()),
        "peak_people": float(by_day.max()) if len(by_day) else 0.0,
    }


def _of_hiring(side: Side) -> dict[str, float]:
    return {"hired_people": float(side.table("hiring")["people"].sum())}


def compare_costs(a: Side, b: Side) -> PairTable:
    """Costs by name: as simulated where both plans were, as planned otherwise."""
    simulated = all(side.has("costs") for side in (a, b))
    of_a, of_b = (_simulated(side) if simulated else _planned(side) for side in (a, b))
    names = [*of_a, *(name for name in of_b if name not in of_a)]
    rows = [Pair((name,), of_a.get(name, 0.0), of_b.get(name, 0.0), "money") for name in names]
    rows = [row for row in rows if row.a or row.b]
    total_a, total_b = (round(math.fsum(of.values()), 6) for of in (of_a, of_b))
    rows.append(Pair(("total",), total_a, total_b, "money"))
    return PairTable("costs" if simulated else "costs_planned", ("cost",), tuple(rows))


def _simulated(side: Side) -> dict[str, float]:
    table = side.table("costs")
    return dict(zip(table["name"], map(float, table["amount"]), strict=True))


def _planned(side: Side) -> dict[str, float]:
    return {name: float(amount) for name, amount in side.plan["costs"].items()}


def compare_means(a: Side, b: Side) -> tuple[MeanDifference, ...]:
    """On-time share and cost over the replications, paired where the orders are the same."""
    for side in (a, b):
        if not side.is_simulated:
            raise NotComparableError("diff_not_simulated", side=side.letter)
    tables = [side.table("replications") for side in (a, b)]
    unpaired = why_not_paired(a, b, tables)
    return tuple(
        _mean_difference(name, kind, [_values(table, name) for table in tables], unpaired)
        for name, kind in MEASURES
    )


def _values(table: pd.DataFrame, name: str) -> np.ndarray:
    """A measure of every replication."""
    column = 1.0 - table["late_share"] if name == "on_time_share" else table["cost"]
    return np.asarray(column, dtype=float)


def _mean_difference(
    name: str, kind: ValueKind, values: list[np.ndarray], unpaired: Reason | None
) -> MeanDifference:
    a, b = values
    if unpaired is None:
        a, b = (of[: min(len(a), len(b))] for of in values)
        difference, low, high = t_interval(b - a)
    else:
        difference, low, high = welch_interval(a, b)
    return MeanDifference(
        name=name,
        kind=kind,
        mean_a=float(a.mean()),
        mean_b=float(b.mean()),
        difference=difference,
        low=low,
        high=high,
        values=(tuple(a.tolist()), tuple(b.tolist())),
        unpaired=unpaired,
    )
