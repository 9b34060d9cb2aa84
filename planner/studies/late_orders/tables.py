"""The judged orders of a log as tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints
from planner.domain.late_orders import (
    FAULTS,
    NOT_JUDGED,
    REASON_NAMES,
    UNKNOWN_MOMENT,
    faults_of,
)
from planner.domain.money import minor_digits
from planner.domain.penalty_ledger import by_due_day
from planner.domain.platform import PlatformRule
from planner.reporting.tables.evidence_table import (
    EVIDENCE_SUMMARY_TABLE,
    EVIDENCE_TABLE,
    LATE_BY_DAY_TABLE,
    NOT_JUDGED_TABLE,
)
from planner.reporting.tables.penalty_table import Ledger, penalties_table
from planner.studies.late_orders.claims import BASES, NO_AMOUNT, Claims
from planner.studies.late_orders.judging import JudgedLog

LOG_RULE = "log"  # name of the rule where only the log states deadlines
_FIRST = 5  # orders that are named for each reason
_HOUR_S, _DAY_S = 3_600, 86_400


def evidence_tables(judged: JudgedLog, claims: Claims, currency: str) -> dict[str, pd.DataFrame]:
    """Make every table of a judged log.

    Parameters
    ----------
    judged : JudgedLog
        The verdicts.
    claims : Claims
        Their amounts.
    currency : str
        ISO 4217 code of the amounts.

    Returns
    -------
    dict
        The tables by name.
    """
    evidence = evidence_table(judged, claims, currency)
    return {
        EVIDENCE_TABLE.name: evidence,
        EVIDENCE_SUMMARY_TABLE.name: summary_table(evidence),
        LATE_BY_DAY_TABLE.name: by_day_table(judged),
        NOT_JUDGED_TABLE.name: not_judged_table(judged),
        "penalties": penalties_table([ledger(judged, claims)], currency),
    }


def evidence_table(judged: JudgedLog, claims: Claims, currency: str) -> pd.DataFrame:
    """One row for each late order.

    Parameters
    ----------
    judged : JudgedLog
        The verdicts.
    claims : Claims
        Their amounts.
    currency : str
        ISO 4217 code of the amounts.

    Returns
    -------
    DataFrame
        The table `evidence`.
    """
    which, log = judged.which, judged.log
    moments = judged.moments.at(which)
    counted = moments.counted(judged.terms.at(which).clock)
    columns: dict[str, object] = {
        "order": order_names(judged, which),
        "line": _lines(judged, which),
        "ordered_at": _moments(judged, moments.ordered),
        "approved_at": _moments(judged, moments.approved),
        "deadline": _moments(judged, moments.deadline),
        "packed_at": _moments(judged, moments.packed),
        "handed_over_at": _moments(judged, moments.handed_over),
        "scanned_at": _moments(judged, moments.scanned),
        "delivered_at": _moments(judged, moments.delivered),
        "contract": log.label("contract")[which],
        "hours_late": np.round((counted - moments.deadline) / _HOUR_S, 2),
        "fault": faults_of(judged.verdicts),
        "reason": np.array(REASON_NAMES, dtype=object)[judged.verdicts.reason],
        "certainty": np.where(judged.verdicts.certain, "stated", "assumed"),
        "compensation": _money(claims.compensation, currency),
        "claim": _money(claims.claim, currency),
        "claim_basis": np.array(BASES, dtype=object)[claims.basis],
    }
    return pd.DataFrame(columns)[EVIDENCE_TABLE.names]


def order_names(judged: JudgedLog, which: Ints) -> NDArray[np.object_]:
    """Ids of orders; their lines where the log has no ids."""
    if judged.log.ids is not None:
        return np.asarray(judged.log.ids[which])
    return np.array([f"line {line}" for line in _lines(judged, which).tolist()], dtype=object)


def _lines(judged: JudgedLog, which: Ints) -> Ints:
    lines = judged.log.order_lines
    return which + 1 if lines is None else np.asarray(lines[which])


def _moments(judged: JudgedLog, seconds: Ints) -> NDArray[np.object_]:
    """Moments as the tables write them."""
    known = seconds > UNKNOWN_MOMENT
    at = np.datetime64(judged.horizon.start, "s") + np.where(known, seconds, 0).astype(
        "timedelta64[s]"
    )
    written = [text.replace("T", " ") for text in np.datetime_as_string(at, unit="s").tolist()]
    return np.where(known, np.array(written, dtype=object), "")


def _money(minor: Ints, currency: str) -> Floats:
    """Amounts in major units; NaN where nothing can be said."""
    return np.where(minor == NO_AMOUNT, np.nan, minor / 10 ** minor_digits(currency))


def summary_table(evidence: pd.DataFrame) -> pd.DataFrame:
    """Late orders by fault and contract; follows from the table of evidence alone."""
    rows = []
    for fault in FAULTS:
        of_fault = evidence[evidence["fault"] == fault]
        for contract in sorted(of_fault["contract"].unique().tolist()):
            of = of_fault[of_fault["contract"] == contract]
            stated = int((of["certainty"] == "stated").sum())
            rows.append(
                (fault, contract, len(of), stated, total(of["compensation"]), total(of["claim"]))
            )
    return EVIDENCE_SUMMARY_TABLE.frame(rows)


def total(amounts: pd.Series) -> float:
    """Sum of the amounts that are known; NaN where none is."""
    return round(float(amounts.sum()), 4) if amounts.notna().any() else np.nan


def by_day_table(judged: JudgedLog) -> pd.DataFrame:
    """Judged orders by the day on which they were placed, whatever they are due on."""
    day = judged.moments.ordered // _DAY_S
    days = int(day.max(initial=-1)) + 1
    orders = np.bincount(day[judged.skipped < 0], minlength=days)
    faults, of = faults_of(judged.verdicts), day[judged.which]
    by_fault = [np.bincount(of[faults == fault], minlength=days) for fault in FAULTS]
    late = np.sum(by_fault, axis=0)
    rows = [
        (
            judged.horizon.date_of(d).isoformat(),
            int(orders[d]),
            int(late[d]),
            round(float(late[d] / orders[d]), 6) if orders[d] else "",
            *(int(counts[d]) for counts in by_fault),
        )
        for d in range(days)
    ]
    return LATE_BY_DAY_TABLE.frame(rows)


def not_judged_table(judged: JudgedLog) -> pd.DataFrame:
    """Orders that cannot be judged, by reason, with the first of each."""
    rows = []
    for number, reason in enumerate(NOT_JUDGED):
        which = np.flatnonzero(judged.skipped == number)
        if len(which):
            names = order_names(judged, which[:_FIRST])
            lines = _lines(judged, which[:_FIRST]).tolist()
            listed = [
                f"{name} (line {line})" if judged.log.ids is not None else str(name)
                for name, line in zip(names, lines, strict=True)
            ]
            more = ", ..." if len(which) > _FIRST else ""
            rows.append((reason, len(which), ", ".join(listed) + more))
    return NOT_JUDGED_TABLE.frame(rows)


def ledger(judged: JudgedLog, claims: Claims) -> Ledger:
    """Penalties of the log by the day on which its orders fall due."""
    counted = np.flatnonzero((judged.skipped < 0) & ~judged.terms.exempt)
    late, compensation = (np.zeros(len(judged.log), dtype=np.int64) for _ in range(2))
    late[judged.which] = 1
    compensation[judged.which] = np.maximum(claims.compensation, 0)
    day = judged.moments.deadline[counted] // _DAY_S
    rule = judged.rule or PlatformRule(name=LOG_RULE, counts=judged.clock)
    days = by_due_day(day, late[counted], compensation[counted])
    first = int(day.min()) if len(day) else 0
    return Ledger(
        rule=rule,
        first=judged.horizon.date_of(first),
        days=days[None, first:],
        priced=judged.rule is not None,
        simulated=False,
    )
