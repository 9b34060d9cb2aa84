"""Tables of the orders a day that a plan can promise, of what limits them and what to declare."""

from __future__ import annotations

from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import REPLICATIONS

CAPACITY_TABLE = ResultTable(
    name="capacity",
    title=("Orders a day", "每日可承诺单量"),
    meaning=(
        "the orders that a day may bring so that the promotion keeps its service level (of one "
        "site: on the orders of that site), as forecast by the hour and in their mix; goods are "
        "taken to be there"
    ),
    columns=(
        Column(
            "site",
            "name",
            ("Site", "仓库"),
            "the site (empty: all sites together)",
            vocabulary="site",
            empty=True,
        ),
        Column(
            "date",
            "date",
            ("Date", "日期"),
            "the day that brings so many, all others what they bring (empty: every day does)",
            empty=True,
        ),
        Column(
            "orders_per_day",
            "count",
            ("Orders a day", "每日单量"),
            "orders that can be promised",
            unit="orders",
        ),
        Column(
            "or_more",
            "flag",
            ("Or more", "或更多"),
            "nothing failed up to five times what the day brings (every day: what the busiest "
            "brings)",
        ),
        Column(
            "high",
            "count",
            ("High", "上限"),
            "the orders that the stated share of promotions take lie between the number and this; "
            "each end is wrong with a probability of at most 5 %",
            unit="orders",
        ),
        Column(
            "forecast_p50",
            "count",
            ("Forecast, median", "预测中位数"),
            "orders that the day itself brings, median (every day: on the busiest)",
            unit="orders",
        ),
        Column(
            "forecast_p95",
            "count",
            ("Forecast, 95%", "预测 95%"),
            "its 95 % point",
            unit="orders",
        ),
        Column(
            "binding",
            "choice",
            ("Limit", "瓶颈"),
            "why most orders are late above the number: they wait for work (at the process that "
            "saves most of them when it is 10 % faster), the vehicle is full (collection), the "
            "contract's parcels of the day are used up (allotment), the carrier is slow, or no "
            "collection can keep the promise",
            among=("waiting", "collection", "allotment", "carrier", "promise", "stock"),
            empty=True,
        ),
        Column(
            "binding_site",
            "name",
            ("Limit at", "瓶颈仓库"),
            "where that is",
            vocabulary="site",
            empty=True,
        ),
        Column(
            "binding_at",
            "name",
            ("Process or contract", "环节或合同"),
            "the process or contract",
            empty=True,
        ),
        Column(
            "holds",
            "flag",
            ("Confirmed", "已确认"),
            "enough of the held-out replications took the number: the lower bound reaches the "
            "stated confidence",
        ),
        Column("met", "count", ("Took it", "达标"), "held-out replications that took the number"),
        Column(
            "met_above",
            "count",
            ("Took 1.1 times", "1.1 倍达标"),
            "held-out replications that may have taken 1.1 times the number: those not seen to "
            "fail; the hardest are simulated first, until too many have failed",
        ),
        Column(
            "needed",
            "count",
            ("Needed", "需达标"),
            "those that must take a number so that its lower bound reaches the confidence",
        ),
        REPLICATIONS,
        Column(
            "lower_bound",
            "share",
            ("Bound", "置信下限"),
            "lower bound of the probability that a promotion takes the number",
        ),
        Column(
            "fails_above",
            "flag",
            ("Fails above", "超过即失败"),
            "1.1 times the number does not reach the stated confidence",
        ),
    ),
)
MORE_TABLE = ResultTable(
    name="capacity_more",
    title=("One more", "增加一个资源"),
    meaning=(
        "orders a day that one person or vehicle more adds, simulated in the held-out "
        "replications that take fewest"
    ),
    columns=(
        Column("date", "date", ("Date", "日期"), "the day (empty: every day)", empty=True),
        Column("words", "text", ("One more", "增加"), "who or what, where and when"),
        Column("site", "name", ("Site", "仓库"), "where", vocabulary="site"),
        Column("process", "name", ("Process", "环节"), "of a person", empty=True),
        Column("crew", "name", ("Crew", "班组"), "of a person", empty=True),
        Column("shift", "name", ("Shift", "班次"), "of a person", empty=True),
        Column("contract", "name", ("Contract", "合同"), "of a vehicle", empty=True),
        Column("since", "date", ("From", "起始日"), "the first day on which it is there"),
        Column("orders_before", "count", ("Before", "增加前"), "orders a day", unit="orders"),
        Column("orders_after", "count", ("With it", "增加后"), "orders a day", unit="orders"),
        Column(
            "orders_added",
            "number",
            ("Added", "增量"),
            "the difference; below 0 by chance",
            unit="orders",
            low=-1e9,
        ),
        Column("cost", "money", ("Cost", "费用"), "what it adds to the plan", unit="currency"),
    ),
)
DECLARE_TABLE = ResultTable(
    name="declare",
    title=("What to declare", "申报的处理能力"),
    meaning=(
        "an order handling capacity declared to the platform, next to none, on the same held-out "
        "promotions: orders beyond the number of a day have a later deadline"
    ),
    columns=(
        Column(
            "demand",
            "ratio",
            ("Demand", "需求"),
            "times the demand that the scenario states",
        ),
        Column(
            "declared",
            "count",
            ("Declared", "申报单量"),
            "orders a day (empty: nothing is declared)",
            unit="orders",
            empty=True,
        ),
        Column("recommended", "flag", ("To declare", "建议申报"), "the number to declare"),
        Column("kept", "count", ("Target met", "达标"), "promotions that keep the promise"),
        REPLICATIONS,
        Column(
            "lower_bound",
            "share",
            ("Bound", "置信下限"),
            "lower bound of the probability that the promise is kept",
        ),
        Column("late_share", "share", ("Late", "迟发率"), "share of the orders late, mean"),
        Column("late_orders", "number", ("Late orders", "迟发订单"), "mean", unit="orders"),
        Column(
            "late_avoided",
            "number",
            ("Late avoided", "避免的迟发"),
            "late orders fewer than without a declaration, mean over the same promotions",
            unit="orders",
            low=-1e9,
        ),
        Column(
            "late_avoided_low",
            "number",
            ("Low", "下限"),
            "lower end of its 95 % interval",
            unit="orders",
            low=-1e9,
            empty=True,
        ),
        Column(
            "late_avoided_high",
            "number",
            ("High", "上限"),
            "upper end of its 95 % interval",
            unit="orders",
            low=-1e9,
            empty=True,
        ),
        Column(
            "orders_extended",
            "number",
            ("Extended", "延长时限订单"),
            "orders with a later deadline, mean",
            unit="orders",
        ),
        Column(
            "orders_delayed",
            "number",
            ("Delayed", "推迟发出订单"),
            "orders that leave at least an hour later than without a declaration, mean",
            unit="orders",
        ),
        Column(
            "delay_hours",
            "number",
            ("Delay, h", "推迟（小时）"),
            "hours by which these leave later, mean",
            unit="h",
        ),
        Column(
            "paced_share",
            "share",
            ("Held back", "被限流"),
            "share of the promotions in which a day brings more than the multiple of the number "
            "above which the platform holds orders back (they are simulated all the same)",
        ),
    ),
)
TABLES = (CAPACITY_TABLE, MORE_TABLE, DECLARE_TABLE)
