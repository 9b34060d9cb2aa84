"""The pages of a report, in the order they are read; a page whose tables are missing is left out."""

from __future__ import annotations

from planner.reporting.pages.charts import backlog_pages, cost_pages, demand_pages, late_pages
from planner.reporting.pages.clauses import clause_pages
from planner.reporting.pages.contracts import contract_pages, term_pages
from planner.reporting.pages.couriers import courier_pages, region_pages
from planner.reporting.pages.decision import decision
from planner.reporting.pages.misses import misses_pages
from planner.reporting.pages.path import hindsight_pages, path_pages
from planner.reporting.pages.people import person_sheets, roster_pages
from planner.reporting.pages.press import Press, footer_line
from planner.reporting.pages.refusal import refusal_pages
from planner.reporting.pages.rules import remote_pages, rule_pages
from planner.reporting.pages.staffing import staffing_pages, wall_sheets
from planner.reporting.pages.tables import assumption_pages, hiring_pages, stock_pages
from planner.reporting.sheet import Sheet


def _last_tables(press: Press) -> list[Sheet]:
    """Routing rules, remote areas and stock: on one sheet as far as they fit."""
    sheets = rule_pages(press)
    for make in (remote_pages, stock_pages):
        sheets += make(press, sheets[-1] if sheets else None)
    return sheets


PAGES = (  # after the decision
    misses_pages,
    hiring_pages,
    staffing_pages,
    wall_sheets,
    roster_pages,
    person_sheets,
    demand_pages,
    backlog_pages,
    late_pages,
    cost_pages,
    path_pages,
    hindsight_pages,
    courier_pages,
    region_pages,
    contract_pages,
    clause_pages,
    term_pages,
    _last_tables,
    assumption_pages,
)
ALTERNATIVES = (contract_pages, clause_pages, term_pages)  # their costs are not those of the plan


def all_pages(press: Press) -> list[Sheet]:
    """Every page with its footer; without a plan the page that says why."""
    sheets = refusal_pages(press) or _pages_of_plan(press)
    for number, sheet in enumerate(sheets, start=1):
        sheet.footer(footer_line(press), press.labels("page", n=number, m=len(sheets)))
    return sheets


def _pages_of_plan(press: Press) -> list[Sheet]:
    """Page 1, which says what pages are not about the plan, and all others."""
    others: list[Sheet] = []
    alternatives: list[int] = []
    for make in PAGES:
        first = len(others) + 2
        others += make(press)
        if make in ALTERNATIVES:
            alternatives += range(first, len(others) + 2)
    return [*decision(press, alternatives), *others]
