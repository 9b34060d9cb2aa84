"""Tables of a page: headings and cells in both languages, sorted and filtered by `page.js`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import pandas as pd

from planner.reporting.language.labels import Labels
from planner.reporting.outputs.cells import CellKind, ShownColumn, shown_columns, to_time
from planner.reporting.tables.schemas import TABLES
from planner.reporting.webpage.both import Bilinguals, Both, picked, same

LEFT_ALIGNED: frozenset[CellKind] = frozenset({"text", "day", "moment"})


class Cell(NamedTuple):
    """A cell; `key` is what it is sorted by where that is not its text."""

    text: Both
    key: str = ""


class Row(NamedTuple):
    """A row; `look` is a class of the style: `sum` for totals, `off` for what is hatched."""

    cells: Sequence[Cell]
    look: str = ""


class Head(NamedTuple):
    """A heading; numbers stand at the right edge of their column."""

    text: Both
    number: bool = False


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as `parts.html.j2` shows it.

    Attributes
    ----------
    id : str
        Its place in the page.
    title : Both
        Its heading.
    heads : sequence of Head
        Headings of the columns.
    rows : sequence of Row
        The rows.
    note : Both, optional
        A sentence below it.
    sortable : bool
        Whether its rows may be put in another order.
    look : str
        Further classes for the style.
    """

    id: str
    title: Both
    heads: Sequence[Head]
    rows: Sequence[Row]
    _: KW_ONLY
    note: Both | None = None
    sortable: bool = True
    look: str = ""

    @property
    def classes(self) -> str:
        """For the style: what it can do, and which columns hold numbers."""
        numbers = [f"n{place}" for place, head in enumerate(self.heads, start=1) if head.number]
        kinds = ["sortable" if self.sortable else "fixed", *self.look.split()]
        return " ".join([*kinds, *numbers])


def result_table(both: Bilinguals, name: str, most_rows: int, key: str) -> PageTable:
    """A result table of the run in words; one that is long is cut and says so.

    Parameters
    ----------
    both : Bilinguals
        The run in both languages.
    name : str
        Name of the table.
    most_rows : int
        Rows that are shown.
    key : str
        Its id in the page.

    Returns
    -------
    PageTable
        The table.
    """
    table, title = both.one.run.table(name), picked(TABLES[name].title)
    columns = _in_both(both, name, table)
    heads = [Head(heading, en.kind not in LEFT_ALIGNED) for heading, en, _ in columns]
    written = [_cells(both, en, zh, most_rows) for _, en, zh in columns]
    rows = [Row(cells) for cells in zip(*written, strict=True)]
    return PageTable(key, title, heads, rows, note=_cut(both, len(table), most_rows))


def _cut(both: Bilinguals, rows: int, most: int) -> Both | None:
    """That rows were left out, and how many."""
    if rows <= most:
        return None
    return both.say(lambda c: c.labels("more_rows", n=c.labels.number(rows - most)))


def _in_both(
    both: Bilinguals, name: str, table: pd.DataFrame
) -> list[tuple[Both, ShownColumn, ShownColumn]]:
    """Heading and values of each column in both languages."""
    en, zh = (shown_columns(context.labels, name, table) for context in both.contexts)
    return [(picked((a.heading, b.heading)), a, b) for a, b in zip(en, zh, strict=True)]


def _cells(both: Bilinguals, en: ShownColumn, zh: ShownColumn, most: int) -> list[Cell]:
    """The first cells of a column."""
    if en.kind == "text":
        pairs = zip(en.values.head(most), zh.values.head(most), strict=True)
        return [Cell(Both(str(a), str(b))) for a, b in pairs]
    if en.kind in ("day", "moment"):
        return [_time(both, str(text), en.kind) for text in en.values.head(most)]
    write = number_writer(both.one.labels, en.kind)
    return [Cell(same(write(value))) for value in en.values.head(most)]


def _time(both: Bilinguals, text: str, kind: CellKind) -> Cell:
    """A day, or a moment of which midnight is written too; empty where there is none."""
    at = to_time(text)
    if at is None:
        return Cell(same(""))
    return Cell(both.say(lambda c: _time_in_words(c.labels, at, kind)), text)


def _time_in_words(labels: Labels, at: date | datetime, kind: CellKind) -> str:
    return labels.day(at) if kind == "day" or not isinstance(at, datetime) else labels.moment(at)


def number_writer(labels: Labels, kind: CellKind) -> Callable[[Any], str]:
    """How a number of this kind is written; shares keep the digits that tell 99.51% from 100%.

    Parameters
    ----------
    labels : Labels
        Either language: they write numbers alike.
    kind : CellKind
        What the number is.

    Returns
    -------
    callable
        From the number to its text.
    """
    if kind == "share":
        return lambda value: labels.percent(value, 2)
    digits = {"money": 2, "whole": 0}.get(kind)
    return lambda value: labels.plain(value) if digits is None else labels.number(value, digits)
