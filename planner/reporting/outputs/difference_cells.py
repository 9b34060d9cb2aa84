"""Tables of the comparison of two results as a reader sees them: names, values, differences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from planner.domain.money import minor_digits
from planner.domain.run_differences import (
    MeanDifference,
    Pair,
    PairTable,
    Reason,
    ResultFacts,
    RunDifferences,
    Value,
    ValueKind,
)
from planner.reporting.language.labels import MISSING, Labels, language

LARGEST_FIRST = {"costs", "costs_planned", "people", "crews", "hires", "stock", "routing"}
TOTAL = "total"
WHOLE_MONEY_FROM = 10_000  # the largest amount of a table that needs no minor units
MEAN_DIGITS = 1  # of counts that are means over replications
MOST_NAMED = 3  # files
NAMED = {"cost", "shift", "site", "process", "crew", "product", "contract", "region"}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row in words, and the values it states; `difference` is empty where there is none."""

    keys: tuple[str, ...]
    a: str
    b: str
    difference: str
    pair: Pair
    is_total: bool = False

    @property
    def differs(self) -> bool:
        """Whether the values are not equal."""
        return self.pair.differs


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table in words."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[ShownRow, ...]

    @property
    def differing(self) -> tuple[ShownRow, ...]:
        """The rows whose values are not equal."""
        return tuple(row for row in self.rows if row.differs)


def labels_of(found: RunDifferences, lang: str) -> Labels:
    """The language of a comparison, with the names of both results."""
    return Labels(language(lang), found.a.currency or found.b.currency or "CNY", found.names)


def shown_tables(found: RunDifferences, labels: Labels) -> Iterator[ShownTable]:
    """Every table of a comparison in words."""
    for table in found.tables:
        heads = tuple(labels(f"diff_c_{column}") for column in table.columns)
        digits = money_digits(labels, table)
        rows = tuple(_row(labels, table, row, digits) for row in _in_order(table))
        yield ShownTable(table.name, title_of(labels, found, table.name), heads, rows)


def title_of(labels: Labels, found: RunDifferences, name: str) -> str:
    """Title of a table, with the currency where its values are amounts.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    found : RunDifferences
        The comparison.
    name : str
        Name of the table.

    Returns
    -------
    str
        The title.
    """
    title = labels(f"diff_t_{name}")
    if not name.startswith("costs"):
        return title
    currencies = dict.fromkeys((found.a.currency, found.b.currency))
    return labels("diff_in_currency", title=title, currency=" / ".join(currencies))


def money_digits(labels: Labels, table: PairTable) -> int:
    """Decimals of the amounts of a table, the same for all of them."""
    amounts = [
        abs(float(value))
        for row in table.rows
        for value in (row.a, row.b)
        if row.kind == "money" and isinstance(value, int | float)
    ]
    return 0 if max(amounts, default=0.0) >= WHOLE_MONEY_FROM else minor_digits(labels.currency)


def _in_order(table: PairTable) -> list[Pair]:
    """Rows as they stand, or the largest differences first and a total last."""
    if table.name not in LARGEST_FIRST:
        return list(table.rows)
    return sorted(
        table.rows, key=lambda row: (row.keys[0] == TOTAL, -abs(row.difference or 0.0), row.keys)
    )


def _row(labels: Labels, table: PairTable, row: Pair, digits: int) -> ShownRow:
    keys = tuple(
        _key(labels, column, key) for column, key in zip(table.columns, row.keys, strict=True)
    )
    difference = row.difference
    known = difference is not None and row.differs
    return ShownRow(
        keys=keys,
        a=value_in_words(labels, row.a, row.kind, digits),
        b=value_in_words(labels, row.b, row.kind, digits),
        difference=(
            difference_in_words(labels, difference or 0.0, row.kind, digits) if known else ""
        ),
        pair=row,
        is_total=row.keys[0] == TOTAL,
    )


def _key(labels: Labels, column: str, key: str) -> str:
    """A key as it is shown: our words, the scenario's labels, days and moments."""
    if column in ("figure", "lever") or (column == "cost" and key == TOTAL):
        return labels(f"diff_f_{key}")
    if column == "date":
        return labels.day(date.fromisoformat(key))
    if column in ("from", "to"):
        at = datetime.fromisoformat(key)
        return labels.moment(at) if "T" in key else labels.day(at.date())
    return labels.name(column, key) if column in NAMED else key


