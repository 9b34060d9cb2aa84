"""The comparison of two results as one page: tables, figures, both languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from planner.domain.choices import LANGUAGES, Language
from planner.domain.run_differences import MeanDifference, PairTable, ResultFacts, RunDifferences
from planner.reporting.language.labels import Labels
from planner.reporting.outputs.difference_cells import (
    ShownRow,
    ShownTable,
    labels_of,
    limits_in_words,
    mean_in_words,
    shown_tables,
)
from planner.reporting.webpage.both import Both, same, words
from planner.reporting.webpage.document import CHART_SCRIPTS, CHART_STYLE, render
from planner.reporting.webpage.page_tables import Cell, Head, PageTable, Row

TEMPLATE: Final = "differences.html.j2"
MARK: Final = "<!-- planner diff -->"
BEGINS: Final = f"<!DOCTYPE html>\n{MARK}".encode()  # every page begins so
FIGURES: Final = "figures"
COSTS: Final = ("costs", "costs_planned")
WITH_EQUAL_ROWS: Final = (FIGURES, "certificate", *COSTS)
FOLDED: Final = ("settings", "versions", "files")  # at the end, to be opened
NUMERIC: Final = ("number", "mean", "money", "share")


class Entry(NamedTuple):
    """A line of the contents."""

    id: str
    title: Both


class Bar(NamedTuple):
    """The bars of one cost, from 0 to 100 across the figure."""

    label: Both
    a_from: str
    a_width: str
    a_text: str
    b_from: str
    b_width: str
    b_text: str


class Sayings(NamedTuple):
    """Both languages of a comparison."""

    en: Labels
    zh: Labels

    def say(self, write: Callable[[Labels], str]) -> Both:
        """What a function says in both."""
        return Both(write(self.en), write(self.zh))

    def sentences(self, write: Callable[[Labels], list[str]]) -> list[Both]:
        """The sentences that a function gives, in both."""
        return [Both(*pair) for pair in zip(write(self.en), write(self.zh), strict=True)]


def differences_page(found: RunDifferences, lang: Language, back: str = "") -> str:
    """Make the page.

    Parameters
    ----------
    found : RunDifferences
        The comparison.
    lang : {"en", "zh"}
        Language that is shown first.
    back : str
        Address of the page that led here, where there is one.

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    both = Sayings(*(labels_of(found, name) for name in LANGUAGES))
    pairs = zip(shown_tables(found, both.en), shown_tables(found, both.zh), strict=True)
    shown = {en.name: (en, zh) for en, zh in pairs}
    differ = [name for name, (en, _) in shown.items() if en.differing and name != FIGURES]
    tables = [_table(both, *shown[name]) for name in differ]
    charts = _charts(found, both, differ)
    equal = [shown[name] for name in shown if name not in differ and name != FIGURES]
    entries = [Entry("results", words("diff_results"))]
    entries += [Entry(table.id, table.title) for table in tables if table.id not in FOLDED]
    if tables or equal:
        entries.append(Entry("rest", words("diff_rest")))
    names = f"{found.a.folder} · {found.b.folder}"
    html = render(
        TEMPLATE,
        lang=lang,
        title=both.say(lambda labels: f"{names} · {labels('diff_title')}"),
        scripts=CHART_SCRIPTS if charts else (),
        styles=(CHART_STYLE,) if charts else (),
        data={"charts": charts},
        name=same(names),
        contents=entries,
        folded=FOLDED,
        back=back,
        footer=words("diff_footer"),
        results=_results(found, both),
        limits=both.sentences(lambda labels: limits_in_words(labels, found)),
        equal=found.equal,
        figures=_table(both, *shown[FIGURES]) if FIGURES in shown else None,
        means=both.sentences(lambda labels: [mean_in_words(labels, m) for m in found.means]),
        charts=charts,
        tables=tables,
        bars_of=next((name for name in COSTS if name in differ), ""),
        cost_bars=_bars(found, shown),
        same=Both("; ".join(en.title for en, _ in equal), "；".join(zh.title for _, zh in equal))
        if equal
        else None,
    )
    return html.replace("<!DOCTYPE html>", BEGINS.decode(), 1)


def _results(found: RunDifferences, both: Sayings) -> PageTable:
    """What both results are, line by line."""
    rows = []
    for name in ("folder", "title", "command", "method", "verdict", "period", "seed"):
        a, b = (_in_both(both, facts, name) for facts in (found.a, found.b))
        if a.en or b.en:
            rows.append(Row([Cell(words(f"diff_r_{name}")), Cell(a), Cell(b)]))
    heads = [Head(same("")), Head(same("A")), Head(same("B"))]
    return PageTable("results", words("diff_title"), heads, rows, sortable=False)


def _in_both(both: Sayings, facts: ResultFacts, name: str) -> Both:
    """One fact of a result in both languages."""
    return both.say(lambda labels: _fact(labels, facts, name))


def _fact(labels: Labels, facts: ResultFacts, name: str) -> str:
    """One fact of a result."""
    if name == "verdict":
        return labels(f"diff_verdict_{facts.verdict}")
    if name == "period":
        days = labels.many("diff_days_count", facts.days) if facts.days else ""
        return f"{facts.first_day} · {days}" if days else ""
    return str(getattr(facts, name))


