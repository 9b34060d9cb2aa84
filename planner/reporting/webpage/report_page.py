"""report.html: the decision, tables to search and print, charts, and what if."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from planner.domain.choices import Language
from planner.output import write_text
from planner.reporting.pages.demand_backlog_cost import cost_message, demand_message
from planner.reporting.pages.page_context import PageContext, footer_line
from planner.reporting.pages.service import late_message
from planner.reporting.tables.schemas import TABLES
from planner.reporting.webpage import charts, decision
from planner.reporting.webpage.both import Bilinguals, Both, words
from planner.reporting.webpage.document import CHART_SCRIPTS, CHART_STYLE, SLIDERS, render
from planner.reporting.webpage.page_tables import PageTable, result_table
from planner.reporting.webpage.what_if import WhatIf, what_if

LARGEST: Final = 1_500_000  # bytes of a page, so that it can be sent as an attachment
MOST_ROWS: Final = (400, 200, 100, 50, 20)  # of a table: the first that keeps the page so small
DRAWN: Final = ("hourly", "forecast_hourly", "orders")  # what the charts show, and single orders
# The tables in the order somebody works through them; those not named here come after them.
SECTIONS: Final = (
    "blame",
    "repairs",
    "misses",
    "units",
    "baselines",
    "path",
    "levers",
    "hindsight",
    "stress",
    "what_if",
    "risks",
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
    "contracts_by_region",
    "clauses",
    "breakevens",
    "rules",
    "rules_cost",
    "remote",
    "regions",
    "couriers",
    "routing",
    "targets",
    "dispatch",
    "penalties",
    "replications",
    "forecast_daily",
    "processes",
    "shifts",
    "assumptions",
)


class Entry(NamedTuple):
    """A line of the contents."""

    id: str
    title: Both


def write_report_page(
    contexts: tuple[PageContext, PageContext], lang: Language, path: Path
) -> Path:
    """Write report.html in both languages.

    Parameters
    ----------
    contexts : tuple of PageContext
        The run in English and in Chinese.
    lang : {"en", "zh"}
        Language that is shown first.
    path : Path
        File to write.

    Returns
    -------
    Path
        The file.
    """
    both = Bilinguals(contexts)
    for most_rows in MOST_ROWS:
        html = _page(both, lang, most_rows)
        if len(html.encode()) <= LARGEST:
            break
    write_text(path, html)
    return path


def _page(both: Bilinguals, lang: Language, most_rows: int) -> str:
    """The page, with so many rows of each table."""
    run = both.one.run
    drawn = _charts(both)
    found: dict[str, Any] = {
        "verdict": decision.verdict(both),
        "cards": decision.cards(both),
        "answers": decision.answers(both),
        "risks": decision.risks(both),
        "stresses": decision.stresses(both),
        "hiring": decision.hiring(both),
        "contracts": decision.contracts(both),
        "methods": decision.methods(both),
        "people": decision.people(both),
        "costs": result_table(both, "costs", most_rows, "costs") if run.has("costs") else None,
        "messages": _messages(both),
        "what_if": what_if(both),
        "tables": _tables(both, most_rows),
    }
    sliders = (SLIDERS,) if found["what_if"] else ()
    scripts = (*CHART_SCRIPTS, *sliders) if drawn or sliders else ()
    return render(
        "report.html.j2",
        lang=lang,
        title=both.say(lambda c: f"{_plain(found['verdict'].head, c)} · {run.title}"),
        scripts=scripts,
        styles=(CHART_STYLE,) if scripts else (),
        data=_data(drawn, found["what_if"]),
        name=run.title,
        period=decision.period(both),
        footer=both.say(footer_line),
        contents=_contents(found, drawn),
        charts=drawn,
        **found,
    )


def _data(drawn: dict[str, Any], grid: WhatIf | None) -> dict[str, Any]:
    """What the scripts read: charts, and the grid."""
    return {"charts": drawn, **({"whatIf": grid.data} if grid else {})}


def _plain(text: Both, context: PageContext) -> str:
    """A text in the language of a context."""
    return text.en if context.labels.lang == "en" else text.zh


def _charts(both: Bilinguals) -> dict[str, Any]:
    """The charts that the run has numbers for."""
    made = {
        "people": charts.people_chart(both),
        "demand": charts.demand_chart(both),
        "backlog": charts.backlog_chart(both),
        "service": charts.service_chart(both),
    }
    return {name: chart for name, chart in made.items() if chart}


def _messages(both: Bilinguals) -> dict[str, Both]:
    """What the charts and costs show, in a sentence."""
    run = both.one.run
    found = {}
    if run.has("forecast_hourly"):
        found["demand"] = both.say(lambda c: demand_message(c.run, c.labels))
    if run.has("replications"):
        found["service"] = both.say(late_message)
    if run.has("costs"):
        found["costs"] = both.say(cost_message)
    return found


def _contents(found: dict[str, Any], drawn: dict[str, Any]) -> list[Entry]:
    """A line for each part that is there."""
    no_plan = found["verdict"].head == words("no_plan")
    there = {
        "decision": True,
        "people": found["people"] is not None,
        "what-if": found["what_if"] is not None,
        "demand": "demand" in drawn,
        "backlog": "backlog" in drawn,
        "service": "service" in drawn,
        "costs": found["costs"] is not None,
        "tables": bool(found["tables"]),
    }
    return [
        Entry(key, words("web_no_plan" if key == "decision" and no_plan else _title(key)))
        for key, is_there in there.items()
        if is_there
    ]


def _title(key: str) -> str:
    """Key of the heading of a part."""
    return "web_" + key.replace("-", "_")


def _tables(both: Bilinguals, most_rows: int) -> list[PageTable]:
    """Every table that the run has, under its own heading."""
    others = (name for name in TABLES if name not in SECTIONS and name not in DRAWN)
    names = [name for name in (*SECTIONS, *others) if both.one.run.has(name)]
    return [result_table(both, name, most_rows, f"table-{name}") for name in names]
