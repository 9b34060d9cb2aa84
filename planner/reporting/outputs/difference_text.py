"""The comparison of two results for the terminal: short, the largest differences first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from planner.domain.run_differences import RunDifferences
from planner.reporting.language.labels import Labels
from planner.reporting.language.outcome_sentences import aligned
from planner.reporting.outputs.difference_cells import (
    ShownRow,
    ShownTable,
    limits_in_words,
    mean_in_words,
    result_in_words,
    shown_tables,
)

MOST_ROWS = 8
LONGEST = 44  # characters of a value
BRIEF = "files"  # a table of which only the names are listed
WHOLE = "figures"  # a table that is shown with its equal rows


def difference_lines(found: RunDifferences, labels: Labels, page: Path | None = None) -> list[str]:
    """Lines that say what differs.

    Parameters
    ----------
    found : RunDifferences
        The comparison.
    labels : Labels
        Language, currency and names.
    page : Path, optional
        The page that was written with everything that differs.

    Returns
    -------
    list of str
        The lines.
    """
    lines = [result_in_words(labels, "A", found.a), result_in_words(labels, "B", found.b)]
    lines += limits_in_words(labels, found)
    end = [] if page is None else ["", str(page)]
    if found.equal:
        return [*lines, labels("diff_equal"), *end]
    tables = {table.name: table for table in shown_tables(found, labels)}
    if WHOLE in tables:
        lines += ["", *_cells(labels, tables[WHOLE].rows)]
        lines += [mean_in_words(labels, mean) for mean in found.means]
    is_cut = False
    for table in tables.values():
        if table.differing and table.name != WHOLE:
            lines += ["", *_table(labels, table)]
            is_cut |= len(table.differing) > MOST_ROWS
    if is_cut and page is None:
        end = ["", labels("diff_more_html")]
    return [*lines, *end]


def _table(labels: Labels, table: ShownTable) -> Iterator[str]:
    """The heading of a table and its first rows that differ."""
    rows, number = table.differing, labels.number
    key = "diff_heading" if len(rows) < len(table.rows) else "diff_heading_all"
    yield labels(key, title=table.title, n=number(len(rows)), all=number(len(table.rows)))
    if table.name == BRIEF:
        names = [row.keys[0].removeprefix("tables/").removesuffix(".csv") for row in rows]
        yield f"  {', '.join(names)}"
        return
    total = [row for row in rows[MOST_ROWS:] if row.is_total]
    yield from _cells(labels, [*rows[:MOST_ROWS], *total])
    left = len(rows) - MOST_ROWS - len(total)
    if left > 0:
        yield f"  {labels('diff_more', n=number(left))}"


def _cells(labels: Labels, rows: Sequence[ShownRow]) -> list[str]:
    """Rows in columns: what it is, A, B and the difference."""
    cells = [["", "A", "B", labels("diff_b_less_a")]]
    for row in rows:
        what = " ".join(key for key in row.keys if key)
        cells.append([what, *(cut(value) for value in (row.a, row.b)), row.difference])
    if not any(row.difference for row in rows):
        cells = [row[:-1] for row in cells]
    return [f"  {line}".rstrip() for line in aligned(cells)]


def cut(text: str, longest: int = LONGEST) -> str:
    """A text that is not longer than a column."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
