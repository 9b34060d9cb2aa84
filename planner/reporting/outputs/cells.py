"""Cells of the tables as a reader sees them: names instead of keys, yes and no, dates, shares,
money.

The workbook writes the values with formats, the web page writes them as text; both ask here what a
column holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Literal

import pandas as pd

from planner.reporting.language.labels import Labels
from planner.reporting.pages.contract_columns import alternative

Kind = Literal["text", "day", "moment", "share", "money", "whole", "count"]

SHARES = frozenset(
    {
        "share",
        "on_time_share",
        "on_time_share_mean",
        "on_time_share_p05",
        "late_share",
        "lower_bound",
        "refused",
        "kept",
        "commitment_missed",
        "tier_reached",
        "kept_share",
        "gap",
        "weight",
    }
)
MONEY = frozenset(
    {
        "cost",
        "cost_mean",
        "amount",
        "planned",
        "cost_per_order",
        "low",
        "high",
        "difference",
        "difference_low",
        "difference_high",
        "value",
        "money_at_risk",
        "discount",
        "shortfall",
        "break_even",
        "extra",
        "extra_low",
        "extra_high",
        "margin",
        "direct_cost",
        "hub_cost",
        "margin_after",
        "planned_cost",
        "bound",
        "simulated_cost",
        "plan_cost",
        "hindsight_cost",
        "regret",
        "price",
        "objective",
        "ranked_cost",
    }
)
YES_NO = frozenset({"remote", "certified", "met", "signed", "night", "verified"})
DAY, MOMENT = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?")
NAMED = {  # kind of name in each column
    "site": "site",
    "direct_site": "site",
    "hub_site": "site",
    "region": "region",
    "process": "process",
    "crew": "crew",
    "shift": "shift",
    "product": "product",
    "method": "method",
    "risk": "risk",
    "best": "best",
    "reason": "reason",
    "unit": "unit",
    "what": "step",
    "grade": "grade",
}
OWN_NAMES = {
    ("costs", "name"): "cost",
    ("forecast_peak", "what"): "peak",
    ("rules", "rules"): "rules",
    ("rules_cost", "rules"): "rules",
}
CONTRACTS = frozenset({"contract", "rival", "alternative", "direct_contract", "hub_contract"})
GROUPS = {"all": "all_regions", "remote": "remote_regions", "other": "other_regions"}


def kind_of(column: str, table: pd.DataFrame) -> Kind:
    """What a column holds."""
    values = table[column]
    if not pd.api.types.is_numeric_dtype(values):
        filled = [str(v) for v in values.unique() if str(v)]
        if filled and all(_is_time(v, DAY) for v in filled):
            return "day"
        return "moment" if filled and all(_is_time(v, MOMENT) for v in filled) else "text"
    counted = column == "kept" and "promotions" in table.columns
    if column in SHARES and not counted and not (values.abs() > 1).any():
        return "share"
    if column in MONEY:
        return "money"
    return "whole" if (values.dropna() % 1 == 0).all() else "count"


def _is_time(text: str, form: re.Pattern[str]) -> bool:
    """Whether a text is a day or moment that exists: a name may look like one (2026-11-31)."""
    try:
        return bool(form.fullmatch(text)) and to_time(text) is not None
    except ValueError:
        return False


def to_time(text: str) -> date | datetime | None:
    """A day or moment as it stands in the tables; None for an empty cell."""
    return datetime.fromisoformat(text) if text else None


def writer(labels: Labels, name: str, column: str) -> Callable[[str], str]:
    """What stands in a text cell of a column of table `name` for its value there."""
    if column in YES_NO:
        words = {
            "true": labels("yes"),
            "1": labels("yes"),
            "false": labels("no"),
            "0": labels("no"),
        }
        return lambda text: words.get(text.removesuffix(".0").lower(), text)
    if column in CONTRACTS:
        return lambda text: alternative(labels, text) if text else ""
    if column == "region_group":
        return lambda text: labels(GROUPS[text]) if text in GROUPS else text
    if column == "fails":
        return lambda text: labels(f"fails_{text}") if text in ("refused", "late") else text
    if column in ("clause", "price"):
        return labels.clause
    if column == "regions":
        return lambda text: (
            labels("all_regions")
            if text == "all"
            else labels("list_mark").join(labels.name("region", part) for part in text.split())
        )
    kind = OWN_NAMES.get((name, column), NAMED.get(column))
    if kind == "region":
        return lambda text: labels("all_regions") if text == "all" else labels.name("region", text)
    return (lambda text: labels.name(kind, text)) if kind else (lambda text: text)


def shown(labels: Labels, table: pd.DataFrame, name: str) -> pd.DataFrame:
    """A table as a reader gets it: text cells in words, yes/no columns as text, no column in
    another language.
    """
    other = "words" if labels.lang == "zh" and "words_zh" in table.columns else "words_zh"
    table = table.drop(columns=[c for c in (other,) if c in table.columns])
    table = table.rename(columns={"words_zh": "words"})
    columns = {}
    for column in table.columns:
        values = table[column]
        if pd.api.types.is_numeric_dtype(values):
            columns[column] = values
        else:
            write = writer(labels, name, str(column))
            columns[column] = values.map({text: write(str(text)) for text in values.unique()})
    return pd.DataFrame(columns)