def value_in_words(labels: Labels, value: Value, kind: ValueKind, digits: int = 0) -> str:
    """A value as it is written in its kind.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    value : Value
        The value.
    kind : ValueKind
        How it is written.
    digits : int
        Decimals of an amount.

    Returns
    -------
    str
        The text.
    """
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return labels("yes" if value else "no")
    if not isinstance(value, int | float):
        return value
    return _number(labels, value, kind, digits)


def _number(labels: Labels, value: float, kind: ValueKind, digits: int) -> str:
    if kind == "share":
        return labels.at_least(value, 2)
    if kind == "money":
        return labels.number(value, digits)
    if kind == "mean":
        return labels.number(value, MEAN_DIGITS)
    return f"{value:,.10g}".replace("-", "\u2212")


def difference_in_words(labels: Labels, difference: float, kind: ValueKind, digits: int = 0) -> str:
    """A difference with its sign; of shares in percentage points.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    difference : float
        The difference.
    kind : ValueKind
        How it is written.
    digits : int
        Decimals of an amount.

    Returns
    -------
    str
        The text.
    """
    sign = "+" if difference > 0 else "\u2212" if difference < 0 else ""
    size = abs(difference)
    if kind == "share":
        return labels("diff_points", n=f"{sign}{_with_first_figure(100 * size)}")
    return f"{sign}{_number(labels, size, kind, digits)}"


def _with_first_figure(points: float) -> str:
    """Two decimals, or as many as the first figure that is not 0 needs."""
    texts = (f"{points:.{digits}f}" for digits in (2, 3, 4))
    return next((text for text in texts if float(text) or not points), f"{points:.1g}")


def mean_in_words(labels: Labels, mean: MeanDifference) -> str:
    """A difference of means with its interval, and whether it is paired."""
    share = mean.kind == "share"
    digits = 0 if share else money_digits(labels, _as_table(mean))

    def write(value: float) -> str:
        text = difference_in_words(labels, value, mean.kind, digits)
        return _points(text) if share else text

    relative = ""
    if mean.kind == "money" and mean.mean_a:
        change = 100 * mean.difference / abs(mean.mean_a)
        relative = labels("diff_relative", n=f"{change:+.1f}".replace("-", "\u2212"))
    interval = ""
    if not math.isnan(mean.low):  # one replication has no interval
        interval = labels("diff_interval", low=write(mean.low), high=write(mean.high))
    a, b = map(labels.number, mean.replications)
    pairing = labels("diff_paired", n=a)
    if mean.unpaired is not None:
        pairing = labels("diff_unpaired", a=a, b=b, why=reason_in_words(labels, mean.unpaired))
    return labels(
        "diff_mean",
        what=labels(f"diff_f_{mean.name}"),
        difference=difference_in_words(labels, mean.difference, mean.kind, digits) + relative,
        interval=interval,
        pairing=pairing,
    )


def _points(text: str) -> str:
    """A number of points without its unit, which stands before the interval."""
    return text.split(" ")[0]


def _as_table(mean: MeanDifference) -> PairTable:
    """The two means as a table has them."""
    return PairTable(mean.name, (), (Pair((), mean.mean_a, mean.mean_b, mean.kind),))


def reason_in_words(labels: Labels, reason: Reason) -> str:
    """Why something is not compared."""
    return labels(reason.key, **reason.values)


def result_in_words(labels: Labels, letter: str, facts: ResultFacts) -> str:
    """One of the results on one line.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    letter : str
        A or B.
    facts : ResultFacts
        What is known of it.

    Returns
    -------
    str
        The line.
    """
    return labels(
        "diff_of_result",
        letter=letter,
        folder=facts.folder,
        title=facts.title,
        command=facts.command,
        method=f", {facts.method}" if facts.method else "",
        verdict=labels(f"diff_verdict_{facts.verdict}"),
    )


def limits_in_words(labels: Labels, found: RunDifferences) -> list[str]:
    """What limits the comparison, and what was left out."""
    lines = [
        labels(
            "diff_changed_files",
            letter=letter,
            n=labels.number(len(facts.changed)),
            files="; ".join(facts.changed[:MOST_NAMED])
            + ("; ..." if len(facts.changed) > MOST_NAMED else ""),
        )
        for letter, facts in (("A", found.a), ("B", found.b))
        if facts.changed
    ]
    lines += [reason_in_words(labels, note) for note in found.notes]
    lines += [
        labels("diff_left_out", what=labels(f"diff_t_{name}"), why=reason_in_words(labels, reason))
        for name, reason in found.left_out
    ]
    return lines
