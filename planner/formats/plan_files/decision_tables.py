"""The decisions of a plan as tables, and as the lines that `plan.json` keeps of them.

People and vehicles of the tail stand in tables of their own, so that those of the promotion add up
to its costs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from planner.domain.contracts import HEAVIEST_G
from planner.domain.costs import every_day_reported, paid_seconds, staff_cost_minor
from planner.domain.horizon import HOUR_S, Horizon
from planner.domain.money import to_major
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem, ShareRow
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.formats.tables.tables import csv_text

# What is decided; the columns after them follow from it.
DECIDED = {
    "stock": ("site", "product", "units"),
    "staffing": ("date", "site", "process", "crew", "shift", "since", "headcount"),
    "routing": ("region", "site", "contract", "from", "to", "share", "above_g", "to_g"),
    "extra_collections": ("date", "site", "contract", "at", "vehicles"),
}
_STAFFING = [*DECIDED["staffing"], "paid_hours", "cost"]
_EXTRA = [*DECIDED["extra_collections"], "cost"]
# tables of the tail, only in folders of a plan with one -> the table with the same columns
TAIL = {"tail_staffing": "staffing", "tail_collections": "extra_collections"}
OF_TAIL = tuple(TAIL)


def decision_tables(problem: Problem, plan: Plan) -> dict[str, pd.DataFrame]:
    """The decisions of a plan as tables; money in major units."""
    days, everything = problem.horizon.reported_days, every_day_reported(problem)
    tail = {
        "tail_staffing": pd.DataFrame(
            [_staff_cells(r, everything) for r in plan.staffing if r.day >= days], columns=_STAFFING
        ),
        "tail_collections": pd.DataFrame(
            [_extra_cells(r, problem) for r in plan.extra if r.day >= days], columns=_EXTRA
        ),
    }
    return {
        "stock": pd.DataFrame(
            [(r.site, r.product, r.units) for r in plan.stock or ()], columns=DECIDED["stock"]
        ),
        "staffing": pd.DataFrame(
            [_staff_cells(r, problem) for r in plan.staffing if r.day < days], columns=_STAFFING
        ),
        "routing": pd.DataFrame(
            [_share_cells(r, problem.horizon) for r in plan.routing], columns=DECIDED["routing"]
        ),
        "extra_collections": pd.DataFrame(
            [_extra_cells(r, problem) for r in plan.extra if r.day < days], columns=_EXTRA
        ),
        **(tail if problem.horizon.tail_days else {}),
    }


def decision_lines(problem: Problem, plan: Plan) -> dict[str, list[str]]:
    """Lines of CSV of what is decided, those of the tail after those of the promotion."""
    tables = decision_tables(problem, plan)
    found = {}
    for name, columns in DECIDED.items():
        of_tail = [tables[tail] for tail, of in TAIL.items() if of == name and tail in tables]
        parts = [part for part in (tables[name], *of_tail) if len(part)] or [tables[name]]
        frame = pd.concat(parts)[list(columns)]
        found[name] = csv_text(frame).removesuffix("\n").split("\n")
    return found


def _staff_cells(row: StaffRow, problem: Problem) -> tuple[Any, ...]:
    """Cells of a row of the roster."""
    horizon, shift = problem.horizon, problem.shift(row.shift)
    since = "" if row.since_day == LONG_AGO else horizon.date_of(row.since_day).isoformat()
    paid_s = paid_seconds(problem, shift, row.day)
    return (
        horizon.date_of(row.day).isoformat(),
        row.site,
        row.process,
        row.crew,
        row.shift,
        since,
        row.headcount,
        f"{row.headcount * paid_s / HOUR_S:.2f}",
        to_major(staff_cost_minor(problem, row), problem.currency),
    )


def _share_cells(row: ShareRow, horizon: Horizon) -> tuple[Any, ...]:
    """Cells of a row of the routing table."""
    until_s = min(row.to_s, horizon.reported_end_s)  # the last period holds in the tail too
    begin, end = (_minute_text(horizon.at(second)) for second in (row.from_s, until_s))
    heaviest = "" if row.to_g == HEAVIEST_G else row.to_g
    return (
        row.region,
        row.site,
        row.contract,
        begin,
        end,
        repr(row.share),
        row.above_g or "",
        heaviest,
    )


def _minute_text(at: datetime) -> str:
    """A local time in ISO form, with seconds only where it has some."""
    return at.isoformat(timespec="seconds" if at.second else "minutes")


def clock_text(at_s: int) -> str:
    """Seconds after midnight as a time of day."""
    return f"{at_s // HOUR_S:02d}:{at_s % HOUR_S // 60:02d}"


def _extra_cells(row: ExtraCollection, problem: Problem) -> tuple[Any, ...]:
    """Cells of a row of additional vehicles."""
    priced = {(c.contract, c.at_s): c.extra_cost_minor for c in problem.site(row.site).collections}
    cost = to_major(priced.get((row.contract, row.at_s), 0) * row.vehicles, problem.currency)
    return (
        problem.horizon.date_of(row.day).isoformat(),
        row.site,
        row.contract,
        clock_text(row.at_s),
        row.vehicles,
        cost,
    )
