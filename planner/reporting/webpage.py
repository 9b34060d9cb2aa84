"""report.html: one file that needs nothing else, with the pages as pictures and the main tables as text."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd

from planner.reporting.labels import Labels
from planner.reporting.pages.decision import verdict_head, verdict_words
from planner.reporting.pages.misses import miss_sentences
from planner.reporting.pages.press import Press, footer_line
from planner.reporting.pages.refusal import refusal_sentence

TABLES = (
    "blame",
    "repairs",
    "misses",
    "units",
    "baselines",
    "path",
    "hindsight",
    "hiring",
    "people",
    "roster_open",
    "roster",
    "extra_collections",
    "stock",
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
STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:#1b1f24}
body{max-width:1200px;margin:2em auto;padding:0 1em}
.verdict{border:3px solid #1b1f24;padding:.6em 1em;font-size:1.1em}
.verdict.yes{background:#1b1f24;color:#fff}
.verdict b{font-size:1.8em;display:block}
img{width:100%;border:1px solid #b9c0c7;margin:.7em 0}
table{border-collapse:collapse;font-size:.85em}
th,td{border-bottom:1px solid #b9c0c7;padding:.2em .7em;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
summary{font-weight:bold;cursor:pointer;margin:.6em 0}
""".strip()


def write_page(press: Press, path: Path, pictures: Sequence[Path]) -> Path:
    """Write the page beside its place, then rename it; every name of the scenario is escaped."""
    run, labels = press.run, press.labels
    title = escape(run.title)
    certified, sentences = verdict_words(run, labels)
    if run.explanation:
        sentences = [refusal_sentence(press)]
    elif not certified:
        sentences += miss_sentences(press)
    verdict = escape(verdict_head(run, labels))
    body = [
        f"<h1>{title}</h1>",
        f'<div class="verdict {"yes" if certified else "no"}"><b>{verdict}</b>{escape(labels.text(*sentences))}</div>',
        *(_picture(p) for p in pictures),
        *(_table(labels, name, run.table(name)) for name in TABLES if run.has(name)),
        f"<footer>{escape(footer_line(press))}</footer>",
    ]
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    lang = "zh-CN" if labels.lang == "zh" else "en"
    html = (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head>{head}</head>\n<body>\n' + "\n".join(body) + "\n</body></html>\n"
    )
    draft = path.with_name(f".{path.name}.partial")
    draft.write_text(html, encoding="utf-8", newline="\n")
    os.replace(draft, path)
    return path


def _picture(path: Path) -> str:
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return f'<img alt="{escape(path.stem)}" src="data:image/png;base64,{data}">'


def _table(labels: Labels, name: str, table: pd.DataFrame) -> str:
    """A table that opens on a click; long ones are cut and say so."""
    head = "".join(f"<th>{escape(str(c))}</th>" for c in table.columns)
    rows = [_row(labels, row) for row in table.head(MOST_ROWS).itertuples(index=False)]
    left = len(table) - len(rows)
    note = f"<p>{escape(labels('more_rows', n=labels.number(left)))}</p>" if left else ""
    title = escape(labels.name("table", name))
    return f"<details><summary>{title}</summary><table><tr>{head}</tr>\n{chr(10).join(rows)}</table>{note}</details>"


def _row(labels: Labels, cells: Sequence[object]) -> str:
    shown = []
    for cell in cells:
        if isinstance(cell, float):
            shown.append(f'<td class="n">{labels.number(cell, 0 if cell == round(cell, 0) else 2)}</td>')
        else:
            shown.append(f"<td>{escape(str(cell))}</td>")
    return f"<tr>{''.join(shown)}</tr>"
