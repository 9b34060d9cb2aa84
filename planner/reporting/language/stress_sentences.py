"""Stresses and their repairs in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from planner.reporting.language.labels import MISSING, Labels

Row = Mapping[str, Any]
NAMED = 3  # stresses that page 1 names


def repair_in_words(labels: Labels, amount: int, names: Mapping[str, str], on: date) -> str:
    """What to add to a plan.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    amount : int
        How many people, vehicles or units.
    names : mapping
        Site, process, crew, shift, contract and product, as far as they mean anything.
    on : date
        First day of people, day of a vehicle.

    Returns
    -------
    str
        The words.
    """
    key = "repair_vehicle" if names["contract"] else "repair_person"
    if names["product"]:
        key = "repair_stock"
    shown = {what: labels.name(what, name) for what, name in names.items()}
    return labels.many(key, amount, day=labels.short_day(on), **shown)


def all_in_words(labels: Labels, parts: Iterable[str]) -> str:
    """Everything that a repair adds, in one line."""
    return labels("repair_mark").join(parts)


def hardest(rows: Iterable[Row]) -> list[Row]:
    """The stresses, those that the plan keeps least first."""
    return sorted(rows, key=lambda r: (float(r["kept_share"]), -float(r["cost_extra"])))


def breaks(row: Row, confidence: float) -> bool:
    """Whether the plan misses its promise under a stress, which it keeps without it."""
    return float(row["kept_share"]) < confidence and int(row["kept"]) < int(row["kept_before"])


def named(labels: Labels, row: Row) -> str:
    """A stress with the place where it does most harm."""
    where = place_in_words(labels, str(row["worst"] or ""))
    name = labels.name("stress name", str(row["stress"]))
    return labels("stress_at", name=name, where=where) if where else name


def place_in_words(labels: Labels, where: str) -> str:
    """Names of sites, contracts and products as they are shown, and a moment."""
    return labels("list_mark").join(_part(labels, part) for part in where.split(" / ") if part)


def _part(labels: Labels, part: str) -> str:
    try:
        return labels.moment(datetime.fromisoformat(part))
    except ValueError:
        kinds = ("site", "contract", "product")
        return next((s for kind in kinds if (s := labels.name(kind, part)) != part), part)


def stress_sentence(labels: Labels, rows: Sequence[Row], confidence: float) -> str:
    """The stress that does most harm, and whether the plan holds under it.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    rows : sequence of Row
        Rows of the table, one at least.
    confidence : float
        Share of promotions that the plan promises to keep.

    Returns
    -------
    str
        The sentence.
    """
    worst = hardest(rows)[0]
    key = "stress_breaks" if breaks(worst, confidence) else "stress_holds"
    return labels(
        key,
        name=named(labels, worst),
        kept=labels.number(float(worst["kept"])),
        n=labels.number(float(worst["replications"])),
        before=labels.number(float(worst["kept_before"])),
    )


def kept_line(labels: Labels, row: Row) -> str:
    """A stress, and how many promotions still meet the target."""
    kept, n = (labels.number(float(row[column])) for column in ("kept", "replications"))
    return labels("stress_line", name=named(labels, row), kept=kept, n=n)


def kept_of(labels: Labels, row: Row) -> str:
    """Promotions that meet the target of all: `62/100`."""
    return "/".join(labels.number(float(row[column])) for column in ("kept", "replications"))


def stress_lines(labels: Labels, rows: Sequence[Row]) -> list[str]:
    """The table as lines for a terminal: kept, extra cost, the cheapest repair."""
    lines = []
    for row in rows:
        extra = labels.money(float(row["cost_extra"]))
        line = kept_line(labels, row)
        line += f", {'+' if float(row['cost_extra']) >= 0 else ''}{extra}"
        if repair := repair_of(labels, row):
            line += (
                f"; {repair}: {labels.money(float(row['repair_cost']))}, "
                f"{int(row['kept_after'])}/{row['replications']}"
            )
        lines.append(line)
    return lines


def repair_of(labels: Labels, row: Row) -> str:
    """The repair of a stress in this language; "" without one."""
    return str(row["cheapest_repair_zh" if labels.lang == "zh" else "cheapest_repair"] or "")


def cost_or_dash(labels: Labels, value: object) -> str:
    """An amount, a dash where it is not known."""
    number = float(str(value)) if value not in (None, "") else float("nan")
    return labels.number(number) if number == number else MISSING
