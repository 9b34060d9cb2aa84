"""The result of `planner evidence`: its log is not kept, its tables are held against each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from planner.domain.late_orders import FAULTS, REASONS
from planner.reporting.tables.read_table import read_cells, read_tables
from planner.studies.late_orders.tables import summary_table
from planner.studies.verification.compare_files import as_written, different_cells
from planner.studies.verification.proof import CheckResult

EVIDENCE = "evidence"
NAMES = ("evidence", "evidence_summary", "late_by_day", "penalties", "not_judged")
_CENT = 0.005


def check_late_orders(folder: Path) -> CheckResult:
    """Faults follow from reasons, hours from moments, and sums from the orders.

    Raises
    ------
    InputError
        A table cannot be read.
    """
    tables = read_tables(folder, NAMES)
    evidence = tables["evidence"]
    wrong = [*_wrong_rows(evidence), *_wrong_ledger(evidence, tables["penalties"])]
    wrong += _wrong_days(evidence, tables["late_by_day"])
    again = as_written(summary_table(evidence))
    found = read_cells(folder, "evidence_summary")
    wrong += different_cells("tables/evidence_summary.csv", found, again)
    proved = (
        f"{len(evidence)} late orders: faults follow from their reasons, hours from their moments, "
        "and the sums by fault and by day from the orders"
    )
    return CheckResult(
        wrong,
        [proved],
        not_proved=["that the orders are those of the log, which is not kept (its hash is)"],
        files={"tables/evidence_summary.csv"},
        named={f"tables/{name}.csv" for name in NAMES},
    )


def _wrong_rows(evidence: pd.DataFrame) -> list[str]:
    """Rows that contradict themselves."""
    fault = evidence["reason"].map(REASONS)
    wrong = [
        f"tables/evidence.csv: order {order}: the fault does not follow from the reason"
        for order in evidence.loc[fault != evidence["fault"], "order"]
    ]
    deadline = pd.to_datetime(evidence["deadline"])
    moments = evidence[["packed_at", "handed_over_at", "scanned_at", "delivered_at"]]
    late = [
        (pd.to_datetime(moments[name].replace("", None)) - deadline).dt.total_seconds() / 3600
        for name in moments
    ]
    near = np.array([np.abs(hours - evidence["hours_late"]) < _CENT + 1e-9 for hours in late])
    bad = np.flatnonzero(~near.any(axis=0))
    wrong += [
        f"tables/evidence.csv: order {order}: no moment is so many hours after the deadline"
        for order in evidence["order"].iloc[bad]
    ]
    return wrong


def _wrong_days(evidence: pd.DataFrame, by_day: pd.DataFrame) -> list[str]:
    """Days of orders whose late ones are not those of the evidence."""
    count = evidence.groupby([evidence["ordered_at"].str[:10], evidence["fault"]]).size()
    return [
        f"tables/late_by_day.csv: {row['date']}: {fault}: not the late orders placed then"
        for _, row in by_day.iterrows()
        for fault in FAULTS
        if row[fault] != count.get((row["date"], fault), 0)
    ]


def _wrong_ledger(evidence: pd.DataFrame, penalties: pd.DataFrame) -> list[str]:
    """Days of the ledger whose late orders or money are not those of the orders due then."""
    scored = evidence[evidence["reason"] != "exempt"]
    due = scored["deadline"].str[:10]
    money = pd.to_numeric(scored["compensation"], errors="coerce").fillna(0.0)
    count, paid = due.value_counts(), money.groupby(due).sum()
    wrong = []
    for day, late, amount in zip(
        penalties["date"],
        penalties["late_orders_mean"],
        pd.to_numeric(penalties["compensation_mean"], errors="coerce").fillna(0.0),
        strict=True,
    ):
        if late != count.get(day, 0) or abs(amount - paid.get(day, 0.0)) > _CENT:
            wrong.append(
                f"tables/penalties.csv: {day}: not what the late orders due then add up to"
            )
    missing = set(due) - set(penalties["date"])
    return wrong + [f"tables/penalties.csv: {day}: missing" for day in sorted(missing)]
