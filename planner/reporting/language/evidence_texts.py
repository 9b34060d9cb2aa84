"""Words of late orders: whose fault they are, and what an appeal can say."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

EVIDENCE_TEXTS: dict[str, Bilingual] = {
    "evidence_title": ("Late orders and whose fault they are", "迟发订单与责任判定"),
    "evidence_message": (
        "{late} of {judged} orders judged were late ({share}), {from_} to {to}.",
        "已判定 {judged} 单，其中 {late} 单迟发（{share}），{from_} 至 {to}。",
    ),
    "evidence_none": (
        "None of {judged} orders judged was late, {from_} to {to}.",
        "已判定 {judged} 单，均未迟发，{from_} 至 {to}。",
    ),
    "evidence_counts": ("What counts: {clock}.", "计时节点：{clock}。"),
    "evidence_not_judged_one": (
        "1 order could not be judged: {reasons}.",
        "1 单无法判定：{reasons}。",
    ),
    "evidence_not_judged_reason": ("{reason} ({n})", "{reason} {n}"),
    "evidence_not_judged": (
        "{n} orders could not be judged: {reasons}.",
        "{n} 单无法判定：{reasons}。",
    ),
    "evidence_fault": ("{fault}: {orders}", "{fault}：{orders}"),
    "evidence_fault_stated": (
        "{fault}: {orders}, {stated} of them by what is stated alone",
        "{fault}：{orders}，其中 {stated} 单依据充分",
    ),
    "evidence_money": (
        "compensation {compensation}, to claim {claim}",
        "平台赔付 {compensation}，可索赔 {claim}",
    ),
    "evidence_paid": ("compensation {compensation}", "平台赔付 {compensation}"),
    "evidence_claim": ("to claim {claim}", "可索赔 {claim}"),
    "n_late_orders": ("{n} late orders", "{n} 单迟发"),
    "n_late_orders_one": ("1 late order", "1 单迟发"),
    "evidence_rule": (
        "Rule: {name}; source: {source}; read on {retrieved}; grade {grade}.",
        "规则：{name}；来源：{source}；查阅日期：{retrieved}；可信度 {grade}。",
    ),
    "evidence_rule_log": (
        "Deadlines are those of the log; no platform rule was given.",
        "时限取自订单日志；未提供平台规则。",
    ),
    "evidence_contract": ("Contract {name}: {source}.", "合同 {name}：{source}。"),
    "evidence_no_source": ("no source is stated", "未注明来源"),
    "evidence_test": (
        "A courier is at fault where the order would have been on time had it been collected and "
        "scanned as agreed (95% point of its contract; up to {minutes} minutes after the agreed "
        "collection). Stated: by moments and terms that are stated. Assumed: something was "
        "assumed.",
        "若快递按约定揽收、扫描（以合同 95% 分位为限；揽收允许晚 {minutes} 分钟）订单本可准时，"
        "则责任在快递。依据充分：凭已注明的时间与条款即可判定；推定：含有假设。",
    ),
    "evidence_list_title": ("{fault}: {reason}", "{fault}：{reason}"),
    "evidence_not_listed": (
        "{n} more orders stand in evidence.csv and evidence.xlsx.",
        "另有 {n} 单见 evidence.csv 与 evidence.xlsx。",
    ),
    "evidence_not_for_appeal": (
        "Orders that the warehouse was late with, and those of unknown fault, are in the tables "
        "and not listed here.",
        "仓库责任及责任不明的订单仅列于表格，此处不列。",
    ),
    "appeal_exempt": (
        "The platform does not score these orders by its own rule: ask it to take them out.",
        "按平台规则，这些订单不计入考核：可申请剔除。",
    ),
    "appeal_paid_late": (
        "Paid late: counted from the payment the order was on time, or was paid after its "
        "deadline. Attach the record of the payment.",
        "付款延迟：自付款起算并未超时，或付款已晚于时限。附付款记录。",
    ),
    "appeal_missed_collection": (
        "Packed before an agreed collection, taken later: it would have been on time. Attach the "
        "packing and hand-over records and the agreed times.",
        "在约定揽收前已打包，却晚于约定被取走；如期揽收本可准时。附打包、交接记录与约定时间。",
    ),
    "appeal_scanned_late": (
        "Handed over in time for a scan as agreed; the courier scanned it late. Attach the "
        "hand-over record.",
        "交接及时，按约定扫描本可准时；快递扫描延迟。附交接记录。",
    ),
    "appeal_delivered_late": (
        "Handed over in time; the courier took longer than the days it promises. Attach the "
        "hand-over and delivery records.",
        "交接及时；快递超过承诺时效送达。附交接与签收记录。",
    ),
}
EVIDENCE_GLOSSARY: dict[tuple[str, str], Bilingual] = {
    ("fault", "courier"): ("courier", "快递"),
    ("fault", "customer"): ("customer", "买家"),
    ("fault", "platform"): ("platform", "平台"),
    ("fault", "warehouse"): ("warehouse", "仓库"),
    ("fault", "unknown"): ("unknown", "不明"),
    ("late_reason", "exempt"): ("exempt by the platform's rule", "平台规则豁免"),
    ("late_reason", "paid_late"): ("paid late", "付款延迟"),
    ("late_reason", "moments_contradict"): (
        "moments contradict each other",
        "时间记录相互矛盾",
    ),
    ("late_reason", "no_hand_over"): ("hand-over not known", "交接时间不明"),
    ("late_reason", "no_transit_term"): ("no days of delivery agreed", "未约定送达时效"),
    ("late_reason", "missed_collection"): ("agreed collection missed", "未按约定揽收"),
    ("late_reason", "scanned_late"): ("scanned late", "揽收扫描延迟"),
    ("late_reason", "delivered_late"): ("delivered late", "送达延迟"),
    ("late_reason", "packed_late"): ("packed after the deadline", "打包晚于时限"),
    ("late_reason", "handed_over_late"): ("handed over after the deadline", "交接晚于时限"),
    ("late_reason", "handed_over_too_late"): (
        "handed over too late for what is agreed",
        "交接过晚，按约定已来不及",
    ),
    ("certainty", "stated"): ("stated", "依据充分"),
    ("certainty", "assumed"): ("assumed", "推定"),
    ("claim_basis", "late_refund"): ("late refund", "延误退费"),
    ("claim_basis", "liability"): ("liability for loss", "丢失赔偿"),
    ("not_judged", "no_deadline"): ("no deadline", "无时限"),
    ("not_judged", "deadline_before_order"): ("deadline before the order", "时限早于下单"),
    ("not_judged", "no_counted_moment"): (
        "the event that counts is not in the log",
        "日志中无计时节点",
    ),
    ("not_judged", "counted_at_hub"): (
        "arrival at a hub counts, which the log does not tell",
        "以到达集运仓计时，日志中无此记录",
    ),
    ("clock", "label"): ("packed, with its label", "打包出面单"),
    ("clock", "handover"): ("hand-over to the courier", "交接给快递"),
    ("clock", "first_scan"): ("first scan by the courier", "快递首次揽收扫描"),
    ("clock", "delivered"): ("delivery", "签收"),
}
