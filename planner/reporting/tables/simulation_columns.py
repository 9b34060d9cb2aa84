"""Tables of the forecast, the way to the plan and late orders, which other packages write."""

from __future__ import annotations

from dataclasses import replace

from planner.documents.values import LARGEST
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import (
    CERTIFIED,
    CONTRACT,
    COST,
    COST_PER_ORDER,
    CREW,
    DATE,
    FROM,
    LATE_ORDERS,
    ORDERS,
    POINT_HEADINGS,
    PROCESS,
    PRODUCT,
    REGION,
    SHARE,
    SHIFT,
    SITE,
    TIME,
    TO,
    signed_money,
)

FAN = (
    Column("mean", "number", ("Mean", "均值"), "orders, mean", unit="orders"),
    *(
        Column(point, "number", heading, f"orders, {int(point[1:])} % point", unit="orders")
        for point, heading in POINT_HEADINGS.items()
    ),
)
PEAK = tuple(
    Column(
        point,
        "figure",
        POINT_HEADINGS[point],
        f"{int(point[1:])} % point, orders or a moment",
    )
    for point in ("p05", "p50", "p95")
)

TABLES = (
    ResultTable(
        name="forecast_hourly",
        title=("Forecast hourly", "逐时预测"),
        meaning="orders of each hour and region: mean and points of the distribution",
        columns=(TIME, REGION, *FAN),
    ),
    ResultTable(
        name="forecast_daily",
        title=("Forecast daily", "逐日预测"),
        meaning="orders of each day and region: mean and points of the distribution",
        columns=(DATE, REGION, *FAN),
    ),
    ResultTable(
        name="forecast_peak",
        title=("Forecast peak", "峰值预测"),
        meaning="busiest hour and total orders over the sampled paths",
        columns=(
            Column("what", "name", ("What", "内容"), "what the row is about", vocabulary="peak"),
            *PEAK,
        ),
    ),
    ResultTable(
        name="actuals_score",
        title=("Forecast against actuals", "预测对照实际"),
        meaning="actual orders against the forecast",
        columns=(
            Column("what", "name", ("What", "内容"), "what the row is about", vocabulary="peak"),
            Column("actual", "number", ("Actual", "实际"), "what came"),
            *(replace(c, kind="number", empty=True) for c in PEAK),
            Column(
                "quantile",
                "share",
                ("Paths below", "低于实际的路径占比"),
                "share of the paths below what came",
                empty=True,
            ),
        ),
    ),
    ResultTable(
        name="path",
        title=("Way to the plan", "求解历程"),
        meaning="how the plan was reached, one row for each evaluated plan",
        columns=(
            Column("step", "count", ("Step", "步骤"), "number of the step", low=1),
            Column("plan", "count", ("Plan", "方案"), "number of the plan"),
            Column("what", "name", ("What", "内容"), "what was done", vocabulary="step"),
            signed_money(
                "planned_cost", ("Planned cost", "规划费用"), "cost by the planning model"
            ),
            signed_money("bound", ("Lower bound", "下界"), "lower bound on that cost"),
            Column(
                "gap",
                "ratio",
                ("Gap", "差距"),
                "distance of the two relative to the cost",
                empty=True,
                low=-LARGEST,
            ),
            signed_money(
                "simulated_cost", ("Simulated cost", "模拟费用"), "mean simulated cost", empty=False
            ),
            Column("on_time_share", "share", ("On time", "准时率"), "mean share on time"),
            Column(
                "kept",
                "count",
                ("Target met", "达标"),
                "replications that reached the share on time",
            ),
            Column("promotions", "count", ("Replications", "模拟次数"), "replications", low=1),
            Column("kept_share", "share", ("Target met, share", "达标占比"), "their share"),
            Column(
                "person_days", "count", ("Person-days", "人天"), "shifts worked by one person each"
            ),
            Column("vehicles", "count", ("Vehicles", "车辆"), "extra vehicles", unit="vehicles"),
            Column(
                "headroom",
                "number",
                ("Headroom", "余量系数"),
                "factor on the needs that were learned",
            ),
            replace(CERTIFIED, empty=True),
        ),
    ),
    ResultTable(
        name="levers",
        title=("Demand levers", "需求杠杆"),
        meaning="choices of longer promises and order caps, each planned, trimmed and simulated on "
        "the same pilot replications",
        columns=(
            Column(
                "levers",
                "text",
                ("Levers", "杠杆"),
                "promises and caps of the choice; none: without any",
            ),
            signed_money(
                "planned_cost",
                ("Planned cost", "规划费用"),
                "cost by the planning model, before trimming",
            ),
            signed_money("simulated_cost", ("Simulated cost", "模拟费用"), "mean simulated cost"),
            signed_money(
                "difference", ("Against none", "与不用相比"), "mean of what it costs more than none"
            ),
            signed_money("difference_low", ("at least", "下限"), "lower limit of its interval"),
            signed_money("difference_high", ("at most", "上限"), "upper limit of its interval"),
            Column(
                "kept",
                "count",
                ("Target met", "达标"),
                "replications that reached the share on time",
            ),
            Column("promotions", "count", ("Replications", "模拟次数"), "replications"),
            Column("used", "flag", ("Used", "采用"), "whether the plan uses it"),
        ),
    ),
    ResultTable(
        name="hindsight",
        title=("Hindsight", "事后对比"),
        meaning="cost of the plan against the least cost had the demand been known",
        columns=(
            Column("path", "count", ("Sampled path", "抽样路径"), "number of the sampled path"),
            Column(
                "stress_level",
                "number",
                ("Level of demand", "需求水平"),
                "level of its demand",
                low=-LARGEST,
            ),
            Column("weight", "share", ("Weight", "权重"), "its probability"),
            ORDERS,
            signed_money("plan_cost", ("Cost of the plan", "方案费用"), "cost of the plan on it"),
            signed_money(
                "hindsight_cost",
                ("Least with hindsight", "事后最优"),
                "least cost had it been known",
            ),
            signed_money("regret", ("More than that", "多付"), "difference of the two"),
        ),
    ),
    ResultTable(
        name="misses",
        title=("Misses", "失约环节"),
        meaning="where and when orders were late in the worst replications",
        columns=(
            Column(
                "reason",
                "choice",
                ("Reason", "原因"),
                "why",
                vocabulary="reason",
                among=("waiting", "collection", "stock", "carrier", "promise"),
            ),
            *(replace(c, empty=True) for c in (SITE, PROCESS, CONTRACT, PRODUCT)),
            FROM,
            TO,
            LATE_ORDERS,
            SHARE,
        ),
    ),
    ResultTable(
        name="units",
        title=("One more", "增加单位"),
        meaning="what one more person or vehicle would save",
        columns=(
            Column(
                "unit",
                "choice",
                ("Unit", "单位"),
                "what is added",
                vocabulary="unit",
                among=("person", "vehicle"),
            ),
            Column("words", "text", ("In words", "说明"), "the unit in words"),
            SITE,
            *(replace(c, empty=True) for c in (PROCESS, CREW, SHIFT, CONTRACT)),
            DATE,
            Column("added", "count", ("Added", "增加"), "how many"),
            Column(
                "failed_before",
                "number",
                ("Late before", "原失约"),
                "failed orders without it",
                unit="orders",
            ),
            Column(
                "failed_after",
                "number",
                ("Late after", "之后失约"),
                "failed orders with it",
                unit="orders",
            ),
            Column(
                "saved_orders",
                "number",
                ("Orders saved", "减少失约"),
                "difference of the two",
                unit="orders",
                low=-LARGEST,
            ),
            replace(COST, low=-LARGEST),
            replace(COST_PER_ORDER, low=-LARGEST),
        ),
    ),
)
