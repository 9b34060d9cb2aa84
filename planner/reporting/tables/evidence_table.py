"""The late orders of a real log: whose fault each is, what it costs, what is paid back."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.late_orders import FAULTS, NOT_JUDGED, REASON_NAMES, Fault
from planner.reporting.language.bilingual import Bilingual
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import CONTRACT, DATE

FAULT = Column(
    "fault", "choice", ("Fault", "责任方"), "whose fault it is", vocabulary="fault", among=FAULTS
)
COMPENSATION = Column(
    "compensation",
    "money",
    ("Compensation", "平台赔付"),
    "what the platform asks by its rule (empty: no rule was given)",
    unit="currency",
    empty=True,
)
CLAIM = Column(
    "claim",
    "money",
    ("Claim", "可索赔"),
    "what the contract pays back (empty: no contract is known, or where a clause is named, the log "
    "lacks the weight or price it rests on)",
    unit="currency",
    empty=True,
)
_FAULT_HEADINGS: dict[Fault, Bilingual] = {
    "courier": ("Courier", "快递责任"),
    "customer": ("Customer", "买家责任"),
    "platform": ("Platform", "平台责任"),
    "warehouse": ("Warehouse", "仓库责任"),
    "unknown": ("Unknown", "责任不明"),
}
_ORDER = Column("order", "text", ("Order", "订单"), "id of the order, or its line in the log")


def _moment(name: str, heading: tuple[str, str], meaning: str) -> Column:
    return Column(name, "moment", heading, f"{meaning} (empty: unknown)", empty=True)


EVIDENCE_TABLE = ResultTable(
    name="evidence",
    title=("Late orders", "迟发订单"),
    meaning="one row for each late order of a log, in the order of the log",
    columns=(
        _ORDER,
        Column("line", "count", ("Line", "行"), "line of the log", low=1),
        Column("ordered_at", "moment", ("Ordered at", "下单时间"), "when it was placed"),
        _moment("approved_at", ("Paid at", "付款时间"), "when the payment was approved"),
        Column("deadline", "moment", ("Deadline", "发货时限"), "the last moment on time"),
        _moment("packed_at", ("Packed at", "打包时间"), "when it was packed"),
        _moment("handed_over_at", ("Handed over at", "交接时间"), "when it was handed over"),
        _moment("scanned_at", ("First scan at", "首次揽收时间"), "when it was scanned first"),
        _moment("delivered_at", ("Delivered at", "签收时间"), "when it was delivered"),
        replace(CONTRACT, meaning="courier or contract as the log names it", empty=True),
        Column("hours_late", "number", ("Hours late", "超时小时"), "beyond the deadline", unit="h"),
        FAULT,
        Column(
            "reason",
            "choice",
            ("Reason", "原因"),
            "why it is late",
            vocabulary="late_reason",
            among=REASON_NAMES,
        ),
        Column(
            "certainty",
            "choice",
            ("Certainty", "依据"),
            "stated: by moments and terms that are stated; assumed: something had to be assumed",
            vocabulary="certainty",
            among=("stated", "assumed"),
        ),
        COMPENSATION,
        CLAIM,
        Column(
            "claim_basis",
            "choice",
            ("Claim under", "索赔条款"),
            "clause of the contract (empty: none applies)",
            vocabulary="claim_basis",
            among=("late_refund", "liability"),
            empty=True,
        ),
    ),
)
EVIDENCE_SUMMARY_TABLE = ResultTable(
    name="evidence_summary",
    title=("Late orders by fault", "迟发责任汇总"),
    meaning="the late orders of a log by fault and contract",
    columns=(
        FAULT,
        replace(CONTRACT, meaning="courier or contract as the log names it", empty=True),
        Column("orders", "count", ("Orders", "订单"), "late orders"),
        Column("stated", "count", ("Stated", "依据充分"), "of these, by what is stated alone"),
        COMPENSATION,
        CLAIM,
    ),
)
NOT_JUDGED_TABLE = ResultTable(
    name="not_judged",
    title=("Orders not judged", "未判定订单"),
    meaning="orders of a log that cannot be judged, by reason",
    columns=(
        Column(
            "reason",
            "choice",
            ("Reason", "原因"),
            "what is missing",
            vocabulary="not_judged",
            among=NOT_JUDGED,
        ),
        Column("orders", "count", ("Orders", "订单"), "orders"),
        Column("first", "text", ("First", "示例"), "the first of them with their lines"),
    ),
)
LATE_BY_DAY_TABLE = ResultTable(
    name="late_by_day",
    title=("Late orders by day", "按下单日迟发"),
    meaning="the judged orders of a log by the day on which they were placed",
    columns=(
        DATE,
        Column("orders", "count", ("Orders", "订单"), "orders judged"),
        Column("late_orders", "count", ("Late orders", "迟发订单"), "of these, late"),
        Column(
            "late_share",
            "share",
            ("Late share", "迟发率"),
            "their share (empty: no order)",
            empty=True,
        ),
        *(
            Column(fault, "count", heading, f"late orders: fault of {fault}")
            for fault, heading in _FAULT_HEADINGS.items()
        ),
    ),
)
TABLES = (EVIDENCE_TABLE, EVIDENCE_SUMMARY_TABLE, LATE_BY_DAY_TABLE, NOT_JUDGED_TABLE)
