"""The pages of a report, in the order they are read; a page whose tables are missing is left
out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planner.reporting.layout.sheet import Sheet
from planner.reporting.pages.clause_sensitivity import clause_pages
from planner.reporting.pages.contract_comparison import contract_pages, term_pages
from planner.reporting.pages.couriers_by_region import courier_pages, region_pages
from planner.reporting.pages.decision import alternatives_note, decision
from planner.reporting.pages.demand_backlog_cost import (
    DEMAND,
    backlog_pages,
    cost_pages,
)
from planner.reporting.pages.demand_levers import lever_pages
from planner.reporting.pages.infeasible import refusal_pages
from planner.reporting.pages.late_orders import misses_pages
from planner.reporting.pages.named_rosters import person_sheets, roster_pages
from planner.reporting.pages.numbered_rosters import number_pages
from planner.reporting.pages.page_context import PageContext, footer_line
from planner.reporting.pages.payroll import payroll_pages
from planner.reporting.pages.penalties import penalty_pages
from planner.reporting.pages.planning_history import hindsight_pages, path_pages
from planner.reporting.pages.replan import call_pages, is_replan, replan_page
from planner.reporting.pages.routing_rules import remote_pages, rule_pages
from planner.reporting.pages.service import late_pages
from planner.reporting.pages.staffing import staffing_pages, wall_sheets
from planner.reporting.pages.stock_hiring_assumptions import (
    assumption_pages,
    hiring_pages,
    stock_pages,
)
from planner.reporting.pages.stress import stress_pages

# The pages after the decision, the late orders and the bookings. A page is a function of the
# context, or a FigurePage (`DEMAND` is one): a line here adds a figure.
PAGES: tuple[Callable[[PageContext], list[Sheet]], ...] = (
    staffing_pages,
    payroll_pages,
    wall_sheets,
    number_pages,
    roster_pages,
    person_sheets,
    DEMAND,
    backlog_pages,
    late_pages,
    penalty_pages,
    cost_pages,
    stress_pages,
    path_pages,
    lever_pages,
    hindsight_pages,
    courier_pages,
    region_pages,
    rule_pages,
)
STUDY = (
    contract_pages,
    clause_pages,
    term_pages,
)  # their costs are not those of the plan
TABLES = (remote_pages, stock_pages, assumption_pages)


def all_pages(context: PageContext) -> list[Sheet]:
    """Every page with its footer; without a plan the page that says why."""
    sheets = refusal_pages(context) or _pages_of_plan(context)
    for number, sheet in enumerate(sheets, start=1):
        sheet.footer(footer_line(context), context.labels("page", n=number, m=len(sheets)))
    return sheets


def _pages_of_plan(context: PageContext) -> list[Sheet]:
    """Page 1, the bookings where it shows not all of them, and all others; page 1 says which are
    not about the plan.
    """
    (first,) = sheets = replan_page(context) if is_replan(context) else decision(context)
    sheets += call_pages(context)
    sheets += misses_pages(context)
    sheets += hiring_pages(context) if first.left_out else []
    for make in PAGES:
        sheets += make(context)
    study = _flowing(context, STUDY)
    if study:
        alternatives_note(first, context, range(len(sheets) + 1, len(sheets) + len(study) + 1))
    return [*sheets, *study, *_flowing(context, TABLES, study[-1] if study else None)]


def _flowing(
    context: PageContext,
    makers: Sequence[Callable[[PageContext, Sheet | None], list[Sheet]]],
    after: Sheet | None = None,
) -> list[Sheet]:
    """Subjects one after the other, each below the one before where it fits; the first below what
    is on `after`.
    """
    sheets: list[Sheet] = []
    for make in makers:
        sheets += make(context, sheets[-1] if sheets else after)
    return sheets
