"""report.html: one file that needs nothing else: contents, the pages as pictures, and the tables as
text.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment

from planner.output import write_text
from planner.reporting.language.labels import Labels
from planner.reporting.layout.sheet import Sheet
from planner.reporting.outputs.cells import CellKind, shown_columns, to_time
from planner.reporting.outputs.people_by_shift import LABELS as SHIFT_LABELS
from planner.reporting.outputs.people_by_shift import people_by_day
from planner.reporting.pages.headline import help_sentences, verdict_head, verdict_words
from planner.reporting.pages.infeasible import refusal_sentence
from planner.reporting.pages.page_context import PageContext, footer_line
from planner.reporting.tables.schemas import TABLES

SECTIONS = (
    "blame",
    "repairs",
    "misses",
    "units",
    "baselines",
    "path",
    "levers",
    "hindsight",
    "hiring",
    "payroll",
    "people",
    "roster_open",
    "roster",
    "staffing",
    "extra_collections",
    "stock",
    "stock_need",
    "costs",
    "contracts",
    "contract_terms",
    "clauses",
    "breakevens",
    "rules",
    "rules_cost",
    "remote",
    "regions",
    "routing",
    "assumptions",
)
MOST_ROWS = 400
TEMPLATE = Path(__file__).with_name("report.html.j2")


def write_page(context: PageContext, path: Path, pages: Sequence[tuple[Sheet, Path]]) -> Path:
    """Write report.html; every name of the scenario is escaped.

    Parameters
    ----------
    context : PageContext
        The run, the language and the typeface.
    path : Path
        File to write.
    pages : sequence of tuple[Sheet, Path]
        Sheets with their pictures.

    Returns
    -------
    Path
        The file.
    """
    run, labels = context.run, context.labels
    certified, sentences = verdict_words(run, labels)
    if run.explanation:
        sentences = [refusal_sentence(context)]
    elif not certified:
        sentences += help_sentences(context)
    tables = [_table(labels, name, run.table(name)) for name in SECTIONS if run.has(name)]
    if run.has("staffing"):
        tables.insert(0, _people(context))
    html = (
        Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        .from_string(TEMPLATE.read_text(encoding="utf-8"))
        .render(
            lang="zh-CN" if labels.lang == "zh" else "en",
            title=run.title,
            verdict=verdict_head(run, labels),
            certified=certified,
            reasons=labels.text(*sentences),
            contents=labels("html_contents"),
            to_top=labels("html_top"),
            pages=[_page(labels, sheet, picture) for sheet, picture in pages],
            tables=tables,
            footer=footer_line(context),
        )
    )
    write_text(path, html + "\n")
    return path


def _page(labels: Labels, sheet: Sheet, picture: Path) -> dict[str, str]:
    """A sheet as a picture, with its heading and what it says for those who cannot see it."""
    data = base64.b64encode(picture.read_bytes()).decode("ascii")
    title = labels("html_decision") if sheet.slug == "decision" else sheet.heading
    return {"id": f"page-{picture.stem}", "title": title, "message": sheet.message, "data": data}


def _section(labels: Labels, key: str, title: str, **content: Any) -> dict[str, Any]:
    """A table with its heading and its line in the contents."""
    return {
        "id": f"table-{key}",
        "title": title,
        "link": labels("html_table", title=title),
        **content,
    }


def _people(context: PageContext) -> dict[str, Any]:
    """People by day and shift."""
    labels = context.labels
    table = people_by_day(context.run, labels)
    heads = [
        {
            "text": labels.day(c) if isinstance(c, date) else labels(c),
            "number": place >= len(SHIFT_LABELS),
        }
        for place, c in enumerate(table.columns)
    ]
    rows = [
        {
            "total": values[len(SHIFT_LABELS) - 1] == labels("all_people"),
            "cells": [v if isinstance(v, str) else labels.number(v) if v else "" for v in values],
        }
        for values in table.itertuples(index=False, name=None)
    ]
    return _section(labels, "day-shift", labels("sheet_people"), heads=heads, rows=rows, note="")


def _table(labels: Labels, name: str, table: pd.DataFrame) -> dict[str, Any]:
    """A table in words; long ones are cut and say so."""
    columns = shown_columns(labels, name, table)
    written = []
    for column in columns:
        write = _writer(labels, column.kind)
        written.append([write(value) for value in column.values.head(MOST_ROWS)])
    rows = [{"total": False, "cells": list(cells)} for cells in zip(*written, strict=True)]
    heads = [
        {"text": column.heading, "number": column.kind not in ("text", "day", "moment")}
        for column in columns
    ]
    left = len(table) - len(rows)
    note = labels("more_rows", n=labels.number(left)) if left else ""
    return _section(
        labels, name, labels.pick(TABLES[name].title), heads=heads, rows=rows, note=note
    )


def _writer(labels: Labels, kind: CellKind) -> Callable[[Any], str]:
    """How a value of this kind is written; shares keep the digits that tell 99.51% from 100%."""
    if kind == "text":
        return str
    if kind in ("day", "moment"):
        return lambda text: _time(labels, to_time(str(text)), kind)
    if kind == "share":
        return lambda value: labels.percent(value, 2)
    digits = {"money": 2, "whole": 0}.get(kind)
    return lambda value: labels.plain(value) if digits is None else labels.number(value, digits)


def _time(labels: Labels, at: date | datetime | None, kind: CellKind) -> str:
    """A day, or a moment of which midnight is written too; empty where there is none."""
    if at is None:
        return ""
    return labels.day(at) if kind == "day" or not isinstance(at, datetime) else labels.moment(at)
