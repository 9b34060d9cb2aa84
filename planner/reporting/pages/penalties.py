"""Penalties as they fall due: day by day, and how likely the platform's threshold is crossed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import Column, Sheet
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import records, to_date


def penalty_pages(context: PageContext) -> list[Sheet]:
    """A row for each day on which orders fall due; nothing where lateness costs nothing."""
    run, labels = context.run, context.labels
    if not run.has("penalties"):
        return []
    table = run.table("penalties")
    if not (table["compensation_mean"].fillna(0) > 0).any() and not _limited(table):
        return []
    due = table[table["orders_due_mean"] > 0]
    message = labels.text(*_sentences(context, due))
    return context.table_sheets(
        "penalties",
        (labels("penalties_title"), message),
        _columns(labels, several=due["platform"].nunique() > 1),
        _rows(labels, due, several=due["platform"].nunique() > 1),
    )


def _limited(table: pd.DataFrame) -> bool:
    """Whether any platform has a threshold."""
    return bool(table["crossing_probability"].notna().any())


def _sentences(context: PageContext, due: pd.DataFrame) -> list[str]:
    """What all days cost, and of each platform how likely its threshold is crossed."""
    labels = context.labels
    after = due[[to_date(str(d)) > context.dates[-1] for d in due["date"]]]
    said = [
        labels(
            "penalties_message",
            all=labels.money(float(due["compensation_mean"].sum())),
            after=labels.money(float(after["compensation_mean"].sum())),
        )
    ]
    for platform in dict.fromkeys(due["platform"]):
        last = due[due["platform"] == platform].iloc[-1]
        if not math.isnan(last["crossed_probability"]):
            said.append(
                labels(
                    "penalties_crossed",
                    platform=labels.name("platform", str(platform)),
                    share=labels.percent(float(last["crossed_probability"])),
                    low=labels.percent(float(last["crossed_low"])),
                    high=labels.percent(float(last["crossed_high"])),
                )
            )
    return said


def _columns(labels: Labels, *, several: bool) -> list[Column]:
    """The columns; the platform where there are several."""
    first = [Column(labels("penalties_col_date"), 1.6)]
    if several:
        first.append(Column(labels("penalties_col_platform"), 1.6))
    keys = ("due", "late", "money", "money_p95", "window", "share", "share_p95", "above", "by_then")
    return [
        *first,
        *(Column(labels(f"penalties_col_{key}", unit=labels.unit), 1.2, "right") for key in keys),
    ]


def _rows(labels: Labels, due: pd.DataFrame, *, several: bool) -> list[list[str]]:
    """A row for each day."""
    rows = []
    for row in records(due):
        first = [labels.day(to_date(str(row["date"])))]
        if several:
            first.append(labels.name("platform", str(row["platform"])))
        rows.append(
            [
                *first,
                labels.number(float(row["orders_due_mean"])),
                labels.number(float(row["late_orders_mean"]), 1),
                _or_dash(row["compensation_mean"], labels.number),
                _or_dash(row["compensation_p95"], labels.number),
                labels.number(float(row["window_days"])),
                labels.percent(float(row["window_late_share_mean"]), 2),
                labels.percent(float(row["window_late_share_p95"]), 2),
                _or_dash(row["crossing_probability"], labels.percent),
                _or_dash(row["crossed_probability"], labels.percent),
            ]
        )
    return rows


def _or_dash(value: Any, write: Callable[[float], str]) -> str:
    """A number, or that there is none."""
    return MISSING if math.isnan(float(value)) else write(float(value))
