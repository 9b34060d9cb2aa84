"""Plan -> the tables of bookings, processes, shifts and assumptions."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from planner.domain.costs import bookings, staff_cost_minor
from planner.domain.crew_days import crew_days
from planner.domain.money import to_major
from planner.domain.payroll import payroll
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.reporting.tables.calendar_table import CALENDAR_TABLE, calendar_table, clock
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import (
    COST,
    CREW,
    END,
    PAID_HOURS,
    PROCESS,
    SHIFT,
    SITE,
    START,
)

HIRING_TABLE = ResultTable(
    name="hiring",
    title=("Hiring", "招人"),
    meaning="temporary workers to book, and the last day to decide",
    always=True,
    columns=(
        SITE,
        CREW,
        Column("people", "count", ("People", "人数"), "people to book", unit="people"),
        Column("from", "date", ("From", "自"), "first day"),
        Column("to", "date", ("To", "至"), "last day"),
        Column("decide_by", "date", ("Decide by", "最迟决定"), "last day to decide"),
        Column("days", "count", ("Days", "天数"), "length of the booking", unit="days"),
        COST,
    ),
)


PAYROLL_TABLE = ResultTable(
    name="payroll",
    title=("Payroll", "工资表"),
    meaning="pay of each crew for the promotion: its sums are those of the costs",
    always=True,
    columns=(
        SITE,
        CREW,
        Column(
            "scheduled_days",
            "count",
            ("Days scheduled", "排班人天"),
            "person-days whose shift begins in the promotion",
            unit="days",
        ),
        Column(
            "idle_days",
            "count",
            ("Days guaranteed, off work", "保底未排班人天"),
            "guaranteed person-days that are not scheduled",
            unit="days",
        ),
        Column("paid_days", "count", ("Days paid", "计薪人天"), "sum of both", unit="days"),
        Column(
            "overtime_hours",
            "number",
            ("Overtime hours", "加班工时"),
            "hours paid beyond the regular ones",
            unit="h",
        ),
        Column("wages", "money", ("Wages", "工资"), "regular pay", unit="currency"),
        Column("overtime", "money", ("Overtime", "加班费"), "pay of overtime", unit="currency"),
        Column(
            "idle_pay",
            "money",
            ("Pay of days off work", "未排班保底"),
            "pay of the idle days, a standard shift each",
            unit="currency",
        ),
        Column("amount", "money", ("Amount", "合计"), "sum of the three", unit="currency"),
    ),
)


PROCESSES_TABLE = ResultTable(
    name="processes",
    title=("Processes", "作业环节"),
    meaning="processes of each site",
    always=True,
    columns=(
        SITE,
        Column(
            "site_label",
            "name",
            ("Site name", "仓库名称"),
            "name of the site as printed",
            empty=True,
        ),
        PROCESS,
        Column(
            "orders_per_hour",
            "number",
            ("Orders per hour", "每小时单量"),
            "rate of one person",
            unit="orders/h",
        ),
        Column("stations", "count", ("Stations", "工位"), "stations", unit="stations"),
    ),
)


SHIFTS_TABLE = ResultTable(
    name="shifts",
    title=("Shifts", "班次"),
    meaning="shifts and their paid hours",
    always=True,
    columns=(SHIFT, START, END, PAID_HOURS),
)


ASSUMPTIONS_TABLE = ResultTable(
    name="assumptions",
    title=("Assumptions", "假设"),
    meaning="every assumption with its source",
    always=True,
    columns=(
        Column("subject", "text", ("Assumption", "假设"), "what is assumed"),
        Column("value", "text", ("Value", "数值"), "its value", empty=True),
        Column("source", "text", ("Source", "来源"), "where it was read", empty=True),
        Column(
            "retrieved",
            "date",
            ("Retrieved", "查阅日期"),
            "day on which it was read there",
            empty=True,
        ),
        Column(
            "grade",
            "text",
            ("Grade", "等级"),
            "how far to trust it",
            vocabulary="grade",
            empty=True,
        ),
    ),
)


def plan_tables(problem: Problem, plan: Plan) -> dict[str, pd.DataFrame]:
    """What somebody has to do because of the plan beyond the tables `write_plan` gives: bookings,
    processes, shifts.
    """
    calendar = calendar_table(problem)
    return {
        **({} if calendar.empty else {"calendar": calendar}),
        "hiring": hiring_table(problem, plan),
        "payroll": payroll_table(problem, plan),
        "processes": PROCESSES_TABLE.frame(
            [
                (s.name, s.label, p.name, p.orders_per_hour, p.stations)
                for s in problem.sites
                for p in s.processes
            ]
        ),
        "shifts": SHIFTS_TABLE.frame(
            [
                (s.name, clock(s.start_s), clock(s.end_s), round(s.paid_s / 3600, 2))
                for s in problem.shifts
            ]
        ),
        "assumptions": ASSUMPTIONS_TABLE.frame(
            [(a.subject, a.value, a.source, a.retrieved, a.grade) for a in problem.assumptions]
        ),
    }


def hiring_table(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Temporaries to book: how many, from when to when, decided by when, and what it costs.

    Bookings end with the promotion where they would go on in the tail.
    """
    rows = []
    last = problem.horizon.reported_days - 1
    for b in bookings(problem, tuple(r for r in plan.staffing if r.day <= last)):
        crew = problem.crew(b.site, b.crew)
        since = problem.horizon.date_of(b.since_day)
        worked = [
            row
            for row in plan.staffing
            if (row.site, row.crew, row.since_day) == (b.site, b.crew, b.since_day)
            and row.day <= b.last_day
        ]
        people_days = sum(r.headcount for r in worked)
        mean_day_minor = sum(staff_cost_minor(problem, r) for r in worked) / max(people_days, 1)
        days = len(crew_days(problem, crew).within(b.since_day, b.last_day))
        cost = round(b.people * (crew.hire_cost_minor + mean_day_minor * days))
        rows.append(
            (
                b.site,
                b.crew,
                b.people,
                since.isoformat(),
                problem.horizon.date_of(b.last_day).isoformat(),
                (since - timedelta(days=crew.notice_days)).isoformat(),
                days,
                to_major(cost, problem.currency),
            )
        )
    return HIRING_TABLE.frame(rows)


def payroll_table(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Days and pay of every crew."""
    return PAYROLL_TABLE.frame(
        [
            (
                pay.crew.site,
                pay.crew.name,
                pay.scheduled_days,
                pay.idle_days,
                pay.scheduled_days + pay.idle_days,
                round(pay.overtime_s / 3600, 2),
                *(
                    to_major(minor, problem.currency)
                    for minor in (
                        pay.wages_minor,
                        pay.overtime_minor,
                        pay.idle_minor,
                        pay.amount_minor,
                    )
                ),
            )
            for pay in payroll(problem, plan.staffing)
        ]
    )


TABLES = (
    HIRING_TABLE,
    PAYROLL_TABLE,
    PROCESSES_TABLE,
    SHIFTS_TABLE,
    ASSUMPTIONS_TABLE,
    CALENDAR_TABLE,
)