def _table(both: Sayings, en: ShownTable, zh: ShownTable) -> PageTable:
    """A table of the comparison: rows that differ, or all where equal ones give the scale."""
    numbers = any(row.pair.kind in NUMERIC for row in en.rows)
    heads = [Head(Both(*pair)) for pair in zip(en.heads, zh.heads, strict=True)]
    heads += [Head(same(letter), numbers) for letter in ("A", "B")]
    has_differences = any(row.difference for row in en.rows)
    if has_differences:
        heads.append(Head(words("diff_b_less_a"), True))
    rows = [
        _row(a, b, has_differences)
        for a, b in zip(en.rows, zh.rows, strict=True)
        if a.differs or en.name in WITH_EQUAL_ROWS
    ]
    left = len(en.rows) - len(rows)
    note = both.say(lambda labels: labels.many("diff_equal_rows", left))
    return PageTable(en.name, Both(en.title, zh.title), heads, rows, note=note if left else None)


def _row(en: ShownRow, zh: ShownRow, has_differences: bool) -> Row:
    cells = [Cell(Both(*pair), key) for *pair, key in zip(en.keys, zh.keys, _keys(en), strict=True)]
    cells += [
        Cell(Both(en.a, zh.a), _number(en.pair.a)),
        Cell(Both(en.b, zh.b), _number(en.pair.b)),
    ]
    if has_differences:
        cells.append(Cell(Both(en.difference, zh.difference), _number(en.pair.difference)))
    look = "sum" if en.is_total else "" if en.differs else "less"
    return Row(cells, look)


def _keys(row: ShownRow) -> Sequence[str]:
    """What the names of a row are sorted by: days and moments as they stand in the tables."""
    return [key if key[:4].isdigit() else "" for key in row.pair.keys]


def _number(value: object) -> str:
    """A number as it is sorted; empty for what is none."""
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return repr(value) if numeric else ""


def _bars(found: RunDifferences, shown: dict[str, tuple[ShownTable, ShownTable]]) -> list[Bar]:
    """The costs of both results as bars from a common zero."""
    name = next((name for name in COSTS if name in shown), None)
    if name is None or found.a.currency != found.b.currency:
        return []
    en, zh = shown[name]
    rows = [pair for pair in zip(en.rows, zh.rows, strict=True) if not pair[0].is_total]
    amounts = [float(v or 0.0) for row, _ in rows for v in (row.pair.a, row.pair.b)]
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    scale = 100.0 / (high - low) if high > low else 0.0

    def place(value: object) -> tuple[str, str]:
        # a cell of a table: its type is known when it is read
        amount = float(value or 0.0)  # type: ignore[arg-type]
        return f"{(min(amount, 0.0) - low) * scale:.2f}", f"{abs(amount) * scale:.2f}"

    return [
        Bar(Both(a.keys[0], b.keys[0]), *place(a.pair.a), a.a, *place(a.pair.b), a.b)
        for a, b in rows
    ]


def _charts(found: RunDifferences, both: Sayings, differ: Sequence[str]) -> dict[str, Any]:
    """The charts that `charts.js` draws."""
    charts: dict[str, Any] = {}
    share = next((mean for mean in found.means if mean.kind == "share"), None)
    if share is not None and max(share.replications) > 1:
        charts["service"] = _replications(share)
    people = found.table("people")
    if people is not None and "people" in differ:
        charts["people"] = _people(people, both)
    return charts


def _replications(mean: MeanDifference) -> dict[str, Any]:
    """On-time share of every replication: the same ones together where they are paired, else each
    result from its worst to its best.
    """
    a, b = mean.values if mean.unpaired is None else tuple(map(sorted, mean.values))
    longest = max(len(a), len(b))
    axis = "diff_axis_paired" if mean.unpaired is None else "web_replications_axis"
    series = [
        {
            "kind": kind,
            "label": [letter, letter],
            "values": [round(100 * v, 3) for v in values] + [None] * (longest - len(values)),
        }
        for kind, letter, values in (("line", "A", a), ("target", "B", b))
    ]
    choice = {"label": ["", ""], "x": [*range(1, longest + 1)], "series": series}
    return {
        "unit": words("web_on_time_unit").pair,
        "axis": words(axis).pair,
        "time": False,
        "digits": 2,
        "share": True,
        "choices": [choice],
    }


def _people(table: PairTable, both: Sayings) -> dict[str, Any]:
    """People of each site by day."""
    sites = list(dict.fromkeys(row.keys[2] for row in table.rows))
    days = sorted({row.keys[0] for row in table.rows})
    choices = []
    for site in sites:
        sums = {(day, letter): 0.0 for day in days for letter in "ab"}
        for row in table.rows:
            if row.keys[2] == site:
                sums[row.keys[0], "a"] += float(row.a or 0.0)
                sums[row.keys[0], "b"] += float(row.b or 0.0)
        series = [
            {
                "kind": kind,
                "label": [letter.upper(), letter.upper()],
                "values": [sums[day, letter] for day in days],
            }
            for kind, letter in (("line", "a"), ("target", "b"))
        ]
        # mypy infers no type of a lambda with a default
        name = both.say(lambda labels, site=site: labels.name("site", site))  # type: ignore[misc]
        choices.append({"label": name.pair, "x": [_seconds(d) for d in days], "series": series})
    return {
        "unit": words("web_people_unit").pair,
        "axis": words("web_time").pair,
        "time": True,
        "digits": 0,
        "choices": choices,
    }


def _seconds(day: str) -> int:
    """Midnight of a day of the scenario's calendar, as `charts.js` reads it."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
