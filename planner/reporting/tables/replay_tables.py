"""The tables of a replay: a past promotion under other plans, by day, and what the log says."""

from __future__ import annotations

from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import DATE, signed_money

CASES = ("log", "roster", "corrected", "plan", "hindsight")
CASE = Column(
    "case",
    "choice",
    ("Case", "情形"),
    "log: what happened; roster: the staffing that the scenario states; corrected: the same at the "
    "rates of work and scan delays that the log shows; plan: made from what was "
    "known before; hindsight: made by somebody who knows every order",
    vocabulary="replay case",
    among=CASES,
)
REPLAY_TABLE = ResultTable(
    name="replay",
    title=("Replay", "回放"),
    meaning="a promotion of the past, order by order, under each plan",
    columns=(
        CASE,
        Column(
            "orders",
            "number",
            ("Orders", "订单"),
            "orders of the promotion, with those that were open when it began",
            unit="orders",
        ),
        Column(
            "late_share",
            "share",
            ("Late", "迟发率"),
            "share of the orders due that were late or cancelled (empty: not known)",
            empty=True,
        ),
        Column(
            "late_low",
            "share",
            ("Late, 95% from", "迟发率 95% 下限"),
            "where a single promotion lies in 95 of 100 cases, from",
            empty=True,
        ),
        Column(
            "late_high",
            "share",
            ("Late, 95% to", "迟发率 95% 上限"),
            "where a single promotion lies in 95 of 100 cases, to",
            empty=True,
        ),
        Column(
            "cost",
            "money",
            ("Cost, mean", "平均费用"),
            "mean cost (empty: no plan)",
            unit="currency",
            empty=True,
        ),
        signed_money(
            "cost_extra",
            ("Against the first plan", "与首个方案相比"),
            "mean cost less that of the first case with a plan, on the same orders",
        ),
        signed_money("extra_low", ("95% from", "95% 下限"), "95 % interval of it, from"),
        signed_money("extra_high", ("95% to", "95% 上限"), "95 % interval of it, to"),
        Column(
            "people",
            "count",
            ("Most people", "最多人数"),
            "people on the day with most of them (empty: no plan)",
            empty=True,
        ),
        Column(
            "person_days",
            "count",
            ("Person-days", "人日"),
            "people over all days (empty: no plan)",
            empty=True,
        ),
        Column(
            "replications",
            "count",
            ("Replications", "模拟次数"),
            "replications: what the log does not say of its orders is drawn in each (0: none)",
        ),
        Column(
            "message",
            "text",
            ("Message", "说明"),
            "why there is no plan, or no late share",
            empty=True,
        ),
    ),
)
REPLAY_DAYS_TABLE = ResultTable(
    name="replay_days",
    title=("Replay by day", "每日回放"),
    meaning="orders that came and left, and those that were open, day by day",
    columns=(
        CASE,
        DATE,
        Column("orders", "number", ("Orders", "订单"), "orders that came", unit="orders"),
        Column(
            "left",
            "number",
            ("Handed over", "已交接"),
            "orders handed over (packed, where no courier is named)",
            unit="orders",
        ),
        Column(
            "left_low",
            "number",
            ("Handed over, 5% point", "已交接 5% 分位"),
            "5 % point over the replications (empty: of the log)",
            unit="orders",
            empty=True,
        ),
        Column(
            "left_high",
            "number",
            ("Handed over, 95% point", "已交接 95% 分位"),
            "95 % point over the replications (empty: of the log)",
            unit="orders",
            empty=True,
        ),
        Column(
            "open",
            "number",
            ("Open at the end of the day", "日终未发"),
            "orders that have come and not left by midnight",
            unit="orders",
        ),
    ),
)
REPLAY_INPUTS_TABLE = ResultTable(
    name="replay_inputs",
    title=("Inputs by the log", "日志推算的输入"),
    meaning="rates of work and scan delays as the scenario states them, and as the log shows them",
    columns=(
        Column(
            "what",
            "name",
            ("Input", "输入"),
            "path of the key, as --set takes it",
        ),
        Column(
            "unit",
            "choice",
            ("Unit", "单位"),
            "unit of the numbers",
            among=("orders per person-hour", "hours"),
        ),
        Column(
            "stated", "number", ("Stated", "设定值"), "as stated (empty: not the same)", empty=True
        ),
        Column(
            "estimated",
            "number",
            ("By the log", "日志推算"),
            "as the log shows it (empty: it does not tell)",
            empty=True,
        ),
        Column(
            "low",
            "number",
            ("95% from", "95% 下限"),
            "95 % interval, from; where the log does not tell, the slowest pace that agrees",
            empty=True,
        ),
        Column("high", "number", ("95% to", "95% 上限"), "95 % interval, to", empty=True),
        Column(
            "observations",
            "count",
            ("Orders", "订单数"),
            "orders of the log that it rests on",
        ),
        Column(
            "reading",
            "choice",
            ("Reading", "判读"),
            "told; either: the log agrees with this process or another being slow, and the "
            "interval holds both; at least: orders did not wait for this process; unexplained: no "
            "rates repeat what the log says",
            vocabulary="replay reading",
            among=("told", "either", "at least", "unexplained"),
        ),
    ),
)
TABLES = (REPLAY_TABLE, REPLAY_DAYS_TABLE, REPLAY_INPUTS_TABLE)
