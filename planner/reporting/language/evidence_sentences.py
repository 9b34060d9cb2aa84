"""Late orders of a log in sentences, for the terminal and the sheets of an appeal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from planner.domain.late_orders import FAULTS
from planner.reporting.language.labels import Labels


def message(labels: Labels, summary: Mapping[str, Any]) -> str:
    """How many of the orders were late."""
    first, last = (datetime.fromisoformat(summary[key]).date() for key in ("from", "to"))
    return labels(
        "evidence_message" if summary["late_orders"] else "evidence_none",
        late=labels.number(summary["late_orders"]),
        judged=labels.number(summary["judged"]),
        share=labels.percent(summary["late_share"]),
        from_=first.isoformat(),
        to=last.isoformat(),
    )


def notes(labels: Labels, summary: Mapping[str, Any]) -> list[str]:
    """What counts, by which rule and contracts, and what could not be judged."""
    said = [labels("evidence_counts", clock=labels.name("clock", summary["counts"]))]
    rule = summary["platform"]
    if rule is None:
        said.append(labels("evidence_rule_log"))
    else:
        stated = {
            key: rule[key] or labels("evidence_no_source")
            for key in ("source", "retrieved", "grade")
        }
        said.append(labels("evidence_rule", name=labels.name("platform", rule["name"]), **stated))
    for name, source in sorted(summary["contract_sources"].items()):
        where = source or labels("evidence_no_source")
        said.append(labels("evidence_contract", name=name, source=where.rstrip(".")))
    if summary["not_judged"]:
        reasons = labels.listed(
            labels(
                "evidence_not_judged_reason",
                reason=labels.name("not_judged", reason),
                n=labels.number(n),
            )
            for reason, n in summary["not_judged"].items()
        )
        count = sum(summary["not_judged"].values())
        said.append(labels.many("evidence_not_judged", count, reasons=reasons))
    return said


def fault_line(labels: Labels, table: pd.DataFrame, fault: str, *, priced: bool) -> str:
    """How many late orders are whose fault, with the money.

    Parameters
    ----------
    labels : Labels
        Language and currency.
    table : DataFrame
        The table `evidence_summary`.
    fault : str
        Whose fault.
    priced : bool
        Whether the compensation is known.

    Returns
    -------
    str
        The line.
    """
    of = table[table["fault"] == fault]
    orders, stated = int(of["orders"].sum()), int(of["stated"].sum())
    count = labels.many("n_late_orders", orders)
    key = "evidence_fault" if stated in (0, orders) else "evidence_fault_stated"
    line = labels(
        key, fault=labels.name("fault", fault), orders=count, stated=labels.number(stated)
    )
    claim = labels.money(_sum(of["claim"]))
    if priced and not _sum(of["claim"]):
        money = labels("evidence_paid", compensation=labels.money(_sum(of["compensation"])))
    elif priced:
        money = labels(
            "evidence_money", compensation=labels.money(_sum(of["compensation"])), claim=claim
        )
    elif _sum(of["claim"]):
        money = labels("evidence_claim", claim=claim)
    else:
        return line
    return f"{line}; {money}" if labels.lang == "en" else f"{line}；{money}"


def evidence_lines(labels: Labels, summary: Mapping[str, Any], table: pd.DataFrame) -> list[str]:
    """The result in a few lines.

    Parameters
    ----------
    labels : Labels
        Language and currency.
    summary : mapping
        The summary of the result.
    table : DataFrame
        The table `evidence_summary`.

    Returns
    -------
    list of str
        The lines.
    """
    priced = summary["platform"] is not None
    there = set(table["fault"])
    lines = [message(labels, summary), *notes(labels, summary)]
    return lines + [fault_line(labels, table, f, priced=priced) for f in FAULTS if f in there]


def _sum(amounts: pd.Series) -> float:
    """Sum of what is known."""
    return float(pd.to_numeric(amounts, errors="coerce").fillna(0).sum())
