"""The tables of a trigger card: its rules, what they are worth, and what was counted."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.triggers import MEASURES
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import (
    COST_MEAN,
    REPLICATIONS,
    signed_money,
)

ACTIONS = ("call", "pickup", "promise", "cap", "none")
POLICIES = ("static", "triggers", "naive")

CHECKPOINT = Column(
    "checkpoint", "moment", ("Checkpoint", "检查时刻"), "moment at which is counted"
)
MEASURE = Column(
    "measure",
    "choice",
    ("Measure", "计数"),
    "what is counted: orders that came, or orders that are not packed yet",
    vocabulary="trigger measure",
    among=MEASURES,
)


def _empty_name(name: str, heading: tuple[str, str], meaning: str) -> Column:
    return Column(name, "name", heading, meaning, vocabulary=name, empty=True)


TRIGGERS_TABLE = ResultTable(
    name="triggers",
    title=("Trigger card", "触发卡"),
    meaning=(
        "what to do at a checkpoint beyond a threshold, in addition to the plan; of the levels of "
        "a checkpoint the highest that applies counts, with everything it says"
    ),
    columns=(
        CHECKPOINT,
        MEASURE,
        Column(
            "counted_at",
            "name",
            ("Counted at", "计数地点"),
            "site at which orders are waiting (empty: all sites)",
            vocabulary="site",
            empty=True,
        ),
        Column(
            "since",
            "moment",
            ("Since", "自"),
            "moment since which orders are counted (empty: orders waiting)",
            empty=True,
        ),
        Column(
            "level",
            "count",
            ("Level", "级别"),
            "number of the level (0: nothing needs to be done at the checkpoint)",
        ),
        Column(
            "threshold",
            "count",
            ("If more than", "超过"),
            "count beyond which the level applies (empty: in any case, or nothing is done)",
            unit="orders",
            empty=True,
        ),
        Column(
            "action",
            "choice",
            ("Action", "行动"),
            "call people, add vehicles to a pick-up, promise longer, stop the sale, or nothing",
            vocabulary="trigger action",
            among=ACTIONS,
        ),
        Column(
            "number",
            "number",
            ("Number", "数量"),
            "people, vehicles, hours promised, or orders at which the sale stops (empty: nothing "
            "is done)",
            empty=True,
        ),
        _empty_name("site", ("Site", "仓库"), "where they come to"),
        _empty_name("crew", ("Crew", "班组"), "crew whose people on call are called"),
        _empty_name("process", ("Process", "环节"), "process they work at"),
        _empty_name("shift", ("Shift", "班次"), "shift they come to"),
        _empty_name("contract", ("Contract", "合同"), "contract of the pick-up"),
        Column(
            "regions",
            "text",
            ("Regions", "地区"),
            "regions that are promised more hours, with ; between them",
            empty=True,
        ),
        Column("event", "name", ("Event", "场次"), "event whose sale stops", empty=True),
        Column(
            "date",
            "date",
            ("Date", "日期"),
            "day of the shift or the pick-up (empty: neither)",
            empty=True,
        ),
        Column(
            "at",
            "clock",
            ("At", "时刻"),
            "start of the shift, or time of the pick-up (empty: neither)",
            empty=True,
        ),
        Column(
            "cost",
            "money",
            ("Cost", "费用"),
            "what it costs (empty: it depends on the orders)",
            unit="currency",
            empty=True,
        ),
        Column(
            "decide_by",
            "moment",
            ("Decide by", "最迟决定"),
            "last moment that leaves the notice (empty: nothing is done)",
            empty=True,
        ),
        Column(
            "fired",
            "count",
            ("Applied", "触发次数"),
            "held-out promotions in which the level applied",
        ),
        REPLICATIONS,
    ),
)

NAIVE_TABLE = replace(
    TRIGGERS_TABLE,
    name="triggers_naive",
    title=("Naive threshold", "经验阈值"),
    meaning=(
        "the rule of thumb that the card is compared with: with many more orders than expected, "
        "everybody on call is called; columns as in `triggers`"
    ),
)

POLICY_TABLE = ResultTable(
    name="triggers_policy",
    title=("Worth of the triggers", "触发卡的价值"),
    meaning=(
        "the plan alone, with the card, and with a naive threshold, on the same held-out promotions"
    ),
    columns=(
        Column(
            "policy",
            "choice",
            ("Policy", "做法"),
            "static: the plan alone; triggers: with the card; naive: with many more orders than "
            "expected, everybody on call is called",
            vocabulary="trigger policy",
            among=POLICIES,
        ),
        COST_MEAN,
        signed_money(
            "difference", ("Difference", "差额"), "mean difference to the plan alone", empty=False
        ),
        signed_money(
            "difference_low", ("95% from", "95% 下限"), "lower limit of its 95 % interval, paired"
        ),
        signed_money(
            "difference_high", ("95% to", "95% 上限"), "upper limit of its 95 % interval, paired"
        ),
        Column("kept", "count", ("Target met", "达标"), "promotions that met the service level"),
        REPLICATIONS,
        Column("kept_share", "share", ("Share met", "达标比例"), "their share"),
        Column(
            "kept_low",
            "share",
            ("Share, 95% from", "比例 95% 下限"),
            "lower limit of its 95 % interval (Clopper-Pearson)",
        ),
        Column(
            "kept_high",
            "share",
            ("Share, 95% to", "比例 95% 上限"),
            "upper limit of its 95 % interval (Clopper-Pearson)",
        ),
        Column("on_time_share", "share", ("On time", "准时率"), "mean share of orders on time"),
        Column(
            "fired",
            "count",
            ("Acted", "采取行动"),
            "promotions in which something was done in addition to the plan",
        ),
    ),
)

COUNTS_TABLE = ResultTable(
    name="triggers_counts",
    title=("Counts at the checkpoints", "检查时刻的计数"),
    meaning="what is counted in each sampled promotion on which the card was found",
    columns=(
        CHECKPOINT,
        MEASURE,
        Column("replication", "count", ("Promotion", "大促"), "number of the sampled promotion"),
        Column("count", "count", ("Counted", "实数"), "orders", unit="orders"),
        Column(
            "met",
            "flag",
            ("Met by the plan alone", "原方案达标"),
            "whether the plan alone met the service level",
        ),
    ),
)
TABLES = (TRIGGERS_TABLE, NAIVE_TABLE, POLICY_TABLE, COUNTS_TABLE)
