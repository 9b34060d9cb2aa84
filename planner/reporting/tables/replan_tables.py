"""What a plan changed in the middle of a promotion is: changes, calls, and what is known now."""

from __future__ import annotations

from dataclasses import replace

from planner.documents.values import LARGEST
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import (
    CONTRACT,
    CREW,
    DATE,
    END,
    PROCESS,
    REGION,
    REPLICATIONS,
    SHIFT,
    SITE,
    START,
    signed_money,
)

WHATS = (
    "call", "shift", "overtime", "move", "booking", "pickup", "promise", "cap", "rest", "cancel"
)  # fmt: skip
REASONS = ("money", "promise")
FROM_PROCESS = Column(
    "from_process",
    "name",
    ("From process", "原环节"),
    "where people come from, who change the process",
    vocabulary="process",
    empty=True,
)
FROM_SHIFT = Column(
    "from_shift",
    "name",
    ("From shift", "原班次"),
    "shift that is extended",
    vocabulary="shift",
    empty=True,
)
DECIDE_BY = Column(
    "decide_by", "moment", ("Decide by", "最晚决定"), "until when it can still be decided"
)
CHANGES_TABLE = ResultTable(
    name="changes",
    title=("Changes", "调整"),
    meaning="what to change for the rest of the promotion, what saves most first",
    columns=(
        Column("what", "choice", ("What", "调整项"), "kind", among=WHATS, vocabulary="change"),
        *(replace(column, empty=True) for column in (SITE, PROCESS, CREW, SHIFT, DATE)),
        Column(
            "before",
            "number",
            ("Before", "原"),
            "people at the place, vehicles more, hours promised, or orders at which the sale stops "
            "(empty: it does not)",
            empty=True,
        ),
        Column("after", "number", ("After", "现"), "the same after all changes"),
        signed_money(
            "saves",
            ("Saves", "节省"),
            "mean saving less what it costs, given the changes that were found before it, in the "
            "promotions that chose it: rather too large, the table `replan_effect` is of others; "
            "the price of a change is not deducted",
            empty=False,
        ),
        DECIDE_BY,
        FROM_PROCESS,
        FROM_SHIFT,
        replace(CONTRACT, empty=True),
        Column("at", "clock", ("At", "时间"), "time of the collection", empty=True),
        Column("amount", "count", ("Amount", "数量"), "people or vehicles of this change", low=1),
        signed_money("cost", ("Cost", "费用"), "what it adds to what is paid", empty=False),
        Column(
            "late_saved",
            "number",
            ("Late orders saved", "减少迟发"),
            "orders that are no longer late, mean",
            unit="orders",
            low=-LARGEST,
        ),
        Column(
            "reason",
            "choice",
            ("Reason", "原因"),
            "money: it saves more than its price; promise: the service level needs it",
            among=REASONS,
            vocabulary="change reason",
        ),
        replace(REGION, meaning="region whose orders from now on are due later", empty=True),
        Column("event", "name", ("Event", "场次"), "event whose sale stops", empty=True),
    ),
)
CALL_WHATS = ("come", "process", "shift", "home")
CALLS_TABLE = ResultTable(
    name="calls",
    title=("Call list", "通知名单"),
    meaning="who has to be told what, person by person, by the moment until which it is decided",
    columns=(
        DECIDE_BY,
        Column(
            "what",
            "choice",
            ("What", "事项"),
            "come: a shift that was not theirs; process, shift: another one than before; home",
            among=CALL_WHATS,
            vocabulary="call",
        ),
        DATE,
        SITE,
        CREW,
        Column("person", "name", ("Person", "人员"), "name or number"),
        replace(PROCESS, empty=True),
        replace(SHIFT, empty=True),
        replace(START, empty=True),
        replace(END, empty=True),
        FROM_PROCESS,
        FROM_SHIFT,
    ),
)
SIZES_TABLE = ResultTable(
    name="event_sizes",
    title=("Sizes of events", "场次规模"),
    meaning="orders of every event before the promotion and as they are known now",
    columns=(
        Column("event", "name", ("Event", "场次"), "event"),
        Column("stated_p50", "number", ("Stated median", "原中位数"), "before", unit="orders"),
        Column("stated_p95", "number", ("Stated 95%", "原 95%"), "before", unit="orders"),
        Column("p05", "number", ("5%", "5%"), "5% point given what came", unit="orders"),
        Column("p50", "number", ("Median", "中位数"), "median given what came", unit="orders"),
        Column("p95", "number", ("95%", "95%"), "95% point given what came", unit="orders"),
    ),
)
NOW_TABLE = ResultTable(
    name="now",
    title=("Orders that wait", "在手订单"),
    meaning="orders that wait for each process now",
    columns=(
        SITE,
        PROCESS,
        Column("simulated", "number", ("Simulated", "模拟"), "under the plan, mean", unit="orders"),
        Column(
            "stated",
            "count",
            ("Stated", "实际"),
            "as the actuals say (empty: not stated)",
            unit="orders",
            empty=True,
        ),
        Column(
            "rate",
            "ratio",
            ("Rate of work", "作业效率"),
            "estimated from them, relative to the scenario",
        ),
    ),
)
ROWS = ("before", "after", "difference")
EFFECT_TABLE = ResultTable(
    name="replan_effect",
    title=("Effect of the changes", "调整效果"),
    meaning="the plan as it stands and with its changes on the same held-out promotions given what "
    "came; 95 % intervals",
    columns=(
        Column("plan", "choice", ("Plan", "方案"), "row", among=ROWS, vocabulary="edited"),
        signed_money("cost_mean", ("Cost, mean", "平均费用"), "mean cost", empty=False),
        signed_money("cost_low", ("Cost, 95% from", "费用 95% 下限"), "lower limit", empty=True),
        signed_money("cost_high", ("Cost, 95% to", "费用 95% 上限"), "upper limit", empty=True),
        Column(
            "late_orders_mean",
            "number",
            ("Late orders, mean", "平均迟发订单"),
            "late or cancelled orders of the whole promotion, those before now included",
            unit="orders",
            low=-LARGEST,
        ),
        Column(
            "kept",
            "number",
            ("Target met", "达标"),
            "promotions that reach the service level over all their orders",
            low=-LARGEST,
        ),
        REPLICATIONS,
        Column("kept_low", "share", ("95% from", "95% 下限"), "Clopper-Pearson", empty=True),
        Column("kept_high", "share", ("95% to", "95% 上限"), "Clopper-Pearson", empty=True),
    ),
)
TABLES = (CHANGES_TABLE, CALLS_TABLE, SIZES_TABLE, NOW_TABLE, EFFECT_TABLE)
