"""The table of stresses: what the plan still keeps under each, and the cheapest repair."""

from __future__ import annotations

from planner.domain.stress import STRESS_KINDS
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import COST_MEAN, REPLICATIONS, signed_money

STRESS_TABLE = ResultTable(
    name="stress",
    title=("Stress", "压力测试"),
    meaning=(
        "the plan under what goes wrong, on the same orders: each stress where it does most harm "
        "(people who do not come are paid as booked)"
    ),
    columns=(
        Column(
            "stress",
            "name",
            ("Stress", "压力情形"),
            "name of the stress in the catalogue",
            vocabulary="stress name",
        ),
        Column(
            "kind",
            "choice",
            ("Kind", "类型"),
            "what goes wrong",
            vocabulary="stress",
            among=STRESS_KINDS,
        ),
        Column("strength", "number", ("Strength", "强度"), "how much (see configs/README.md)"),
        Column(
            "probability",
            "share",
            ("Probability", "概率"),
            "chance that it happens in a promotion (empty: not stated)",
            empty=True,
        ),
        Column(
            "kept", "count", ("Target met", "达标"), "replications that reach the share on time"
        ),
        REPLICATIONS,
        Column("kept_share", "share", ("Share met", "达标比例"), "their share"),
        Column(
            "kept_before",
            "count",
            ("Met without stress", "无压力时达标"),
            "the same replications without the stress that reach it",
        ),
        COST_MEAN,
        signed_money("cost_extra", ("Extra cost", "增加费用"), "more than without it", empty=False),
        Column(
            "worst",
            "text",
            ("Worst at", "最不利处"),
            "where it does most harm (empty: it hits everything)",
            empty=True,
        ),
        Column(
            "cheapest_repair",
            "text",
            ("Cheapest repair", "最省钱的补救"),
            "what to add, the cheapest of those tried (empty: nothing needed, tried or found)",
            language="en",
            empty=True,
        ),
        Column(
            "cheapest_repair_zh",
            "text",
            ("Cheapest repair", "最省钱的补救"),
            "the same in Chinese",
            language="zh",
            empty=True,
        ),
        Column(
            "repair_cost",
            "money",
            ("Cost of the repair", "补救费用"),
            "what it adds to the plan's cost",
            unit="currency",
            empty=True,
        ),
        Column(
            "kept_after",
            "count",
            ("Met with repair", "补救后达标"),
            "replications that reach the share on time with it",
            empty=True,
        ),
    ),
)
