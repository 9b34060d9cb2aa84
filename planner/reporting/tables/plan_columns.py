"""Tables of the plan, the roster and the refusal, which other packages write."""

from __future__ import annotations

from dataclasses import replace

from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import (
    ABOVE_G,
    CONTRACT,
    COST,
    CREW,
    DATE,
    END,
    FROM,
    PAID_HOURS,
    PRODUCT,
    REGION,
    SHARE,
    SITE,
    START,
    TO,
    TO_G,
    WORK,
    signed_money,
)

PERSON = Column("person", "name", ("Person", "人员"), "name, or crew, site and number")

STAFFING_TABLE = ResultTable(
    name="staffing",
    title=("Staffing", "排班"),
    meaning="people of each crew by day, site, process and shift",
    always=True,
    columns=(
        *WORK,
        Column(
            "since",
            "date",
            ("Booked from", "起聘日"),
            "first day on the books (empty: long ago)",
            empty=True,
        ),
        Column("headcount", "count", ("People", "人数"), "people", unit="people", high=100_000),
        PAID_HOURS,
        COST,
    ),
)
COLLECTIONS_TABLE = ResultTable(
    name="extra_collections",
    title=("Extra collections", "加派车辆"),
    meaning="vehicles added to a collection",
    always=True,
    columns=(
        DATE,
        SITE,
        CONTRACT,
        Column("at", "clock", ("At", "时刻"), "time of the collection"),
        Column(
            "vehicles",
            "count",
            ("Vehicles", "车辆"),
            "vehicles added",
            unit="vehicles",
            high=1_000,
        ),
        COST,
    ),
)
TABLES = (
    ResultTable(
        name="stock_need",
        title=("Stock expected", "预计用货"),
        meaning="mean demand for each product at each site, next to which the stock is read",
        always=True,
        columns=(
            SITE,
            PRODUCT,
            Column(
                "orders_mean", "number", ("Orders, mean", "平均订单"), "mean orders", unit="orders"
            ),
            Column(
                "units_per_order",
                "number",
                ("Units per order", "每单件数"),
                "mean units of an order",
                unit="units",
            ),
            Column(
                "units_mean",
                "number",
                ("Units, mean", "平均件数"),
                "mean units asked for",
                unit="units",
            ),
        ),
    ),
    STAFFING_TABLE,
    replace(
        STAFFING_TABLE,
        name="tail_staffing",
        title=("Staffing after the promotion", "大促后排班"),
        meaning="people in the tail, whose cost is not part of the promotion's",
        always=False,
    ),
    ResultTable(
        name="routing",
        title=("Routing", "分仓路由"),
        meaning="which site and contract serve the orders of a region, from when to when",
        always=True,
        columns=(REGION, SITE, replace(CONTRACT, empty=True), FROM, TO, SHARE, ABOVE_G, TO_G),
    ),
    COLLECTIONS_TABLE,
    replace(
        COLLECTIONS_TABLE,
        name="tail_collections",
        title=("Extra collections after the promotion", "大促后加派车辆"),
        meaning="vehicles added in the tail, whose cost is not part of the promotion's",
        always=False,
    ),
    ResultTable(
        name="roster",
        title=("Roster", "个人排班"),
        meaning="who works when: one row for each person and day",
        columns=(
            *WORK,
            START,
            END,
            PERSON,
            Column("night", "flag", ("Night", "夜班"), "whether it is at night"),
        ),
    ),
    ResultTable(
        name="roster_open",
        title=("Empty places", "空缺岗位"),
        meaning="places that nobody fills; with any the plan is not certified",
        columns=(
            *WORK,
            START,
            END,
            Column(
                "empty",
                "count",
                ("Empty places", "空缺岗位"),
                "places that nobody fills",
                unit="people",
            ),
        ),
    ),
    ResultTable(
        name="people",
        title=("People", "人员"),
        meaning="what the roster asks of each person",
        columns=(
            PERSON,
            SITE,
            CREW,
            Column("days", "count", ("Days", "天数"), "days worked", unit="days"),
            Column("hours", "number", ("Hours", "工时"), "hours paid", unit="h"),
            Column("nights", "count", ("Night shifts", "夜班次数"), "nights worked", unit="nights"),
            Column(
                "longest_run",
                "count",
                ("Longest run of days", "最长连续出勤天数"),
                "longest run of days worked",
                unit="days",
            ),
            Column(
                "weekend_days",
                "count",
                ("Weekend days", "周末出勤天数"),
                "Saturdays and Sundays worked",
                unit="days",
            ),
            Column(
                "proved",
                "flag",
                ("Proved best", "已证最优"),
                "whether the roster of the crew is proved to be the best",
            ),
            Column(
                "named", "flag", ("Named", "具名"), "whether the person has a name of their own"
            ),
        ),
    ),
    ResultTable(
        name="blame",
        title=("Limits to blame", "受限之处"),
        meaning="limits that together leave no feasible plan",
        columns=(
            Column("rule", "text", ("Rule", "规则"), "kind of the limit"),
            Column("key", "text", ("Key", "键"), "the limit for programs"),
            Column("words", "text", ("In words", "说明"), "the limit in words"),
            Column("allowed", "number", ("Allowed", "允许"), "size of the limit", low=-1e18),
            Column("needed", "number", ("Needed", "需要"), "size that would do", low=-1e18),
            Column("unit", "text", ("Unit", "单位"), "unit of both", vocabulary="unit", empty=True),
        ),
    ),
    ResultTable(
        name="repairs",
        title=("Repairs", "可行的补救"),
        meaning="changes of limits that make a plan possible",
        columns=(
            Column("rank", "count", ("Rank", "名次"), "place, the cheapest plan first"),
            Column("words", "text", ("In words", "说明"), "the repair in words"),
            Column("key", "text", ("Key", "键"), "the limits that are moved"),
            Column("amount", "text", ("Amount", "金额"), "by how much each"),
            signed_money("price", ("Price", "价格"), "price of the change itself (empty: unknown)"),
            signed_money(
                "objective",
                ("Cost of that plan", "该方案费用"),
                "cost of the plan it makes possible",
                empty=False,
            ),
            Column(
                "extra",
                "money",
                ("More per order", "每单多付"),
                "more than the cheapest repair",
                unit="currency",
            ),
            Column(
                "verified",
                "flag",
                ("Verified", "已验证"),
                "whether it was proved by planning again",
            ),
        ),
    ),
)
