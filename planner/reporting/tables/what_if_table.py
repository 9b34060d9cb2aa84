"""The table of what ifs: the plan under other demand, attendance, pick-ups and promises."""

from __future__ import annotations

from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import COST_MEAN, REPLICATIONS

WHAT_IF_TABLE = ResultTable(
    name="what_if",
    title=("What if", "假如"),
    meaning=(
        "the plan as it is, simulated on the same random numbers under other demand, attendance, "
        "pick-ups and promises; people who do not come are paid as booked, and work is done in the "
        "same order under every promise"
    ),
    columns=(
        Column(
            "demand",
            "ratio",
            ("Demand", "需求变化"),
            "orders more (or fewer) than the scenario expects, share of them",
            low=-1.0,
        ),
        Column(
            "agency_fill",
            "share",
            ("Agency people who come", "劳务到岗率"),
            "share of those who would come otherwise",
        ),
        Column(
            "missed_pickup",
            "text",
            ("Missed pick-up", "漏了的揽收"),
            "the pick-up that takes most parcels, where it is missed (empty: none is)",
            empty=True,
        ),
        Column(
            "promise_hours",
            "number",
            ("Promise, h", "承诺（小时）"),
            "hours until the counted clock (empty: the platform's own deadlines)",
            unit="h",
            empty=True,
        ),
        Column("orders", "number", ("Orders", "订单"), "orders, mean", unit="orders"),
        COST_MEAN,
        Column(
            "on_time_share", "share", ("On time", "准时率"), "share of the orders on time, mean"
        ),
        Column("kept", "count", ("Target met", "达标"), "replications that keep the promise"),
        REPLICATIONS,
        Column("kept_share", "share", ("Share met", "达标比例"), "their share"),
    ),
)
